"""
What the house itself does: codes come in, shelves are filled, strangers pass by.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from quanyi.demo_app.life.diary import FIRST, LAST, Diary
from quanyi.demo_app.people import ZONE

__all__ = ["codes_come", "fills_the_shelves"]

_CODES_COME = ((datetime(2026, 3, 6, 16, 30, tzinfo=ZONE), 8), (datetime(2026, 5, 18, 9, tzinfo=ZONE), 20))
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_WEEKLY = {"concert_live": (60, 8), "game_card": (120, 8), "signed_print": (2, 4), "tea": (200, 12)}
"""What is on sale at first, and how many pieces come every Monday."""


def codes_come(diary: Diary) -> None:
    """The supplier's codes, three a packet: some hours late for the spring opening, and then too few until May."""
    number = 0
    for at, packets in _CODES_COME:
        for n in range(packets):
            number += 1
            codes = ["".join(diary.chance.choices(_LETTERS, k=12)) for _ in range(3)]
            data = {"benefit": "latte", "codes": codes}
            diary.write(at + timedelta(minutes=n), "codes.import", None, f"codes/{number}", data=data)


def fills_the_shelves(diary: Diary) -> None:
    """Every Monday, with the total that was ever there; who types in what stands on the shelf is told so."""
    day = FIRST + timedelta(days=(7 - FIRST.weekday()) % 7)
    totals = {benefit: total for benefit, (total, _) in _WEEKLY.items()}
    while day <= LAST:
        at = diary.moment(day, 8, 9)
        for benefit, (_, more) in _WEEKLY.items():
            totals[benefit] += more
            key = f"stock/{benefit}/{day}"
            if diary.happens(diary.rates.wrong_total):
                data = {"benefit": benefit, "total": 1}
                diary.write(at - timedelta(minutes=2), "stock.load", None, f"{key}/shelf", data=data)
            diary.write(at, "stock.load", None, key, data={"benefit": benefit, "total": totals[benefit]})
        day += timedelta(days=7)
