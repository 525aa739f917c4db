"""
What a bundle shows: each deal of it that a user has, with the state of its parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from quanyi.campaigns.kinds.view import PlayView, Surroundings
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need, Undeclared
from quanyi.entitlements.picture import View
from quanyi.entitlements.plays.bundle import Bundle
from quanyi.entitlements.plays.bundle.view import BundleView, bundle_needs, bundle_view
from quanyi.entitlements.records import Deal, RecordKey

__all__ = ["VIEW"]


def _key(ask: Input) -> RecordKey:
    return RecordKey(kind=Deal.kind, parts=(str(ask.data["deal"]),))


def _needs(_: Bundle, ask: Input) -> set[Need]:
    return {_key(ask)}


def _show(play: Bundle, ask: Input, picture: View, around: Surroundings) -> BundleView:
    """The deal, by the version of the campaign that made it."""
    deal, _ = picture.stored(_key(ask))
    if not isinstance(deal, Deal) or (deal.holder, deal.campaign) != (ask.holder, play.head.campaign):
        raise NotFound(f"no deal {ask.data['deal']}")
    maker = around.version(deal.campaign, deal.version)
    missing = [need for need in bundle_needs(deal, maker) if not picture.declared(need)]
    if missing:
        raise Undeclared(missing)
    return bundle_view(deal, maker, picture)


def _subjects(_: Bundle, around: Surroundings) -> Iterator[Mapping[str, str]]:
    yield from ({"deal": record.key.parts[0]} for record in around.records(Deal.kind))


def _empty(play: Bundle) -> str:
    return f"nothing was bought of {play.head.campaign!r} yet"


VIEW = PlayView(needs=_needs, show=_show, keys=lambda _: ("deal",), subjects=_subjects, empty=_empty)
