"""
Proposals as they are kept: campaigns that somebody writes and that are not in force yet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Literal, Protocol

import attrs

from quanyi.entitlements.digests import text_digest
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.time import aware

__all__ = ["ApprovalRefused", "Proposal", "Proposals", "ProposalsInMemory", "Review", "content_of", "place_in"]


class ApprovalRefused(InputError):  # noqa: N818  (a refusal, like the others)
    """
    A proposal that may not be approved or published like this.

    Attributes:
        word: ``own-change`` for somebody who would approve what they wrote, ``unapproved`` for what needs a yes and has none.
    """

    def __init__(self, word: str, message: str) -> None:
        super().__init__(message)
        self.word = word


@attrs.frozen(kw_only=True)
class Review(Plain):
    """
    What somebody else said of a proposal.

    Attributes:
        verdict: ``approved``, or ``declined``: sent back to whoever wrote it.
        content: The digest of what was looked at: of other content it says nothing.
        reason: Why.
    """

    verdict: Literal["approved", "declined"]
    by: str
    at: datetime = attrs.field(validator=aware)
    content: str
    reason: str = ""


@attrs.frozen(kw_only=True)
class Proposal(Plain):
    """
    A proposal of one campaign, or of several that come into force together.

    Attributes:
        campaigns: The campaigns that its text names, as far as they can be read.
        text: YAML, with or without mistakes.
        base: The version of each that was in force when the proposal was begun; those are left out that were not.
        state: Whether it is still written on, was brought into force, or was given up.
        edition: Grows by one with every change, so that of two people who write at once the second is told.
        epoch: The release that brought it into force.
        authors: Everybody who wrote on its text.
        review: What an approver said of it last; None if nobody did.
    """

    id: str
    campaigns: tuple[str, ...] = ()
    text: str = attrs.field(repr=False)
    base: Mapping[str, str] = attrs.field(factory=dict)
    state: Literal["open", "applied", "discarded"] = "open"
    edition: int = 1
    made_by: str
    changed_by: str
    made_at: datetime = attrs.field(validator=aware)
    changed_at: datetime = attrs.field(validator=aware)
    epoch: int | None = None
    authors: tuple[str, ...] = ()
    review: Review | None = None

    @property
    def writers(self) -> frozenset[str]:
        """Everybody whose yes does not count, since the text is theirs."""
        return frozenset({*self.authors, self.made_by, self.changed_by})

    @property
    def approved(self) -> bool:
        """Whether somebody who did not write it has approved what it says now."""
        review = self.review
        if review is None or review.verdict != "approved" or review.by in self.writers:
            return False
        return review.content == content_of(self)

    @property
    def place(self) -> str:
        """Where it stands in a list, as a page names it."""
        return f"{self.changed_at.astimezone(UTC):%Y%m%d-%H%M%S-%f}-{self.id}"


def content_of(proposal: Proposal) -> str:
    """The digest of what a proposal would bring into force: its text, and the versions that it replaces."""
    return text_digest(json.dumps([proposal.text, sorted(proposal.base.items())])).hex()


def place_in(text: str) -> tuple[datetime, str] | None:
    """The instant and the id that a `Proposal.place` names; None for any other text."""
    written, _, id_ = text.rpartition("-")
    try:
        return datetime.strptime(written, "%Y%m%d-%H%M%S-%f").replace(tzinfo=UTC), id_
    except ValueError:
        return None


class Proposals(Protocol):
    """Where the proposals of one mall are kept."""

    def find(self, id: str) -> Proposal | None:  # noqa: A002  (the word for it)
        """The proposal called *id*; None if there is none."""
        ...

    def all(self, limit: int = 200, *, state: str | None = None, after: str | None = None) -> list[Proposal]:
        """
        The proposals that were changed last, newest change first.

        Args:
            state: Only those in this state.
            after: The `place` of one of them: only what comes behind it.
        """
        ...

    def add(self, proposal: Proposal) -> None:
        """Keep a new proposal."""
        ...

    def change(self, proposal: Proposal) -> bool:
        """Keep the next edition of a proposal; False if another next edition came first."""
        ...


class ProposalsInMemory:
    """Proposals in this process's memory, for malls in memory."""

    def __init__(self) -> None:
        self._proposals: dict[str, Proposal] = {}

    def find(self, id: str) -> Proposal | None:  # noqa: A002  (the word for it)
        """The proposal called *id*; None if there is none."""
        return self._proposals.get(id)

    def all(self, limit: int = 200, *, state: str | None = None, after: str | None = None) -> list[Proposal]:
        """The proposals that were changed last, newest change first; see `Proposals.all`."""
        behind = None if after is None else place_in(after)
        found = sorted(self._proposals.values(), key=lambda proposal: (proposal.changed_at, proposal.id), reverse=True)
        fitting = (each for each in found if state in (None, each.state))
        return list(islice((p for p in fitting if behind is None or (p.changed_at, p.id) < behind), limit))

    def add(self, proposal: Proposal) -> None:
        """Keep a new proposal."""
        self._proposals[proposal.id] = proposal

    def change(self, proposal: Proposal) -> bool:
        """Keep the next edition of a proposal; False if another next edition came first."""
        if self._proposals[proposal.id].edition != proposal.edition - 1:
            return False
        self._proposals[proposal.id] = proposal
        return True
