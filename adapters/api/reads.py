"""
What the operations that only read ask of the mall.
"""

from __future__ import annotations

from typing import Any

from quanyi.adapters.api.answers import decision_answer, receipt_answer
from quanyi.adapters.api.caller import Call
from quanyi.adapters.api.paging import no_cursor, number_at, page_answer, place_at, turned
from quanyi.campaigns.catalogue.query import PHASES, OfferQuery
from quanyi.entitlements.errors import InputError, NotFound
from quanyi.entitlements.plain import plain
from quanyi.entitlements.records import Reminder

__all__ = [
    "read_campaigns",
    "read_check",
    "read_deal",
    "read_deals",
    "read_decisions",
    "read_entitlements",
    "read_entries",
    "read_offer",
    "read_offers",
    "read_receipt",
    "read_reminders",
    "read_wallet",
]


def read_offers(call: Call) -> Any:
    """Everything on offer, page by page; a cursor is the mark of a place, and only what is on the page is looked up."""
    said = call.said
    query = OfferQuery(kinds=() if said.kind is None else (said.kind,), phases=PHASES)
    page = call.mall.offers(call.whose_or_all(said.user), query=query, after=said.cursor, limit=said.limit)
    if page.misplaced:  # the mall answers what is no mark by the first page
        raise no_cursor()
    call.shown.extend(page)
    return {"items": [_offer(offer.to_dict()) for offer in page], "next": page.next}


def read_offer(call: Call) -> Any:
    """One thing on offer."""
    found = call.mall.offer(call.path["campaign"], call.path["item"], call.whose_or_all(call.said.user))
    call.shown.append(found)
    return _offer(found.to_dict())


def read_deals(call: Call) -> Any:
    """A user's deals."""
    user = call.whose(call.path["user"])
    page = turned(lambda: call.mall.deals(user, after=place_at(call.said.cursor), limit=call.said.limit))
    return page_answer(page, page.next)


def read_deal(call: Call) -> Any:
    """One deal."""
    return call.mall.deal(call.path["deal"], call.whose_or_all(call.said.user)).to_dict()


def read_entitlements(call: Call) -> Any:
    """A user's entitlements."""
    user, said = call.whose(call.path["user"]), call.said
    page = turned(lambda: call.mall.entitlements(user, phase=said.phase, after=place_at(said.cursor), limit=said.limit))
    return page_answer(page, page.next)


def read_reminders(call: Call) -> Any:
    """What a user waits to be told of."""
    user = call.whose(call.path["user"])
    return {"items": [_reminder(each) for each in call.mall.reminders(user)]}


def _reminder(reminder: Reminder) -> dict[str, Any]:
    """A reminder in plain values, without the id by which the books know the user."""
    known = {"campaign": reminder.campaign, "item": reminder.item, "awaits": reminder.awaits}
    return {**known, "set_at": plain(reminder.set_at)}


def read_check(call: Call) -> Any:
    """Whether a user has a benefit now."""
    user, benefit = call.whose(call.path["user"]), call.path["benefit"]
    try:
        entitled = call.mall.entitled(benefit, user)
    except InputError:
        raise NotFound(f"no benefit {benefit}") from None
    return {"user": user, "benefit": benefit, "entitled": entitled}


def read_wallet(call: Call) -> Any:
    """A user's wallet."""
    return call.mall.wallet(call.whose(call.path["user"])).to_dict()


def read_entries(call: Call) -> Any:
    """The history of a user's purse."""
    user, unit, said = call.whose(call.path["user"]), call.path["unit"], call.said
    if unit not in call.mall.project.units:
        raise NotFound(f"no unit {unit}")
    found = call.mall.entries(user, unit, limit=said.limit + 1, before=number_at(said.cursor))
    more = len(found) > said.limit
    return page_answer(found[: said.limit], str(found[said.limit - 1].number) if more else None)


def read_campaigns(call: Call) -> Any:
    """Every campaign, with whether a user may take part, and why not."""
    return {"items": [plain(each) for each in call.mall.eligible(call.whose(call.path["user"]))]}


def read_decisions(call: Call) -> Any:
    """What would happen now, and why."""
    said = call.said
    found = call.mall.explain(
        said.type, user=call.whose_or_all(said.user), data=said.data, campaign=said.campaign, context=call.context
    )
    return {"decisions": [decision_answer(each.to_dict()) for each in found]}


def read_receipt(call: Call) -> Any:
    """What became of an earlier write."""
    try:
        receipt = call.mall.ask(call.said.key, call.said.type)
    except InputError:
        raise NotFound("no such type") from None
    if receipt is None:
        raise NotFound("nothing was booked under this key")
    return receipt_answer(receipt, receipt.key)


def _offer(offer: dict[str, Any]) -> dict[str, Any]:
    """An offer in plain values, with each step of its price as a map."""
    steps = [{"pieces": pieces, **price} for pieces, price in offer["price"]["steps"]]
    return {**offer, "price": {**offer["price"], "steps": steps}}
