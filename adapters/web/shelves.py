"""
Which offers stand together: those of a scene, and those that are like another one.

What sells a thing is looked up in an index of the project, made once for each; only the offers of a shelf are asked
for, all of them together, so that a page pays for what it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import attrs
from flask import url_for

from quanyi.adapters.web.cards import Card, card_of
from quanyi.adapters.web.emblem import emblem
from quanyi.adapters.web.pictures import host_picture
from quanyi.adapters.web.stock import gone_as
from quanyi.adapters.web.visit import Visit, pick
from quanyi.campaigns.language.display import Scene
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.queries import Queries
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.plays.sale.view import Offer

__all__ = ["Shelf", "offers_like", "offers_of", "scene_now", "scenes_now", "shelf_of"]

_SHELF = 4
_ALIKE = 4
_ASKED = 8
_SPARE = 4
"""How many more things a shelf looks at, in place of what is gone."""
_GONE = {"ended", "paused", "sold_out"}

_Sold = tuple[str, str]


@attrs.frozen(kw_only=True)
class Shelf:
    """A scene as it is shown: its cards in its own order, what is to be had before what is not."""

    title: str
    text: str
    picture: object
    url: str
    cards: tuple[Card, ...]
    more: bool = False


@attrs.frozen(kw_only=True)
class _Index:
    """What sells what, in a project: by thing, by campaign, and things by what they are alike in."""

    by_thing: Mapping[str, tuple[_Sold, ...]]
    by_campaign: Mapping[str, tuple[_Sold, ...]]
    alike: Mapping[tuple[str, str], tuple[str, ...]]


def scenes_now(to: Visit) -> list[Scene]:
    """The scenes that are shown now, in the order of the catalogue."""
    return [scene for scene in to.mall.project.scenes.values() if scene.on(to.now)]


def scene_now(name: str, to: Visit) -> Scene:
    """One scene that is shown now; NotFound for any other."""
    found = to.mall.project.scenes.get(name)
    if found is None or not found.on(to.now):
        raise NotFound(f"no scene {name!r} is shown now")
    return found


def offers_of(scene: Scene, at: Visit, most: int | None = None) -> list[Offer]:
    """
    What a scene shows: the best offer of each of its things; a question of a look.

    All of them are worked out for the visitor; the first *most*, which a shelf shows, and a few more in place of what
    is gone, as everybody sees them.
    """
    index = _index(at.mall.project)
    sold = [index.by_campaign.get(name) or index.by_thing.get(name, ()) for name in scene.shows]
    asked = None if most is None else most + _SPARE
    return _best([found for found in sold if found][:asked], at.user if most is None else None, at)


def shelf_of(scene: Scene, offers: Iterable[Offer], to: Visit, most: int | None = None) -> Shelf:
    """A scene with its cards, or the first of them."""
    cards = _to_be_had_first([card_of(offer, to) for offer in offers])
    return Shelf(
        title=pick(scene.title, to.locale),
        text=pick(scene.text, to.locale),
        picture=host_picture(scene.image, to, said=True) if scene.image else emblem(scene.id),
        url=url_for("quanyi.scene", scene=scene.id),
        cards=tuple(cards[:most]),
        more=len(scene.shows) > _SHELF,
    )


def _to_be_had_first(cards: Iterable[Card]) -> list[Card]:
    """Cards in their own order, but what can be had now before what comes later, and that before what is gone."""
    return sorted(cards, key=lambda card: 2 if gone_as(card.offer) else _rank(card.offer))


def offers_like(offer: Offer, at: Visit) -> list[Offer]:
    """A few offers of other things of the same category or brand; a question of a look."""
    benefit = offer.benefit
    if benefit is None:
        return []
    index = _index(at.mall.project)
    names = _first_names((name for key in _alike_in(benefit) for name in index.alike.get(key, ())), offer.item)
    found = _best([index.by_thing.get(name, ()) for name in names], None, at)
    return [each for each in found if each.state not in _GONE][:_ALIKE]


def _first_names(names: Iterable[str], but: str) -> list[str]:
    """The first few *names*, each once: of thousands that are alike the others are not even looked at."""
    found: dict[str, None] = {}
    for name in names:
        if name != but:
            found[name] = None
        if len(found) == _ASKED:
            break
    return list(found)


def _best(things: Sequence[Sequence[_Sold]], user: str | None, at: Visit) -> list[Offer]:
    """
    For each thing the offer that can be had, if any; else that which can be had next.

    All of them are asked together, so that a shelf costs as many statements as one offer. Why not is worked out
    for what is chosen alone, and where nobody is named for none.
    """
    several = [pair for sold in things if len(sold) > 1 or user is None for pair in sold]
    known = _together(several, None, at)
    named: list[_Sold] = []
    for sold in things:
        ranked = sorted(sold, key=lambda pair: _rank(known.get(pair)))
        named += ranked[:1] if len(sold) > 1 else sold
    found = known if user is None else _together(named, user, at)
    return [offer for pair in named if (offer := found.get(pair)) is not None]


def _rank(offer: Offer | None) -> int:
    """What can be had before what can be had later, and that before what is gone."""
    return _ORDER.get(offer.state, 2) if offer else 3


_ORDER = {"open": 0, "between": 1, "not_started": 1}


def _together(pairs: Sequence[_Sold], user: str | None, at: Visit) -> dict[_Sold, Offer | None]:
    """These offers, asked in one go; None for what stands in the files, and is not in force."""
    if user is None:
        named = list(dict.fromkeys(pairs))
        return dict(zip(named, at.mall.offers_called(named), strict=True)) if named else {}
    asked = [partial(_one, pair, user) for pair in dict.fromkeys(pairs)]
    return dict(zip(dict.fromkeys(pairs), at.mall.look(*asked), strict=True)) if asked else {}


def _one(pair: _Sold, user: str | None, at: Queries) -> Offer | None:
    try:
        return at.offer(*pair, user)
    except NotFound:
        return None


_kept: list[tuple[Project, _Index]] = []
"""The index of the project that was asked for last."""


def _index(project: Project) -> _Index:
    """The index of a project; another thread may ask for that of another project meanwhile."""
    for kept, index in _kept[:1]:
        if kept is project:
            return index
    made = _made(project)
    _kept[:] = [(project, made)]
    return made


def _made(project: Project) -> _Index:
    by_thing: dict[str, list[_Sold]] = {}
    by_campaign: dict[str, list[_Sold]] = {}
    for name, campaign in project.campaigns.items():
        for item in campaign.kind.offers.things(campaign.play) if campaign.kind.offers else ():
            by_campaign.setdefault(name, []).append((name, item))
            if campaign.kind.word != "bundle":
                by_thing.setdefault(item, []).append((name, item))
    alike: dict[tuple[str, str], list[str]] = {}
    for item in by_thing.keys() & project.benefits.keys():
        for key in _alike_in(project.benefits[item]):
            alike.setdefault(key, []).append(item)
    return _Index(
        by_thing={key: tuple(found) for key, found in by_thing.items()},
        by_campaign={key: tuple(found) for key, found in by_campaign.items()},
        alike={key: tuple(sorted(found)) for key, found in alike.items()},
    )


def _alike_in(benefit: Benefit) -> list[tuple[str, str]]:
    return [(sort, word) for sort, word in (("brand", benefit.platform), ("category", benefit.category)) if word]
