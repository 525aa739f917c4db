"""Come every day; on the 3rd and 7th day in a row there is more; gaps can be mended."""

from quanyi.entitlements.plays.streak.model import Freeze, Ladder, Makeup, Mark, Milestone, Payment, Streak, Times

__all__ = ["Freeze", "Ladder", "Makeup", "Mark", "Milestone", "Payment", "Streak", "Times"]
