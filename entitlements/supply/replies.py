"""
Replies: what a supplier said to an order, to a query or in a call-back, as one of six.

The set is closed, so that whoever reads a reply has a branch for each of them. `Delivered` and `Refused` are final;
`Accepted`, `Busy` and `Unknown` leave the purchase open; `Absent` says that there is no purchase to speak of.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, TypeAlias

import attrs

from quanyi.entitlements.errors import InputError
from quanyi.entitlements.parsing import LARGEST

__all__ = ["LONGEST_WORD", "Absent", "Accepted", "Busy", "Delivered", "Refused", "Reply", "Unknown", "is_final"]

LONGEST_WORD = 200
"""How many characters an order number has at most, and of a supplier's word are kept."""

_LONGEST_CODE = 2_000
_MOST_CODES = 10_000


def _number(_: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_WORD:
        raise InputError(f"a reply's {attribute.name} is a text of 1 to {LONGEST_WORD} characters")


def _number_if_any(reply: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if value is not None:
        _number(reply, attribute, value)


def _cost(_: object, __: object, value: Any) -> None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST):
        raise InputError("a reply's cost is a whole number of the smallest part of the currency, from 0 on, or None")


def _codes(_: object, __: object, value: Any) -> None:
    if len(value) > _MOST_CODES or not all(isinstance(code, str) and 0 < len(code) <= _LONGEST_CODE for code in value):
        raise InputError(f"a reply has at most {_MOST_CODES} codes, each a text of 1 to {_LONGEST_CODE} characters")


def _all(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


def _cut(value: Any) -> str:
    if not isinstance(value, str):
        raise InputError("a supplier's word is a text")
    return value[:LONGEST_WORD]


@attrs.frozen
class Accepted:
    """
    The supplier has taken the purchase; the goods come later.

    Attributes:
        number: The supplier's own number of the purchase.
        cost: What it charges for all of it, in the smallest part of the currency it bills in; None where it did not say.

    >>> Accepted("s-17", cost=1200)
    Accepted(number='s-17', cost=1200)
    >>> Accepted("")
    Traceback (most recent call last):
    InputError: a reply's number is a text of 1 to 200 characters
    """

    number: str = attrs.field(validator=_number)
    cost: int | None = attrs.field(default=None, validator=_cost)


@attrs.frozen
class Delivered:
    """
    The purchase is done.

    Attributes:
        number: The supplier's own number of the purchase.
        cost: As in `Accepted`.
        codes: The codes that it sent, as it sent them: plain texts, which no repr shows. There may be fewer than were
            ordered, or one twice: that is for the books to find. A direct charge has none.

    >>> Delivered("s-17", 1200, codes=("AB12-CD34",))
    Delivered(number='s-17', cost=1200)
    """

    number: str = attrs.field(validator=_number)
    cost: int | None = attrs.field(default=None, validator=_cost)
    codes: tuple[str, ...] = attrs.field(default=(), converter=_all, validator=_codes, repr=False)


@attrs.frozen
class Refused:
    """
    The supplier's final no: it has not delivered, and will not.

    Attributes:
        word: The supplier's own word for it, at most 200 characters of it.
        number: Its number of the purchase, where it had taken it before it failed.
    """

    word: str = attrs.field(converter=_cut)
    number: str | None = attrs.field(default=None, validator=_number_if_any)


@attrs.frozen
class Busy:
    """
    Not now: the supplier has taken nothing, and the same order may be sent to it again. Only an order gets this reply.

    Attributes:
        word: As in `Refused`.
        after: How long to wait first, where the supplier says so.
    """

    word: str = attrs.field(converter=_cut)
    after: timedelta | None = None


@attrs.frozen
class Absent:
    """The supplier says that it has no purchase under the reference: the same order may be sent. Only a query gets this reply."""


@attrs.frozen
class Unknown:
    """
    Nothing can be concluded: the purchase may have been made, or not.

    Such a purchase is never repeated, given up or refunded before a query, a call-back or an operator has brought proof.

    Attributes:
        why: What was seen, for an operator. It has no code and no secret.
    """

    why: str = attrs.field(converter=_cut)


Reply: TypeAlias = Accepted | Delivered | Refused | Busy | Absent | Unknown


def is_final(reply: Reply) -> bool:
    """
    Whether a reply ends a purchase.

    >>> is_final(Delivered("s-17")), is_final(Refused("out_of_stock")), is_final(Unknown("no answer in time"))
    (True, True, False)
    """
    return isinstance(reply, Delivered | Refused)
