"""
Bringing friends: by link, by code, by a chain letter, and the ways in which that does not work.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from quanyi.demo_app.life.diary import Diary, Reader
from quanyi.demo_app.people import ZONE

__all__ = ["answers_the_letter", "invites", "shares_a_code", "writes_the_letter"]

_DAY = timedelta(days=1)
_LETTER = datetime(2026, 4, 3, 19, tzinfo=ZONE)
_HANDS = 22
"""Through how many hands the chain letter went before our readers got it: more than a tree of bonds may be tall."""


def invites(diary: Diary, reader: Reader, day: date) -> None:
    """Most bring somebody now and then; a few stand with a sign in front of their school."""
    if not diary.happens(0.014 * reader.keen):
        return
    crowd = diary.chance.randrange(5, 9) if diary.happens(0.15) else 1
    for n in range(1, 1 + crowd):
        friend, at = f"friend-of-{reader.id}-{day:%m%d}-{n}", diary.moment(day, 9, 22)
        joined = _joins(diary, friend, at)
        at = diary.later(at, 0.1, 2)
        data = {"inviter": reader.id, "friend": friend}
        bound = diary.write(at, "friend.joined", friend, f"friend/{friend}", data=data, if_done=joined)
        reader.purse["points"] += 200
        _lives_on(diary, reader, friend, at, bound)


def shares_a_code(diary: Diary, reader: Reader, day: date) -> None:
    """Some put their code on a wall; who copies it makes mistakes."""
    if not diary.happens(0.013 * reader.keen):
        return
    at, rates = diary.moment(day, 9, 20), diary.rates
    asked = diary.write(at, "referral.code", reader.id, f"code/{reader.id}/{day}")
    if diary.happens(rates.own_code * 3):  # does it work at all?
        _binds(diary, reader.id, diary.later(at, 1, 9), asked, "own", code_of=reader.id)
    for n in range(1, diary.chance.choice((2, 2, 3))):
        friend, at = f"copier-of-{reader.id}-{day:%m%d}-{n}", diary.later(at, 5, 90)
        joined = _joins(diary, friend, at)
        if diary.happens(rates.mistyped):
            _binds(diary, friend, diary.later(at, 0.2, 1), joined, "typo", code="SPRING26")
        if diary.happens(rates.mistyped):
            _binds(diary, friend, diary.later(at, 0.2, 1), joined, "empty", code="")
        bound = _binds(diary, friend, diary.later(at, 1.2, 9), asked, "", code_of=reader.id)
        _lives_on(diary, reader, friend, diary.later(at, 10, 20), bound)


def writes_the_letter(diary: Diary) -> None:
    """A chain letter wanders through a school, each brought by the one before; then it reaches everybody."""
    at, last = _LETTER, ""
    for n in range(_HANDS):
        at, name = diary.later(at, 2, 9), f"chain-{n:02d}"
        joined = _joins(diary, name, at)
        if last:
            data = {"inviter": last, "friend": name}
            diary.write(diary.later(at, 0.1, 1), "friend.joined", name, f"friend/{name}", data=data, if_done=joined)
        last = name
    diary.write(diary.later(at, 10, 20), "referral.code", last, f"code/{last}")


def answers_the_letter(diary: Diary, reader: Reader, day: date) -> None:
    """Who gets the letter types its code in, also who has brought friends already and now stands above them."""
    age = (day - _LETTER.date()).days
    if 0 < age < 50 and diary.happens(0.06):  # noqa: PLR2004  (days in which it goes round)
        last = f"chain-{_HANDS - 1:02d}"
        _binds(diary, reader.id, diary.moment(day, 9, 22), f"code/{last}", f"letter/{day:%m%d}", code_of=last)


def _joins(diary: Diary, friend: str, at: datetime) -> str:
    return diary.write(at, "user.joined", friend, f"joined/{friend}", data={"account": friend})


def _binds(diary: Diary, who: str, at: datetime, after: str, which: str, **data: str) -> str:
    """Type a code in: one's own, somebody's, or what one takes for one."""
    return diary.write(at, "referral.bind", who, f"bind/{who}/{which}".rstrip("/"), data=data, if_done=after)


def _lives_on(diary: Diary, reader: Reader, friend: str, at: datetime, bound: str) -> None:
    """A friend rents films, some of which are sent back; takes a second invitation; brings the inviter back."""
    rates = diary.rates
    for n in range(diary.chance.choices((0, 1, 2, 3), (30, 35, 25, 10))[0]):
        at = diary.later(at, 60, 14000)
        _rents(diary, friend, at, f"film-{friend}-{n}", bound)
    if diary.happens(rates.bound_again):
        data = {"inviter": f"{reader.id}-mail", "friend": friend}
        diary.write(diary.later(at, 5, 900), "friend.joined", friend, f"friend/{friend}/2", data=data, if_done=bound)
    if diary.happens(rates.bound_back):
        asked = diary.write(diary.later(at, 5, 90), "referral.code", friend, f"code/{friend}", if_done=bound)
        _binds(diary, reader.id, diary.later(at, 100, 900), asked, friend, code_of=friend)


def _rents(diary: Diary, friend: str, at: datetime, order: str, bound: str) -> None:
    """A film: kept, or sent back before the inviter's week is over, after it, or before it was even booked."""
    if at.date() > date(2026, 7, 11):
        return
    data = {"order": order, "amount": diary.chance.choice(("6.00", "9.90", "18.00"))}
    diary.write(at, "order.paid", friend, f"paid/{order}", data=data, if_done=bound)
    if not diary.happens(diary.rates.film_back):
        return
    back = diary.chance.choice((
        diary.later(at, -20, -1),
        diary.later(at, 60, 9000),
        diary.later(at, 60, 9000),
        diary.later(at, 11_000, 25_000),
    ))  # fmt: skip
    diary.write(back, "order.refunded", friend, f"refund/{order}", data={"order": order}, if_done=bound)
    if diary.happens(diary.rates.pressed_again):
        again = diary.later(max(back, at), 5, 900)
        diary.write(again, "order.refunded", friend, f"refund/{order}/again", data={"order": order}, if_done=bound)
