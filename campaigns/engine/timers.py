"""
Due timers as inputs, whether a store returned them or a decision of the same batch set them.
"""

from __future__ import annotations

from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Timer
from quanyi.entitlements.records import RecordKey

__all__ = ["timer_id", "timer_input"]


def timer_input(timer: Timer) -> Input:
    """A due timer as an input, at its own instant."""
    return Input(
        type=timer.event,
        key=timer.id.hex(),
        at=timer.due_at,
        holder=timer.holder,
        campaign=timer.data.get("campaign"),
        about=_about(timer),
        data=timer.data,
        due=True,
    )


def timer_id(ask: Input) -> bytes:
    """The id of the due timer that an input is."""
    return bytes.fromhex(ask.key)


def _about(timer: Timer) -> RecordKey | None:
    """The record that a timer is about: a play's own names it as ``record: [kind, *parts]``."""
    if "record" in timer.data:
        kind, *parts = timer.data["record"]
        return RecordKey(kind=kind, parts=tuple(parts))
    for kind in ("deal", "promise"):
        if kind in timer.data:
            return RecordKey(kind=kind, parts=(timer.data[kind],))
    return None
