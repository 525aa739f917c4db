"""Come every day; on the 3rd and 7th day in a row there is more; gaps can be mended."""

from quanyi.entitlements.plays.streak.play import Streak
from quanyi.entitlements.plays.streak.terms import Freeze, Ladder, Makeup, Mark, Milestone, Payment, Times

__all__ = ["Freeze", "Ladder", "Makeup", "Mark", "Milestone", "Payment", "Streak", "Times"]
