"""
Joining, and what earns: check-ins, chapters, reviews, films.
"""

from __future__ import annotations

from datetime import date, timedelta

from quanyi.demo_app.life.diary import FIRST, LAST, Diary, Reader

__all__ = ["checks_in", "is_helped", "joins", "passes_by", "reads", "rents", "writes"]

_DAY = timedelta(days=1)
_FILMS = ("6.00", "9.90", "12.00", "18.00", "25.00", "38.00")


def joins(diary: Diary, reader: Reader) -> None:
    """A new account, and for some a second one; gold readers are greeted with points."""
    at = diary.moment(reader.joins, 6, 9)
    facts = {"joined_at": at.isoformat(), "level": reader.level}
    diary.write(at, "user.joined", reader.id, f"joined/{reader.id}", data={"account": reader.id}, facts=facts)
    if reader.level == "gold":
        amount = diary.chance.choice((400, 2400, 2400))
        gift = {"unit": "points", "amount": amount, "reason": "opening gift of the gold level"}
        diary.write(diary.later(at, 1, 60), "wallet.adjust", reader.id, f"gold/{reader.id}", data=gift)
        reader.purse["points"] += amount
        cards = {"unit": "cards", "amount": 2, "reason": "for days that a gold reader is away"}
        diary.write(diary.later(at, 61, 90), "wallet.adjust", reader.id, f"cards/{reader.id}", data=cards)
    if diary.happens(diary.rates.second_account):
        second = f"{reader.id}-mail"
        diary.write(diary.later(at, 5, 9000), "user.joined", reader.id, f"joined/{second}", data={"account": second})


def checks_in(diary: Diary, reader: Reader, day: date) -> None:
    """Once a day, by habit; sometimes the phone tells it after midnight."""
    if not diary.happens(0.55):
        return
    at, data = diary.moment(day), {}
    if diary.happens(diary.rates.after_midnight):
        at, data = diary.moment(day + _DAY, 0, 2), {"date": day.isoformat()}
    key = diary.write(at, "check_in", reader.id, f"check-in/{reader.id}/{day}", data=data)
    if diary.happens(diary.rates.second_device):
        diary.write(diary.later(at, 1, 30), "check_in", reader.id, f"{key}/tablet", data=data)
    reader.purse["points"] += 10


def reads(diary: Diary, reader: Reader, day: date) -> None:
    """A few chapters in the evening, sometimes the whole serial."""
    if not diary.happens(0.16):
        return
    at = diary.moment(day, 19, 22)
    for n in range(1, 2 + min(int(diary.chance.expovariate(0.4)), 10)):
        at = diary.later(at, 3, 12)
        chapter = f"serial-{day:%j}-{n}"
        diary.write(at, "chapter.read", reader.id, f"read/{reader.id}/{chapter}", data={"chapter": chapter})
        reader.purse["sparks"] += 5


def writes(diary: Diary, reader: Reader, day: date) -> None:
    """Reviews of all lengths; some are taken back."""
    if not diary.happens(0.09 * reader.keen):
        return
    at = diary.moment(day, 8, 22)
    for n in range(1, 1 + diary.chance.choices((1, 2, 3, 4), (70, 14, 10, 6))[0]):
        at = diary.later(at, 4, 40)
        review, length = f"{reader.id}-{day:%m%d}-{n}", int(diary.chance.gammavariate(2.2, 22)) + 3
        data = {"review": review, "length": length}
        diary.write(at, "review.posted", reader.id, f"review/{review}", data=data)
        reader.purse["points"] += 30
        if diary.happens(2 * diary.rates.sent_back):
            early = diary.happens(diary.rates.early)
            gone = diary.later(at, -3, -0.5) if early else diary.later(at, 10, 4000)
            key = diary.write(gone, "review.removed", reader.id, f"removed/{review}", data={"review": review})
            if diary.happens(diary.rates.pressed_again):
                again = diary.later(max(at, gone), 3, 900)
                diary.write(again, "review.removed", reader.id, f"{key}/again", data={"review": review})


def rents(diary: Diary, reader: Reader, day: date) -> None:
    """A film, more often from Friday on; some are sent back."""
    if not diary.happens(0.24 * reader.keen * (1.6 if day.weekday() >= 4 else 1)):  # noqa: PLR2004
        return
    reader.orders += 1
    rates, at = diary.rates, diary.moment(day, 12, 23)
    order = f"film-{reader.id}-{reader.orders}"
    amount = "0.00" if diary.happens(0.03) else diary.chance.choice(_FILMS)
    data = {"order": order, "amount": amount}
    key = diary.write(at, "order.paid", reader.id, f"paid/{order}", data=data)
    reader.purse["points"] += 10 * int(float(amount))
    if diary.happens(rates.second_notice):
        diary.write(diary.later(at, 1, 600), "order.paid", reader.id, f"{key}/other-channel", data=data)
    if diary.happens(rates.sent_back):
        back = diary.later(at, -20, -1) if diary.happens(rates.early) else diary.later(at, 60, 6000)
        diary.write(back, "order.refunded", reader.id, f"refund/{order}", data={"order": order})
        if diary.happens(rates.pressed_again):
            again = diary.later(max(back, at), 5, 900)
            diary.write(again, "order.refunded", reader.id, f"refund/{order}/again", data={"order": order})


def is_helped(diary: Diary, reader: Reader, day: date) -> None:
    """Support makes up for a broken stream, and now and then takes a mistake back."""
    if diary.happens(0.006):
        amount, at = diary.chance.choice((50, 100, -50, -1500, -2500, -2500)), diary.moment(day, 10, 18)
        data = {"unit": "points", "amount": amount, "reason": "support"}
        diary.write(at, "wallet.adjust", reader.id, f"support/{reader.id}/{day}", data=data)


def passes_by(diary: Diary) -> None:
    """Visitors without an account: about every day one rents a film, or reads the chapter that is free."""
    for n in range((LAST - FIRST).days):
        day, name = FIRST + n * _DAY, f"visitor-{n}"
        at = diary.moment(day, 9, 23)
        if diary.happens(0.5):
            data = {"order": name, "amount": diary.chance.choice(_FILMS)}
            diary.write(at, "order.paid", None, f"paid/{name}", data=data)
        else:
            diary.write(at, "chapter.read", None, f"read/{name}", data={"chapter": f"free-{day:%j}"})
