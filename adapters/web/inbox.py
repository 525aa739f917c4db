"""
Messages: what happened to somebody's things, as the host keeps it from the mall's outbox.

The pages keep nothing. A host's job runs `mall.desk.relay` and files
those that people care about; these pages show them, and let each person say no to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import attrs

__all__ = ["Inbox", "Note"]


@attrs.frozen(kw_only=True)
class Note:
    """
    One message.

    Attributes:
        kind: ``granted``, ``refunded``, ``lapsed``, ``kept``, ``cancelled``, ``milestone``, ``done``, ``part``,
            ``friend``, ``ending``, ``ending_points``, or of a reminder that was answered ``starts`` or ``back``;
            others are left out.
        about: What its sentence names: ``item``, ``campaign``, ``deal``, ``entitlement``; ``gives``, a
            mapping of amounts; ``days``; ``until``, an instant.
    """

    id: str
    kind: str
    at: datetime
    about: Mapping[str, Any] = attrs.field(factory=dict)
    read: bool = False


class Inbox(Protocol):
    """Where a host keeps messages, and who wants none."""

    def notes(self, user: str) -> Sequence[Note]:
        """A person's messages, newest first."""
        ...

    def unread(self, user: str) -> int:
        """How many have not been marked as read."""
        ...

    def mark_read(self, user: str) -> None:
        """Mark all as read."""
        ...

    def wanted(self, user: str) -> bool:
        """Whether the person wants messages; true unless they said no."""
        ...

    def want(self, user: str, *, wanted: bool) -> None:
        """Keep what the person said: with no, nothing is filed from now on."""
        ...
