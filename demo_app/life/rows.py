"""
Days and weeks in a row: who keeps them, misses one, and makes it up, or tries to.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from quanyi.demo_app.life.diary import LAST, Diary, Reader
from quanyi.demo_app.people import ZONE

__all__ = ["keeps_a_row", "reads_along"]

_DAY = timedelta(days=1)


def keeps_a_row(diary: Diary, reader: Reader) -> None:
    """Nearly half set themselves a row of days; a day that is missed is made up on the next, if it can be paid for."""
    if not diary.happens(0.45):
        return
    first = reader.joins + diary.chance.randrange(0, 60) * _DAY
    days = [first + n * _DAY for n in range(diary.chance.choice((4, 8, 9, 16, 18)))]
    for day in (day for day in days if day <= LAST):
        if day > first and diary.happens(0.14):
            _mends(diary, reader, day)
        else:
            key = f"check-in/{reader.id}/{day}"
            diary.write(diary.moment(day), "check_in", reader.id, key, if_done=f"joined/{reader.id}")
    _too_early(diary, reader)
    if days[-1] < LAST:
        _mistakes(diary, reader, first, days[-1])


def reads_along(diary: Diary, reader: Reader) -> None:
    """The Sunday club: a chapter a week together, and every fifth week none."""
    if not diary.happens(0.15):
        return
    sunday, week = reader.joins + (6 - reader.joins.weekday()) * _DAY, 0
    while sunday <= LAST:
        if week % 5 < 4 and diary.happens(0.97):  # noqa: PLR2004  (four weeks with, one without)
            chapter = f"club-{sunday:%j}"
            data = {"chapter": chapter}
            diary.write(
                diary.moment(sunday, 16, 18), "chapter.read", reader.id, f"read/{reader.id}/{chapter}", data=data
            )
        sunday, week = sunday + 7 * _DAY, week + 1


def _mends(diary: Diary, reader: Reader, day: date) -> None:
    """With a card, by those who have one; else with points. Who is not sure presses both."""
    at = diary.moment(day + diary.chance.choice((1, 1, 2)) * _DAY, 7, 22)
    way = diary.chance.choice(("card", "both", "both", "points"))
    if diary.happens(diary.rates.wrong_day * 2):
        _asks(diary, reader, at - timedelta(seconds=30), day, "coupon")
    if way != "points":
        _asks(diary, reader, at, day, "card")
    if way != "card":
        _asks(diary, reader, diary.later(at, 0.2, 3), day, "points")


def _mistakes(diary: Diary, reader: Reader, first: date, last: date) -> None:
    """A day too long ago, a day too early, today, and a day that is marked."""
    day = last + _DAY
    for wanted, pay in (
        (first - 3 * _DAY, "points"),
        (day + _DAY, "points"),
        (day, "points"),
        (last, "card"),
    ):
        if diary.happens(diary.rates.wrong_day * 2):
            _asks(diary, reader, diary.moment(day, 8, 23), wanted, pay, "/mistake")


def _too_early(diary: Diary, reader: Reader) -> None:
    """Some who have just come try the day before."""
    if reader.joins.day % 3 == 0 and reader.joins < LAST - _DAY:
        at = datetime.combine(reader.joins + _DAY, time(9), ZONE)
        _asks(diary, reader, at, reader.joins - _DAY, "points", "/early")


def _asks(diary: Diary, reader: Reader, at: datetime, day: date, pay: str, which: str = "") -> None:
    key = f"makeup/{reader.id}/{day}/{pay}{which}"
    data = {"date": day.isoformat(), "pay": pay}
    diary.write(at, "check_in.makeup", reader.id, key, data=data, if_done=f"joined/{reader.id}")
