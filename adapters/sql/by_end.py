"""
Which records are in the index by which lists go that are ordered by end: those that somebody holds, or is promised.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

__all__ = ["BY_END"]

# Two comparisons: SQLite does not see that a kind is one of a list.
_WHERE = text("kind = 'entitlement' OR kind = 'promise'")

BY_END: dict[str, Any] = {"postgresql_where": _WHERE, "sqlite_where": _WHERE}
"""The index leaves all other records out, on databases that can: a deal costs it nothing."""
