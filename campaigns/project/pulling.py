"""
Pulling: what a project's files would have to say so that they are what is in force.

A campaign whose version in force is another one than the files' is written with the text that it was brought into force
with; one that is new gets a file of its own, and one that is gone leaves its file. Everything else in a file stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

from quanyi.campaigns.project.model import Campaign, Project
from quanyi.entitlements.errors import InputError

__all__ = ["FileChange", "file_changes"]

_PARTED = "---"


@attrs.frozen(kw_only=True)
class FileChange:
    """
    One file that has to change.

    Attributes:
        path: Relative to the project's folder.
        before: Its text; empty where there is no such file.
        after: Its text afterwards; empty where it goes.
    """

    path: str
    before: str
    after: str

    def write(self, folder: Path) -> None:
        """Make the file so."""
        target = folder / self.path
        if not self.after:
            target.unlink()
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(self.after, encoding="utf-8")


def file_changes(project: Project, present: Mapping[str, str], sources: Mapping[str, str]) -> list[FileChange]:
    """
    What has to change in the files of *project*, by file.

    Args:
        present: The version in force of each campaign.
        sources: The text of each of those that the files don't have in that version.

    Raises:
        InputError: A campaign's text was not kept, so that it can't be written.
    """
    if missing := sorted(name for name in sources if not sources[name].strip()):
        raise InputError(f"the text of {missing[0]} was not kept when it was brought into force")
    folder = project.folder or Path()
    texts = {file: (folder / file).read_text(encoding="utf-8-sig") for file in _files(project)}
    after = dict(texts)
    for campaign in sorted(project.campaigns.values(), key=lambda each: -each.line):  # what is below first
        if campaign.id not in present:
            after[campaign.file] = _left_out(after[campaign.file], campaign)
        elif campaign.id in sources:
            after[campaign.file] = _replaced(after[campaign.file], campaign, sources[campaign.id])
    for name in sorted(sources.keys() - project.campaigns.keys()):
        after[_free(name, after)] = sources[name]
    return [
        FileChange(path=file, before=texts.get(file, ""), after=text)
        for file, text in sorted(after.items())
        if text != texts.get(file, "")
    ]


def _files(project: Project) -> set[str]:
    return {campaign.file for campaign in project.campaigns.values()}


def _free(name: str, taken: Mapping[str, str]) -> str:
    """A file for a new campaign that no other one stands in."""
    found = f"campaigns/{name}.yaml"
    while found in taken:
        found = found.replace(".yaml", "-new.yaml")
    return found


def _replaced(text: str, campaign: Campaign, source: str) -> str:
    lines, first = text.splitlines(keepends=True), campaign.line - 1
    last = first + len(campaign.source.splitlines())
    return "".join([*lines[:first], source if source.endswith("\n") else f"{source}\n", *lines[last:]])


def _left_out(text: str, campaign: Campaign) -> str:
    """The text without the document that the campaign stands in, and without the comments in it."""
    parts = [part for first, last, part in _parts(text) if not first <= campaign.line <= last]
    return f"{_PARTED}\n".join(parts)


def _parts(text: str) -> Iterator[tuple[int, int, str]]:
    """The documents of a file, each with its first and last line."""
    first, lines = 1, list[str]()
    for n, line in enumerate(text.splitlines(keepends=True), 1):
        if line.rstrip() == _PARTED and any(kept.strip() for kept in lines):
            yield first, n - 1, "".join(lines)
            first, lines = n + 1, []
        elif line.rstrip() != _PARTED:
            lines.append(line)
    yield first, first + len(lines), "".join(lines)
