"""Whenever X happens, Y gets Z: so often, after a while, and taken back if X is undone."""

from quanyi.entitlements.plays.reward.play import Reward

__all__ = ["Reward"]
