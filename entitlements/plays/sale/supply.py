"""
Things that are bought from suppliers once their buyer has paid: ordering them, hearing of them, giving them.

====================  =================================================================
input                 what it does
====================  =================================================================
``purchase.send``     takes a purchase on, just before a worker calls the supplier
``purchase.reply``    what the supplier said: to the order, to a question, or by itself
``purchase.due``      silence is over, another try or a question has come
``purchase.resolve``  what an operator has found out, or decides
====================  =================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from quanyi.entitlements.because import because
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.changes import Changes, SealedCode
from quanyi.entitlements.counted import count
from quanyi.entitlements.derived_ids import derived_id
from quanyi.entitlements.errors import HoldClosed, InputError, NotFound
from quanyi.entitlements.grants import grant
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need
from quanyi.entitlements.parsing import quoted
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.sale.telling import told
from quanyi.entitlements.records import Deal, Purchase, RecordKey
from quanyi.entitlements.supply.purchasing import Purchasing, Result, purchase_key, standing_keys
from quanyi.entitlements.supply.said import said_in
from quanyi.entitlements.undo.reverse import reverse

if TYPE_CHECKING:
    from quanyi.entitlements.plays.sale.terms import SaleTerms

__all__ = ["ANSWERS", "FINDINGS", "called_off", "due", "needs", "reply", "resolve", "send"]

FINDINGS = ("again", "not_bought", "refund")
"""What an operator can say of a purchase that can't go on by itself."""


def needs(ask: Input) -> Iterable[Need]:
    """The purchase; its deal and its suppliers stand on it."""
    return [ask.about] if ask.about is not None else []


def send(sale: SaleTerms, ask: Input, draft: Draft) -> Changes:
    """
    Take the purchase on: from here on it may have been bought, whatever becomes of the worker.

    Returns:
        What is to be ordered of whom; an empty `supplier` where none is left and the deal was taken back, or kept.

    Raises:
        HoldClosed: Nothing is to be ordered.
    """
    buying, deal = _found(sale, ask, draft)
    route = buying.send()
    answer: dict[str, Any] = {"purchase": buying.purchase.id, "supplier": ""}
    if route is None:
        answer |= _concluded(sale, buying, deal, buying.fail())
    else:
        purchase = buying.purchase
        answer |= {"supplier": route.supplier, "product": route.product, "reference": purchase.reference}
        answer |= {"round": purchase.round, "quantity": purchase.quantity, "calls": purchase.calls}
    return _done(sale, ask, buying, "send", answer)


def reply(sale: SaleTerms, ask: Input, draft: Draft) -> Changes:
    """Take in what the supplier said; what comes twice, too late, or contradicts an end changes nothing."""
    buying, deal = _found(sale, ask, draft)
    codes: tuple[SealedCode, ...] = tuple(ask.personal.get("codes", ()))
    said = attrs.evolve(said_in(ask.data), codes=len(codes))
    result = buying.hear(said, codes)
    answer = _concluded(sale, buying, deal, result)
    return _done(sale, ask, buying, "reply", answer)


def due(sale: SaleTerms, ask: Input, draft: Draft) -> Changes:
    """Do what the instant brings."""
    buying, _ = _found(sale, ask, draft)
    buying.fall_due()
    return _done(sale, ask, buying, "due", {})


def resolve(sale: SaleTerms, ask: Input, draft: Draft) -> Changes:
    """
    Go on with a purchase that an operator has looked into.

    Raises:
        HoldClosed: It can go on by itself, or has ended in another way.
        InputError: The finding is none that there is.
    """
    buying, deal = _found(sale, ask, draft)
    finding = ask.data.get("finding")
    if finding not in FINDINGS:
        raise InputError(f"a finding is one of {', '.join(FINDINGS)}, not {quoted(finding)}")
    result: Result = ""
    if finding == "not_bought":
        buying.not_bought()
    elif finding == "again":
        buying.begin_again()
    else:
        buying.write_off()
        result = "failed"
    return _done(sale, ask, buying, "resolve", _concluded(sale, buying, deal, result, refund=True))


