"""
Whether limits bound what is given: what kinds share to find that out.
"""

from __future__ import annotations

from collections.abc import Iterable

from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.entitlements.calculators import most
from quanyi.entitlements.clauses import Gift, Limit

__all__ = ["bounding", "can_run_out", "check_amounts", "counted_as", "counted_of", "has_stock"]


def bounding(limit: Limit, counted: set[str], people: frozenset[str] | set[str] = frozenset({"user"})) -> bool:
    """Whether a limit bounds what *people* get: one per order bounds nobody who orders again."""
    somebody = {*people, "campaign"} & set(limit.per) or not limit.per
    return bool(somebody) and limit.over != "flag" and limit.of in counted


def counted_as(gift: Gift, currency: str) -> set[str]:
    """In what a limit may count a gift: a benefit in pieces, and in money if it costs any."""
    if gift.benefit is None:
        return {"times", gift.thing}
    return {"times", "pieces", gift.thing, *([currency] if gift.benefit.cost else [])}


def has_stock(gift: Gift) -> bool:
    """Whether it is a benefit that can run out."""
    return gift.benefit is not None and gift.benefit.counted


def can_run_out(gifts: Iterable[Gift]) -> bool:
    """Whether any of *gifts* can be out of stock."""
    return any(has_stock(gift) for gift in gifts)


def counted_of(gifts: tuple[Gift, ...], currency: str) -> set[str]:
    """What limits on *gifts* can count."""
    counted = {"times", *(gift.thing for gift in gifts)}
    counted |= {"pieces"} if any(gift.benefit is not None for gift in gifts) else set()
    return counted | ({currency} if any(gift.benefit is not None and gift.benefit.cost for gift in gifts) else set())


def check_amounts(
    gifts: tuple[Gift, ...], limits: tuple[Limit, ...], root: Place, currency: str, findings: Findings
) -> None:
    """An amount that depends on the event needs a limit of its own."""
    for gift in gifts:
        amounts = counted_as(gift, currency) - {"times", "pieces"}
        if most(gift.how_much) is None and not any(bounding(limit, amounts) for limit in limits):
            hint = Message(
                "write budget: {{{thing}: [{{amount: 100000, in: month}}]}}, or at_most an amount per user",
                thing=gift.thing,
            )
            message = Message("how much {thing} one event gives has no bound", thing=gift.thing)
            findings.key_error(root, "unbounded-amount", message, hint)
            return
