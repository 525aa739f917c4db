"""
The kinds: `sale`, `flash_sale`, `points_exchange`.
"""

from __future__ import annotations

from quanyi.campaigns.kinds.kind import Kind, Show
from quanyi.campaigns.kinds.sale import show
from quanyi.campaigns.kinds.sale.compile import sale
from quanyi.campaigns.kinds.sale.events import COMMANDS
from quanyi.campaigns.kinds.sale.lint import LINT
from quanyi.campaigns.kinds.sale.schema import FlashSaleFile, PointsExchangeFile, SaleFile
from quanyi.entitlements.plays.sale import Sale

__all__ = ["FLASH_SALE", "POINTS_EXCHANGE", "SALE"]

_SHOW = Show(sentence=show.sentence, looks_at=show.looks_at, deadlines=show.deadlines, phases=show.phases)

SALE = Kind(word="sale", file=SaleFile, play=Sale, compile=sale, show=_SHOW, lint=LINT, commands=COMMANDS)
FLASH_SALE = Kind(
    word="flash_sale", file=FlashSaleFile, play=Sale, compile=sale, show=_SHOW, lint=LINT, commands=COMMANDS
)
POINTS_EXCHANGE = Kind(
    word="points_exchange", file=PointsExchangeFile, play=Sale, compile=sale, show=_SHOW, lint=LINT, commands=COMMANDS
)
