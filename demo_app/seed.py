"""
Months of life, lived through the same calls as real life: reports, exchanges, claims, payments.

The chance is seeded and the clock is the demo's own, so that every seeding tells the same story.
"""

from __future__ import annotations

import random  # noqa: TID251  (a seeded story of the demo, no decision of the mall)
import tomllib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

import quanyi
from quanyi.demo_app.inbox import deliver
from quanyi.demo_app.models import Chapter, CheckIn, Letter, Like, Order, Review, User, Work, order_number
from quanyi.demo_app.people import ZONE
from quanyi.demo_app.steps import Step, parts_of
from quanyi.demo_app.world import World

__all__ = ["START", "is_seeded", "seed"]

START = datetime(2026, 3, 20, 19, 36, tzinfo=ZONE)
"""When the demo begins: a Friday evening, with the evening sale on."""

_FIRST = datetime(2026, 1, 5, 9, 0, tzinfo=ZONE)
_CROWD = 60
_CODES = 40
_GUEST = "reader-"

# What the crowd exchanged: item, day, which readers, whether there is money to pay.
_EXCHANGED = (
    ("music_month", 3, 4, range(1, 13), False),
    ("game_card", 3, 11, range(1, 23), True),
    ("latte", 3, 12, range(31, 46), False),
    ("film_month", 3, 13, range(46, 52), False),
)
# What it bought in sales: the last number says how many pay in time until one does not.
_CLAIMED = (
    ("spring-opening", "latte", 6, 10, range(1, 7), 0),
    ("spring-opening", "tea", 7, 11, range(7, 26), 0),
    ("evening-sale", "film_month", 20, 18, range(1, 31), 7),
    ("evening-sale", "cinema_20", 20, 18, range(31, 43), 0),
    ("evening-sale", "game_card", 20, 18, range(43, 61), 0),
)


_FRIENDS = (
    (1, "何其", "He Qi"),
    (2, "苏晚晴", "Su Wanqing"),
    (3, "陆行舟", "Lu Xingzhou"),
    (9, "程一帆", "Cheng Yifan"),
)
# Days on which lin did not check in; the last can still be made up.
_MISSED = ((1, 12), (1, 25), (2, 4), (2, 8), (2, 17), (3, 2), (3, 11), (3, 18))


def is_seeded(world: World) -> bool:
    """Whether there is anything to show."""
    with world.session() as db:
        return db.get(User, "lin") is not None


def seed(world: World, told: Callable[[int, int], object] | None = None) -> None:
    """
    Fill an empty world, up to a Friday evening in March.

    Args:
        told: Called after each part of the story: how many steps are done, and how many there are.
    """
    content = tomllib.loads(files(__package__).joinpath("content.toml").read_text(encoding="utf-8"))
    world.clock.stand(_FIRST)
    world.mall.desk.apply()
    _shelves(world, content)
    story = _Story(world, random.Random(20260320))  # noqa: S311  (the same story every time)
    world.mall.desk.import_codes("latte", story.codes(_CODES), key="seed/latte")
    story.tell(content["review"], told)
    world.clock.stand(START)
    deliver(world)
    _have_read(world)
    world.clock.go_on()


def _shelves(world: World, content: dict[str, Any]) -> None:
    """The product's own content and people."""
    with world.writing() as db, db.begin():
        for place, raw in enumerate(content["work"]):
            chapters = raw.pop("chapter", [])
            db.add(Work(place=place, **raw))
            db.add_all(_chapter(raw["id"], number, chapter) for number, chapter in enumerate(chapters, 1))
        joined = {"lin": _FIRST, "zhou": _at(2, 16, 12), "chen": _at(2, 23, 20), "mo": _at(3, 20, 18, 50)}
        db.add_all(User(listed=True, joined_at=joined[raw["id"]], **raw) for raw in content["user"])
        for number, zh, en in _FRIENDS:
            db.add(User(id=f"friend-{number}", name_zh=zh, name_en=en, joined_at=_at(2, 24, 12)))
        for n in range(1, _CROWD + 1):
            db.add(User(id=_guest(n), name_zh=f"读者 {n}", name_en=f"Reader {n}", joined_at=_at(2, 10, 8)))


def _chapter(work: str, number: int, raw: dict[str, Any]) -> Chapter:
    public = START + timedelta(days=3) if raw.pop("early", False) else _FIRST
    return Chapter(work_id=work, number=number, public_at=public.replace(minute=0), **raw)


