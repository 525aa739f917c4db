"""Do A three times and B once, and get Z."""

from quanyi.entitlements.plays.task.play import Task
from quanyi.entitlements.plays.task.terms import Goal

__all__ = ["Goal", "Task"]
