"""
What becomes of an order: paid, late, given up, used, sent back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import attrs

from quanyi.demo_app.life.diary import Diary, Reader

__all__ = ["Bought", "asks", "pays", "places", "sends_back"]

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_BY_EXCHANGE = ("coffee-corner", "everyday-shelf", "gold-evening", "lighthouse", "long-evenings", "points-and-cash",
                "story-night")  # fmt: skip
_HANDED_OVER = ("latte", "tea", "cinema_20", "chapter_pass", "concert_live", "game_card")
"""What is used once, at a counter, a door or a till; passes are only looked at."""

_PATIENCE = 8
"""How often one asks for the same money at most."""


@attrs.define
class Bought:
    """
    What somebody asked for.

    Attributes:
        money: What it costs in cash; empty for nothing.
        on_sale: Whether it was not exchanged for points.
        key: What everything later hangs on: of asking, and once it is paid, of paying.
    """

    reader: Reader
    order: str
    item: str
    money: str
    on_sale: bool
    key: str


def places(diary: Diary, reader: Reader, at: datetime, campaign: str, item: str, money: str) -> None:
    """Ask for something, and whatever comes of it."""
    qty = diary.chance.choice((2, 3, 3, 4)) if item in _HANDED_OVER and diary.happens(diary.rates.treat) else 1
    order, key = asks(diary, reader, at, campaign, item, qty)
    bought = Bought(reader, order, item, money and f"{Decimal(money) * qty}", campaign not in _BY_EXCHANGE, key)
    paid_at = pays(diary, bought, diary.later(at, 0.5, 8)) if money else at
    if paid_at is not None:
        _has(diary, bought, paid_at)


def asks(diary: Diary, reader: Reader, at: datetime, campaign: str, item: str, qty: int = 1) -> tuple[str, str]:
    """Ask for something, perhaps twice; the order's number, and the key of asking."""
    reader.orders += 1
    rates, order = diary.rates, f"{reader.id}-{reader.orders}"
    exchange = campaign in _BY_EXCHANGE
    type_, name = ("exchange", "offer") if exchange else ("order.place", "item")
    data: dict[str, Any] = {name: item, "order": order, **({"qty": qty} if qty > 1 else {})}
    more = {} if exchange else {"campaign": campaign}
    key = diary.write(at, type_, reader.id, f"place/{order}", data=data, **more)
    if diary.happens(rates.second_device * 2):  # who orders looks twice whether it went through
        diary.write(diary.later(at, 0.02, 0.3), type_, reader.id, f"{key}/tablet", data=data, **more)
    if diary.happens(rates.token):
        wrong = {**data, "qty": 9}
        diary.write(diary.later(at, 0.3, 1), type_, reader.id, key, data=wrong, if_done=key, **more)
    return order, key


def pays(diary: Diary, bought: Bought, at: datetime) -> datetime | None:
    """Pay at the till, or not; when, if it went as it should: from then on all hangs on the payment."""
    rates, throw = diary.rates, diary.chance.random()
    reader, order, money, placed = bought.reader, bought.order, bought.money, bought.key
    pay = _payment(diary, bought)
    if diary.happens(rates.wrong_button):  # support presses the wrong button
        diary.write(at - 0.3 * _MINUTE, "order.refund", None, f"back/{order}/0", data={"order": order}, if_done=placed)
    if diary.happens(rates.shared):
        diary.write(at - 0.2 * _MINUTE, "order.pay", f"friend-of-{reader.id}", f"pay/{order}/friend",
                    data={"order": order, "amount": money}, if_done=placed)  # fmt: skip
    if throw < rates.lapses:
        if diary.happens(rates.old_page * 4):  # the page still shows the button
            _cancels(diary, reader, diary.later(at, 20, 600), order, placed)
        return None
    if throw < rates.lapses + rates.cancels:
        _cancels(diary, reader, at, order, placed)
        return None
    if throw < rates.lapses + rates.cancels + rates.paid_late:
        pay(diary.later(at, 16, 50), money)
        return None
    if diary.happens(rates.wrong_amount):
        pay(at - 0.1 * _MINUTE, "1.99", "/old-page")
    key = pay(at, money)
    if diary.happens(rates.second_notice):
        pay(diary.later(at, 0.2, 90), money, "/other-channel")
    if diary.happens(rates.old_page):
        _cancels(diary, reader, diary.later(at, 1, 20), order, key)
    bought.key = key
    return at


