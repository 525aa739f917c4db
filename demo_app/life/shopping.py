"""
Exchanging and buying, and what becomes of it: paid, late, given up, used, sent back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from quanyi.demo_app.life.diary import Diary, Reader

__all__ = ["books_a_screening", "collects", "comes_in_the_evening", "exchanges", "goes_to_market", "opens_spring"]

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_FESTIVAL = date(2026, 3, 7), date(2026, 4, 6)
"""A film festival: everybody wants to go to the cinema, and gets the voucher where points pay for it."""

_NO_CINEMA = date(2026, 5, 6)
"""When the shelf is out of cinema vouchers, and people look for them in the evening sale."""

_HANDED_OVER = ("latte", "tea", "cinema_20", "chapter_pass", "game_card")
"""What is used once, at a counter or a till; passes are only looked at."""


_SHELVES: Mapping[str, Mapping[str, tuple[int, str, int]]] = {
    "everyday-shelf": {"chapter_pass": (120, "", 3), "film_week": (300, "", 2), "tea": (420, "", 24)},
    "coffee-corner": {"latte": (600, "", 25)},
    "long-evenings": {
        "early_access": (240, "", 5),
        "audiobook": (800, "", 2),
        "film_month": (1200, "", 2),
        "music_month": (900, "", 7),
    },
    "points-and-cash": {
        "cinema_20": (300, "5.00", 14),
        "game_card": (600, "19.90", 11),
        "concert_live": (500, "9.90", 4),
    },
}
"""What stands on the shelves: points, money, and how many people want it."""

_EVENING = {"film_month": "9.90", "game_card": "21.00", "cinema_20": "8.00"}
_MARKET = {"music_month": "1.00", "audiobook": "4.90", "concert_live": "19.90"}
_SPRING = {"latte": "9.90", "tea": "5.90"}


def exchanges(diary: Diary, reader: Reader, day: date) -> None:
    """People go for what they believe to have the points for; some ask whether they may have it all the same."""
    festival = _FESTIVAL[0] <= day <= _FESTIVAL[1]
    if not diary.happens(0.36 * (1.5 if festival else 1) * reader.keen):
        return
    for _ in range(diary.chance.choices((1, 2, 3), (75, 17, 8))[0]):
        wishes = [
            (campaign, item, price, money, wanted * (5 if festival and item == "cinema_20" else 1))
            for campaign, items in _SHELVES.items()
            for item, (price, money, wanted) in items.items()
            if price <= reader.purse["points"] or diary.happens(0.08)
        ]
        if not wishes:
            return
        campaign, item, price, money, _ = diary.chance.choices(wishes, [wish[-1] for wish in wishes])[0]
        reader.purse["points"] = max(reader.purse["points"] - price, 0)
        _places(diary, reader, diary.moment(day, 9, 23), campaign, item, money)


def collects(diary: Diary, reader: Reader, day: date) -> None:
    """The bookmark: once, for the sparks of twenty chapters; some want one for a friend, too."""
    if diary.happens(0.3 if reader.purse["sparks"] >= 100 else 0.01):  # noqa: PLR2004
        _places(diary, reader, diary.moment(day, 18, 23), "lighthouse", "bookmark", "")


def books_a_screening(diary: Diary, reader: Reader, day: date) -> None:
    """In the first days of a month gold readers go for a seat, and for one more; others ask why they may not."""
    if day.day > 12 or not diary.happens(0.35 if reader.level == "gold" else 0.012):  # noqa: PLR2004
        return
    for _ in range(2 if diary.happens(0.4) else 1):
        _places(diary, reader, diary.moment(day, 10, 22), "gold-evening", "gold_lounge", "")


def opens_spring(diary: Diary, reader: Reader, day: date) -> None:
    """Three days in March; many come at ten sharp, some a day early or a day late."""
    if not (date(2026, 3, 4) <= day <= date(2026, 3, 11)):
        return
    for item in diary.chance.sample(sorted(_SPRING), k=diary.chance.choice((1, 2, 2, 2))):
        at = diary.moment(day, 10, 12 if diary.happens(0.7) else 23)
        _places(diary, reader, at, "spring-opening", item, _SPRING[item])
        if diary.happens(0.3):  # sold out, or not there yet: they look again after lunch
            _places(diary, reader, diary.later(at, 60, 300), "spring-opening", item, _SPRING[item])


def comes_in_the_evening(diary: Diary, reader: Reader, day: date) -> None:
    """Tonight's sale: crowded at first, and less so when word goes round that little is left."""
    age = (day - date(2026, 3, 16)).days
    if not diary.happens(0.30 * reader.keen * max(0.2, 0.97 ** max(age, 0)) * (0.3 if age < 0 else 1)):
        return
    eager = diary.happens(diary.rates.too_eager)
    at = diary.moment(day, 15, 18) if eager else diary.moment(day, 18, 20)
    item = diary.chance.choice(
        ("film_month", "game_card") if day < _NO_CINEMA else ("cinema_20", "cinema_20", "film_month")
    )
    _places(diary, reader, at, "evening-sale", item, _EVENING[item])


