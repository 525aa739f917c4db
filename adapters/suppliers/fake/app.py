"""
The fake supplier as a Flask application: its signed API, its switches, and a page that shows them.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import timedelta
from time import sleep
from typing import Any
from urllib.parse import unquote

import attrs
from flask import Flask, Response, jsonify, redirect, render_template, request

from quanyi.adapters.clock import SystemClock
from quanyi.adapters.suppliers.fake.book import Book, DueCallback, Purchase
from quanyi.adapters.suppliers.fake.callbacks import FakeWorker, sign
from quanyi.adapters.suppliers.fake.sales import Asked, FakeSales, money, shown
from quanyi.adapters.suppliers.fake.switches import SETTINGS, SWITCHES
from quanyi.entitlements.errors import InputError

__all__ = ["create_fake"]

_AGE = timedelta(minutes=5)
_PAGE = 2
_STATUS = {"not_found": 404, "rate_limited": 429, "unauthorized": 401, "reference_used": 409}
_LATEST = 50
_STATES = {
    "PROCESSING": ("处理中", "processing"),
    "DELIVERED": ("已发货", "delivered"),
    "FAILED": ("失败", "failed"),
    "CANCELLED": ("已取消", "cancelled"),
}
_OPEN = ("switches", "purchases", "page", "static")

_Answered = tuple[Response, int] | Response


class _Trouble(Exception):  # noqa: N818  (an answer)
    """An answer other than that of the operation."""

    def __init__(self, word: str, status: int | None = None, **more: Any) -> None:
        self.said = {"error": {"code": word, **more}}
        self.status = status or _STATUS.get(word, 422)
        super().__init__(word)


def create_fake(book: Book, secret: str) -> Flask:
    """
    The fake supplier on a book.

    Args:
        secret: What its callers sign with, and what signs its call-backs.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    api = _Api(book=book, sale=FakeSales(book), secret=secret)
    app.before_request(api.check_signature)
    app.register_error_handler(_Trouble, lambda no: (jsonify(no.said), no.status))
    for route, method, endpoint in (
        ("/catalogue", "GET", api.catalogue),
        ("/balance", "GET", api.balance),
        ("/accounts/check", "POST", api.check_account),
        ("/orders", "POST", api.order),
        ("/orders/<reference>", "GET", api.query),
        ("/orders/<reference>/cancel", "POST", api.cancel),
    ):
        app.add_url_rule(route, endpoint.__name__, endpoint, methods=[method])
    app.add_url_rule("/switches", "switches", api.switches, methods=["GET", "POST"])
    app.add_url_rule("/purchases", "purchases", api.purchases)
    app.add_url_rule("/", "page", api.page)
    return app


