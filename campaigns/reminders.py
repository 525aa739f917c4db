"""
Reminders: of what one can be set, and which of those that wait are answered now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import cast

from quanyi.campaigns.offers import OffersInForce
from quanyi.campaigns.ports import Ports
from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.errors import NotOpen, QuanyiError
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.listings import Listing
from quanyi.entitlements.plays.sale.view import Offer
from quanyi.entitlements.records import Reminder, Waitlist

__all__ = ["answer_reminders", "waited_for"]

_BATCH = 64
"""How many reminders are answered in one transaction."""

_THINGS = 200
"""How many things are looked at together."""


def waited_for(offer: Offer) -> dict[str, str]:
    """The data of a reminder of *offer*; `NotOpen` if its sale has ended."""
    if offer.state == "ended":
        raise NotOpen(reason="ended", shows={"ended_at": offer.ends_at} if offer.ends_at else {})
    awaits = "start" if offer.state in {"between", "not_started"} else "stock"
    return {"campaign": offer.campaign, "item": offer.item, "awaits": awaits}


def answer_reminders(ports: Ports, limit: int, may: Callable[[], bool] = lambda: True) -> int:
    """
    Answer reminders of what can be had, and let those of what has ended lapse, *limit* of them at most.

    Args:
        may: Whether it is this caller's turn; asked only where there is something to answer.

    Returns:
        How many that were; 0 once none is left that can be answered now.

    Raises:
        Conflict: Others hold what a reminder needs.
    """
    done = 0
    for waitlist, ended in _to_answer(ports):
        if not done and not may():
            break
        while done < limit:
            name = Waitlist.name_of(waitlist.campaign, waitlist.item)
            found = ports.store.find(Reminder.kind, "waits", name, limit=min(_BATCH, limit - done))
            if not found:
                break
            _answer(ports, cast("Sequence[Reminder]", found), ended=ended)
            done += len(found)
    return done


def _answer(ports: Ports, reminders: Sequence[Reminder], *, ended: bool) -> None:
    now = ports.now()
    asks = [_ask(reminder, ended=ended) for reminder in reminders]
    inputs = [Input(type="reminder.answer", key=key, at=now, holder=who, data=data) for key, who, data in asks]
    for outcome in ports.transactions.run(inputs, ports.store):
        if isinstance(outcome, QuanyiError):
            raise outcome


def _ask(reminder: Reminder, *, ended: bool) -> tuple[str, str | None, dict[str, object]]:
    """Key, holder and data of an answer: one for each time that a reminder was set, so that it is answered once."""
    parts = (*reminder.parts, reminder.set_at.isoformat(), "ended" if ended else "")
    data: dict[str, object] = {"campaign": reminder.campaign, "item": reminder.item, "ended": ended}
    return digest16("reminder", *parts).hex(), reminder.holder, data


def _to_answer(ports: Ports) -> Iterator[tuple[Waitlist, bool]]:
    """The things that somebody waits for and that can be had now, or have ended, with which of the two."""
    (open_,) = ports.listed([Listing(kind=Waitlist.kind, phase="open")])
    waitlists, offers = cast("Sequence[Waitlist]", open_), OffersInForce(ports)
    for start in range(0, len(waitlists), _THINGS):
        some = waitlists[start : start + _THINGS]
        shown = offers.several([(waitlist.campaign, waitlist.item) for waitlist in some])
        for waitlist, offer in zip(some, shown, strict=True):
            if offer is None or offer.state == "ended":
                yield waitlist, True
            elif _can_be_had(offer):
                yield waitlist, False


def _can_be_had(offer: Offer) -> bool:
    return offer.state == "open" and (offer.left is None or offer.left > 0)
