"""
Proposals: what a project would be with a few campaigns written anew, or taken out, or as an earlier release had them.

A proposal is compiled with the vocabulary of the project's folder, beside the campaigns that are in force, whatever the
folder says of those: so that what an operator brings into force is that change, and nothing besides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import cast

import attrs

from quanyi.campaigns.engine.in_force import CampaignsInForce
from quanyi.campaigns.language.documents import documents_of
from quanyi.campaigns.language.findings import Finding, Findings
from quanyi.campaigns.project.kept_files import KeptFiles
from quanyi.campaigns.project.load import name_of
from quanyi.campaigns.project.model import Campaign, Project
from quanyi.entitlements.errors import CampaignFileError, DataError, InputError, NotFound
from quanyi.entitlements.plays.base import CompiledPlay, Play
from quanyi.entitlements.plays.parked import Parked
from quanyi.entitlements.releases import Release

__all__ = ["ReadProposal", "Sources", "in_force_of", "read_proposal", "released_as", "with_plays", "without"]

_FILE = "proposal.yaml"
_LONG = 100_000

Sources = Callable[[Collection[tuple[str, str]]], Mapping[tuple[str, str], str]]


@attrs.frozen(kw_only=True)
class ReadProposal:
    """
    A text with one campaign or several, as it was read.

    Attributes:
        campaigns: Their names, as far as they can be read.
        project: What is in force, with these campaigns in place of their versions; None if there are mistakes.
        findings: Mistakes and warnings of the text, in its order.
    """

    campaigns: tuple[str, ...]
    project: Project | None
    findings: tuple[Finding, ...]

    def sound(self) -> Project:
        """The project; CampaignFileError with every mistake if there are some."""
        if self.project is None:
            raise CampaignFileError(tuple(finding for finding in self.findings if finding.level == "error"))
        return self.project


def read_proposal(
    text: str, project: Project, in_force: CampaignsInForce, sources: Sources, kept: KeptFiles | None = None
) -> ReadProposal:
    """
    Read a text with campaigns.

    Args:
        kept: The project's files as they were read for the proposal before, so that they need not be read again.
        sources: Finds the texts that versions were written in, for those in force that the folder has not.

    Raises:
        InputError: The project was read from no folder, so there is no vocabulary to read a text by.
    """
    if project.folder is None:
        raise InputError("this mall was read from no folder of files, so no campaign can be written for it")
    files = _files_of(text)
    documents = (document for file, part in files.items() for document in documents_of(file, part, Findings()))
    names = tuple(name for document in documents if (name := name_of(document)) is not None)
    findings, present = Findings(), in_force.release.campaigns
    newer = sources([name for name in present.items() if not _in_folder(*name, project)])
    texts = {f"{name}.yaml": source for (name, _), source in newer.items() if name not in names}
    gone = project.campaigns.keys() - present.keys()
    whole = (kept or KeptFiles()).project_with(
        project.folder, {**texts, **files}, findings, project.kinds, without=gone
    )
    own = tuple(found for found in findings.items if found.file in files)
    if whole is None or not names:
        return ReadProposal(campaigns=names, project=None, findings=own or tuple(findings.items) or (_NONE,))
    written = {name: whole.campaigns[name] for name in names}
    campaigns = {**in_force_of(project, in_force).campaigns, **written}
    return ReadProposal(campaigns=names, project=attrs.evolve(whole, campaigns=campaigns), findings=own)


def _files_of(text: str) -> dict[str, str]:
    """A text as files; a long one has a file for each of its documents, since the length of a file is bounded."""
    if len(text) <= _LONG:
        return {_FILE: text}
    parts = text.split("\n---\n")
    return {f"proposal-{n}.yaml": f"{part}\n" for n, part in enumerate(parts, 1)}


def without(campaign: str, project: Project, in_force: CampaignsInForce) -> Project:
    """What is in force, without *campaign*; NotFound if none in force has that name."""
    if campaign not in in_force.release.campaigns:
        raise NotFound(f"no campaign in force is called {campaign!r}")
    found = in_force_of(project, in_force)
    return attrs.evolve(found, campaigns={name: kept for name, kept in found.campaigns.items() if name != campaign})


def released_as(release: Release, project: Project, in_force: CampaignsInForce) -> Project:
    """
    The campaigns of an earlier release in the present vocabulary.

    Raises:
        DataError: The stored text of one of them can't be used any more.
    """
    plays = [in_force.play(*name, release.digests.get(name[0])) for name in sorted(release.campaigns.items())]
    for play in plays:
        if isinstance(play, Parked):
            raise DataError(play.why)
    return attrs.evolve(project, campaigns=_campaigns(plays, project))


def in_force_of(project: Project, in_force: CampaignsInForce) -> Project:
    """The project with the campaigns that are in force, whatever its folder says; parked ones are left out."""
    return attrs.evolve(project, campaigns=_campaigns(in_force.plays(), project))


def with_plays(project: Project, plays: Iterable[Play]) -> Project:
    """The project with *plays* in place of its campaigns of the same names; itself if it has them as they are."""
    newer = {
        name: campaign
        for name, campaign in _campaigns(plays, project).items()
        if campaign is not project.campaigns.get(name)
    }
    return attrs.evolve(project, campaigns={**project.campaigns, **newer}) if newer else project


def _campaigns(plays: Iterable[Play], project: Project) -> Mapping[str, Campaign]:
    sound = [cast("CompiledPlay", play) for play in plays if not isinstance(play, Parked)]
    return {play.head.campaign: _campaign(play, project) for play in sound}


def _campaign(play: CompiledPlay, project: Project) -> Campaign:
    """The folder's campaign if it is of that version, with its place in the files; else one made of the play alone."""
    if _in_folder(play.head.campaign, play.head.version, project):
        return project.campaigns[play.head.campaign]
    return Campaign(play=play, kind=project.kinds.of(play))


def _in_folder(campaign: str, version: str, project: Project) -> bool:
    """Whether the folder has a campaign in this version."""
    known = project.campaigns.get(campaign)
    return known is not None and known.version == version


_NONE = Finding(
    file=_FILE,
    line=1,
    column=1,
    code="no-campaign",
    message="no campaign is in the text",
    hint="write campaign: NAME",
)
