"""
The model of a mall project: its vocabulary, and its campaigns compiled to plays.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from quanyi.campaigns.kinds.builtin import BUILTIN
from quanyi.campaigns.kinds.kind import Kind
from quanyi.campaigns.kinds.registry import Kinds
from quanyi.campaigns.language.approval import ApprovalRule
from quanyi.campaigns.language.findings import Finding
from quanyi.campaigns.language.vocabulary import Vocabulary
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.plays.base import CompiledPlay

__all__ = ["Campaign", "CompiledPlay", "Project", "is_stored"]

_NOT_STORED = {"stored": False}
"""Marks a field that stored texts leave out: it follows from the rest, or from the program."""


def is_stored(field: attrs.Attribute[Any]) -> bool:
    """Whether stored texts have this field of a campaign or a project."""
    return bool(field.metadata.get("stored", True))


@attrs.frozen(kw_only=True)
class Campaign:
    """
    One campaign: its play, and the text it was compiled from.

    Attributes:
        play: With `head.version` filled in.
        kind: What the rest of the program asks about the play.
        source: The YAML document as it was written.
        file: Relative to the project's folder; `line` is where the document begins.
        accepted: The reason in the file why it may run without a bound; empty if there is none.
    """

    play: CompiledPlay
    kind: Kind = attrs.field(eq=False, repr=False, metadata=_NOT_STORED)
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
        """The digest of its source with the catalogue entries it uses."""
        return self.play.head.version


@attrs.frozen(kw_only=True)
class Project(Vocabulary):
    """
    A mall project: its vocabulary and its campaigns.

    Attributes:
        campaigns: By id.
        kinds: What its campaigns may be.
        warnings: Findings that don't keep it from being loaded.
        folder: Where it was read from; None for one that was not.
        approval: Which changes need the yes of somebody who did not write them, as the folder says it.
    """

    mall: str
    campaigns: Mapping[str, Campaign] = attrs.field(factory=dict)
    warnings: tuple[Finding, ...] = attrs.field(default=(), eq=False)
    kinds: Kinds = attrs.field(default=BUILTIN, eq=False, repr=False, metadata=_NOT_STORED)
    folder: Path | None = attrs.field(default=None, eq=False, repr=False, metadata=_NOT_STORED)
    approval: ApprovalRule = attrs.field(factory=ApprovalRule, eq=False, metadata=_NOT_STORED)

    def campaign(self, id_: str) -> Campaign:
        """The campaign of that id; NotFound if there is none."""
        try:
            return self.campaigns[id_]
        except KeyError:
            raise NotFound(f"no campaign is called {id_!r}") from None

    @property
    def brand_names(self) -> frozenset[str]:
        """Every brand: those that are declared, and those that a benefit names alone."""
        return frozenset({*self.brands, *(benefit.platform for benefit in self.benefits.values() if benefit.platform)})

    def plays(self) -> tuple[CompiledPlay, ...]:
        """All plays, high priority first, then by id."""
        found = [campaign.play for campaign in self.campaigns.values()]
        return tuple(sorted(found, key=lambda play: (-play.head.priority, play.head.campaign)))
