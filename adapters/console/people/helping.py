"""
Help one person: correct a wallet, give an entitlement, with a reason.
"""

from __future__ import annotations

from typing import Any

import attrs

from quanyi.adapters.console.people.copies import COPY
from quanyi.adapters.console.people.erasing import ERASE
from quanyi.adapters.console.people.person import person_view
from quanyi.adapters.console.people.search import people_view
from quanyi.adapters.console.screens import Action, Booking, Done, Mistyped, Screen
from quanyi.adapters.console.visit import Console
from quanyi.entitlements.amounts import parse_amount
from quanyi.entitlements.inputs import Receipt

__all__ = ["PERSON_SCREENS", "amount_typed"]

_SEE = ("operator", "approver", "auditor")


@attrs.frozen(kw_only=True)
class _Amount:
    unit: str
    amount: int


def amount_typed(text: str, unit: str, to: Console) -> int | None:
    """An amount of a unit as a person types it, ``-12.50``, in its smallest part; None for anything else, and for 0."""
    try:
        amount = parse_amount(text.strip().replace("−", "-"), to.mall.project.scale_of(unit))
    except (ArithmeticError, ValueError):
        return None
    return amount or None


def _read_amount(to: Console) -> _Amount:
    unit = to.typed.get("unit", "")
    if unit not in to.mall.project.units:
        raise Mistyped({"unit": to.words("person.unit_wrong")})
    amount = amount_typed(to.typed.get("amount", ""), unit, to)
    if amount is None:
        raise Mistyped({"amount": to.words("person.amount_wrong")})
    return _Amount(unit=unit, amount=amount)


def _adjust(to: Console, asked: _Amount, booking: Booking) -> Done:
    said: dict[str, Any] = {"key": booking.key, "reason": booking.reason, "by": booking.by}
    if to.books.desk.help.bound(asked.unit, asked.amount) is not None:
        return _asked_for(to, to.books.desk.help.ask(to.person, asked.unit, asked.amount, **said))
    to.books.desk.adjust(to.person, asked.unit, asked.amount, **said)
    return Done(goes=to.url("person", holder=to.path["holder"]))


def _asked_for(to: Console, receipt: Receipt) -> Done:
    """Nothing is given yet: it waits for somebody else's yes."""
    return Done(goes=to.url("request", holder=to.path["holder"], request=receipt.request), why="asked")


def _read_benefit(to: Console) -> str:
    benefit = to.typed.get("benefit", "")
    if benefit not in to.mall.project.benefits:
        raise Mistyped({"benefit": to.words("person.benefit_wrong")})
    return benefit


def _grant(to: Console, benefit: str, booking: Booking) -> Done:
    said: dict[str, Any] = {"key": booking.key, "reason": booking.reason, "by": booking.by}
    if to.books.desk.help.bound(benefit) is not None:
        return _asked_for(to, to.books.desk.help.ask(to.person, benefit, **said))
    to.books.desk.grant(to.person, benefit, **said)
    return Done(goes=to.url("person", holder=to.path["holder"], tab="entitlements"))


PERSON_SCREENS = (
    Screen(name="people", path="/people", roles=_SEE, view=people_view),
    Screen(
        name="person",
        path="/people/<holder>",
        roles=_SEE,
        view=person_view,
        under="people",
        actions=(
            Action(name="adjust", roles={"operator"}, read=_read_amount, run=_adjust),
            Action(name="grant", roles={"operator"}, read=_read_benefit, run=_grant),
            COPY,
            ERASE,
        ),
    ),
)
