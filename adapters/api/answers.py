"""
What operations answer, as pydantic models. Each is made from the plain form of what the mall answers, and has only
what a caller may see: no person's id in the books, no cost of a benefit, no accounts.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from quanyi.entitlements.inputs import Receipt

__all__ = [
    "AlarmAnswer",
    "AlarmPage",
    "BenefitAnswer",
    "CheckAnswer",
    "DealAnswer",
    "DealPage",
    "DecisionAnswer",
    "DecisionsAnswer",
    "EligibilitiesAnswer",
    "EligibilityAnswer",
    "EntitlementAnswer",
    "EntitlementPage",
    "EntryAnswer",
    "EntryPage",
    "FiguresAnswer",
    "FiguresRowAnswer",
    "GivenAnswer",
    "OfferAnswer",
    "OfferPage",
    "PriceAnswer",
    "PurseAnswer",
    "ReceiptAnswer",
    "RefusalAnswer",
    "ReminderAnswer",
    "RemindersAnswer",
    "StepAnswer",
    "WalletAnswer",
    "decision_answer",
    "receipt_answer",
]

_Texts = Annotated[dict[str, str], Field(description="By language.")]
_Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
_Next = Annotated[str | None, Field(description="The `cursor` of the next page; null where this is the last.")]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class RefusalAnswer(_Answer):
    """A no: its stable code, the campaign's own word for it, and the values that were compared."""

    code: str
    reason: str
    clause: str
    shows: dict[str, Any]
    next_at: _Instant | None
    campaign: str | None


_Units = Annotated[dict[str, int], Field(description="By unit, in its smallest part.")]


class AlarmAnswer(_Answer):
    """Something of the mall that wants somebody to look at it; `amount` is where it stands, `bound` from where on it is an alarm."""

    id: str
    name: str
    subject: str
    severity: str
    phase: str
    campaign: str
    item: str
    amount: int
    bound: int
    count: int
    first_at: _Instant
    last_at: _Instant
    ends_at: Annotated[_Instant | None, Field(description="When what it warns of will happen, as far as can be told.")]
    by: Annotated[str, Field(description="Who acknowledged it.")]
    reason: str
    acknowledged_at: _Instant | None
    cleared_at: _Instant | None


class AlarmPage(_Answer):
    """Alarms, newest first."""

    items: list[AlarmAnswer]
    next: _Next


class FiguresRowAnswer(_Answer):
    """The figures of one day, campaign, thing…; money in the smallest part. `cost` is null for a key of one brand."""

    key: str
    shown: int
    eligible: int
    claims: int
    claimed: int
    paid: int
    discount: int
    closed: int
    refunds: int
    refunded: int
    delivered: int
    granted: int
    cost: int | None
    redeemed: int
    withdrawn: int
    issued: _Units
    spent: _Units
    worked: int
    failed: int
    rated: int
    stars: int


class FiguresAnswer(_Answer):
    """Figures, by what was asked."""

    first: str
    last: str
    by: str
    zone: str
    currency: str
    rows: list[FiguresRowAnswer]
    total: FiguresRowAnswer
    counted_to: Annotated[_Instant | None, Field(description="When the last change was decided that is counted.")]
    late: Annotated[bool, Field(description="Whether a change waits for more than a minute to be counted.")]


class GivenAnswer(_Answer):
    """Something that somebody got; below zero if it was taken."""

    thing: str
    amount: int


class DecisionAnswer(_Answer):
    """
    One campaign's answer.

    Receipts keep the outcome, reason and code; asked beforehand, it has the values that were compared, too.
    """

    campaign: str
    version: str
    outcome: str
    rule: str
    reason: str
    code: str
    clause: str
    shows: dict[str, Any]
    next_at: _Instant | None
    given: list[GivenAnswer]
    facts: dict[str, Any]
    where: str


class DecisionsAnswer(_Answer):
    """What every campaign would decide now."""

    decisions: list[DecisionAnswer]


class ReceiptAnswer(_Answer):
    """
    What became of a write.

    `answer` is what the command answers: `deal`, `pay` and `due_at` of a claim, `refund` of a refund. `given` is what
    all people together got. `duplicate` says that this is the receipt of an earlier request with the same key.
    """

    key: str
    type: str
    at: _Instant
    duplicate: bool
    given: dict[str, int]
    answer: dict[str, Any]
    decisions: list[DecisionAnswer]


class StepAnswer(_Answer):
    """What each piece costs from so many pieces on."""

    pieces: int
    units: dict[str, int]
    money: int


