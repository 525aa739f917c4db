"""
A mall project as the engine uses it: units, events, catalogue, and campaigns compiled to plays.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from quanyi.campaigns.language.findings import Finding
from quanyi.campaigns.language.vocabulary import Vocabulary
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.plays.bundle import Bundle
from quanyi.entitlements.plays.referral import Referral
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.plays.streak import Streak
from quanyi.entitlements.plays.task import Task

__all__ = ["Campaign", "CompiledPlay", "Project"]

CompiledPlay = Bundle | Referral | Reward | Sale | Streak | Task


@attrs.frozen(kw_only=True)
class Campaign:
    """
    One campaign: its play, and the text it was compiled from.

    Attributes:
        play: With `head.version` filled in.
        source: The YAML document as it was written.
        file: Relative to the project's folder; `line` is where the document begins.
        accepted: Why it may run without a bound, if the file says so.
    """

    play: CompiledPlay
    source: str = ""
    file: str = ""
    line: int = 0
    accepted: str = ""

    @property
    def head(self) -> Head:
        """What the campaign says about itself."""
        return self.play.head

    @property
    def id(self) -> str:
        """The campaign's name."""
        return self.play.head.campaign

    @property
    def version(self) -> str:
        """The hash of its source with the catalogue entries it uses."""
        return self.play.head.version


@attrs.frozen(kw_only=True)
class Project(Vocabulary):
    """
    Everything one mall project says: what its words mean, and its campaigns.

    Attributes:
        campaigns: By id.
        warnings: What works, but hardly as it was meant.
    """

    mall: str
    campaigns: Mapping[str, Campaign] = attrs.field(factory=dict)
    warnings: tuple[Finding, ...] = attrs.field(default=(), eq=False)

    def campaign(self, id_: str) -> Campaign:
        """The campaign of that id; NotFound if there is none."""
        try:
            return self.campaigns[id_]
        except KeyError:
            raise NotFound(f"no campaign is called {id_!r}") from None

    def plays(self) -> tuple[CompiledPlay, ...]:
        """All plays, high priority first, then by id."""
        found = [campaign.play for campaign in self.campaigns.values()]
        return tuple(sorted(found, key=lambda play: (-play.head.priority, play.head.campaign)))
