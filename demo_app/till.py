"""
The host's till: the host collects the money, and settles the mall's deal in its own transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

import quanyi
from quanyi.adapters.web import Deal
from quanyi.demo_app.models import Order, Work, order_number
from quanyi.demo_app.people import current_locale, current_user, sign_in_url, world
from quanyi.demo_app.words import word

__all__ = ["RENTED", "deal_titles", "pay_url", "till"]

till = Blueprint("till", __name__)

RENTED = timedelta(days=2)
"""How long a rented film can be watched."""


def pay_url(deal: Deal) -> str:
    """Where the money for a deal of the mall is collected."""
    return url_for("till.deal", number=deal.id)


def deal_titles(deals: Iterable[Deal]) -> dict[str, str]:
    """What was bought in the mall, by the deal's number."""
    return {found.id: _title(found) for found in deals}


def _title(found: Deal) -> str:
    """A bundle by its campaign's name, anything else by the thing's."""
    project = world().mall.project
    campaign, benefit = project.campaigns.get(found.campaign), project.benefits.get(found.item)
    named = campaign.head if campaign is not None and campaign.head.kind == "bundle" else benefit
    return named.title[current_locale()] if named is not None else found.item


# --- deals of the mall -----------------------------------------------------------------------------


@till.get("/till/<number>", endpoint="deal")
def _deal(number: str) -> str | Response:
    """The till for a deal of the mall."""
    user = current_user()
    if user is None:
        return redirect(sign_in_url(request.path))
    found = _deal_of(number, user)
    if found.phase != "placed" or (found.due_at and found.due_at <= world().clock.now()):
        return redirect(url_for("quanyi.deal", deal=number))
    return _deal_page(found)


@till.post("/till/<number>", endpoint="pay_deal")
def _pay_deal(number: str) -> Response:
    """Paid: the order and the mall's settlement stand or vanish together."""
    user = current_user()
    if user is None:
        return redirect(sign_in_url(request.path), 303)
    found = _deal_of(number, user)
    try:
        with world().writing() as db, db.begin():
            if db.scalar(select(Order).where(Order.deal == number)) is None:
                now = world().clock.now()
                db.add(
                    Order(
                        id=f"d-{number}", user_id=user, deal=number, amount=found.pay, state="paid", at=now, paid_at=now
                    )
                )
                world().mall.within(db).settle(number, paid=found.pay, key=f"pay/{number}", user=user)
    except quanyi.Refused:
        flash(word(current_locale(), "till.too_late"), "bad")
    return redirect(url_for("quanyi.deal", deal=number), 303)


def _deal_of(number: str, user: str) -> Any:
    try:
        return world().mall.deal(number, user)
    except quanyi.NotFound:
        abort(404)


def _deal_page(found: Any) -> str:
    return render_template(
        "lumen/till.html",
        what=_title(found),
        art=found.item,
        amount=found.pay,
        due_at=found.due_at,
        action=url_for("till.pay_deal", number=found.id),
        back=url_for("quanyi.deal", deal=found.id),
        number=found.id,
    )


# --- the host's own orders ---------------------------------------------------------------------------


@till.post("/works/<work_id>/rent", endpoint="rent")
def _rent(work_id: str) -> Response:
    """Order a film for two days; one open order a film."""
    user = current_user()
    if user is None:
        return redirect(sign_in_url(url_for("site.work", work_id=work_id)), 303)
    with world().writing() as db, db.begin():
        film = db.get(Work, work_id)
        if film is None or not film.rent:
            abort(404)
        orders = db.scalars(select(Order).where(Order.user_id == user, Order.work_id == work_id)).all()
        order = next((order for order in orders if order.state == "open"), None)
        if order is None:
            number = order_number(user, work_id, len(orders) + 1)
            order = Order(
                id=number, user_id=user, work_id=work_id, amount=film.rent, state="open", at=world().clock.now()
            )
            db.add(order)
        target = url_for("till.order", number=order.id)
    return redirect(target, 303)


@till.get("/orders/<number>", endpoint="order")
def _order(number: str) -> str:
    """The till for one of the host's own orders, and what became of it."""
    with world().session() as db:
        found = _order_of(db, number)
        if found.state != "open" or found.work is None:
            until = found.paid_at + RENTED if found.paid_at is not None else None
            over = _is_over(found)
            bought = deal_titles(world().mall.deals(found.user_id))
            return render_template("lumen/order.html", order=found, bought=bought, until=until, over=over)
        title = found.work.title_zh if current_locale() == "zh" else found.work.title_en
        return render_template(
            "lumen/till.html",
            what=title,
            art=found.work.id,
            amount=found.amount,
            due_at=None,
            action=url_for("till.pay_order", number=number),
            back=url_for("site.work", work_id=found.work_id),
            number=number,
        )


@till.post("/orders/<number>", endpoint="pay_order")
def _pay_order(number: str) -> Response:
    """Paid: the mall hears of it inside the same transaction, and gives its points there."""
    with world().writing() as db, db.begin():
        found = _order_of(db, number)
        if found.state == "open":
            found.state, found.paid_at = "paid", world().clock.now()
            data = {"order": number, "amount": _decimal(found.amount)}
            world().mall.within(db).report("order.paid", user=found.user_id, key=f"paid/{number}", data=data)
    return redirect(url_for("till.order", number=number), 303)


@till.post("/orders/<number>/refund", endpoint="refund_order")
def _refund_order(number: str) -> Response:
    """Sent back while the film can still be watched: the points it earned go with it."""
    with world().writing() as db, db.begin():
        found = _order_of(db, number)
        if found.state == "paid" and _is_over(found):
            flash(word(current_locale(), "order.refund_late"), "bad")
        elif found.state == "paid" and found.deal is None:
            found.state = "refunded"
            data = {"order": number}
            world().mall.within(db).report("order.refunded", user=found.user_id, key=f"refund/{number}", data=data)
    return redirect(url_for("till.order", number=number), 303)


def _is_over(order: Order) -> bool:
    """Whether a rented film's time to be watched is over."""
    until = order.paid_at + RENTED if order.paid_at is not None else None
    return order.work_id is not None and order.state == "paid" and until is not None and until <= world().clock.now()


def _order_of(db: Any, number: str) -> Order:
    found: Order | None = db.get(Order, number)
    if found is None or found.user_id != current_user():
        abort(404)
    return found


def _decimal(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
