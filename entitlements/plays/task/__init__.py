"""Do A three times and B once, and get Z."""

from quanyi.entitlements.plays.task.model import Goal, Task

__all__ = ["Goal", "Task"]
