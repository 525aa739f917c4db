"""
Versions of campaigns: how they are named, and how they are stored.

A version is the digest of the canonical source with the catalogue entries it uses: comments, order of
keys and line breaks don't matter; a price, a text or the stock of a benefit it gives does. A compiled
play is stored as JSON with a format number; a play stored in an older format is lifted to the present
one by upcasters, so that what is under way can always be finished by the version that made it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache, partial
from hashlib import blake2b
from types import NoneType, UnionType
from typing import Any, get_args

import attrs
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from quanyi.campaigns.kinds.builtin import BUILTIN
from quanyi.campaigns.kinds.registry import Kinds
from quanyi.campaigns.kinds.terms import limits_in
from quanyi.campaigns.project.model import Campaign, CompiledPlay, Project, is_stored
from quanyi.campaigns.project.strict import read_strictly
from quanyi.entitlements.amounts import Unit
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.checks.conditions import Condition
from quanyi.entitlements.clauses import HowMuch
from quanyi.entitlements.errors import StorageError

__all__ = [
    "FORMAT",
    "play_reader",
    "stocks_in",
    "structure_campaign",
    "structure_play",
    "structure_project",
    "structure_units",
    "unstructure_campaign",
    "unstructure_play",
    "unstructure_project",
    "version_of",
]

FORMAT = 1
"""The format in which plays are written now."""

_UPCASTERS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From a format to the next one: ``{1: lift_from_1_to_2}``."""


def version_of(
    source: Any, play: CompiledPlay, benefits: Mapping[str, Benefit], currency: Unit, kinds: Kinds = BUILTIN
) -> str:
    """
    The version of a campaign: the digest of its source with everything of the mall that gives it its meaning.

    Args:
        source: The document as plain data.
        play: The compiled play, for the units it has pinned.
        benefits: The catalogue entries that it has pinned.
    """
    surroundings = {
        "zone": play.head.zone,
        "locales": sorted(play.head.title),
        "currency": _converter(kinds).unstructure(currency),
        "units": _converter(kinds).unstructure(play.units),
        "benefits": {name: _converter(kinds).unstructure(benefit) for name, benefit in benefits.items()},
    }
    # What limits keep as digests follows from the events, and a change of it begins the count anew.
    hidden = sorted(_dump(limit.hidden) for limit in limits_in(play) if limit.hidden)
    surroundings |= {"hidden": hidden} if hidden else {}
    text = json.dumps([source, surroundings], sort_keys=True, default=str, ensure_ascii=False)
    return blake2b(text.encode(), digest_size=8).hexdigest()


def unstructure_play(play: CompiledPlay, kinds: Kinds = BUILTIN) -> str:
    """A play as JSON; `structure_play` gives back an equal one."""
    return _dump({"format": FORMAT, "play": _converter(kinds).unstructure(play, unstructure_as=CompiledPlay)})


def structure_play(text: str, kinds: Kinds = BUILTIN) -> CompiledPlay:
    """
    Read a play that was stored in this or any older format.

    Raises:
        StorageError: A newer program wrote it, it has anything that the classes don't know, or it is of a kind
            that is not among *kinds*.
    """
    return _converter(kinds).structure(_lifted(text)["play"], CompiledPlay)  # type: ignore[type-abstract]


def play_reader(plays: Iterable[CompiledPlay], kinds: Kinds = BUILTIN) -> Callable[[str], CompiledPlay]:
    """
    What reads stored plays like `structure_play`, and takes for a text that one of *plays* would be stored as that play.

    Writing a play is several times cheaper than reading one, and of a large mall hardly any differs from its files.
    """
    known = {unstructure_play(play, kinds): play for play in plays}

    def read(text: str) -> CompiledPlay:
        play = known.get(text)
        return structure_play(text, kinds) if play is None else play

    return read


def unstructure_campaign(campaign: Campaign, kinds: Kinds = BUILTIN) -> str:
    """A campaign as JSON: its play with its source."""
    return _dump({"format": FORMAT, "campaign": _converter(kinds).unstructure(campaign)})


def structure_campaign(text: str, kinds: Kinds = BUILTIN) -> Campaign:
    """Read a campaign that was kept in this or any older format."""
    return _converter(kinds).structure(_lifted(text)["campaign"], Campaign)


def unstructure_project(project: Project) -> str:
    """Units, events and catalogue of a project as JSON, without its campaigns."""
    alone = attrs.evolve(project, campaigns={}, warnings=())
    return _dump({"format": FORMAT, "project": _converter(project.kinds).unstructure(alone)})


def structure_project(text: str, campaigns: Mapping[str, Campaign] | None = None, kinds: Kinds = BUILTIN) -> Project:
    """Read a project's units, events and catalogue, and put *campaigns* into it."""
    found = _converter(kinds).structure(_lifted(text)["project"], Project)
    return attrs.evolve(found, campaigns=dict(campaigns or {}), kinds=kinds)


