"""What hostile inputs are tried on: the engine's test mall on every store, and the commands."""

from __future__ import annotations

from tests.cli.conftest import quanyi
from tests.engine.conftest import clock, mall

__all__ = ["clock", "mall", "quanyi"]
