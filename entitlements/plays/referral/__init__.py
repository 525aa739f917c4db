"""Bring a friend: who is bound to whom, and who gets what for it, and when."""

from quanyi.entitlements.plays.referral.clauses import Bind, Rule
from quanyi.entitlements.plays.referral.model import Referral

__all__ = ["Bind", "Referral", "Rule"]
