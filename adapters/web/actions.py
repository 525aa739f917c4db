"""
What changes something: ordering and cancelling. Each form is one deed, however often it is sent, because its
token is the key.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import attrs
from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from quanyi.adapters.addresses import network_of
from quanyi.adapters.brake import guarded
from quanyi.adapters.web.deals import COUNTED
from quanyi.adapters.web.fields import sent_token
from quanyi.adapters.web.forms import Order, Typed, order_in, typed_now
from quanyi.adapters.web.limits import limit_of
from quanyi.adapters.web.pages import item_page, offered
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
    ]
    for rule, endpoint, view in rules:
        blueprint.add_url_rule(rule, endpoint, view, methods=["POST"])


# --- ordering ----------------------------------------------------------------------------------


def _order(campaign: str, item: str) -> _Answer:
    to = visit()
    if to.user is None:
        return to.must_sign_in()
    ((offer, _),) = to.look_at_offers(partial(offered, campaign, item))
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
        deals = to.mall.deals(str(to.user), limit=COUNTED) if limit_of(no, to) else ()
        now = to.mall.offer(campaign, item, to.user)  # another person may have had the last one since
        return item_page(campaign, item, refusal=explain_no(no, to, now, deals), typed=typed), _REFUSED
    except (CampaignFailed, Conflict, Unknown) as problem:
        trouble = explain_trouble(problem, to)
        return item_page(campaign, item, refusal=trouble, typed=typed, token=token), 503
    except KeyReused:
        return redirect(url_for("quanyi.deals"), 303)
    return redirect(_next(to.mall.deal(receipt.deal, to.user), to), 303)


def _book(offer: Offer, order: Order, token: str, to: Visit) -> Receipt:
    asked = {"user": str(to.user), "key": f"web/{token}", "context": to.context, **attrs.asdict(order)}
    address = network_of(request.remote_addr or "")
    who = (f"user/{to.user}", f"address/{address}") if order.code else ()
    with guarded(to.host.brake, *who, now=to.now):
        if offer.kind == "points_exchange":
            return to.mall.exchange(offer.item, campaign=offer.campaign, **asked)
        return to.mall.claim(offer.campaign, item=offer.item, **asked)


def _next(deal: Deal, to: Visit) -> str:
    """Where to go from here: to the host's till if there is money to pay, else to the result."""
    if deal.phase == "placed" and deal.pay and to.host.pay:
        return to.host.pay(deal)
    return url_for("quanyi.deal", deal=deal.id)


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
