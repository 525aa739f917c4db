"""
Editing campaigns of an open mall one by one, without its files: what the console does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

import attrs

from quanyi.adapters.chance import random_bytes
from quanyi.adapters.proposals import ApprovalRefused, Proposal, Proposals, Review, content_of
from quanyi.campaigns.engine.in_force import CampaignsInForce
from quanyi.campaigns.ports import Ports
from quanyi.campaigns.project.approval import Approvable, approvable
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.project.proposal import ReadProposal, in_force_of, read_proposal, released_as, without
from quanyi.campaigns.project.release import Applied, pieces_of
from quanyi.campaigns.tools.plan import Plan, differences, plan
from quanyi.entitlements.arguments import how_many
from quanyi.entitlements.errors import InputError, NotFound, Outdated
from quanyi.entitlements.releases import Release

if TYPE_CHECKING:
    from quanyi.adapters.sql.past_releases import CampaignVersion, PastRelease
    from quanyi.adapters.sql.store import SqlStore

__all__ = ["Editing"]

_Verdict = Literal["approved", "declined"]


class Editing:
    """
    Changes of a few campaigns: read, planned, brought into force, and taken back.

    A project that is to come into force is always what is in force with a few campaigns changed. Whoever brings it into
    force says on which release it was looked at; if another one came meanwhile, that is a `Outdated`.

    Args:
        bring: Brings a project into force: which, onto which release, who does it, and why.
    """

    def __init__(
        self, ports: Ports, proposals: Proposals, bring: Callable[[Project, int, str | None, str], Applied]
    ) -> None:
        self._ports = ports
        self._bring = bring
        self.proposals = proposals

    @property
    def epoch(self) -> int:
        """The number of the release in force, read anew."""
        return self._in_force.epoch

    # --- what could come into force ----------------------------------------------------------

    def read(self, text: str) -> ReadProposal:
        """The text of one campaign as it would stand beside those in force, with every mistake."""
        return read_proposal(text, self._ports.project, self._in_force, self._sources, self._ports.files)

    def without(self, campaign: str) -> Project:
        """What is in force, without *campaign*; NotFound if none in force has that name."""
        return without(campaign, self._ports.project, self._in_force)

    def as_released(self, epoch: int) -> Project:
        """The campaigns of an earlier release, in the present vocabulary; NotFound if there was no such release."""
        return released_as(self.release(epoch), self._ports.project, self._in_force)

    def release(self, epoch: int) -> Release:
        """The release of that number, without the text of its project; NotFound if there was none."""
        from quanyi.adapters.sql.past_releases import release_numbered

        found = release_numbered(self._store(), epoch)
        if found is None:
            raise NotFound(f"there was no release {epoch}")
        return found

    def plan(self, project: Project, locale: str = "zh") -> Plan:
        """What bringing *project* into force would change."""
        ports = self._ports
        pieces = pieces_of(project, ports.transactions, ports.store, ports.now())
        damaged = self._in_force.damaged()
        return plan(in_force_of(ports.project, self._in_force), project, pieces, locale, damaged)

    def bring(self, project: Project, *, onto: int, by: str | None = None, reason: str = "") -> Applied:
        """
        Bring a project into force.

        Args:
            onto: The number of the release that was in force when it was looked at.

        Raises:
            Outdated: Another release has come into force since.
        """
        return self._bring(project, onto, by, reason)

    def version(self, campaign: str) -> str:
        """The version of a campaign that is in force, as it was last read; empty for none."""
        return self._ports.transactions.in_force.release.campaigns.get(campaign, "")

    # --- proposals ------------------------------------------------------------------------------

    def begin(self, text: str, *, by: str) -> Proposal:
        """Keep a new proposal, with or without mistakes."""
        named = self.read(text).campaigns
        return self.keep(text, named, self._versions(named), by=by)

    def keep(self, text: str, campaigns: Collection[str], base: Mapping[str, str], *, by: str) -> Proposal:
        """
        Keep a new proposal whose text is known already.

        Args:
            campaigns: Those that the text names.
            base: The versions in force that the text was made of.
        """
        now = self._ports.now()
        proposal = Proposal(
            id=random_bytes(8).hex(),
            campaigns=tuple(campaigns),
            text=text,
            base=dict(base),
            made_by=by,
            authors=(by,),
            changed_by=by,
            made_at=now,
            changed_at=now,
        )
        self.proposals.add(proposal)
        return proposal

    def write(self, proposal: Proposal, text: str, *, by: str) -> Proposal:
        """Keep another text of a proposal; Outdated if it was changed, or is no longer open."""
        named = self.read(text).campaigns
        base = {**self._versions(named), **{name: version for name, version in proposal.base.items() if name in named}}
        authors = tuple(sorted({*proposal.authors, by}))
        return self._changed(proposal, by, text=text, campaigns=named, base=base, authors=authors)

    def discard(self, proposal: Proposal, *, by: str) -> Proposal:
        """Give a proposal up; it is kept, but can't be written on."""
        return self._changed(proposal, by, state="discarded")

    def apply(self, proposal: Proposal, *, onto: int, by: str, reason: str = "") -> Applied:
        """
        Bring a proposal into force.

        What is in force already as the proposal has it is noted, and nothing is brought into force again: a process may
        have ended before it noted that.

        Raises:
            CampaignFileError: It has mistakes; all of them.
            ApprovalRefused: It needs the yes of somebody who did not write it, and has none for what it says now.
            Outdated: Another version of the campaign, or another release, came into force meanwhile.
        """
        self._insist_on_open(proposal)
        read = self.read(proposal.text)
        project, present = read.sound(), self._versions(read.campaigns)
        moved = sorted(name for name in read.campaigns if present.get(name) != proposal.base.get(name))
        wanted = {name: project.campaigns[name].version for name in read.campaigns}
        if moved and present == wanted:
            applied = Applied(epoch=self._brought_by(moved))
            self._changed(proposal, by, state="applied", epoch=applied.epoch)
            return applied
        if present != wanted:
            self._insist(proposal, read, moved)
        claimed = self._kept(attrs.evolve(proposal, edition=proposal.edition + 1))  # nobody changes it from here on
        applied = self.bring(project, onto=onto, by=by, reason=reason)
        self._changed(claimed, by, state="applied", epoch=applied.epoch)
        return applied

    def approvable(self, read: ReadProposal) -> tuple[Approvable, ...]:
        """Why a proposal needs somebody else's yes; nothing if it needs none, or has mistakes."""
        if read.project is None:
            return ()
        after = attrs.evolve(read.project, approval=self._ports.project.approval)
        return approvable(in_force_of(self._ports.project, self._in_force), after, read.campaigns)

    def review(self, proposal: Proposal, verdict: _Verdict, *, by: str, reason: str) -> Proposal:
        """
        Approve a proposal as it stands, or send it back to whoever wrote it.

        Raises:
            CampaignFileError: It has mistakes, and is to be approved.
            ApprovalRefused: Somebody would approve what they wrote.
            Outdated: It was changed meanwhile, or is no longer open.
        """
        self._insist_on_open(proposal)
        if verdict == "approved":
            self.read(proposal.text).sound()
            if by in proposal.writers:
                raise ApprovalRefused("own-change", "whoever wrote on a proposal can't approve it")
        said = Review(verdict=verdict, by=by, at=self._ports.now(), content=content_of(proposal), reason=reason)
        return self._kept(attrs.evolve(proposal, review=said, edition=proposal.edition + 1))

    def _insist(self, proposal: Proposal, read: ReadProposal, moved: Sequence[str]) -> None:
        """Raise what keeps a proposal from coming into force."""
        if moved:
            raise Outdated(f"another version of {moved[0]} came into force since this proposal was begun; compare them")
        if not proposal.approved and self.approvable(read):
            raise ApprovalRefused("unapproved", "this proposal needs the yes of somebody who did not write it")

    def text_in_force(self, campaign: str) -> str:
        """The text that a campaign in force was written in; NotFound if there is no such campaign."""
        version = self._in_force.release.campaigns.get(campaign)
        if version is None:
            raise NotFound(f"no campaign in force is called {campaign!r}")
        return self.texts([(campaign, version)]).get((campaign, version), "")

    def texts(self, names: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """The texts that versions of campaigns were written in, as far as they were kept."""
        known = self._ports.project.campaigns
        here = {
            name: known[name[0]].source
            for name in names
            if name[0] in known and known[name[0]].version == name[1] and known[name[0]].source
        }
        missing = [name for name in names if name not in here]
        return {**self._sources(missing), **here}

    # --- what was in force -------------------------------------------------------------------

    def versions(self, campaign: str, *, before: int | None = None) -> tuple[list[CampaignVersion], int | None]:
        """What the releases below the number *before* did to a campaign, newest first; and where to go on."""
        from quanyi.adapters.sql.past_releases import versions_of

        return versions_of(self._store(), campaign, before=before)

    def text_of(self, campaign: str, version: str) -> str:
        """The text that a version was written in; NotFound if it was never in force."""
        found = self._sources([(campaign, version)])
        if not found:
            raise NotFound(f"{campaign!r} was never in force as {version!r}")
        return found[campaign, version]

    def compared(self, campaign: str, versions: tuple[str, str], locale: str = "zh") -> tuple[str, ...]:
        """
        What is different from one version of a campaign to another, in words.

        Raises:
            NotFound: One of them was never in force.
            DataError: The stored text of one of them can't be used any more.
        """
        one, other = (self._as_version(campaign, version) for version in versions)
        return tuple(differences(campaign, one, other, locale))

    def _as_version(self, campaign: str, version: str) -> Project:
        self.text_of(campaign, version)  # whether it ever was in force
        self._ports.version(campaign, version)  # which reads it
        return released_as(Release(campaigns={campaign: version}), self._ports.project, self._in_force)

    def releases(self, *, before: int | None = None, limit: int = 50) -> list[PastRelease]:
        """The releases below the number *before*, newest first, each with what it changed."""
        from quanyi.adapters.sql.past_releases import past_releases

        return past_releases(self._store(), before=before, limit=how_many(limit))

    def _brought_by(self, campaigns: Collection[str]) -> int:
        """The number of the release that brought the present versions of *campaigns* into force; of the present one if it is not known."""
        named, before = set(campaigns), None
        while page := self.releases(before=before) if self._keeps_releases() else []:
            for release in page:
                if not named.isdisjoint((*release.added, *release.changed)):
                    return release.epoch
            before = page[-1].epoch
        return self.epoch

    def _versions(self, campaigns: Collection[str]) -> dict[str, str]:
        present = self._in_force.release.campaigns
        return {name: present[name] for name in campaigns if name in present}

    @property
    def _in_force(self) -> CampaignsInForce:
        """What is in force by now: other processes bring campaigns into force too. Its number is asked for, not its texts."""
        self._ports.look([])
        return self._ports.transactions.in_force

    def _sources(self, names: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        return self._store().sources(names) if names else {}

    def _keeps_releases(self) -> bool:
        from quanyi.adapters.sql.store import SqlStore

        return isinstance(self._ports.store, SqlStore)

    def _store(self) -> SqlStore:
        if not self._keeps_releases():
            raise InputError("a mall in memory keeps no earlier releases")
        return cast("SqlStore", self._ports.store)

    def _changed(self, proposal: Proposal, by: str, **fields: Any) -> Proposal:
        self._insist_on_open(proposal)
        return self._kept(
            attrs.evolve(proposal, **fields, edition=proposal.edition + 1, changed_by=by, changed_at=self._ports.now())
        )

    def _insist_on_open(self, proposal: Proposal) -> None:
        if proposal.state != "open":
            raise Outdated(f"this proposal is {proposal.state}")

    def _kept(self, following: Proposal) -> Proposal:
        """The next edition, once it is kept; Outdated if another one came first."""
        if not self.proposals.change(following):
            raise Outdated("somebody else changed this proposal meanwhile; look at it again")
        return following
