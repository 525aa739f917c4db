"""
Loads a folder of files into a checked project.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import attrs

from quanyi.campaigns.kinds.builtin import BUILTIN
from quanyi.campaigns.kinds.kind import Kind
from quanyi.campaigns.kinds.registry import Kinds
from quanyi.campaigns.language.compile.alarms import compile_alarms
from quanyi.campaigns.language.compile.context import compile_context
from quanyi.campaigns.language.documents import documents_of, read_documents
from quanyi.campaigns.language.events import with_context
from quanyi.campaigns.language.findings import Finding, Findings
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Document
from quanyi.campaigns.project.compile import (
    MallParts,
    check_categories,
    compile_campaign,
    compile_catalogue,
    compile_displays,
    compile_events,
    compile_mall,
    compile_pools,
    compile_scenes,
)
from quanyi.campaigns.project.lint import lint
from quanyi.campaigns.project.lint.supplies import check_supplies
from quanyi.campaigns.project.model import Campaign, Project
from quanyi.campaigns.project.schema import CatalogueFile, EventsFile, MallFile, model_of, read_model
from quanyi.entitlements.errors import CampaignFileError

__all__ = [
    "catalogue_of",
    "check_project",
    "compiled",
    "files_of",
    "load_project",
    "name_of",
    "parts_of",
    "project_of",
    "project_with",
    "read_folder",
    "replaced",
    "sorted_out",
    "try_project",
]

_FOLDERS = ("events", "catalogue", "campaigns")
_CATALOGUE = ("benefits", "brands", "categories", "goods", "pools", "scenes")
_SORTS = {"mall": "mall", "events": "events", **dict.fromkeys(_CATALOGUE, "catalogue")}


def load_project(folder: str | Path, kinds: Iterable[Kind] = BUILTIN) -> Project:
    """
    Read the mall project in *folder*.

    Args:
        kinds: What its campaigns may be; a host adds kinds of its own: ``[*KINDS, RAFFLE]``.

    Raises:
        CampaignFileError: There are mistakes; all of them are in `findings`.
    """
    project, findings = try_project(folder, kinds)
    if project is None or any(finding.level == "error" for finding in findings):
        raise CampaignFileError(findings)
    return project


def project_with(
    folder: str | Path,
    files: Sequence[Path],
    findings: Findings,
    kinds: Iterable[Kind] = BUILTIN,
    *,
    texts: Mapping[str, str] | None = None,
    without: Container[str] = (),
) -> Project | None:
    """
    The project as it would be with the campaigns in *files*, which replace those of the same name.

    Args:
        texts: More of them that stand in no file, by the name under which findings speak of them.
        without: Names of campaigns in the folder that are left out.

    Returns:
        None if there are mistakes; they are in *findings*.
    """
    project, found = read_folder(Path(folder), kinds, files, texts or {}, without)
    findings.items += [finding for finding in found if finding not in findings.items]
    return None if any(finding.level == "error" for finding in found) else project


def check_project(folder: str | Path, kinds: Iterable[Kind] = BUILTIN) -> tuple[Finding, ...]:
    """Every mistake and every warning in a mall project, in the order of its files."""
    return try_project(folder, kinds)[1]


def try_project(folder: str | Path, kinds: Iterable[Kind] = BUILTIN) -> tuple[Project | None, tuple[Finding, ...]]:
    """
    The mall project in *folder* with every mistake and every warning, from one reading of its files.

    Returns:
        The project, to be used only if no finding is an error (None where there is no mall at all); and the findings
        in the order of the files.
    """
    return read_folder(Path(folder), kinds)


def read_folder(
    folder: Path,
    kinds: Iterable[Kind],
    files: Sequence[Path] = (),
    texts: Mapping[str, str] = MappingProxyType({}),
    without: Container[str] = (),
) -> tuple[Project | None, tuple[Finding, ...]]:
    """The project of `project_with`, to be used only if no finding is an error, and everything that was found."""
    findings, known = Findings(), kinds if isinstance(kinds, Kinds) else Kinds(kinds)
    sorts = sorted_out(document for path in files_of(folder) for document in _documents(path, folder, findings))
    sorts["campaigns"] = [each for each in sorts["campaigns"] if name_of(each) not in without]
    for newer in (*(_documents(path, folder, findings) for path in files), *_unfiled(texts, findings)):
        sorts["campaigns"] = replaced(sorts["campaigns"], newer)
    if not sorts["mall"] and not any(name.startswith("mall.y") for name in findings.unread):
        findings.items.append(_no_mall())
    parts = parts_of(sorts, known, findings)
    catalogue = catalogue_of(sorts["catalogue"], parts, findings)
    campaigns = compiled(sorts["campaigns"], known, parts, findings)
    for file, document in catalogue:
        compile_scenes(file, document.root, {campaign.id for campaign, _ in campaigns}, parts, findings)
    lint(campaigns, parts, findings)
    if (folder / "suppliers").is_dir():
        from quanyi.campaigns.project.suppliers import (
            suppliers_in,
        )  # most malls have none, and wait for no model of them

        check_supplies(parts, suppliers_in(folder, findings), findings)
    found = findings.sorted()
    project = project_of(parts, known, campaigns, found) if sorts["mall"] else None
    return (project and attrs.evolve(project, folder=folder)), found


def sorted_out(documents: Iterable[Document]) -> dict[str, list[Document]]:
    """Documents by what they are: ``mall``, ``events``, ``catalogue`` and ``campaigns``."""
    sorts: dict[str, list[Document]] = {"mall": [], "events": [], "catalogue": [], "campaigns": []}
    for document in documents:
        sorts[_sort(document)].append(document)
    return sorts


def files_of(folder: Path) -> Iterator[Path]:
    """The files of a project, in the order in which they are read."""
    yield from sorted(folder.glob("mall.y*ml"))
    for name in _FOLDERS:
        yield from sorted(path for path in (folder / name).rglob("*.y*ml") if not path.is_dir())


def _documents(path: Path, folder: Path, findings: Findings) -> list[Document]:
    return read_documents(path, folder, findings)


def _unfiled(texts: Mapping[str, str], findings: Findings) -> Iterator[list[Document]]:
    return (documents_of(name, text, findings) for name, text in texts.items())


def replaced(campaigns: list[Document], newer: list[Document]) -> list[Document]:
    """The documents of campaigns, with newer ones in place of those of the same name."""
    names = set(map(name_of, newer)) - {None}
    return [*(document for document in campaigns if name_of(document) not in names), *newer]


def name_of(document: Document) -> str | None:
    """The campaign that a document describes; None where it names none."""
    name = document.data.get("campaign") if isinstance(document.data, dict) else None
    return name if isinstance(name, str) else None


def _sort(document: Document) -> str:
    """What a document is: told by its keys, else by the folder it is in."""
    keys = document.data if isinstance(document.data, dict) else {}
    if "campaign" in keys or "kind" in keys:
        return "campaigns"
    return next((sort for key, sort in _SORTS.items() if key in keys), _by_folder(document))


def _by_folder(document: Document) -> str:
    folder = document.file.split("/", maxsplit=1)[0]
    return folder if folder in _FOLDERS else "mall"


def _no_mall() -> Finding:
    return Finding(
        file="mall.yaml",
        line=0,
        column=0,
        code="no-mall",
        message="the folder has no mall.yaml",
        hint="write at least mall:, zone: and currency:",
    )


def parts_of(sorts: dict[str, list[Document]], kinds: Kinds, findings: Findings) -> MallParts:
    """The mall, its events and what kinds of campaigns declare: the names that everything else may use."""
    commands = kinds.commands()
    built_in = frozenset({*commands, *kinds.told()})
    parts = MallParts(events=commands, built_in=built_in, partial=bool(findings.unread) or not sorts["mall"])
    for document in sorts["mall"][1:]:
        first = sorts["mall"][0].root.where
        findings.key_error(
            document.root, "two-malls", "a project describes one mall", Message("first in {first}", first=first)
        )
    for document in sorts["mall"][:1]:
        mall = read_model(document, MallFile, findings)
        if mall is not None:
            compile_mall(mall[0], mall[1].root, parts, findings)
            parts.events.update(kinds.commands(parts.currency.scale))
            compile_context(mall[0].context, mall[1].root / "context", parts, findings)
        parts.broken |= _doubtful(document, findings)
    for document in sorts["events"]:
        events = read_model(document, EventsFile, findings)
        if events is not None:
            compile_events(events[0], events[1].root, parts, findings)
        parts.broken |= _doubtful(document, findings)
    parts.events = {name: with_context(event, parts.context) for name, event in parts.events.items()}
    parts.events.update(kinds.told(parts.events.values()))
    return parts


def catalogue_of(
    documents: list[Document], parts: MallParts, findings: Findings
) -> list[tuple[CatalogueFile, Document]]:
    """
    Compile the catalogue, but for its scenes, and the alarms about it: pools first, because benefits name them.

    Returns:
        What was read of the catalogue's files.
    """
    read = [(document, read_model(document, CatalogueFile, findings)) for document in documents]
    for compile_part in (compile_pools, compile_catalogue, compile_displays, check_categories):
        for document, catalogue in read:
            if catalogue is not None:
                compile_part(catalogue[0], catalogue[1].root, parts, findings)
            parts.broken |= _doubtful(document, findings)
    if parts.alarms_said is not None:
        compile_alarms(*parts.alarms_said, parts, findings)
    return [catalogue for _, catalogue in read if catalogue is not None]


def _doubtful(document: Document, findings: Findings) -> set[str]:
    """The names that a document declares wrongly, so that findings about their use would be unfounded."""
    root = document.root
    if not findings.doubts_of(root):
        return set()
    sections = document.data.items() if isinstance(document.data, dict) else ()
    return {
        name
        for section, names in sections
        if isinstance(names, dict)
        for name in names
        if not findings.sound(root / section / name)
    }


def compiled(
    documents: list[Document], kinds: Kinds, parts: MallParts, findings: Findings
) -> list[tuple[Campaign, Document]]:
    """The campaigns of *documents* that can be read, each with the document that was read."""
    found = []
    for document in documents:
        model = model_of(document, kinds, findings)
        read = None if model is None else read_model(model[1], model[0], findings)
        if read is None:
            continue
        file, mended = read
        if findings.sound(mended.root / "campaign"):
            parts.declare("campaign", file.campaign, mended.root / "campaign", findings)
        found.append((compile_campaign(file, mended, kinds, parts, findings), mended))
    return found


def project_of(
    parts: MallParts, kinds: Kinds, campaigns: list[tuple[Campaign, Document]], findings: tuple[Finding, ...]
) -> Project:
    """The project of what was compiled."""
    return Project(
        kinds=kinds,
        mall=parts.mall,
        zone=parts.zone,
        currency=parts.currency,
        locales=parts.locales,
        approval=parts.approval,
        units=parts.units,
        profile=parts.profile,
        context=parts.context,
        counted=parts.counted,
        alarms=parts.alarms,
        events=parts.events,
        benefits=parts.benefits,
        goods=parts.goods,
        pools=parts.pools,
        displays=parts.displays,
        brands=parts.brands,
        categories=parts.categories,
        scenes=parts.scenes,
        campaigns={campaign.id: campaign for campaign, _ in campaigns},
        warnings=tuple(finding for finding in findings if finding.level == "warning"),
    )
