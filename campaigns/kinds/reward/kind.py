"""
The kind: `reward`.
"""

from __future__ import annotations

from quanyi.campaigns.kinds.kind import Kind
from quanyi.campaigns.kinds.reward import show
from quanyi.campaigns.kinds.reward.compile import reward
from quanyi.campaigns.kinds.reward.coverage import COVERAGE
from quanyi.campaigns.kinds.reward.lint import LINT
from quanyi.campaigns.kinds.reward.schema import RewardFile
from quanyi.campaigns.kinds.reward.terms import limits
from quanyi.campaigns.kinds.show import Show
from quanyi.entitlements.plays.reward import Reward

__all__ = ["REWARD"]

_SHOW = Show(sentence=show.sentence, looks_at=show.looks_at, deadlines=show.deadlines, phases=show.phases)

REWARD = Kind(
    word="reward", file=RewardFile, play=Reward, compile=reward, show=_SHOW, lint=LINT, coverage=COVERAGE, limits=limits
)
