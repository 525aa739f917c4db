"""
Messages: events from the mall's outbox that people care about, and what a look ahead finds.

The demo runs `deliver` after each write and when its time is moved, so that the next page shows what came of it. While it is
served, a worker in a thread does the same for what falls due with time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import g, has_request_context
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from quanyi.adapters.web import Note
from quanyi.demo_app.models import Letter, User

if TYPE_CHECKING:
    from quanyi import Worker
    from quanyi.demo_app.world import World

__all__ = ["LumenInbox", "deliver", "worker_of"]

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
_REASONS = ("done", "kept", "milestone")
"""Messages that say why something came; what came to the entitlements is told by another event of the same instant."""


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
        here = g.get("me") if has_request_context() else None
        if here is not None and here.id == user:  # read with this request already
            return bool(here.letters)
        with self._world.session() as db:
            return _wants(db, user)

    def want(self, user: str, *, wanted: bool) -> None:
        """Keep what the person said."""
        with self._world.writing() as db, db.begin():
            db.execute(update(User).where(User.id == user).values(letters=wanted))


def worker_of(world: World) -> Worker:
    """What books what is due and files messages, beside the pages."""
    return world.mall.worker(lambda event: _take(world, event))


def deliver(world: World) -> int:
    """Book what is due, take what waits in the outbox, and look ahead; each message is filed once. How much was due."""
    with world.session() as db:
        people = db.scalars(select(User.id).where(User.listed, User.letters)).all()
    readers = frozenset(people)
    worker = world.mall.worker(lambda event: _take(world, event) if event.subject in readers else None)
    booked = worker.catch_up()["timers"]
    letters = [letter for user in people for letter in _ahead(world, user)]
    with world.writing() as db, db.begin():
        for letter in letters:
            _file(db, letter)
    return booked


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
    if event.type == "reminder.answered":
        return "starts" if data.get("awaits") == "start" else "back"
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


def _file(db: Session, letter: Letter) -> None:
    """File a message once; what came and why it came are one message."""
    if not _wants(db, letter.user_id) or db.get(Letter, letter.id) is not None:
        return
    if letter.kind == "granted":
        if (reason := _beside(db, letter, _REASONS)) is None:
            db.add(letter)
        else:
            reason.about = _what_came(letter) | reason.about
        return
    db.add(letter)
    if letter.kind in _REASONS and (granted := _beside(db, letter, ("granted",))) is not None:
        letter.about = _what_came(granted) | letter.about
        db.delete(granted)


def _beside(db: Session, letter: Letter, kinds: Sequence[str]) -> Letter | None:
    """A message of one of *kinds* that the same campaign caused at the same instant."""
    query = select(Letter).where(Letter.user_id == letter.user_id, Letter.at == letter.at, Letter.kind.in_(kinds))
    found = db.scalars(query.order_by(Letter.id))
    return next((one for one in found if one.about.get("campaign") == letter.about.get("campaign")), None)


def _what_came(granted: Letter) -> dict[str, Any]:
    return {name: granted.about[name] for name in ("item", "entitlement") if name in granted.about}


def _wants(db: Session, user: str) -> bool:
    """Listed people are the ones who can sign in and read."""
    found = db.get(User, user)
    return found is not None and found.listed and found.letters


def _note(letter: Letter) -> Note:
    about = dict(letter.about)
    if isinstance(about.get("until"), str):
        about["until"] = datetime.fromisoformat(about["until"])
    return Note(id=letter.id, kind=letter.kind, at=letter.at, about=about, read=letter.read)
