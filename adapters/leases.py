"""
Leases of jobs: a worker does a job alone until an instant, and lets others have it afterwards.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

__all__ = ["Leases"]


class Leases(Protocol):
    """Who does a job that only one worker at a time should do; see `quanyi.adapters.sql.leases`."""

    def take(self, job: str, now: datetime, until: datetime) -> bool:
        """Have the lease of *job* until *until*, if it has run out by *now* or is ours already. Whether we have it."""
        ...

    def leave(self, job: str, now: datetime) -> None:
        """Let somebody else have the lease of *job* from *now* on, if it is ours."""
        ...
