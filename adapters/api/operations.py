"""
Every operation of the API as a value. Routes, the OpenAPI document and the tests' matrix are made from this table.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal

import attrs
from pydantic import BaseModel

from quanyi.adapters.api import alarms, answers, bodies, figures, reads, writes
from quanyi.adapters.api.caller import Call

__all__ = ["OPERATIONS", "Operation"]


@attrs.frozen(kw_only=True)
class Operation:
    """
    One thing that a caller can ask for.

    Attributes:
        id: Its name for programs, the OpenAPI ``operationId``.
        path: Below the API's prefix, with ids in braces.
        scope: The one scope that a key needs.
        said: The model of its query, or of its body.
        answer: The model of what it answers.
        run: Asks the mall; what it gives is checked against `answer`.
        key: Whether it is a write, which needs a key.
    """

    id: str
    method: Literal["GET", "POST"]
    path: str
    scope: str
    summary: str
    said: type[BaseModel]
    answer: type[BaseModel]
    run: Callable[[Call], Any]
    key: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The ids in its path."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    @property
    def rule(self) -> str:
        """Its path as Flask writes it."""
        return re.sub(r"{(\w+)}", r"<\1>", self.path)


def _read(id_: str, path: str, scope: str, summary: str, *models: Any) -> Operation:
    said, answer, run = models
    return Operation(id=id_, method="GET", path=path, scope=scope, summary=summary, said=said, answer=answer, run=run)


def _write(id_: str, path: str, scope: str, summary: str, *models: Any) -> Operation:
    said, run = models
    told = answers.ReceiptAnswer
    return Operation(
        id=id_, method="POST", path=path, scope=scope, summary=summary, said=said, answer=told, run=run, key=True
    )


OPERATIONS: tuple[Operation, ...] = (
    _write("reportEvent", "/events", "events:write", "Say that something happened", bodies.Reporting, writes.report),
    _read("listOffers", "/offers", "offers:read", "What is on offer, with why not", bodies.OffersAsked, answers.OfferPage, reads.read_offers),
    _read("getOffer", "/offers/{campaign}/{item}", "offers:read", "One thing on offer", bodies.OfUser, answers.OfferAnswer, reads.read_offer),
    _write("setReminder", "/offers/{campaign}/{item}/remind", "reminders:write", "Tell a user once when a thing can be had", bodies.Reminding, writes.remind),
    _write("cancelReminder", "/offers/{campaign}/{item}/cancel-reminder", "reminders:write", "Tell them no more", bodies.Reminding, writes.cancel_reminder),
    _write("exchange", "/exchanges", "deals:write", "Exchange points for a benefit", bodies.Exchanging, writes.exchange),
    _write("claim", "/claims", "deals:write", "Claim a piece of a sale", bodies.Claiming, writes.claim),
    _read("getDeal", "/deals/{deal}", "deals:read", "One deal", bodies.OfUser, answers.DealAnswer, reads.read_deal),
    _write("settleDeal", "/deals/{deal}/settle", "payments:write", "Say that a deal's money has come in", bodies.Settling, writes.settle),
    _write("releaseDeal", "/deals/{deal}/release", "deals:write", "Give up a deal that is not paid", bodies.Releasing, writes.release),
    _write("refundDeal", "/deals/{deal}/refund", "payments:write", "Take a paid deal back", bodies.Refunding, writes.refund),
    _write("redeemEntitlement", "/entitlements/{entitlement}/redeem", "entitlements:redeem", "Use an entitlement", bodies.Redeeming, writes.redeem),
    _read("listDeals", "/users/{user}/deals", "deals:read", "A user's deals, newest first", bodies.Paged, answers.DealPage, reads.read_deals),
    _read("listEntitlements", "/users/{user}/entitlements", "entitlements:read", "A user's entitlements", bodies.EntitlementsAsked, answers.EntitlementPage, reads.read_entitlements),
    _read("checkEntitlement", "/users/{user}/checks/{benefit}", "entitlements:read", "Whether a user has a benefit now", bodies.Nothing, answers.CheckAnswer, reads.read_check),
    _read("listReminders", "/users/{user}/reminders", "reminders:read", "What a user waits to be told of", bodies.Nothing, answers.RemindersAnswer, reads.read_reminders),
    _read("getWallet", "/users/{user}/wallet", "wallets:read", "What a user has, in every unit", bodies.Nothing, answers.WalletAnswer, reads.read_wallet),
    _read("listEntries", "/users/{user}/wallet/{unit}/entries", "wallets:read", "The history of a user's purse", bodies.Paged, answers.EntryPage, reads.read_entries),
    _read("listEligibility", "/users/{user}/campaigns", "campaigns:read", "Every campaign, with whether a user may take part, and why not", bodies.Nothing, answers.EligibilitiesAnswer, reads.read_campaigns),
    _read("getFigures", "/figures", "figures:read", "What the books come to, by day, campaign, thing…", bodies.FiguresAsked, answers.FiguresAnswer, figures.read_figures),
    _read("listAlarms", "/alarms", "alarms:read", "What of the mall wants somebody to look at it, newest first", bodies.AlarmsAsked, answers.AlarmPage, alarms.read_alarms),
    Operation(id="explain", method="POST", path="/decisions", scope="decisions:read", summary="What would happen now, and why; nothing is written", said=bodies.Deciding, answer=answers.DecisionsAnswer, run=reads.read_decisions),
    _read("getReceipt", "/receipts", "decisions:read", "What became of an earlier write, by its key", bodies.Receipted, answers.ReceiptAnswer, reads.read_receipt),
)  # fmt: skip
"""All operations, in the order in which a first integration meets them."""
