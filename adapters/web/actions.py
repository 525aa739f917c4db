"""
What changes something: ordering, cancelling, looking at a code. Each form is one deed, however
often it is sent, because its token is the key.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs
from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from quanyi.adapters.web.brake import guarded
from quanyi.adapters.web.fields import sent_token
from quanyi.adapters.web.forms import Order, Typed, order_in, typed_now
from quanyi.adapters.web.holdings import grouped_in_fours
from quanyi.adapters.web.pages import find_right, item_page, right_page
from quanyi.adapters.web.refusals import explain_no, explain_trouble
from quanyi.adapters.web.visit import Visit, visit
from quanyi.entitlements.errors import CampaignFailed, Conflict, KeyReused, Refused, Unknown
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.plays.sale.view import Offer
from quanyi.entitlements.records import Deal

__all__ = ["add_actions"]

_Answer = str | Response | tuple[str, int]
_REFUSED = 409


def add_actions(blueprint: Blueprint) -> None:
    """Put the actions on *blueprint*."""
    rules: list[tuple[str, str, Callable[..., _Answer]]] = [
        ("/items/<campaign>/<item>", "order", _order),
        ("/deals/<deal>/cancel", "cancel", _cancel),
        ("/entitlements/<entitlement>", "reveal", _reveal),
    ]
    for rule, endpoint, view in rules:
        blueprint.add_url_rule(rule, endpoint, view, methods=["POST"])


# --- ordering ----------------------------------------------------------------------------------


def _order(campaign: str, item: str) -> _Answer:
    to = visit()
    if to.user is None:
        return to.must_sign_in()
    (offer,) = to.look(lambda at: at.mall.offer(campaign, item, at.user))
    typed, token = typed_now(), sent_token()
    order = order_in(typed, offer, to)
    if isinstance(order, Typed):
        return item_page(campaign, item, typed=order, token=token), 422
    return _placed(offer, order, typed, token, to)


def _placed(offer: Offer, order: Order, typed: Typed, token: str, to: Visit) -> _Answer:
    campaign, item = offer.campaign, offer.item
    try:
        receipt = _book(offer, order, token, to)
    except Refused as no:
        return item_page(campaign, item, refusal=explain_no(no, to), typed=typed), _REFUSED
    except (CampaignFailed, Conflict, Unknown) as problem:
        trouble = explain_trouble(problem, to)
        return item_page(campaign, item, refusal=trouble, typed=typed, token=token), 503
    except KeyReused:
        return redirect(url_for("quanyi.deals"), 303)
    return redirect(_next(to.mall.deal(receipt.deal, to.user), to), 303)


def _book(offer: Offer, order: Order, token: str, to: Visit) -> Receipt:
    asked = {"user": str(to.user), "key": f"web/{token}", "context": to.context, **attrs.asdict(order)}
    who = (f"user/{to.user}", f"address/{request.remote_addr}") if order.code else ()
    with guarded(to.host.brake, *who, now=to.now):
        if offer.kind == "points_exchange":
            return to.mall.exchange(offer.item, campaign=offer.campaign, **asked)
        return to.mall.claim(offer.campaign, item=offer.item, **asked)


def _next(deal: Deal, to: Visit) -> str:
    """Where to go from here: to the host's till if there is money to pay, else to the result."""
    if deal.phase == "placed" and deal.pay and to.host.pay:
        return to.host.pay(deal)
    return url_for("quanyi.deal", deal=deal.id)


# --- the rest ----------------------------------------------------------------------------------


def _cancel(deal: str) -> _Answer:
    to = visit()
    if to.user is None:
        return to.must_sign_in()
    try:
        to.mall.deal(deal, to.user)
        to.mall.release(deal, key=f"web/{deal}", user=to.user, context=to.context)
    except Refused:
        pass  # it ended already: its page says how
    return redirect(url_for("quanyi.deal", deal=deal), 303)


def _reveal(entitlement: str) -> _Answer:
    to = visit()
    if to.user is None:
        return to.must_sign_in()
    right = find_right(entitlement, to)
    try:
        receipt = to.mall.reveal(entitlement, user=to.user, key=f"web/{sent_token()}", context=to.context)
    except Refused as no:
        return right_page(right, refusal=explain_no(no, to)), _REFUSED
    codes = [{"plain": code, "groups": grouped_in_fours(code)} for code in receipt.codes]
    return right_page(find_right(entitlement, to), codes=codes)
