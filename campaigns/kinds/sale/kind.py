"""
The kinds: `sale`, `flash_sale`, `points_exchange`.
"""

from __future__ import annotations

import attrs

from quanyi.campaigns.kinds.kind import Kind
from quanyi.campaigns.kinds.sale import show
from quanyi.campaigns.kinds.sale.compile import sale
from quanyi.campaigns.kinds.sale.coverage import COVERAGE
from quanyi.campaigns.kinds.sale.events import COMMANDS
from quanyi.campaigns.kinds.sale.lint import LINT
from quanyi.campaigns.kinds.sale.schema import FlashSaleFile, PointsExchangeFile, SaleFile
from quanyi.campaigns.kinds.sale.story import STORY
from quanyi.campaigns.kinds.sale.terms import limits, quotas
from quanyi.campaigns.kinds.sale.view import OFFERS
from quanyi.campaigns.kinds.show import Show
from quanyi.entitlements.plays.sale import Sale

__all__ = ["FLASH_SALE", "POINTS_EXCHANGE", "SALE"]

_SHOW = Show(sentence=show.sentence, looks_at=show.looks_at, deadlines=show.deadlines, phases=show.phases)

SALE = Kind(
    word="sale",
    file=SaleFile,
    play=Sale,
    compile=sale,
    show=_SHOW,
    lint=LINT,
    commands=COMMANDS,
    coverage=COVERAGE,
    story=STORY,
    offers=OFFERS,
    limits=limits,
    quotas=quotas,
)
FLASH_SALE = attrs.evolve(SALE, word="flash_sale", file=FlashSaleFile)
POINTS_EXCHANGE = attrs.evolve(SALE, word="points_exchange", file=PointsExchangeFile)