def structure_units(text: str, campaigns: Mapping[str, Campaign] | None = None, kinds: Kinds = BUILTIN) -> Project:
    """The same without events and catalogue, which are most of it: what is counted, in which zone."""
    kept = _lifted(text)["project"]
    found = _converter(kinds).structure({name: kept[name] for name in _MEASURES if name in kept}, Project)
    return attrs.evolve(found, campaigns=dict(campaigns or {}), kinds=kinds)


def stocks_in(text: str) -> dict[str, int]:
    """How many pieces each benefit of a stored project has, by its id; those without a bound are left out."""
    benefits = _lifted(text)["project"].get("benefits", {})
    return {name: kept["stock"] for name, kept in benefits.items() if kept.get("stock") is not None}


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _lifted(text: str) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(text)
    while kept["format"] < FORMAT:
        kept = {**_UPCASTERS[kept["format"]](kept), "format": kept["format"] + 1}
    if kept["format"] > FORMAT:
        raise StorageError(
            f"written by a newer program, in format {kept['format']}: this one reads up to {FORMAT}; upgrade it"
        )
    return kept


_TAGGED: Mapping[str, type] = {kind.__name__: kind for union in (HowMuch, Condition) for kind in get_args(union)}
"""Classes that can be in a union: they are stored with their name, under ``is``."""


def _is_tagged(kind: Any) -> bool:
    return isinstance(kind, UnionType) and set(get_args(kind)) - {NoneType} <= set(_TAGGED.values())


@lru_cache(maxsize=32)
def _converter(kinds: Kinds) -> Converter:
    converter = Converter()
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    converter.register_structure_hook(datetime, lambda value, _: datetime.fromisoformat(value))
    read_strictly(converter)
    converter.register_structure_hook_func(lambda kind: kind is object, lambda value, _: value)
    converter.register_unstructure_hook_func(_is_tagged, partial(_with_tag, converter))
    converter.register_structure_hook_func(_is_tagged, partial(_by_tag, converter))
    converter.register_unstructure_hook_func(_is_play, partial(_with_tag, converter))
    converter.register_structure_hook_func(_is_play, partial(_play_of, converter, kinds))
    converter.register_unstructure_hook_factory(_has_more, partial(_written, converter))
    converter.register_structure_hook_factory(_has_more, partial(_read, converter))
    converter.register_structure_hook(Campaign, partial(_campaign_of, converter, kinds))
    return converter


def _is_play(kind: Any) -> bool:
    return kind is CompiledPlay


def _with_tag(converter: Converter, value: Any) -> Any:
    return value if value is None else {"is": type(value).__name__, **converter.unstructure(value, type(value))}


def _by_tag(converter: Converter, value: Any, _kind: Any) -> Any:
    if value is None:
        return None
    fields = dict(value)
    return converter.structure(fields, _TAGGED[fields.pop("is")])


def _play_of(converter: Converter, kinds: Kinds, value: Any, _kind: Any) -> Any:
    """A play by its kind's word; the name of its class stands there too, and must agree."""
    fields = dict(value)
    tag, head = fields.pop("is"), fields["head"]
    play = kinds.named(head["kind"], head["campaign"]).play
    if tag != play.__name__:
        raise StorageError(f"campaign {head['campaign']} is of the kind {head['kind']!r}, and was kept as a {tag}")
    return converter.structure(fields, play)


def _campaign_of(converter: Converter, kinds: Kinds, value: Any, _kind: Any) -> Campaign:
    fields = dict(value)
    play = converter.structure(fields.pop("play"), CompiledPlay)  # type: ignore[type-abstract]
    texts: dict[str, Any] = {name: converter.structure(fields.pop(name), kind) for name, kind in _TEXTS.items()}
    if fields:
        raise StorageError(f"campaign {play.head.campaign} was kept with {', '.join(sorted(fields))}, unknown here")
    return Campaign(play=play, kind=kinds.of(play), **texts)


_TEXTS: Mapping[str, type] = {"source": str, "file": str, "line": int, "accepted": str}
"""The fields of a stored campaign besides its play."""


def _has_more(kind: Any) -> bool:
    """Whether a class has fields that stored texts leave out."""
    sold = isinstance(kind, type) and attrs.has(kind) and "on_sale" in attrs.fields_dict(kind)
    return sold or kind in (Campaign, Project)


def _written(converter: Converter, cls: type) -> Callable[[Any], Any]:
    """How a class is written without what follows from the rest; made when the first one is written."""
    return make_dict_unstructure_fn(cls, converter, **_left_out(cls))


def _read(converter: Converter, cls: type) -> Callable[[Any, Any], Any]:
    return make_dict_structure_fn(cls, converter, _cattrs_forbid_extra_keys=True, **_left_out(cls))


_MEASURES = ("mall", "zone", "currency", "locales", "units")
"""The fields of a project that say what amounts and times mean."""

_LATER = frozenset({"brands", "categories", "counted", "displays", "on_sale", "scenes"})
"""Fields of a project, or of what is sold, that are written only where they say something, so that older texts stay the same."""


def _left_out(cls: type) -> Any:
    omitted = {field.name: override(omit=True) for field in attrs.fields(cls) if not is_stored(field)}
    return omitted | {name: override(omit_if_default=True) for name in _LATER & {f.name for f in attrs.fields(cls)}}
