"""
Loads a folder of files into a checked project.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from quanyi.campaigns.kinds.builtin import BUILTIN
from quanyi.campaigns.kinds.kind import Kind
from quanyi.campaigns.kinds.registry import Kinds
from quanyi.campaigns.language.compile.context import compile_context
from quanyi.campaigns.language.documents import read_documents
from quanyi.campaigns.language.events import with_context
from quanyi.campaigns.language.findings import Finding, Findings
from quanyi.campaigns.language.places import Document
from quanyi.campaigns.project.compile import (
    MallParts,
    compile_campaign,
    compile_catalogue,
    compile_events,
    compile_mall,
    compile_pools,
)
from quanyi.campaigns.project.lint import lint
from quanyi.campaigns.project.model import Campaign, Project
from quanyi.campaigns.project.schema import CatalogueFile, EventsFile, MallFile, model_of, read_model
from quanyi.entitlements.errors import CampaignFileError

__all__ = ["check_project", "load_project", "project_with", "try_project"]

_FOLDERS = ("events", "catalogue", "campaigns")
_SORTS = {"mall": "mall", "events": "events", "benefits": "catalogue", "goods": "catalogue", "pools": "catalogue"}


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
    folder: str | Path, files: Sequence[Path], findings: Findings, kinds: Iterable[Kind] = BUILTIN
) -> Project | None:
    """
    The project as it would be with the campaigns in *files*, which replace those of the same name.

    Returns:
        None if there are mistakes; they are in *findings*.
    """
    project, found = _read(Path(folder), kinds, files)
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
    return _read(Path(folder), kinds)


def _read(
    folder: Path, kinds: Iterable[Kind], files: Sequence[Path] = ()
) -> tuple[Project | None, tuple[Finding, ...]]:
    findings, known = Findings(), kinds if isinstance(kinds, Kinds) else Kinds(kinds)
    documents = [document for path in _files(folder) for document in _documents(path, folder, findings)]
    sorts: dict[str, list[Document]] = {"mall": [], "events": [], "catalogue": [], "campaigns": []}
    for document in documents:
        sorts[_sort(document)].append(document)
    for path in files:
        sorts["campaigns"] = _replaced(sorts["campaigns"], _documents(path, folder, findings))
    if not sorts["mall"] and not any(name.startswith("mall.y") for name in findings.unread):
        findings.items.append(_no_mall())
    parts = _parts(sorts, known, findings)
    campaigns = _campaigns(sorts["campaigns"], known, parts, findings)
    lint(campaigns, parts, findings)
    found = findings.sorted()
    return (_project(parts, known, campaigns, found) if sorts["mall"] else None), found


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob("mall.y*ml"))
    for name in _FOLDERS:
        yield from sorted(path for path in (folder / name).rglob("*.y*ml") if not path.is_dir())


def _documents(path: Path, folder: Path, findings: Findings) -> list[Document]:
    return read_documents(path, folder, findings)


def _replaced(campaigns: list[Document], newer: list[Document]) -> list[Document]:
    """The documents of campaigns, with newer ones in place of those of the same name."""
    names = {document.data.get("campaign") for document in newer if isinstance(document.data, dict)}
    kept = [d for d in campaigns if not isinstance(d.data, dict) or d.data.get("campaign") not in names]
    return [*kept, *newer]


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


def _parts(sorts: dict[str, list[Document]], kinds: Kinds, findings: Findings) -> MallParts:
    commands = kinds.commands()
    built_in = frozenset({*commands, *kinds.told()})
    parts = MallParts(events=commands, built_in=built_in, partial=bool(findings.unread) or not sorts["mall"])
    for document in sorts["mall"][1:]:
        first = sorts["mall"][0].root.where
        findings.key_error(document.root, "two-malls", "a project describes one mall", f"first in {first}")
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
    _read_catalogue(sorts["catalogue"], parts, findings)
    return parts


def _read_catalogue(documents: list[Document], parts: MallParts, findings: Findings) -> None:
    """Compile the catalogue: pools first, because benefits name them."""
    read = [(document, read_model(document, CatalogueFile, findings)) for document in documents]
    for compile_part in (compile_pools, compile_catalogue):
        for document, catalogue in read:
            if catalogue is not None:
                compile_part(catalogue[0], catalogue[1].root, parts, findings)
            parts.broken |= _doubtful(document, findings)


def _doubtful(document: Document, findings: Findings) -> set[str]:
    """The names that a document declares wrongly, so that findings about their use would be unfounded."""
    root = document.root
    sections = document.data.items() if isinstance(document.data, dict) else ()
    return {
        name
        for section, names in sections
        if isinstance(names, dict)
        for name in names
        if not findings.sound(root / section / name)
    }


def _campaigns(
    documents: list[Document], kinds: Kinds, parts: MallParts, findings: Findings
) -> list[tuple[Campaign, Document]]:
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


def _project(
    parts: MallParts, kinds: Kinds, campaigns: list[tuple[Campaign, Document]], findings: tuple[Finding, ...]
) -> Project:
    return Project(
        kinds=kinds,
        mall=parts.mall,
        zone=parts.zone,
        currency=parts.currency,
        locales=parts.locales,
        units=parts.units,
        profile=parts.profile,
        context=parts.context,
        events=parts.events,
        benefits=parts.benefits,
        goods=parts.goods,
        pools=parts.pools,
        campaigns={campaign.id: campaign for campaign, _ in campaigns},
        warnings=tuple(finding for finding in findings if finding.level == "warning"),
    )
