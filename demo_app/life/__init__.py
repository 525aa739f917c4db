"""
Months of a community's life, made up from one seed, as lines that ``quanyi run`` reads.

Readers join, mostly in the first weeks; each has habits of their own for every weekday, and gaps.
What somebody does next often hangs on the mall's answer: nobody pays for an order that was
refused. Such lines name the line they hang on (``if_done``), so that the same life can be lived
under other rules.

What goes wrong, and why so often:

=====================  ====================================================================
what                   how often (`Rates`)
=====================  ====================================================================
sent again             a phone loses its connection and sends the same key: 2 %
pressed on a second    the same deed under another key, from the tablet: 5 %, an order 10 %; a
device, or paid twice  second notice of a payment by another channel: 15 %
a second account       a phone number and a mail address, joined to one person later: 15 %
late                   a check-in kept by a phone without a net reaches us after midnight: 3 %
early                  a refund overtakes its order's notice, a removal its review: 18 % of
                       those, since both queues are handled apart
sent back              an order: 10 %, and every third of them twice, for support presses again;
                       what money was paid for, a coffee, and a seat at a screening, for an
                       evening is soon taken: 30 %
only some of it        one piece, or more than were bought: 25 % of what is sent back
paid late, or wrong    after the hold has ended: 12 %; an amount from an old page: 6 %
not paid               the reader thinks again: 14 % let it lapse, 11 % say so
an old page            says *give up* after it was paid: 16 %, after it lapsed: 64 %
long after             a payment channel tells of a payment again once it was sent back: 80 %
too eager              outside a sale's hours, before or after it: 15 % of the tries
a treat                two to four pieces at once, for friends: 15 %, often more than one may have
mixed up               a friend opens a shared order: 4 %; a form's token is used again: 5 %;
                       support sends back what nobody has paid: 10 %
tries it on            wants points back for what was used: 12 % (of what a sale sold, 60 %), for
                       a code that was seen: 60 % (90 %), and asks again and again: 90 % each;
                       shows the picture of a voucher that went back, or a friend's: 40 %
a wrong invitation     mistyped, or empty: 25 % each; one's own: 30 %; a second inviter: 25 %;
                       the friend brings the inviter back: 20 %; a chain letter that is too long
a friend's film        sent back: 45 %, half of them in the week that the inviter waits
a wrong day            made up too late, too early, today, though marked, or with a coupon that
                       there is not: each by 24 % of those who keep a row
a wrong choice         one too many or not in the box, too late, a second time, before it is
                       paid: 25 % each; 35 % never choose
a box sent back        60 %, within hours or up to three months later; before that, 24 % drink
                       the tea in it
a wrong total          of what stands on the shelf, instead of what was ever there: 80 %
nobody                 a visitor without an account rents or reads, about every day
=====================  ====================================================================
"""

from __future__ import annotations

import json
import random  # noqa: TID251  (it is given in, seeded)
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from quanyi.demo_app.life import boxes, earning, friends, house, rows, shopping
from quanyi.demo_app.life.diary import FIRST, LAST, Diary, Rates, Reader

__all__ = ["HABITS", "HOUSE", "STORIES", "Diary", "Rates", "Reader", "live"]

_DAY = timedelta(days=1)

HABITS: tuple[Callable[[Diary, Reader, date], None], ...] = (
    earning.checks_in,
    earning.reads,
    earning.writes,
    earning.rents,
    friends.invites,
    earning.is_helped,
    shopping.exchanges,
    shopping.collects,
    shopping.books_a_screening,
    shopping.opens_spring,
    shopping.comes_in_the_evening,
    shopping.goes_to_market,
    friends.shares_a_code,
    friends.answers_the_letter,
    boxes.buys_a_box,
    boxes.has_a_story_night,
)
"""What a reader may do on a day on which they come by; a new kind of event is a new habit here."""

STORIES: tuple[Callable[[Diary, Reader], None], ...] = (rows.keeps_a_row, rows.reads_along)
"""What a reader may set themselves for days or weeks, told at once."""

HOUSE: tuple[Callable[[Diary], None], ...] = (
    house.codes_come,
    house.fills_the_shelves,
    friends.writes_the_letter,
    earning.passes_by,
)
"""What happens whoever the readers are."""


def live(chance: random.Random, events: int) -> Iterator[str]:
    """
    The lines of a life with at least *events* of them that hang on nothing, in the order in which they arrive.

    Args:
        chance: Seeded: the same seed tells the same life.
    """
    diary = Diary(chance)
    seed = chance.getrandbits(64)
    for deed in HOUSE:
        diary.chance = _chance(seed, deed.__name__)
        deed(diary)
    number = 0
    while sum("if_done" not in line for _, _, line in diary.lines) < events:
        number += 1
        _one_reader(diary, chance, number)
    for _, _, line in sorted(diary.lines, key=lambda row: row[:2]):
        yield json.dumps(line, ensure_ascii=False)


def _one_reader(diary: Diary, chance: random.Random, number: int) -> None:
    """One person's months. Each habit has a chance of its own, so that a new one changes nothing else."""
    seed = chance.getrandbits(64)
    diary.chance = chance = _chance(seed, "reader")
    chances = [(habit, _chance(seed, habit.__name__)) for habit in HABITS]
    joins = FIRST + timedelta(days=min(int(chance.expovariate(1 / 7)), 100))
    busy = chance.betavariate(2, 4)
    week = tuple(min(busy * chance.uniform(0.6, 1.4) * (1.3 if day >= 5 else 1), 1.0) for day in range(7))  # noqa: PLR2004
    level = "gold" if diary.happens(0.2) else "reader"
    reader = Reader(id=f"reader-{number:04d}", joins=joins, level=level, week=week, keen=chance.gammavariate(1.3, 0.77))
    earning.joins(diary, reader)
    for story in STORIES:
        diary.chance = _chance(seed, story.__name__)
        story(diary, reader)
    diary.chance = chance
    day = joins
    while day <= LAST:
        if diary.happens(0.012):
            reader.away_until = day + timedelta(days=chance.randrange(4, 25))
        if day >= reader.away_until and diary.happens(week[day.weekday()]):
            for habit, diary.chance in chances:
                habit(diary, reader, day)
            diary.chance = chance
        day += _DAY


def _chance(seed: int, name: str) -> random.Random:
    return random.Random(f"{seed}/{name}")  # noqa: S311  (made-up lives, no secrets)