def goes_to_market(diary: Diary, reader: Reader, day: date) -> None:
    """Weekends; those who mistake Friday for Saturday come too."""
    eager = diary.happens(diary.rates.too_eager)
    if day.weekday() < (4 if eager else 5) or not diary.happens(0.3 * reader.keen):
        return
    item = diary.chance.choice(sorted(_MARKET))
    at = diary.moment(day, 7, 10) if eager else diary.moment(day, 10, 22)
    _places(diary, reader, at, "weekend-market", item, _MARKET[item])


def _places(diary: Diary, reader: Reader, at: datetime, campaign: str, item: str, money: str) -> None:
    """Ask for something, and whatever comes of it."""
    reader.orders += 1
    rates, order = diary.rates, f"{reader.id}-{reader.orders}"
    exchange = campaign in _SHELVES or campaign in ("gold-evening", "lighthouse")
    type_, name = ("exchange", "offer") if exchange else ("order.place", "item")
    data: dict[str, Any] = {name: item, "order": order}
    if item in _HANDED_OVER and diary.happens(rates.treat):
        data["qty"] = diary.chance.choice((2, 3, 3, 4))
        money = money and f"{Decimal(money) * data['qty']}"
    more = {} if exchange else {"campaign": campaign}
    key = diary.write(at, type_, reader.id, f"place/{order}", data=data, **more)
    if diary.happens(rates.second_device):
        diary.write(diary.later(at, 0.02, 0.3), type_, reader.id, f"{key}/tablet", data=data, **more)
    if diary.happens(rates.token):
        wrong = {**data, "qty": 9}
        diary.write(diary.later(at, 0.3, 1), type_, reader.id, key, data=wrong, if_done=key, **more)
    got = _pays(diary, reader, diary.later(at, 0.5, 8), order, money, key) if money else (at, key)
    if got is not None:
        _has(diary, reader, got[0], order, item, got[1])


def _pays(
    diary: Diary, reader: Reader, at: datetime, order: str, money: str, placed: str
) -> tuple[datetime, str] | None:
    """Pay at the till, or not; when and under which key, if it went as it should."""
    rates, throw = diary.rates, diary.chance.random()
    pay: Callable[..., str] = _payment(diary, reader, order, placed)
    if diary.happens(rates.token):  # support presses the wrong button
        diary.write(at - 0.3 * _MINUTE, "order.refund", None, f"back/{order}/0", data={"order": order}, if_done=placed)
    if diary.happens(rates.shared):
        diary.write(at - 0.2 * _MINUTE, "order.pay", f"friend-of-{reader.id}", f"pay/{order}/friend",
                    data={"order": order, "amount": money}, if_done=placed)  # fmt: skip
    if throw < rates.lapses:
        return None
    if throw < rates.lapses + rates.cancels:
        diary.write(at, "order.cancel", reader.id, f"cancel/{order}", data={"order": order}, if_done=placed)
        return None
    if throw < rates.lapses + rates.cancels + rates.paid_late:
        pay(diary.later(at, 16, 50), money)
        return None
    if diary.happens(rates.wrong_amount):
        pay(at - 0.1 * _MINUTE, "1.99", "/old-page")
    key = pay(at, money)
    if diary.happens(rates.second_notice):
        pay(diary.later(at, 0.2, 90), money, "/other-channel")
    return at, key


def _payment(diary: Diary, reader: Reader, order: str, placed: str) -> Callable[..., str]:
    def pay(at: datetime, money: str, channel: str = "") -> str:
        data = {"order": order, "amount": money}
        return diary.write(at, "order.pay", reader.id, f"pay/{order}{channel}", data=data, if_done=placed)

    return pay


def _has(diary: Diary, reader: Reader, at: datetime, order: str, item: str, got: str) -> None:
    """Have it: use it, look at its code, or send it back."""
    rates, data = diary.rates, {"order": order}
    if item == "latte" and diary.happens(0.9):
        seen = diary.later(at, 1, 8000)
        diary.write(seen, "reveal", reader.id, f"reveal/{order}", data=data, if_done=got)
        if diary.happens(rates.seen_and_back):
            _sends_back(diary, diary.later(seen, 1, 900), order, got, 0.85)
    if item in _HANDED_OVER and diary.happens(0.55):
        used = diary.later(at, 20, 20000)
        if diary.happens(rates.used_and_back):  # found at the bottom of the bag
            used = at + 95 * _DAY if item in ("chapter_pass", "cinema_20") else at + 32 * _DAY
        diary.write(used, "redeem", reader.id, f"redeem/{order}", data=data, if_done=got)
        if diary.happens(rates.used_and_back):
            _sends_back(diary, diary.later(used, 1, 900), order, got, 0)
        if diary.happens(rates.second_device):
            diary.write(diary.later(used, 1, 3), "redeem", reader.id, f"redeem/{order}/tablet", data=data, if_done=got)
    elif diary.happens(rates.sent_back * (3 if item == "gold_lounge" else 1)):
        _sends_back(diary, diary.later(at, 5, 4000), order, got, rates.pressed_again)


def _sends_back(diary: Diary, at: datetime, order: str, got: str, again: float) -> None:
    diary.write(at, "order.refund", None, f"back/{order}/1", data={"order": order}, if_done=got)
    if diary.happens(again):
        diary.write(
            diary.later(at, 1, 300), "order.refund", None, f"back/{order}/2", data={"order": order}, if_done=got
        )
