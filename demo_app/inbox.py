"""
Messages: events from the mall's outbox that people care about, and what a look ahead finds.

The demo runs `deliver` after each write and when its time is moved; a host would run it as a job.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from quanyi.adapters.web import Note
from quanyi.demo_app.models import Letter, Reminder, User

if TYPE_CHECKING:
    from quanyi.demo_app.world import World

__all__ = ["LumenInbox", "deliver"]

_SOON = timedelta(days=3)
_SHOWN = 50
_KINDS = {
    "deal.refunded": "refunded",
    "milestone.reached": "milestone",
    "promise.cancelled": "cancelled",
    "promise.kept": "kept",
    "referral.bound": "friend",
    "task.done": "done",
}


class LumenInbox:
    """The inbox of the product, in its own tables."""

    def __init__(self, world: World) -> None:
        self._world = world

    def notes(self, user: str) -> Sequence[Note]:
        """A person's messages, newest first."""
        query = select(Letter).where(Letter.user_id == user).order_by(Letter.at.desc(), Letter.id).limit(_SHOWN)
        with self._world.session() as db:
            return [_note(letter) for letter in db.scalars(query)]

    def unread(self, user: str) -> int:
        """How many have not been marked as read."""
        query = select(func.count()).select_from(Letter).where(Letter.user_id == user, Letter.read.is_(False))
        with self._world.session() as db:
            return min(db.scalar(query) or 0, _SHOWN)

    def mark_read(self, user: str) -> None:
        """Mark all as read."""
        with self._world.writing() as db, db.begin():
            db.execute(update(Letter).where(Letter.user_id == user).values(read=True))

    def wanted(self, user: str) -> bool:
        """Whether the person wants messages."""
        with self._world.session() as db:
            return _wants(db, user)

    def want(self, user: str, *, wanted: bool) -> None:
        """Keep what the person said."""
        with self._world.writing() as db, db.begin():
            db.execute(update(User).where(User.id == user).values(letters=wanted))

    def remind(self, user: str, campaign: str, item: str, at: datetime) -> None:
        """File a message when it starts, once."""
        with self._world.writing() as db, db.begin():
            db.merge(Reminder(user_id=user, campaign=campaign, item=item, at=at))

    def reminds(self, user: str, campaign: str, item: str) -> bool:
        """Whether a reminder waits."""
        with self._world.session() as db:
            return db.get(Reminder, (user, campaign, item)) is not None


def deliver(world: World) -> None:
    """Take what waits in the outbox, and look ahead; each message is filed once."""
    with world.session() as db:
        people = db.scalars(select(User.id).where(User.listed, User.letters)).all()
    readers = frozenset(people)
    relay = world.mall.desk.relay(lambda event: _take(world, event) if event.subject in readers else None)
    while relay.run(500).told:
        pass
    letters = [letter for user in people for letter in _ahead(world, user)]
    with world.writing() as db, db.begin():
        for letter in [*letters, *_started(db, world.clock.now())]:
            _file(db, letter)


def _take(world: World, event: Any) -> None:
    """File an event if it is one that people care about, about somebody who wants to hear of it."""
    kind = _kind(event)
    if not kind or event.subject is None:
        return
    with world.writing() as db, db.begin():
        _file(db, Letter(id=event.id, user_id=event.subject, kind=kind, at=event.time, about=dict(event.data)))


def _kind(event: Any) -> str:
    data = event.data
    if event.type == "entitlement.granted":
        return "" if data.get("deal") else "granted"
    if event.type == "part.given":
        return "part"
    if event.type == "deal.closed":
        return "lapsed" if data.get("ended") == "lapsed" else ""
    return _KINDS.get(event.type, "")


def _ahead(world: World, user: str) -> Iterator[Letter]:
    """What ends within three days."""
    mall, now = world.mall, world.clock.now()
    for right in mall.entitlements(user, phase="usable"):
        if right.ends is not None and right.ends - now <= _SOON:
            about = {"item": right.benefit.id, "entitlement": right.id, "until": right.ends.isoformat()}
            yield Letter(id=f"ends/{right.id}", user_id=user, kind="ending", at=now, about=about)
    for unit, purse in mall.wallet(user).units.items():
        for at, amount in purse.ending[:1]:
            if at - now <= _SOON:
                gone: dict[str, Any] = {"gives": {unit: amount}, "until": at.isoformat()}
                number = f"ends/{user}/{unit}/{at:%Y%m%d%H}"
                yield Letter(id=number, user_id=user, kind="ending_points", at=now, about=gone)


def _started(db: Session, now: datetime) -> list[Letter]:
    """Reminders whose time has come."""
    due = db.scalars(select(Reminder).where(Reminder.at <= now)).all()
    letters = [
        Letter(
            id=f"starts/{r.user_id}/{r.campaign}/{r.item}/{r.at:%Y%m%d%H}",
            user_id=r.user_id,
            kind="starts",
            at=r.at,
            about={"campaign": r.campaign, "item": r.item},
        )
        for r in due
    ]
    for reminder in due:
        db.delete(reminder)
    return letters


def _file(db: Session, letter: Letter) -> None:
    if _wants(db, letter.user_id) and db.get(Letter, letter.id) is None:
        db.add(letter)


def _wants(db: Session, user: str) -> bool:
    """Listed people are the ones who can sign in and read."""
    found = db.get(User, user)
    return found is not None and found.listed and found.letters


def _note(letter: Letter) -> Note:
    about = dict(letter.about)
    if isinstance(about.get("until"), str):
        about["until"] = datetime.fromisoformat(about["until"])
    return Note(id=letter.id, kind=letter.kind, at=letter.at, about=about, read=letter.read)
