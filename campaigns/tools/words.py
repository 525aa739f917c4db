"""
What stories and recordings can say of a project: the steps that every mall has, and the words of its kinds.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from quanyi.campaigns.kinds.attributes import amount_in, named_deal, word_in
from quanyi.campaigns.kinds.stories import Stage, StoryWords, merged
from quanyi.campaigns.project.model import Project
from quanyi.entitlements.errors import InputError, NotFound
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.records import Deal

__all__ = ["words_of"]

_Context = Mapping[str, Any] | None


def words_of(project: Project, mall: StoryWords | None = None) -> StoryWords:
    """
    The words of all kinds that *project* may have campaigns of, with those that every mall has.

    Args:
        mall: What every mall has of them; its steps if left out.

    Raises:
        InputError: Two kinds, or a kind and the mall, mean different things by one word.
    """
    return _merged(mall or _MALL, tuple((kind.word, kind.story) for kind in project.kinds))


@lru_cache(maxsize=8)
def _merged(mall: StoryWords, kinds: tuple[tuple[str, StoryWords], ...]) -> StoryWords:
    return merged({"the mall": mall, **dict(kinds)})


# --- the steps of every mall ---------------------------------------------------------------------


def _redeem(stage: Stage, user: str, key: str, data: dict[str, Any], context: _Context) -> Receipt:
    receipt: Receipt = stage.mall.redeem(_entitlement(stage, user, data), user=user, key=key, context=context)
    return receipt


def _reveal(stage: Stage, user: str, key: str, data: dict[str, Any], context: _Context) -> Receipt:
    receipt: Receipt = stage.mall.reveal(_entitlement(stage, user, data), user=user, key=key, context=context)
    return receipt


def _remind(stage: Stage, user: str, key: str, data: dict[str, Any], context: _Context) -> Receipt:
    receipt: Receipt = stage.mall.remind(*_on_offer(stage, data), user=user, key=key, context=context)
    return receipt


def _cancel_reminder(stage: Stage, user: str, key: str, data: dict[str, Any], context: _Context) -> Receipt:
    receipt: Receipt = stage.mall.cancel_reminder(*_on_offer(stage, data), user=user, key=key, context=context)
    return receipt


def _on_offer(stage: Stage, data: Mapping[str, Any]) -> tuple[str, str]:
    """The campaign and the thing; the campaign is told where several sell it."""
    item = word_in(data, "item")
    if data.get("campaign"):
        return str(data["campaign"]), item
    sellers = [offer.campaign for offer in stage.mall.offers() if offer.item == item]
    if len(sellers) > 1:
        raise InputError(f"{item!r} is sold by {' and '.join(sellers)}; say which: campaign: {sellers[0]}")
    if not sellers:
        raise NotFound(f"no campaign sells {item!r}")
    return sellers[0], item


def _adjust(stage: Stage, user: str, key: str, data: dict[str, Any], context: _Context) -> Receipt:
    if context:
        raise InputError("a correction by an operator has no context")
    unit = word_in(data, "unit")
    amount = amount_in(data, stage.project.scale_of(unit), "amount")
    receipt: Receipt = stage.mall.desk.adjust(user, unit, amount, key=key, reason=str(data.get("reason", "")))
    return receipt


def _entitlement(stage: Stage, user: str, data: Mapping[str, Any]) -> str:
    """By its number, by the order that it came from, or the user's one of a benefit, usable and ending first."""
    if data.get("entitlement"):
        return str(data["entitlement"])
    if data.get("order"):
        with named_deal(data) as deal:
            return _first_of(stage.mall.deal(deal), str(data["order"]))
    benefit = word_in(data, "benefit")
    held = [view for view in stage.mall.entitlements(user) if view.benefit.id == benefit]
    if not held:
        raise NotFound(f"{user} has no {benefit}")
    return str(min(held, key=lambda view: (view.phase != "usable", view.ends or view.got_at, view.id)).id)


def _first_of(deal: Deal, order: str) -> str:
    if not deal.grants:
        raise NotFound(f"order {order} has given nothing")
    return deal.grants[0]


_MALL = StoryWords(
    steps={
        "redeem": _redeem,
        "reminder.cancel": _cancel_reminder,
        "reminder.set": _remind,
        "reveal": _reveal,
        "wallet.adjust": _adjust,
    },
    takes={
        "redeem": ("benefit", "deal", "entitlement", "order"),
        "reminder.cancel": ("campaign", "item"),
        "reminder.set": ("campaign", "item"),
        "reveal": ("benefit", "deal", "entitlement", "order"),
        "wallet.adjust": ("amount", "reason", "unit"),
    },
)
