"""
The pages of the kinds that are there from the start.
"""

from __future__ import annotations

from quanyi.adapters.web.kinds.bundle import BUNDLE_PAGES
from quanyi.adapters.web.kinds.pages import KindPages
from quanyi.adapters.web.kinds.referral import REFERRAL_PAGES
from quanyi.adapters.web.kinds.streak import STREAK_PAGES
from quanyi.adapters.web.kinds.task import TASK_PAGES

__all__ = ["PAGES"]

PAGES: tuple[KindPages, ...] = (STREAK_PAGES, TASK_PAGES, REFERRAL_PAGES, BUNDLE_PAGES)
"""In the order of their lines on the first page; a host adds its own behind them. What is sold has pages anyway."""
