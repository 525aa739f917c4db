"""
The kind: `referral`.
"""

from __future__ import annotations

from quanyi.campaigns.kinds.kind import Kind
from quanyi.campaigns.kinds.referral import show
from quanyi.campaigns.kinds.referral.compile import referral
from quanyi.campaigns.kinds.referral.coverage import COVERAGE
from quanyi.campaigns.kinds.referral.events import COMMANDS, TELLS
from quanyi.campaigns.kinds.referral.lint import LINT
from quanyi.campaigns.kinds.referral.schema import ReferralFile
from quanyi.campaigns.kinds.referral.story import STORY
from quanyi.campaigns.kinds.referral.terms import limits
from quanyi.campaigns.kinds.referral.view import VIEW
from quanyi.campaigns.kinds.show import Show
from quanyi.entitlements.plays.referral import Referral
from quanyi.entitlements.plays.referral.records import RECORDS

__all__ = ["REFERRAL"]

_SHOW = Show(sentence=show.sentence, looks_at=show.looks_at, deadlines=show.deadlines, phases=show.phases)

REFERRAL = Kind(
    word="referral",
    file=ReferralFile,
    play=Referral,
    compile=referral,
    show=_SHOW,
    lint=LINT,
    commands=COMMANDS,
    tells=TELLS,
    coverage=COVERAGE,
    records=RECORDS,
    story=STORY,
    view=VIEW,
    limits=limits,
)