@attrs.frozen(kw_only=True)
class _Api:
    """What the fake answers."""

    book: Book
    sale: FakeSales
    secret: str
    clock: SystemClock = attrs.field(factory=SystemClock)

    def check_signature(self) -> None:
        """Refuse what is not signed just now; the switches, the list and the page need no signature."""
        if request.endpoint is None or request.endpoint in _OPEN:
            return
        stamp, nonce = (request.headers.get(f"X-Fake-{name}", "") for name in ("Timestamp", "Nonce"))
        now = self.clock.now()
        at = now - _AGE * 2 if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12) else None  # noqa: PLR2004
        at = at or now.fromtimestamp(int(stamp), now.tzinfo)
        path = str(request.environ.get("RAW_URI") or request.path).partition("?")[0]
        right = sign(self.secret, request.method, path, request.get_data(), at, nonce)["X-Fake-Signature"]
        said = request.headers.get("X-Fake-Signature", "")
        if abs(now - at) > _AGE or not hmac.compare_digest(right.encode(), said.encode()):
            raise _Trouble("unauthorized")

    def met(self, what: str) -> str:
        """Count a request, and let the switches meet it that concern all of them; its name for the others."""
        key = f"{what}/{self.book.asked(what)}"
        switches = self.book.switches
        if switches.hit("slow", key):
            sleep(switches.number("slow_seconds"))
        if switches.hit("rate_limited", key):
            raise _Trouble("rate_limited", retry_after=1)
        if switches.hit("error_before", key):
            raise _Trouble("internal_error", 500)
        return key

    def catalogue(self) -> _Answered:
        key = self.met("catalogue")
        listed = list(self.book.catalogue().values())
        whole = not self.book.switches.hit("incomplete_list", key)
        listed = listed if whole else listed[:-1]
        after = request.args.get("after", "0")
        start = int(after) if after.isdigit() and len(after) < 6 else 0  # noqa: PLR2004
        end = start + _PAGE
        last = end >= len(listed)
        rows = [{**attrs.asdict(each), "price": money(each.price)} for each in listed[start:end]]
        return jsonify({"products": rows, "next": None if last else str(end), "complete": last and whole})

    def balance(self) -> _Answered:
        self.met("balance")
        return jsonify({"balance": money(self.book.fact("balance")), "currency": "CNY"})

    def check_account(self) -> _Answered:
        self.met("check_account")
        phone = str(_json().get("account", {}).get("phone", ""))
        known = len(phone) == 11 and phone.isdigit() and phone.startswith("1")  # noqa: PLR2004
        return jsonify({"known": known, **({} if known else {"error": {"code": "bad_number"}})})

    def order(self) -> _Answered:
        asked = self.asked()
        found = self.sale.order(asked, self.clock.now())
        if isinstance(found, str):
            switches = self.book.switches
            more = {"number": f"f-{asked.reference}"} if switches.hit("numbered_refusal", asked.key) else {}
            return jsonify({"error": {"code": found}, **more}), _STATUS.get(found, 422)
        return self.told(found, asked.key)

    def asked(self) -> Asked:
        said = _json()
        reference, most = str(said.get("reference") or ""), said.get("max_price")
        key = self.met(f"order/{reference}")
        try:
            quantity = int(said.get("quantity", 1))
            cents = None if most is None else round(float(most) * 100)
        except (TypeError, ValueError):
            raise _Trouble("invalid_request") from None
        if not reference:
            raise _Trouble("invalid_request")
        account = {str(name): str(value) for name, value in (said.get("account") or {}).items()}
        sku = str(said.get("sku") or "")
        return Asked(reference=reference, sku=sku, quantity=quantity, account=account, most=cents, key=key)

    def told(self, purchase: Purchase, key: str) -> _Answered:
        """The answer to an order that was taken, as the switches leave it."""
        switches = self.book.switches
        if switches.hit("early_callback", key) and switches.callback:
            FakeWorker(self.book, self.secret).send(DueCallback(reference=purchase.reference))
        if switches.hit("silent", key):
            sleep(switches.number("silent_seconds"))
        if switches.hit("error_after", key):
            raise _Trouble("internal_error", 500)
        said = shown(purchase)
        if switches.hit("no_number", key):
            said.pop("number")
        if switches.hit("wrong_amount", key):
            said["cost"] = money(purchase.cost + 100)
        if switches.hit("odd_state", key):
            said["state"] = "ON_HOLD"
        return jsonify(said)

    def query(self, reference: str) -> _Answered:
        self.met(f"query/{reference}")
        return self.of(self.book.purchase(unquote(reference)))

    def cancel(self, reference: str) -> _Answered:
        self.met(f"cancel/{reference}")
        return self.of(self.sale.cancel(unquote(reference), self.clock.now()))

    def of(self, purchase: Purchase | None) -> _Answered:
        if purchase is None:
            raise _Trouble("not_found")
        return jsonify(shown(purchase))

    def switches(self) -> Any:
        """Show the switches, or change some: by JSON, or by the form of the page."""
        form = request.form.to_dict()
        if request.method == "GET":
            return jsonify(self.book.switches.to_dict())
        try:
            found = self.book.set_switches(form or _json())
        except InputError as no:
            return jsonify({"error": {"code": "invalid_request", "message": str(no)}}), 400
        return redirect("/") if form else jsonify(found.to_dict())

    def purchases(self) -> _Answered:
        """Every purchase with its codes, and what was charged in all: for tests, and for comparing books."""
        found = self.book.purchases()
        charged = sum(each.cost for each in found if each.state in ("DELIVERED", "PROCESSING"))
        return jsonify({"purchases": [shown(each) for each in found], "charged": money(charged)})

    def page(self) -> str:
        language = "zh" if request.accept_languages.best_match(["en", "zh"]) == "zh" else "en"
        place = 0 if language == "zh" else 1
        state = self.book.switches.to_dict()
        return render_template(
            "fake.html",
            language=language,
            switches=[(name, texts[place], state[name]) for name, texts in SWITCHES.items()],
            settings=[(name, texts[1 + place], state[name]) for name, texts in SETTINGS.items()],
            seed=state["seed"],
            callback=state["callback"],
            purchases=[{**shown(each), "state": _STATES[each.state][place]} for each in self.book.latest(_LATEST)],
            balance=money(self.book.fact("balance")),
        )


def _json() -> Mapping[str, Any]:
    found = request.get_json(silent=True, force=True)
    if not isinstance(found, dict):
        raise _Trouble("invalid_request", 400)
    return found
