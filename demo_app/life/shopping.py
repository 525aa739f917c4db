"""
Exchanging and buying: from the shelves, in sales, at screenings.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from quanyi.demo_app.life.diary import Diary, Reader
from quanyi.demo_app.life.till import places

__all__ = ["books_a_screening", "collects", "comes_in_the_evening", "exchanges", "goes_to_market", "opens_spring"]

_FESTIVAL = date(2026, 3, 7), date(2026, 4, 6)
"""A film festival: everybody wants to go to the cinema, and gets the voucher where points pay for it."""

_NO_CINEMA = date(2026, 5, 6)
"""When the shelf is out of cinema vouchers, and people look for them in the evening sale."""

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
_RUSHES = {date(2026, 4, 18): "cinema_20", date(2026, 5, 16): "cinema_20"}
_MARKET_RUSHES = {date(2026, 4, 25): "concert_live", date(2026, 5, 23): "concert_live"}
"""Days on which everybody has heard of one thing in a sale, more than one session has pieces of it."""
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
        places(diary, reader, diary.moment(day, 9, 23), campaign, item, money)


def collects(diary: Diary, reader: Reader, day: date) -> None:
    """The bookmark: once, for the sparks of twenty chapters; some want one for a friend, too."""
    if diary.happens(0.3 if reader.purse["sparks"] >= 100 else 0.01):  # noqa: PLR2004
        places(diary, reader, diary.moment(day, 18, 23), "lighthouse", "bookmark", "")


def books_a_screening(diary: Diary, reader: Reader, day: date) -> None:
    """In the first days of a month gold readers go for a seat, and for one more; others ask why they may not."""
    if day.day > 12 or not diary.happens(0.35 if reader.level == "gold" else 0.012):  # noqa: PLR2004
        return
    for _ in range(2 if diary.happens(0.4) else 1):
        places(diary, reader, diary.moment(day, 10, 22), "gold-evening", "gold_lounge", "")


def opens_spring(diary: Diary, reader: Reader, day: date) -> None:
    """Three days in March; many come at ten sharp, some a day early or a day late."""
    if not (date(2026, 3, 4) <= day <= date(2026, 3, 11)):
        return
    for item in diary.chance.sample(sorted(_SPRING), k=diary.chance.choice((1, 2, 2, 2))):
        at = diary.moment(day, 10, 12 if diary.happens(0.7) else 23)
        places(diary, reader, at, "spring-opening", item, _SPRING[item])
        if diary.happens(0.3):  # sold out, or not there yet: they look again after lunch
            places(diary, reader, diary.later(at, 60, 300), "spring-opening", item, _SPRING[item])


def comes_in_the_evening(diary: Diary, reader: Reader, day: date) -> None:
    """Tonight's sale: crowded at first, and less so when word goes round that little is left."""
    if day in _RUSHES and diary.happens(0.8):
        item = _RUSHES[day]
        places(diary, reader, diary.moment(day, 18, 20), "evening-sale", item, _EVENING[item])
        return
    age = (day - date(2026, 3, 16)).days
    if not diary.happens(0.30 * reader.keen * max(0.2, 0.97 ** max(age, 0)) * (0.3 if age < 0 else 1)):
        return
    eager = diary.happens(diary.rates.too_eager)
    at = diary.moment(day, 15, 18) if eager else diary.moment(day, 18, 20)
    item = diary.chance.choice(
        ("film_month", "game_card") if day < _NO_CINEMA else ("cinema_20", "cinema_20", "film_month")
    )
    places(diary, reader, at, "evening-sale", item, _EVENING[item])


def goes_to_market(diary: Diary, reader: Reader, day: date) -> None:
    """Weekends; those who mistake Friday for Saturday come too."""
    if day in _MARKET_RUSHES and diary.happens(0.8):
        item = _MARKET_RUSHES[day]
        places(diary, reader, diary.moment(day, 10, 22), "weekend-market", item, _MARKET[item])
        return
    eager = diary.happens(diary.rates.too_eager)
    if day.weekday() < (4 if eager else 5) or not diary.happens(0.3 * reader.keen):
        return
    item = diary.chance.choice(sorted(_MARKET))
    at = diary.moment(day, 7, 10) if eager else diary.moment(day, 10, 22)
    places(diary, reader, at, "weekend-market", item, _MARKET[item])
