"""
Bundles: bought or exchanged, unpacked part by part, and sent back at all times.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from quanyi.demo_app.life.diary import Diary, Reader
from quanyi.demo_app.life.till import Bought, asks, pays, places, sends_back

__all__ = ["buys_a_box", "has_a_story_night"]

_DAY = timedelta(days=1)
_BOX = ("chapter_pass", "early_access", "music_month")
_NEARLY, _BOOKMARK = 40, 100
"""Sparks with which one hopes for a bookmark, and what it costs; a story night brings 20."""
_NIGHT = ("tea", "film_week", "chapter_pass")


def buys_a_box(diary: Diary, reader: Reader, day: date) -> None:
    """The spring box, all through the spring; some come before it is there, or in July."""
    if not diary.happens(0.09):
        return
    qty = 2 if diary.happens(diary.rates.treat / 2) else 1
    at = diary.moment(day, 9, 22)
    order, key = asks(diary, reader, at, "spring-box", "spring_pass", qty)
    box = Bought(reader, order, "spring_pass", "29.00", on_sale=True, key=key)
    if diary.happens(diary.rates.wrong_choice):  # at once, before the till has told of the money
        _chooses(diary, box, diary.later(at, 0.1, 0.4), "pick", [diary.chance.choice(_BOX)], "early")
    paid_at = pays(diary, box, diary.later(at, 1, 8))
    if paid_at is not None:
        _unpacks(diary, box, paid_at, "pick", _BOX, 1, timedelta(days=7))
        _thinks_again(diary, box, paid_at)


def has_a_story_night(diary: Diary, reader: Reader, day: date) -> None:
    """A lamp for points, by those who believe to have them, by some who only hope, and some for its sparks."""
    rich = reader.purse["points"] >= 260  # noqa: PLR2004  (what it costs)
    if rich and _NEARLY <= reader.purse["sparks"] < _BOOKMARK and diary.happens(0.9):
        _takes_the_sparks(diary, reader, day)
    if not diary.happens(0.06 if rich else 0.02):
        return
    reader.purse["points"] = max(reader.purse["points"] - 260, 0)
    for n in range(diary.chance.choice((1, 1, 1, 2, 3))):
        at = diary.later(diary.moment(day, 18, 20), n * 20, n * 20 + 10)
        qty = 2 if diary.happens(diary.rates.treat / 2) else 1
        order, key = asks(diary, reader, at, "story-night", "night_lamp", qty)
        night = Bought(reader, order, "night_lamp", "", on_sale=False, key=key)
        _unpacks(diary, night, at, "two", _NIGHT, 2, timedelta(days=3))
        _thinks_again(diary, night, at)


def _takes_the_sparks(diary: Diary, reader: Reader, day: date) -> None:
    """A lamp, a bookmark for the sparks that came with it, and then the lamp back."""
    at = diary.moment(day, 18, 20)
    order, key = asks(diary, reader, at, "story-night", "night_lamp")
    places(diary, reader, diary.later(at, 5, 10), "lighthouse", "bookmark", "")
    night = Bought(reader, order, "night_lamp", "", on_sale=False, key=key)
    sends_back(diary, diary.later(at, 20, 90), night, diary.rates.pressed_again * 2)


def _unpacks(
    diary: Diary, box: Bought, at: datetime, part: str, of: tuple[str, ...], pick: int, within: timedelta
) -> None:
    """Choose in time, wrongly first, twice, too late, or never, so that the default comes."""
    if diary.happens(0.35):
        return
    rates, span = diary.rates, within.total_seconds() / 60
    chosen_at = diary.later(at, 1, span * 0.8)
    if diary.happens(rates.wrong_choice):
        wrong = diary.chance.choice(([*of[:pick], of[-1]], ["cinema_20"] * pick, [of[0]] * (pick + 1)))
        _chooses(diary, box, chosen_at - timedelta(seconds=40), part, wrong, "wrong")
    if diary.happens(rates.wrong_choice):
        chosen_at = diary.later(at, span, span * 1.5)
    _chooses(diary, box, chosen_at, part, diary.chance.sample(of, pick), "")
    if diary.happens(rates.wrong_choice):
        _chooses(diary, box, diary.later(chosen_at, 1, 60), part, list(of[:pick]), "again")


def _chooses(diary: Diary, box: Bought, at: datetime, part: str, choice: list[str], which: str) -> None:
    data = {"order": box.order, "part": part, "choice": choice}
    key = f"choose/{box.order}/{which}".rstrip("/")
    diary.write(at, "bundle.choose", box.reader.id, key, data=data, if_done=box.key)


def _thinks_again(diary: Diary, box: Bought, at: datetime) -> None:
    """Send it back: within hours, within a week, after a month, after two; some have drunk the tea by then."""
    rates = diary.rates
    if diary.happens(rates.used_and_back * 2):
        drunk = diary.later(at, 60, 9000)
        diary.write(drunk, "redeem", box.reader.id, f"redeem/{box.order}/tea", data={"benefit": "tea"}, if_done=box.key)
        sends_back(diary, diary.later(drunk, 1, 900), box)
    elif diary.happens(rates.box_back):
        least, most = diary.chance.choice(
            ((0.05, 0.5), (0.05, 0.5), (0.05, 2), (0.05, 2), (0.5, 7), (35, 55), (65, 90), (65, 90), (65, 90))
        )
        sends_back(diary, diary.later(at, least * 1440, most * 1440), box, rates.pressed_again)
