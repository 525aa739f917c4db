"""
The kind: `bundle`.
"""

from __future__ import annotations

from quanyi.campaigns.kinds.bundle import show
from quanyi.campaigns.kinds.bundle.compile import bundle
from quanyi.campaigns.kinds.bundle.coverage import COVERAGE
from quanyi.campaigns.kinds.bundle.schema import BundleFile
from quanyi.campaigns.kinds.bundle.story import STORY
from quanyi.campaigns.kinds.bundle.view import VIEW
from quanyi.campaigns.kinds.kind import Kind
from quanyi.campaigns.kinds.sale.events import COMMANDS
from quanyi.campaigns.kinds.sale.lint import LINT
from quanyi.campaigns.kinds.sale.terms import limits, quotas
from quanyi.campaigns.kinds.sale.view import OFFERS
from quanyi.campaigns.kinds.show import Show
from quanyi.entitlements.plays.bundle import Bundle
from quanyi.entitlements.plays.bundle.records import RECORDS

__all__ = ["BUNDLE"]

_SHOW = Show(sentence=show.sentence, looks_at=show.looks_at, deadlines=show.deadlines, phases=show.phases)

BUNDLE = Kind(
    word="bundle",
    file=BundleFile,
    play=Bundle,
    compile=bundle,
    show=_SHOW,
    lint=LINT,
    commands=COMMANDS,
    coverage=COVERAGE,
    records=RECORDS,
    story=STORY,
    view=VIEW,
    offers=OFFERS,
    limits=limits,
    quotas=quotas,
)
