"""Bring a friend: who is bound to whom, and who gets what for it, and when."""

from quanyi.entitlements.plays.referral.play import Referral
from quanyi.entitlements.plays.referral.terms import Bind, Rule

__all__ = ["Bind", "Referral", "Rule"]
