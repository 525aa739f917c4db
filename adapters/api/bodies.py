"""
What requests say: the bodies and queries of operations, as pydantic models. Unknown fields are refused, and nothing
is converted: a number as text is a mistake, and not a number.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from quanyi.campaigns.catalogue.marks import LONGEST_MARK
from quanyi.entitlements.identifiers import LONGEST
from quanyi.entitlements.parsing import LARGEST

__all__ = [
    "LARGEST_PAGE",
    "AlarmsAsked",
    "Claiming",
    "Deciding",
    "EntitlementsAsked",
    "Exchanging",
    "FiguresAsked",
    "Identifier",
    "Nothing",
    "OfUser",
    "OffersAsked",
    "Paged",
    "Receipted",
    "Redeeming",
    "Refunding",
    "Releasing",
    "Reminding",
    "Reporting",
    "Settling",
]

LARGEST_PAGE = 100

Identifier = Annotated[
    str, Field(min_length=1, max_length=LONGEST, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$", examples=["ann"])
]
"""An id or name of 1 to 200 characters, taken exactly as it was sent."""

_User = Annotated[Identifier | None, Field(description="Only if it is this user's; else whoever's it is.")]
_Actor = Annotated[Identifier | None, Field(description="Who acts, where it is not the key itself; host keys only.")]
_Context = Annotated[
    dict[str, Any] | None,
    Field(description="How the request came, by the names that `mall.yaml` declares; host keys only."),
]


def _asked(text: object) -> object:
    """A number of a query, which comes as text; what is no number stays, and is refused as such."""
    return int(text) if isinstance(text, str) and _DIGITS(text) else text


def _whole(number: object) -> object:
    """A whole number that is written with a point, ``2.0``, is one for JSON Schema."""
    return int(number) if isinstance(number, float) and number.is_integer() and abs(number) <= LARGEST else number


_DIGITS = re.compile(r"[0-9]{1,9}", re.ASCII).fullmatch
_Limit = Annotated[int, Field(ge=1, le=LARGEST_PAGE, description="How many at most."), BeforeValidator(_asked)]
_Count = Annotated[int, Field(ge=1, le=LARGEST), BeforeValidator(_whole)]
_Amount = Annotated[int, Field(ge=0, le=LARGEST, description="In the smallest part."), BeforeValidator(_whole)]
_NEXT = "`next` of the page before."
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_Cursor = Annotated[str | None, Field(min_length=1, max_length=600, description=_NEXT)]


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Nothing(_Said):
    """A request without fields."""


class OfUser(_Said):
    """Names the user whose things are meant."""

    user: Annotated[Identifier | None, Field(description="As it is for this user, and only if it is theirs.")] = None


class Receipted(_Said):
    """Names an earlier write."""

    type: Annotated[Identifier, Field(description="The event's type, or the command: `order.place` of a claim.")]
    key: Annotated[Identifier, Field(description="Its `Idempotency-Key`.")]


class OffersAsked(OfUser):
    """Says which offers are asked for, and for whom."""

    kind: Annotated[Identifier | None, Field(description="Only those of one kind of campaign: `flash_sale`.")] = None
    limit: _Limit = 50
    cursor: Annotated[str | None, Field(min_length=1, max_length=LONGEST_MARK, description=_NEXT)] = None


class FiguresAsked(_Said):
    """Says which figures are asked for."""

    by: Annotated[
        Identifier | None,
        Field(description="`day`, `hour`, `campaign`, `item`, `brand`, or an attribute that `mall.yaml` counts by."),
    ] = None
    first: Annotated[str | None, Field(pattern=_DAY, description="The first day; 27 before the last.")] = None
    last: Annotated[str | None, Field(pattern=_DAY, description="The last day; today in the mall's zone.")] = None
    campaign: Annotated[Identifier | None, Field(description="Only of this campaign.")] = None
    item: Annotated[Identifier | None, Field(description="Only of this thing.")] = None


class Paged(_Said):
    """Asks for a part of a list."""

    limit: _Limit = 50
    cursor: _Cursor = None


class AlarmsAsked(Paged):
    """Says which alarms are asked for."""

    phase: Annotated[
        Literal["raised", "acknowledged", "cleared"] | None, Field(description="All of them unless given.")
    ] = None


class EntitlementsAsked(Paged):
    """Says which entitlements are asked for."""

    phase: Annotated[
        Literal["usable", "used", "expired", "withdrawn", "void"] | None, Field(description="As it reads now.")
    ] = None


class _Write(_Said):
    """What every write may say."""

    user: _User = None
    by: _Actor = None
    context: _Context = None


class Reporting(_Write):
    """Says that something happened."""

    user: Annotated[Identifier | None, Field(description="To whom, if to anybody.")] = None

    type: Annotated[Identifier, Field(description="A type that `events/` declares.", examples=["order.paid"])]
    data: Annotated[
        dict[str, Any],
        Field(
            description="Its declared attributes: amounts as whole numbers of the smallest part, or decimals as text."
        ),
    ] = Field(default_factory=dict)


class Deciding(_Said):
    """Asks what would happen."""

    type: Annotated[Identifier, Field(description="An event or command.", examples=["order.paid"])]
    user: Annotated[Identifier | None, Field(description="To whom it would happen.")] = None
    data: Annotated[dict[str, Any], Field(description="Its declared attributes.")] = Field(default_factory=dict)
    campaign: Annotated[Identifier | None, Field(description="Only what this campaign would answer.")] = None
    context: _Context = None


class _Ordering(_Write):
    """What exchanges and claims have in common."""

    user: Annotated[Identifier, Field(description="Who gets it; a key that acts for one user names that one.")]
    qty: Annotated[_Count, Field(description="How many pieces.")] = 1
    order: Annotated[Identifier | None, Field(description="Your own number of the order.")] = None
    code: Annotated[Identifier | None, Field(description="A coupon code, which lowers the price.")] = None
    offset: Annotated[_Amount, Field(description="How much of the sale's offset unit is to pay for money.")] = 0


class Exchanging(_Ordering):
    """Asks to exchange points for a benefit."""

    offer: Annotated[Identifier, Field(description="What is wanted.", examples=["coffee"])]
    campaign: Annotated[Identifier | None, Field(description="Whose offer, where several campaigns have it.")] = None


class Claiming(_Ordering):
    """Asks for pieces of a sale."""

    campaign: Annotated[Identifier, Field(description="The sale.", examples=["phone-sale"])]
    item: Annotated[Identifier, Field(description="What it sells.", examples=["phone"])]


class Releasing(_Write):
    """Gives up a deal."""


class Reminding(_Write):
    """Asks to be told, or to be told no more, when a thing on offer can be had."""

    user: Annotated[Identifier, Field(description="Who is told; a key that acts for one user names that one.")]


class Redeeming(_Write):
    """Uses an entitlement."""


class Settling(_Write):
    """Says that the money of a deal has come in."""

    paid: Annotated[_Amount, Field(description="The money; it must be what the deal asks for.")]


class Refunding(_Write):
    """Takes a paid deal back."""

    qty: Annotated[_Count | None, Field(description="How many of its pieces; all of them unless given.")] = None