def _have_read(world: World) -> None:
    """Everybody has read what is older than two days."""
    with world.writing() as db, db.begin():
        db.execute(update(Letter).where(Letter.at < START - timedelta(days=2)).values(read=True))


class _Story:
    """What happened, in order of time."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self._world = world
        self._mall = world.mall
        self._chance = chance
        self._plan: list[Step] = []

    def codes(self, count: int) -> list[str]:
        """Card codes without letters that look alike."""
        letters = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
        return ["".join(self._chance.choices(letters, k=12)) for _ in range(count)]

    def tell(self, reviews: list[dict[str, str]], told: Callable[[int, int], object] | None) -> None:
        """Plan everything, then live it."""
        self._join_all()
        self._check_ins()
        self._orders()
        self._reviews(reviews)
        self._lin()
        self._zhou()
        self._chen()
        self._crowd()
        day, done = _FIRST.date(), 0
        for steps in parts_of(self._plan):
            self._world.clock.stand(steps[0].at)
            if steps[0].at.date() > day:
                day = steps[0].at.date()
                self._mall.sweep()
            self._live(steps)
            done += len(steps)
            if told is not None:
                told(done, len(self._plan))

    def _live(self, steps: Sequence[Step]) -> None:
        """One step on its own, or several in one commit of the mall's and then one of the host's."""
        if not steps[0].together:
            steps[0].deed(self._mall)
            return
        with self._mall.batch() as batch:
            for step in steps:
                self._world.clock.stand(step.at)
                step.deed(batch)
        with self._world.writing() as db, db.begin():
            for step, answer in zip(steps, batch.outcomes, strict=True):
                if isinstance(answer, quanyi.QuanyiError):
                    raise answer
                if step.after is not None:
                    step.after(db, answer)

    # --- the ordinary days ---------------------------------------------------------------------

    def _join_all(self) -> None:
        joined = {"lin": _FIRST, "zhou": _at(2, 16, 12), "chen": _at(2, 23, 20), "mo": _at(3, 20, 18, 50)}
        for user, at in joined.items():
            self._report(at, "user.joined", user, account=user)
        for n in range(1, _CROWD + 1):
            self._report(_at(2, 10, 8, n % 60), "user.joined", _guest(n), account=_guest(n))

    def _check_ins(self) -> None:
        habits = {"lin": (_FIRST, 0.9), "zhou": (_at(2, 16, 12), 0.55), "chen": (_at(2, 23, 20), 0.4)}
        for user, (since, how_often) in habits.items():
            day = since
            while day.date() < START.date():
                came = self._chance.random() < how_often
                if came if user != "lin" else (day.month, day.day) not in _MISSED:
                    self._check_in(user, day.replace(hour=7 + self._chance.randrange(14), minute=31))
                day += timedelta(days=1)

    def _check_in(self, user: str, at: datetime) -> None:
        day = at.date().isoformat()
        self._with_others(
            at,
            lambda mall: mall.report("check_in", user=user, key=f"check-in/{user}/{day}"),
            lambda db, _: db.add(CheckIn(user_id=user, day=day)),
        )

    def _orders(self) -> None:
        """Rented films: lin often, the others now and then."""
        for n, (month, day) in enumerate([(1, 9), (1, 17), (1, 30), (2, 13), (2, 20), (2, 28), (3, 6), (3, 13)], 1):
            self._rent("lin", "tide-letters" if n % 2 else "north-line", _at(month, day, 21, 5), n)
        self._rent("zhou", "noodle-street", _at(2, 27, 23, 10), 1)
        self._rent("zhou", "north-line", _at(3, 8, 20, 15), 1)
        self._rent("chen", "tide-letters", _at(3, 5, 20, 40), 1)

    def _rent(self, user: str, work: str, at: datetime, n: int) -> None:
        number = order_number(user, work, n)

        def deed(_: object) -> None:
            with self._world.writing() as db, db.begin():
                film = db.get_one(Work, work)
                db.add(Order(id=number, user_id=user, work_id=work, amount=film.rent, state="paid", at=at, paid_at=at))
                data = {"order": number, "amount": f"{film.rent / 100:.2f}"}
                self._mall.within(db).report("order.paid", user=user, key=f"paid/{number}", data=data)

        self._then(at, deed)

    def _reviews(self, reviews: list[dict[str, str]]) -> None:
        for n, raw in enumerate(reviews, 1):
            self._review(f"r-{n}", raw["work"], raw["user"], raw, _at(3, 7 + 2 * n, 22, 10))
        likers = [(work, _guest(n)) for n in range(1, _CROWD + 1) for work in _liked(n)]

        def deed(_: object) -> None:
            with self._world.writing() as db, db.begin():
                db.add_all(Like(work_id=work, user_id=user) for work, user in likers)

        self._then(_at(3, 1, 9), deed)

    def _review(self, number: str, work: str, user: str, raw: dict[str, str], at: datetime) -> None:
        text = raw["text"]

        def deed(_: object) -> None:
            with self._world.writing() as db, db.begin():
                db.add(Review(id=number, work_id=work, user_id=user, text=text, text_en=raw["text_en"], at=at))
                data = {"review": number, "length": len(text)}
                self._mall.within(db).report("review.posted", user=user, key=f"review/{number}", data=data)

        self._then(at, deed)

    # --- people ----------------------------------------------------------------------------------

    def _lin(self) -> None:
        """Gold: a bit of everything, some of it used, some of it ended."""
        self._adjust(_at(2, 10, 10), "lin", 1675, "opening gift of the gold level")
        for n in range(1, 4):
            at = _at(2, 24, 12, n)
            self._report(at, "friend.joined", f"friend-{n}", inviter="lin", friend=f"friend-{n}")
        self._then(_at(2, 24, 11), lambda mall: mall.invite_code("bring-a-friend", user="lin", key="seed/code/lin"))
        self._report(_at(3, 2, 20), "order.paid", "friend-1", order="f-friend-1", amount="6.00")
        self._report(_at(3, 17, 20), "order.paid", "friend-2", order="f-friend-2", amount="6.00")
        self._claim(_at(3, 18, 21), "lin", "spring-box", "spring_pass", pay=True)
        self._report(_at(3, 19, 12), "friend.joined", "friend-9", inviter="lin", friend="friend-9")
        self._exchange(_at(2, 14, 21), "lin", "latte", reveal=True)
        self._exchange(_at(3, 2, 9), "lin", "tea")
        self._exchange(_at(3, 10, 8), "lin", "latte")
        self._exchange(_at(3, 12, 23), "lin", "chapter_pass", redeem=True)
        self._exchange(_at(3, 15, 20), "lin", "early_access")
        self._exchange(_at(3, 18, 22), "lin", "chapter_pass")
        self._claim(_at(3, 6, 10, 1), "lin", "spring-opening", "tea", pay=True, redeem=True)
        self._exchange(_at(3, 14, 12), "lin", "cinema_20", pay=True)
        for n, day in enumerate(
            (_at(2, 20, 23), _at(2, 27, 23), _at(3, 5, 23), *(_at(3, d, 23) for d in range(11, 18))), 1
        ):
            self._report(day, "chapter.read", "lin", chapter=f"read-{n}")

    def _zhou(self) -> None:
        """Has spent most of it, let one order lapse and cancelled another."""
        self._adjust(_at(2, 20, 10), "zhou", 600, "makes up for a broken stream")
        self._exchange(_at(3, 3, 20), "zhou", "latte")
        self._exchange(_at(3, 9, 20), "zhou", "cinema_20")
        self._exchange(_at(3, 14, 20), "zhou", "film_week")
        self._claim(_at(3, 18, 18, 4), "zhou", "evening-sale", "film_month")

    def _chen(self) -> None:
        """Spent what an order had earned, then sent the order back."""
        self._adjust(_at(3, 1, 10), "chen", 150, "found a mistake in chapter two")
        self._exchange(_at(3, 6, 21), "chen", "film_week")
        self._claim(_at(3, 16, 18, 1), "chen", "evening-sale", "film_month", pay=True)

        self._exchange(_at(3, 14, 21), "chen", "chapter_pass")
        self._exchange(_at(3, 18, 21), "chen", "chapter_pass")

        def deed(_: object) -> None:
            number = order_number("chen", "tide-letters", 1)
            with self._world.writing() as db, db.begin():
                db.get_one(Order, number).state = "refunded"
                mall = self._mall.within(db)
                mall.report("order.refunded", user="chen", key=f"refund/{number}", data={"order": number})

        self._then(_at(3, 19, 10), deed)

    def _crowd(self) -> None:
        """Sixty readers: they buy out the spring opening, and a good part of what is on now."""
        for n in range(1, _CROWD + 1):
            self._adjust(_at(3, 1, 12), _guest(n), 1500, "a month of reading")
        for item, month, day, readers, pay in _EXCHANGED:
            for minute, n in enumerate(readers):
                self._exchange(_at(month, day, 12, minute), _guest(n), item, pay=pay)
        for n in (58, 59):
            self._claim(_at(3, 11, 20, n), _guest(n), "spring-box", "spring_pass", pay=True)
        for campaign, item, day, hour, readers, late in _CLAIMED:
            for minute, n in enumerate(readers, 1):
                self._claim(_at(3, day, hour, minute), _guest(n), campaign, item, pay=not (late and minute % late == 0))

    # --- single deeds ------------------------------------------------------------------------------

    def _report(self, at: datetime, type_: str, user: str, **data: Any) -> None:
        key = f"seed/{type_}/{user}/{at:%m%d%H%M}"
        tell = self._then if type_ == "friend.joined" else self._with_others  # friends are listed as they were noted
        tell(at, lambda mall: mall.report(type_, user=user, key=key, data=data))

    def _adjust(self, at: datetime, user: str, amount: int, reason: str) -> None:
        key = f"seed/adjust/{user}"
        self._with_others(at, lambda mall: mall.desk.adjust(user, "points", amount, key=key, reason=reason))

    def _exchange(self, at: datetime, user: str, item: str, **then: bool) -> None:
        key = f"seed/x/{user}/{item}/{at:%m%d}"
        self._buy(at, user, lambda mall: mall.exchange(item, user=user, key=key), **then)

    def _claim(self, at: datetime, user: str, campaign: str, item: str, **then: bool) -> None:
        key = f"seed/c/{user}/{campaign}/{item}"
        self._buy(at, user, lambda mall: mall.claim(campaign, item=item, user=user, key=key), **then)

    def _buy(
        self,
        at: datetime,
        user: str,
        ask: Callable[[Any], Any],
        *,
        pay: bool = False,
        redeem: bool = False,
        reveal: bool = False,
    ) -> None:
        """Exchange or claim, and what follows: the crowd pays together, those with names each for themselves."""

        def finish(db: Session, receipt: Any) -> None:
            if pay and receipt.pay:
                self._pay(db, receipt, user, at)

        def deed(mall: quanyi.OpenMall) -> None:
            receipt = ask(mall)
            with self._world.writing() as db, db.begin():
                finish(db, receipt)
            for grant in mall.deal(receipt.deal).grants if redeem or reveal else ():
                self._after(grant, user, redeem=redeem, reveal=reveal)

        if user.startswith(_GUEST):
            self._with_others(at, ask, finish, soon=pay)
        else:
            self._then(at, deed)

    def _pay(self, db: Session, receipt: Any, user: str, at: datetime) -> None:
        """Pay at the host's till: order and settlement in one transaction."""
        number = receipt.deal
        db.add(Order(id=f"d-{number}", user_id=user, deal=number, amount=receipt.pay, state="paid", at=at, paid_at=at))
        self._mall.within(db).settle(number, paid=receipt.pay, key=f"pay/{number}", user=user)

    def _after(self, grant: str, user: str, *, redeem: bool, reveal: bool) -> None:
        if redeem:
            self._mall.redeem(grant, user=user, key=f"seed/redeem/{grant}")
        if reveal:
            self._mall.reveal(grant, user=user, key=f"seed/reveal/{grant}")

    def _then(self, at: datetime, deed: Callable[[Any], object]) -> None:
        self._plan.append(Step(at=at, place=len(self._plan), deed=deed))

    def _with_others(
        self,
        at: datetime,
        deed: Callable[[Any], object],
        after: Callable[[Session, Any], object] | None = None,
        *,
        soon: bool = False,
    ) -> None:
        place = len(self._plan)
        self._plan.append(Step(at=at, place=place, deed=deed, after=after, together=True, soon=soon))


def _liked(n: int) -> list[str]:
    works = ["tide-letters", "noodle-street", "paper-moon", "north-line", "salt-atlas", "slow-kitchen"]
    return [work for place, work in enumerate(works, 2) if n % place == 0]


def _guest(n: int) -> str:
    return f"{_GUEST}{n:02d}"


def _at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)
