"""
The port to a supplier: what a connector can be asked, and the values that go over it.

A connector talks to the outside, so it is called where no transaction is open, and what it replies becomes an input.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Protocol, runtime_checkable

import attrs

from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.parsing import LARGEST
from quanyi.entitlements.supply.replies import Reply

__all__ = [
    "REFUSALS",
    "AccountAnswer",
    "Callback",
    "CallbackAnswer",
    "CallbackRefused",
    "CallbackRequest",
    "Capability",
    "CataloguePage",
    "Order",
    "Product",
    "Supplier",
]

_LONGEST = 200
_MOST_PIECES = 10_000


class Capability(StrEnum):
    """
    One thing that a supplier can be asked, or that it promises.

    `REPEATABLE` is a promise: an order that is sent again under the same reference is charged once.
    """

    ORDER = "order"
    QUERY = "query"
    CANCEL = "cancel"
    CATALOGUE = "catalogue"
    BALANCE = "balance"
    CALLBACK = "callback"
    CHECK_ACCOUNT = "check_account"
    REPEATABLE = "repeatable"


def _text(_: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, str) or not value or len(value) > _LONGEST or not value.isprintable():
        raise InputError(f"{attribute.name} is a text of 1 to {_LONGEST} visible characters")


def _pieces(_: object, __: object, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_PIECES:
        raise InputError(f"quantity is a whole number from 1 to {_MOST_PIECES}")


def _amount_if_any(_: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST):
        raise InputError(f"{attribute.name} is a whole number of smallest parts from 0 on, or None")


def _price(product: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    _amount_if_any(product, attribute, 0 if value is None else value)
    if value is None:
        raise InputError("a product has a price")


def _instant(_: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise InputError(f"{attribute.name} is a datetime with a zone")


@attrs.frozen(kw_only=True)
class Order:
    """
    One purchase to be made at a supplier.

    Attributes:
        reference: Under which the supplier shall know the purchase: the same each time it is sent.
        product: What the supplier calls the thing.
        quantity: How many pieces, 1 to 10,000.
        account: What the supplier must know of the account to be charged, as the buyer confirmed it; empty for codes.
        price: The most that all pieces may cost, in the smallest part of the supplier's currency; None says no bound.
        at: When the order is placed; it has a zone.
    """

    reference: str = attrs.field(validator=_text)
    product: str = attrs.field(validator=_text)
    quantity: int = attrs.field(default=1, validator=_pieces)
    account: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    price: int | None = attrs.field(default=None, validator=_amount_if_any)
    at: datetime = attrs.field(validator=_instant)


@attrs.frozen(kw_only=True)
class Product:
    """
    A thing as a supplier lists it.

    Attributes:
        product: What the supplier calls it, in orders too.
        price: What one piece costs, in the smallest part of the supplier's currency.
        stock: How many there are; None where the supplier names no bound.
        active: Whether it can be ordered.
    """

    product: str = attrs.field(validator=_text)
    price: int = attrs.field(validator=_price)
    title: str = ""
    stock: int | None = attrs.field(default=None, validator=_amount_if_any)
    active: bool = True


@attrs.frozen(kw_only=True)
class CataloguePage:
    """
    A part of a supplier's list.

    Attributes:
        next: What to ask for the part behind this one; None for the last.
        complete: Whether the supplier said that its list is whole with this page, and all of the page could be read. Only
            then is a product gone that was in none of its pages.
        skipped: How many entries could not be read.
    """

    products: tuple[Product, ...]
    next: str | None = None
    complete: bool = False
    skipped: int = 0


@attrs.frozen
class AccountAnswer:
    """
    What a supplier says of an account before it is charged.

    Attributes:
        state: ``known``, ``unknown`` with the supplier's word, or ``silent``: it did not say in time, or nothing clear.
    """

    state: Literal["known", "unknown", "silent"]
    word: str = ""


@attrs.frozen(kw_only=True)
class CallbackRequest:
    """
    A request that came in under a supplier's address.

    Attributes:
        path: With the query, as it came.
        headers: By name in small letters.
        at: When it came, by our clock.
    """

    method: str
    path: str
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)
    at: datetime


@attrs.frozen(kw_only=True)
class CallbackAnswer:
    """What a supplier wants to hear, so that it does not send a call-back again."""

    status: int = 200
    text: str = ""
    type: str = "text/plain; charset=utf-8"


@attrs.frozen(kw_only=True)
class Callback:
    """
    A call-back that was found to be the supplier's own, sent just now.

    Attributes:
        reference: Under which we placed the purchase.
        reply: What it says of the purchase.
        nonce: What the supplier gave this one request alone, by which one that is sent again word for word is noticed;
            empty where it gives none.
        until: Until when the request would be taken by its age: afterwards its nonce need not be remembered.
    """

    reference: str
    reply: Reply
    answer: CallbackAnswer = attrs.field(factory=CallbackAnswer)
    nonce: str = ""
    until: datetime | None = None


REFUSALS: Mapping[str, int] = {
    "malformed": 400,
    "bad_signature": 401,
    "too_old": 401,
    "unknown_reference": 404,
    "unknown_reference_form": 404,
    "replayed": 409,
    "too_large": 413,
    "wrong_amount": 422,
}
"""Why a call-back may be refused, each with the HTTP status of the answer."""


class CallbackRefused(Exception):  # noqa: N818  (what became of a request)
    """
    A call-back that is not believed, or is about nothing that we know. It changes nothing.

    Args:
        reason: One of `REFUSALS`.
        why: For an operator; it repeats nothing secret.

    >>> CallbackRefused("too_old", "signed 312 seconds ago").reason
    'too_old'
    """

    def __init__(self, reason: str, why: str = "") -> None:
        if reason not in REFUSALS:
            raise InputError(f"a call-back is not refused for {reason!r}: one of {', '.join(sorted(REFUSALS))}")
        self.reason = reason
        self.why = why
        super().__init__(f"{reason}: {why}" if why else reason)


@runtime_checkable
class Supplier(Protocol):
    """
    Somebody who sells us what we sell on.

    What is not among `capabilities` raises InputError when it is asked. `order`, `query` and `cancel` raise nothing for
    what the other side does: silence, nonsense and refusals are replies. The others raise `SupplierUnavailable` when
    there is no answer that can be read, and `SupplierRefused` for the supplier's no.
    """

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What it can be asked, and what it promises."""
        ...

    def order(self, order: Order) -> Reply:
        """Place a purchase. Never `Absent`."""
        ...

    def query(self, reference: str) -> Reply:
        """Ask what became of a purchase. Never `Busy`: that it may not be asked now says nothing of the purchase."""
        ...

    def cancel(self, reference: str) -> Reply:
        """
        Ask to give a purchase up, and say what it came to.

        `Refused` says that it is given up for good; `Delivered` that it was too late; `Accepted` that it goes on. Never
        `Busy` or `Absent`.
        """
        ...

    def catalogue(self, after: str | None = None) -> CataloguePage:
        """A page of what it sells: the first, or the one behind `CataloguePage.next`."""
        ...

    def balance(self) -> Amount:
        """What we still have there to spend."""
        ...

    def check_account(self, product: str, account: Mapping[str, str]) -> AccountAnswer:
        """Whether an account can be charged with a product; raises nothing for what the other side does."""
        ...

    def read_callback(self, request: CallbackRequest) -> Callback:
        """
        What a call-back says, once it is found to be the supplier's own.

        Raises:
            CallbackRefused: It is not signed by the supplier just now, or can't be read.
        """
        ...