class PriceAnswer(_Answer):
    """What one piece costs: amounts of units, and money in the currency's smallest part."""

    units: dict[str, int]
    money: int
    list_price: int
    steps: list[StepAnswer]


class BenefitAnswer(_Answer):
    """A benefit, as the catalogue lists it."""

    id: str
    form: str
    title: _Texts
    text: _Texts
    guide: _Texts
    category: str
    platform: str
    face: int
    uses: int


class OfferAnswer(_Answer):
    """One thing on offer, with why the user could not have it now."""

    campaign: str
    kind: str
    item: str
    title: _Texts
    text: _Texts
    campaign_title: _Texts
    campaign_text: _Texts
    benefit: BenefitAnswer | None
    price: PriceAnswer
    currency: str
    currency_scale: int
    left: int | None
    total: int | None
    state: str
    starts_at: _Instant | None
    ends_at: _Instant | None
    next_at: _Instant | None
    limit_per_user: int | None
    most: int | None
    hold_seconds: int
    takes_codes: bool
    why_not: RefusalAnswer | None


class OfferPage(_Answer):
    """Offers."""

    items: list[OfferAnswer]
    next: _Next


class DealAnswer(_Answer):
    """One purchase or exchange, with its hold until `due_at`."""

    id: str
    phase: str
    campaign: str
    item: str
    order: str
    pieces: int
    pay: int
    currency: str
    price: dict[str, int]
    list_price: int
    grants: list[str]
    ended: str
    returned: int
    refunded: int
    placed_at: _Instant
    paid_at: _Instant | None
    due_at: _Instant | None


class DealPage(_Answer):
    """Deals, newest first."""

    items: list[DealAnswer]
    next: _Next


class EntitlementAnswer(_Answer):
    """One user's right to one benefit; `phase` as it reads now. Its card code is never in it."""

    id: str
    benefit: BenefitAnswer
    phase: str
    got_at: _Instant
    starts: _Instant
    ends: _Instant | None
    revealed_at: _Instant | None
    has_code: bool
    uses: int
    deal: str


class EntitlementPage(_Answer):
    """Entitlements, what ends first in front."""

    items: list[EntitlementAnswer]
    next: _Next


class ReminderAnswer(_Answer):
    """What a user waits to be told of: `awaits` says whether it was the `start` or `stock` that was lacking."""

    campaign: str
    item: str
    awaits: Literal["start", "stock"]
    set_at: _Instant


class RemindersAnswer(_Answer):
    """What a user waits to be told of, what was asked for last in front."""

    items: list[ReminderAnswer]


class CheckAnswer(_Answer):
    """Whether a user has a usable entitlement to a benefit now."""

    user: str
    benefit: str
    entitled: bool


class PurseAnswer(_Answer):
    """What a user has of one unit; `ending` is what ends when, soonest first."""

    unit: str
    title: _Texts
    scale: int
    balance: int
    owed: int
    ending: list[tuple[_Instant, int]]


class WalletAnswer(_Answer):
    """All purses of a user, by unit."""

    user: str
    units: dict[str, PurseAnswer]


class EntryAnswer(_Answer):
    """One line of a wallet's history, with the balance after it."""

    number: int
    at: _Instant
    unit: str
    amount: int
    balance: int
    label: str
    campaign: str
    rule: str
    by: str | None


class EntryPage(_Answer):
    """A wallet's history, newest first."""

    items: list[EntryAnswer]
    next: _Next


class EligibilityAnswer(_Answer):
    """Whether a user may take part in a campaign now, and why not."""

    campaign: str
    kind: str
    title: _Texts
    eligible: bool
    why_not: RefusalAnswer | None


class EligibilitiesAnswer(_Answer):
    """Every campaign in force, by priority and then by name."""

    items: list[EligibilityAnswer]


def receipt_answer(receipt: Receipt, key: str) -> dict[str, Any]:
    """
    A receipt in plain values, with the *key* that its caller knows it by.

    Who got what is told without the people's ids in the books.
    """
    plain = receipt.kept().to_dict()  # what a repeated request is told, too
    decisions = [decision_answer(each) for each in plain["decisions"]]
    return {**plain, "key": key, "given": dict(receipt.given), "decisions": decisions}


def decision_answer(plain: dict[str, Any]) -> dict[str, Any]:
    """A decision in plain values, without the people's ids in the books."""
    given = [{"thing": thing, "amount": amount} for _, thing, amount in plain["given"]]
    return {**plain, "given": given}