def sends_back(diary: Diary, at: datetime, bought: Bought, again: float = 0) -> str:
    """Ask for the money back, and perhaps once more; the key of the first time."""
    order, data = bought.order, {"order": bought.order}
    if diary.happens(diary.rates.too_many):  # or only some of them
        some, qty = diary.later(at, -1, -0.1), diary.chance.choice((1, 9, 9))
        diary.write(some, "order.refund", None, f"back/{order}/some", data={**data, "qty": qty}, if_done=bought.key)
    key = diary.write(at, "order.refund", None, f"back/{order}/1", data=data, if_done=bought.key)
    number = 1
    while diary.happens(again) and number < _PATIENCE:
        number += 1
        at = diary.later(at, 1, 300)
        diary.write(at, "order.refund", None, f"back/{order}/{number}", data=data, if_done=bought.key)
    if bought.money and diary.happens(diary.rates.long_after):
        paid = {**data, "amount": bought.money}
        late = diary.later(at, 10, 9000)
        diary.write(late, "order.pay", None, f"pay/{order}/long-after", data=paid, if_done=key)
    return key


def _cancels(diary: Diary, reader: Reader, at: datetime, order: str, after: str) -> None:
    diary.write(at, "order.cancel", reader.id, f"cancel/{order}", data={"order": order}, if_done=after)


def _payment(diary: Diary, bought: Bought) -> Callable[..., str]:
    order, placed = bought.order, bought.key

    def pay(at: datetime, money: str, channel: str = "") -> str:
        data = {"order": order, "amount": money}
        return diary.write(at, "order.pay", bought.reader.id, f"pay/{order}{channel}", data=data, if_done=placed)

    return pay


def _has(diary: Diary, bought: Bought, at: datetime) -> None:
    """Have it: use it, look at its code, or send it back."""
    rates, item = diary.rates, bought.item
    if item == "latte" and diary.happens(0.95 if bought.on_sale else 0.7):
        seen = diary.later(at, 1, 8000)
        _looks(diary, bought, seen)
        if diary.happens(rates.seen_and_back * (1.5 if bought.on_sale else 1)):
            sends_back(diary, diary.later(seen, 1, 900), bought, rates.insists)
    if item in _HANDED_OVER and diary.happens(0.75 if bought.on_sale else 0.55):
        used = diary.later(at, 20, 20000)
        if diary.happens(rates.used_and_back):  # found at the bottom of the bag
            used = at + 95 * _DAY if item in ("chapter_pass", "cinema_20") else at + 32 * _DAY
        _uses(diary, bought, used)
        if diary.happens(rates.used_and_back * (5 if bought.on_sale else 1)):
            sends_back(diary, diary.later(used, 1, 900), bought)
    elif diary.happens(rates.sent_back * (3 if item in ("gold_lounge", "latte") or bought.money else 1)):
        back = diary.later(at, 5, 4000)
        key = sends_back(diary, back, bought, rates.pressed_again)
        if diary.happens(rates.kept_picture):
            _tries(diary, bought, "redeem", diary.later(back, 5, 900), bought.reader.id, "gone", key)
        for n in range(diary.chance.randrange(5, 12) if item == "latte" else 0):
            _tries(diary, bought, "reveal", diary.later(back, 5, 900), bought.reader.id, f"gone-{n}", key)


def _looks(diary: Diary, bought: Bought, at: datetime) -> None:
    _tries(diary, bought, "reveal", at, bought.reader.id)
    for n in range(2 if diary.happens(diary.rates.kept_picture) else 0):
        _tries(diary, bought, "reveal", diary.later(at, 1, 90), f"friend-of-{bought.reader.id}", f"friend-{n}")


def _uses(diary: Diary, bought: Bought, at: datetime) -> None:
    if diary.happens(diary.rates.shared):
        _tries(diary, bought, "redeem", at - _MINUTE, f"friend-of-{bought.reader.id}", "friend")
    _tries(diary, bought, "redeem", at, bought.reader.id)
    if diary.happens(diary.rates.second_device):
        _tries(diary, bought, "redeem", diary.later(at, 1, 3), bought.reader.id, "tablet")


def _tries(diary: Diary, bought: Bought, type_: str, at: datetime, who: str, which: str = "", after: str = "") -> None:
    key = f"{type_}/{bought.order}/{which}".rstrip("/")
    diary.write(at, type_, who, key, data={"order": bought.order}, if_done=after or bought.key)
