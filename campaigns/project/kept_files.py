"""
A project's files as they were last read, so that a campaign is checked beside them without reading them again.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from threading import Lock

import attrs

from quanyi.campaigns.kinds.registry import Kinds
from quanyi.campaigns.language.documents import documents_of, read_documents
from quanyi.campaigns.language.findings import Finding, Findings
from quanyi.campaigns.language.places import Document
from quanyi.campaigns.language.schema.mall import CatalogueFile
from quanyi.campaigns.project.compile import MallParts, compile_scenes
from quanyi.campaigns.project.lint import lint_alone, lint_together
from quanyi.campaigns.project.load import (
    catalogue_of,
    compiled,
    files_of,
    name_of,
    parts_of,
    project_of,
    read_folder,
    replaced,
    sorted_out,
)
from quanyi.campaigns.project.model import Campaign, Project

__all__ = ["KeptFiles"]

_Marks = tuple[tuple[str, int, int, int, int], ...]


@attrs.frozen(kw_only=True, eq=False)
class _Compiled:
    """
    One sound document as it was compiled by itself.

    Attributes:
        read: The document before it was read; `document` what was read of it.
        warnings: What was noted of it.
    """

    read: Document
    campaign: Campaign
    document: Document
    warnings: tuple[Finding, ...]


@attrs.define(kw_only=True, eq=False)
class _Sound:
    """
    A folder without mistakes.

    Attributes:
        marks: By which its files are known again.
        parts: Its vocabulary, before its scenes were read; `catalogue` the documents that have scenes.
        warnings: What was noted of all that.
        campaigns: By the identity of their documents, which `documents` has in the order of the files.
        texts: The sound campaigns of the texts that were asked for last, by their names and themselves.
    """

    marks: _Marks
    kinds: Kinds
    parts: MallParts
    catalogue: tuple[tuple[CatalogueFile, Document], ...]
    warnings: tuple[Finding, ...]
    documents: tuple[Document, ...]
    campaigns: Mapping[int, _Compiled]
    texts: Mapping[tuple[str, str], tuple[_Compiled, ...]] = attrs.field(factory=dict)

    def beside(self, texts: Mapping[str, str], without: Container[str]) -> tuple[Project, tuple[Finding, ...]]:
        """The project with the campaigns of *texts*, and everything found in it."""
        findings, known = Findings(items=list(self.warnings)), dict(self.campaigns)
        documents = [each for each in self.documents if name_of(each) not in without]
        read, noted = {}, set[tuple[str, str]]()
        for name in texts.items():
            kept, before = self.texts.get(name, ()), len(findings.items)
            known.update((id(each.read), each) for each in kept)
            read[name] = [each.read for each in kept] or documents_of(*name, findings)
            noted |= {name} if len(findings.items) > before else set()
            documents = replaced(documents, read[name])
        parts = _copied(self.parts, partial=bool(findings.unread))
        campaigns = list(_all(documents, known, self.kinds, parts, findings))
        for file, document in self.catalogue:
            compile_scenes(file, document.root, {campaign.id for campaign, _ in campaigns}, parts, findings)
        lint_together(campaigns, parts, findings)
        found = findings.sorted()
        if not parts.partial:
            self.texts = {
                name: kept for name, some in read.items() if name not in noted and (kept := _sound_ones(some, known))
            }
        return project_of(parts, self.kinds, campaigns, found), found


@attrs.define(eq=False)
class KeptFiles:
    """
    Checks campaigns that stand in no file beside those of a folder; what did not change since the last time is not read again.

    What it answers is what `project_with` answers. A folder in which anything is wrong is read anew each time, for a mistake
    in one place keeps others from being told.
    """

    _sound: _Sound | None = None
    _mutex: Lock = attrs.field(factory=Lock)

    def project_with(
        self, folder: Path, texts: Mapping[str, str], findings: Findings, kinds: Kinds, without: Container[str] = ()
    ) -> Project | None:
        """
        The project as it would be with the campaigns of *texts*, which replace those of the same name.

        Args:
            texts: By the name under which findings speak of them.
            without: Names of campaigns in the folder that are left out.

        Returns:
            None if there are mistakes; they are in *findings*.
        """
        sound = self._of(folder, kinds)
        project, found = (
            read_folder(folder, kinds, (), texts, without) if sound is None else sound.beside(texts, without)
        )
        findings.items += [finding for finding in found if finding not in findings.items]
        if project is None or any(finding.level == "error" for finding in found):
            return None
        return attrs.evolve(project, folder=folder)

    def _of(self, folder: Path, kinds: Kinds) -> _Sound | None:
        """The folder as it is kept, read anew where a file changed; None if anything is wrong in it."""
        with self._mutex:
            marks = _marks(folder)
            if self._sound is None or self._sound.marks != marks or self._sound.kinds is not kinds:
                self._sound = _read(folder, kinds, marks)
            return self._sound


def _marks(folder: Path) -> _Marks:
    """By which the files of a folder are known again, each looked at and none read."""
    return tuple((str(path), *_mark(path)) for path in files_of(folder))


def _mark(path: Path) -> tuple[int, int, int, int]:
    try:
        at = path.stat()
    except OSError:
        return (0, 0, 0, 0)  # which is a mistake, so that the folder is not kept
    return at.st_ino, at.st_size, at.st_mtime_ns, at.st_ctime_ns


def _read(folder: Path, kinds: Kinds, marks: _Marks) -> _Sound | None:
    findings = Findings()
    sorts = sorted_out(document for path in files_of(folder) for document in read_documents(path, folder, findings))
    parts = parts_of(sorts, kinds, findings)
    read = catalogue_of(sorts["catalogue"], parts, findings)
    warnings, known = tuple(findings.items), dict[int, _Compiled]()
    list(_all(sorts["campaigns"], known, kinds, parts, findings))
    if not sorts["mall"] or any(finding.level == "error" for finding in findings.items):
        return None
    parts.places = {
        name: place for name, place in parts.places.items() if name[0] == "scene"
    }  # else no name is declared again
    return _Sound(
        marks=marks,
        kinds=kinds,
        parts=parts,
        catalogue=tuple((file, document) for file, document in read if file.scenes),
        warnings=warnings,
        documents=tuple(sorts["campaigns"]),
        campaigns=known,
    )


def _copied(parts: MallParts, *, partial: bool) -> MallParts:
    """The same vocabulary, to which campaigns and scenes add their names."""
    places, broken = dict(parts.places), set(parts.broken)
    return attrs.evolve(parts, places=places, broken=broken, scenes=dict(parts.scenes), partial=partial)


def _all(
    documents: list[Document], known: dict[int, _Compiled], kinds: Kinds, parts: MallParts, findings: Findings
) -> Iterator[tuple[Campaign, Document]]:
    """Every campaign with its document; what is not *known* is compiled, and known from then on if it is sound."""
    for document in documents:
        kept = known.get(id(document))
        if kept is None:
            kept = _alone(document, known, kinds, parts, findings)
        else:
            parts.declare("campaign", kept.campaign.id, kept.document.root / "campaign", findings)
            findings.items += kept.warnings
        if kept is not None:
            yield kept.campaign, kept.document


def _alone(
    document: Document, known: dict[int, _Compiled], kinds: Kinds, parts: MallParts, findings: Findings
) -> _Compiled | None:
    before = len(findings.items)
    pair = next(iter(compiled([document], kinds, parts, findings)), None)
    if pair is None:
        return None
    lint_alone(*pair, parts, findings)
    noted = tuple(findings.items[before:])
    found = _Compiled(read=document, campaign=pair[0], document=pair[1], warnings=noted)
    if not findings.doubts_of(document.root) and all(finding.level == "warning" for finding in noted):
        known[id(document)] = found
    return found


def _sound_ones(documents: list[Document], known: Mapping[int, _Compiled]) -> tuple[_Compiled, ...]:
    """The campaigns of a text, if all of them are sound."""
    return tuple(known[id(each)] for each in documents) if all(id(each) in known for each in documents) else ()
