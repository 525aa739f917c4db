"""
The kinds that are there from the start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quanyi.campaigns.kinds.bundle.kind import BUNDLE
from quanyi.campaigns.kinds.referral.kind import REFERRAL
from quanyi.campaigns.kinds.registry import Kinds
from quanyi.campaigns.kinds.reward.kind import REWARD
from quanyi.campaigns.kinds.sale.kind import FLASH_SALE, POINTS_EXCHANGE, SALE
from quanyi.campaigns.kinds.streak.kind import STREAK
from quanyi.campaigns.kinds.task.kind import TASK

if TYPE_CHECKING:
    from quanyi.campaigns.kinds.kind import Kind

__all__ = ["BUILTIN", "KINDS", "kind_of"]

KINDS: tuple[Kind, ...] = (BUNDLE, REWARD, FLASH_SALE, POINTS_EXCHANGE, REFERRAL, SALE, STREAK, TASK)
"""In the order in which an editor's schema lists them; a host adds its own behind them."""

BUILTIN = Kinds(KINDS)
"""The same, found by their words."""


def kind_of(play: Any) -> Kind:
    """The kind of a compiled play."""
    return BUILTIN.of(play)
