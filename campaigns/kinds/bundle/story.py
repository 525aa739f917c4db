"""
What stories say of bundles: what they say of a sale, and of its parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from quanyi.campaigns.kinds.attributes import named_deal, word_in
from quanyi.campaigns.kinds.expectation import Expectation
from quanyi.campaigns.kinds.reader import Reader
from quanyi.campaigns.kinds.sale.story import STORY as SALE
from quanyi.campaigns.kinds.stories import Scene, Stage, StoryCheck
from quanyi.campaigns.language.places import Place
from quanyi.entitlements.derived_ids import deal_id
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.inputs import Receipt

__all__ = ["STORY"]

_PART_WORDS = ("cancelled", "failed", "given", "open", "short", "unpaid", "waiting", "withdrawn")


def _choose(stage: Stage, user: str, key: str, data: dict[str, Any], context: Mapping[str, Any] | None) -> Receipt:
    choice = data.get("choice") or ()
    names = [str(name) for name in choice] if isinstance(choice, list | tuple) else [str(choice)]
    with named_deal(data) as deal:
        part = word_in(data, "part")
        receipt: Receipt = stage.mall.choose(deal, part, names, user=user, key=key, context=context)
    return receipt


def _read_parts(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    """`{o1: {tea: given, pick: open}}`."""
    for order, parts, at in reader.map(value, place):
        for part, word, spot in reader.map(parts, at):
            yield from reader.one_word(word, _PART_WORDS, spot, name, order, part)


def _parts(scene: Scene, order: str, part: str) -> str:
    try:
        found = scene.stage.mall.bundle(deal_id("", "", order)).parts
    except NotFound:
        return "none"
    return next((view.phase for view in found if view.name == part), "none")


STORY = attrs.evolve(
    SALE,
    steps={**SALE.steps, "bundle.choose": _choose},
    takes={**SALE.takes, "bundle.choose": ("choice", "deal", "order", "part")},
    checks={**SALE.checks, "parts": StoryCheck(read=_read_parts, look=_parts)},
)