def called_off(sale: SaleTerms, deal: Deal, draft: Draft, *, whole: bool) -> None:
    """
    End the purchase of a deal that is taken back, if it has one that is not delivered.

    Raises:
        HoldClosed: It may have been bought; or a part of it is to be taken back, and nothing is delivered yet.
    """
    benefit = sale.benefits.get(deal.item)
    if benefit is None or benefit.supply is None:
        return
    draft.require(purchase_key(deal.id))
    purchase = draft.get(Purchase, *purchase_key(deal.id).parts)
    if purchase is None or purchase.phase == "delivered":
        return
    buying = Purchasing(terms=benefit.supply, purchase=purchase, draft=draft)
    if not whole:
        raise HoldClosed(reason="delivery-open", shows={"phase": purchase.phase})
    buying.call_off()
    buying.write()


ANSWERS: Mapping[str, Callable[[SaleTerms, Input, Draft], Changes]] = {
    "purchase.send": send,
    "purchase.reply": reply,
    "purchase.due": due,
    "purchase.resolve": resolve,
}
"""What a sale does with each input about a purchase."""


def _found(sale: SaleTerms, ask: Input, draft: Draft) -> tuple[Purchasing, Deal]:
    key = ask.about
    purchase = None if key is None else draft.get(Purchase, *key.parts)
    if purchase is None:
        raise NotFound("no such purchase")
    benefit = sale.benefits.get(purchase.item)
    if benefit is None or benefit.supply is None:
        raise NotFound(f"{purchase.item} is not bought from suppliers")
    draft.require(RecordKey(kind=Deal.kind, parts=(purchase.deal,)), *standing_keys(benefit.supply))
    deal = draft.get(Deal, purchase.deal)
    if deal is None:
        raise NotFound(f"no deal {purchase.deal}")
    return Purchasing(terms=benefit.supply, purchase=purchase, draft=draft), deal


def _concluded(
    sale: SaleTerms, buying: Purchasing, deal: Deal, result: Result, *, refund: bool = False
) -> dict[str, Any]:
    """What a result means to the deal: its things are given, or it is taken back."""
    if result == "delivered":
        return {"entitlements": _deliver(sale, buying, deal)}
    if result == "failed" and (refund or buying.terms.if_refused == "refund"):
        return {"refund": _take_back(sale, deal, buying.draft), "currency": deal.currency}
    return {}


def _deliver(sale: SaleTerms, buying: Purchasing, deal: Deal) -> list[str]:
    """Give one entitlement for each piece, each with a code of the purchase where codes are delivered."""
    benefit, draft = _as_bought(sale.benefits[deal.item], buying), buying.draft
    ids = [derived_id("entitlement", deal.id, str(n)) for n in range(deal.pieces)]
    made_by = {"campaign": deal.campaign, "version": deal.version, "zone": sale.head.zone, "deal": deal.id}
    for id_ in ids:
        grant(draft, benefit, deal.holder or "", id_=id_, **made_by)
    after = attrs.evolve(deal, grants=tuple(ids))
    draft.put(after)
    told(draft, "deal.delivered", after)
    return ids


def _as_bought(benefit: Benefit, buying: Purchasing) -> Benefit:
    """The benefit as one piece of the purchase is given: out of the purchase's own pool."""
    pool = buying.pool if buying.terms.codes else ""
    return attrs.evolve(benefit, supply=None, pool=pool, shared=False)


def _take_back(sale: SaleTerms, deal: Deal, draft: Draft) -> int:
    """Close a paid deal that nothing was bought for; the money that the host is to return."""
    if deal.phase != "paid":
        return 0
    reverse(draft, deal.moves, ending="refunded", units=sale.units)
    money = deal.pay - deal.refunded
    after = attrs.evolve(deal, phase="refunded", ended="refunded", returned=deal.pieces, refunded=deal.pay, moves=())
    draft.put(after)
    count(draft, "refunded", money)
    told(draft, "deal.refunded", after, refund=money, currency=deal.currency)
    return money


def _done(sale: SaleTerms, ask: Input, buying: Purchasing, rule: str, answer: Mapping[str, Any]) -> Changes:
    purchase = buying.write()
    said = {"purchase": purchase.id, "phase": purchase.phase, **answer}
    return buying.draft.done(because(sale, ask, rule), holder=purchase.holder, answer=said)
