"""
How the fake supplier sells: takes an order once, delivers or fails, cancels; and what it says of a purchase.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import attrs

from quanyi.adapters.suppliers.fake.book import Book, DueCallback, Listed, Purchase
from quanyi.adapters.suppliers.fake.switches import Switches

__all__ = ["Asked", "FakeSales", "money", "shown"]

_RAISED_PERCENT = 110
_COPIES = 3
_LAST_STATES = ("FAILED", "CANCELLED")


@attrs.frozen(kw_only=True)
class Asked:
    """An order as it came; `most` is the most that it may cost, `key` names this very request for the switches."""

    reference: str
    sku: str
    quantity: int
    account: Mapping[str, str]
    most: int | None
    key: str


class FakeSales:
    """
    The fake's selling, on a book.

    Each method is one change of the book: it is kept whole, or not at all.
    """

    def __init__(self, book: Book) -> None:
        self._book = book

    def order(self, asked: Asked, now: datetime) -> Purchase | str:
        """The purchase that an order came to, the same one each time it comes; or the word of a refusal."""
        with self._book.change():
            known = self._book.purchase(asked.reference)
            if known is not None:
                same = (known.sku, known.quantity, known.account) == (asked.sku, asked.quantity, asked.account)
                return known if same else "reference_used"
            switches = self._book.switches
            listed = self._priced(asked, switches)
            word = _refusal(asked, listed, switches, self._book.fact("balance"))
            if word is not None or listed is None:
                return word or "product_unavailable"
            return self._taken(asked, listed, switches, now)

    def _priced(self, asked: Asked, switches: Switches) -> Listed | None:
        listed = self._book.catalogue().get(asked.sku)
        if listed is not None and switches.hit("price_change", asked.key):
            listed = attrs.evolve(listed, price=listed.price * _RAISED_PERCENT // 100)
            self._book.put_listed(listed)
        return listed

    def _taken(self, asked: Asked, listed: Listed, switches: Switches, now: datetime) -> Purchase:
        cost = listed.price * asked.quantity
        self._book.put_fact("balance", self._book.fact("balance") - cost)
        if listed.stock >= 0:
            self._book.put_listed(attrs.evolve(listed, stock=listed.stock - asked.quantity))
        purchase = Purchase(
            reference=asked.reference,
            number=f"f-{sha256(asked.reference.encode()).hexdigest()[:12]}",
            sku=asked.sku,
            quantity=asked.quantity,
            account=dict(asked.account),
            cost=cost,
            fails=switches.hit("fails_later", asked.key),
        )
        wait = switches.number("delivers_after")
        if wait or purchase.fails:
            self._book.put_purchase(purchase, now + timedelta(seconds=wait))
            return purchase
        return self._ended(purchase, now)

    def go_on(self, now: datetime) -> None:
        """Deliver or fail what is due."""
        for purchase in self._book.due_purchases(now):
            with self._book.change():
                self._ended(purchase, now)

    def cancel(self, reference: str, now: datetime) -> Purchase | None:
        """Give a purchase up, if it has not ended; what it has come to, and None if there is none."""
        with self._book.change():
            purchase = self._book.purchase(reference)
            return purchase if purchase is None or purchase.final else self._paid_back(purchase, "CANCELLED", now)

    def _ended(self, purchase: Purchase, now: datetime) -> Purchase:
        if purchase.fails:
            return self._paid_back(purchase, "FAILED", now)
        codes = () if self._book.catalogue()[purchase.sku].charges else self._codes(purchase)
        return self._final(attrs.evolve(purchase, state="DELIVERED", codes=codes), now)

    def _paid_back(self, purchase: Purchase, state: str, now: datetime) -> Purchase:
        self._book.put_fact("balance", self._book.fact("balance") + purchase.cost)
        return self._final(attrs.evolve(purchase, state=state), now)

    def _codes(self, purchase: Purchase) -> tuple[str, ...]:
        switches = self._book.switches
        codes = [_code(purchase.reference, n) for n in range(purchase.quantity)]
        if switches.hit("short_batch", purchase.reference):
            codes.pop()
        if codes and switches.hit("same_code", purchase.reference):
            codes[-1] = self._book.fact("last_code") or codes[0]
        if codes:
            self._book.put_fact("last_code", codes[0])
        return tuple(codes)

    def _final(self, purchase: Purchase, now: datetime) -> Purchase:
        """Keep what a purchase came to, and have it told."""
        self._book.put_purchase(purchase, None)
        switches, key = self._book.switches, purchase.reference
        late = switches.number("late_seconds") if switches.hit("late_callback", key) else 0
        copies = _COPIES if switches.hit("duplicate_callback", key) else 1
        for _ in range(copies if switches.callback else 0):
            twice = 2 if switches.hit("replayed_callback", key) else 1
            self._book.add_callback(DueCallback(reference=key, copies=twice), now + timedelta(seconds=late))
        for wrong in ("forged", "stale") if switches.callback else ():
            if switches.hit(f"{wrong}_callback", key):
                self._book.add_callback(DueCallback(reference=key, wrong=wrong), now)
        return purchase


def _refusal(asked: Asked, listed: Listed | None, switches: Switches, balance: int) -> str | None:
    """The word with which an order is refused; None where it is taken."""
    if listed is None or not listed.on_sale:
        return "product_unavailable"
    if asked.quantity < 1 or (listed.charges and not asked.account.get("phone")):
        return "invalid_request"
    if switches.hit("out_of_stock", asked.key) or 0 <= listed.stock < asked.quantity:
        return "out_of_stock"
    cost = listed.price * asked.quantity
    if asked.most is not None and cost > asked.most:
        return "price_changed"
    return "insufficient_balance" if switches.hit("balance_empty", asked.key) or balance < cost else None


def _code(reference: str, n: int) -> str:
    digest = sha256(f"{reference}/{n}".encode()).hexdigest().upper()
    return f"FAKE-{digest[:4]}-{digest[4:8]}-{digest[8:12]}"


def money(parts: int) -> str:
    """An amount as the fake writes it: ``12.00``."""
    return f"{parts // 100}.{parts % 100:02d}"


def shown(purchase: Purchase) -> dict[str, Any]:
    """What the fake says of a purchase, in answers and in call-backs."""
    return {
        "reference": purchase.reference,
        "number": purchase.number,
        "state": purchase.state,
        "cost": money(purchase.cost),
        "codes": [{"code": code} for code in purchase.codes],
        "error": {"code": purchase.state.lower()} if purchase.state in _LAST_STATES else None,
    }
