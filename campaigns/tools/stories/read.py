"""
From story files to stories, every mistake as a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs

from quanyi.campaigns.language.compile.times import instant
from quanyi.campaigns.language.context import context_of
from quanyi.campaigns.language.documents import read_documents
from quanyi.campaigns.language.findings import Findings, did_you_mean
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.schema.story import STORY, StepMap, StoryFile
from quanyi.campaigns.language.supplier_lines import reply_in
from quanyi.campaigns.project.compile import MallParts, Scope
from quanyi.campaigns.project.load import project_with
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.project.schema import check_structure
from quanyi.campaigns.supply.story_suppliers import Line
from quanyi.campaigns.tools.sandbox import asks_campaign, own_attributes, stand_in_for
from quanyi.campaigns.tools.stories.cast import check_cast
from quanyi.campaigns.tools.stories.expect import read_then
from quanyi.campaigns.tools.stories.given import GivenReader
from quanyi.campaigns.tools.stories.model import Midway, Step, Story, with_campaigns
from quanyi.campaigns.tools.words import words_of
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.time import zone_of

__all__ = ["read_stories"]

_CHANGES = ("apply", "pause", "resume", "stock", "codes", "facts")
_NOBODY = ("ops", "system")
_TIME_PASSES = ("let time pass", "clock")


def read_stories(folder: str | Path, project: Project, findings: Findings) -> tuple[Story, ...]:
    """
    Read `stories/*.yaml` of a mall project; several documents in a file are several stories.

    A story with a mistake is noted in *findings* and left out.
    """
    root = Path(folder)
    stories = []
    for path in sorted((root / "stories").glob("**/*.y*ml")):
        for document in read_documents(path, root, findings):
            before = len(findings.items)
            file = check_structure(document, STORY, findings)
            if file and not file.steps:
                findings.error(document.root / "steps", "empty", "a story has at least one step")
            story = _Reader(root, project, findings, document.root, file).story() if file and file.steps else None
            if story and not any(finding.level == "error" for finding in findings.items[before:]):
                stories.append(story)
    return tuple(stories)


@attrs.define
class _Reader:
    """
    Reads one document.

    Attributes:
        project: With the campaigns that are in force at the step that is read.
        files: Those that came into force on the way.
    """

    folder: Path
    project: Project
    findings: Findings
    root: Place
    file: StoryFile
    files: list[Path] = attrs.field(factory=list)
    campaigns: tuple[str, ...] = ()

    def story(self) -> Story:
        for n, campaign in enumerate(self.file.campaigns):
            self.known("campaign", campaign, self.project.campaigns, self.root / "campaigns" / n, key=False)
        self.campaigns, reader = self.file.campaigns, self.given
        steps = tuple(self.steps())
        given = reader.read(self.file.given, self.root / "given", steps[0].at)
        check_cast(given, steps, self.root / "given", self.findings)
        return Story(
            name=self.file.story,
            campaigns=self.file.campaigns,
            zone=self.zone,
            given=given,
            steps=steps,
            place=self.root,
        )

    @property
    def zone(self) -> str:
        return self.file.zone or self.project.zone

    @property
    def given(self) -> GivenReader:
        return GivenReader(project=self.project, zone=self.zone, findings=self.findings)

    def known(self, sort: str, word: str, words: Mapping[str, Any], place: Place, *, key: bool = True) -> bool:
        """Whether a name is one of those declared; if not, it is noted where it stands."""
        if word not in words:
            note = self.findings.key_error if key else self.findings.error
            note(
                place,
                f"unknown-{sort}",
                Message("there is no {sort} {word!r}", sort=Message(sort), word=word),
                did_you_mean(word, words),
            )
        return word in words

    # --- steps -------------------------------------------------------------------------------

    def steps(self) -> Iterator[Step]:
        scope = Scope(mall=MallParts(), findings=self.findings, zone=self.zone)
        before: datetime | None = None
        for n, step in enumerate(self.file.steps):
            place = self.root / "steps" / n
            at = instant(step.at, place / "at", scope)
            if before is not None and at < before:
                self.findings.error(place / "at", "out-of-order", "this step is earlier than the one before it")
            before = at
            yield self.step(step, at, place, n)

    def step(self, step: StepMap, at: datetime, place: Place, number: int) -> Step:
        do = "" if step.do in _TIME_PASSES else step.do or ""
        midway = self.midway(step, place, at)
        if step.do is None and not any(getattr(step, word) for word in _CHANGES):
            self.findings.key_error(place, "missing-key", "nothing happens here", "write do: let time pass")
        self.check_command(do, step, place)
        self.check_context(do, step, place, at)
        return Step(
            at=at,
            who=None if step.who in _NOBODY else step.who,
            midway=midway,
            do=do,
            data=step.with_ or {},
            context=step.context,
            replies=tuple(self.replies(step, place / "replies")),
            key=step.key or f"step-{number}",
            then=read_then(
                step.then or {},
                place / "then",
                self.project,
                self.zone,
                self.findings,
                campaigns=self.campaigns,
            ),
            place=place,
        )

    def replies(self, step: StepMap, place: Place) -> Iterator[Line]:
        """What suppliers reply, one map for each call."""
        for n, said in enumerate(step.replies):
            for supplier, reply in said.items():
                try:
                    yield supplier, reply_in(reply, self.project.currency.scale)
                except InputError as no:
                    self.findings.error(place / n / supplier, "bad-reply", str(no))

    def midway(self, step: StepMap, place: Place, at: datetime) -> Midway:
        """What changes before anything is done; what comes into force is what the rest is checked against."""
        files = _several(step.apply)
        applied = [found for n, file in enumerate(files) if (found := self.applied(file, _nth(place / "apply", n)))]
        paused, resumed = (
            tuple(self.in_force(_several(getattr(step, word)), place / word)) for word in ("pause", "resume")
        )
        return Midway(
            applies=files,
            project=applied[-1] if applied else None,
            pauses=paused,
            resumes=resumed,
            stock=dict(self.given.stock(step.stock, place / "stock")),
            codes=dict(self.given.codes(step.codes, place / "codes")),
            facts=self.given.facts(step.facts, place / "facts", at),
        )

    def applied(self, file: str, place: Place) -> Project | None:
        """The project with the campaigns of a file in force, from here on; a file that can't be read is noted."""
        path = self.folder / file
        if not path.resolve().is_relative_to(self.folder.resolve()) or not path.is_file():
            hint = "a path from the project's folder, like changes/stronger.yaml"
            self.findings.error(
                place, "unknown-file", Message("there is no file {file!r} in the project", file=file), hint
            )
            return None
        found = project_with(self.folder, [*self.files, path], self.findings, self.project.kinds)
        if found is None:
            return None
        self.files.append(path)
        changed = [campaign.id for campaign in found.campaigns.values() if campaign.file == file]
        if self.campaigns:
            self.campaigns = tuple(dict.fromkeys([*self.campaigns, *changed]))
        self.project = found
        return with_campaigns(found, self.campaigns)

    def in_force(self, campaigns: tuple[str, ...], place: Place) -> Iterator[str]:
        known = dict.fromkeys(self.campaigns or self.project.campaigns)
        for n, campaign in enumerate(campaigns):
            if self.known("campaign", campaign, known, _nth(place, n), key=False):
                yield campaign

    def check_command(self, do: str, step: StepMap, place: Place) -> None:
        if not do:
            return
        words, said = words_of(self.project), step.with_ or {}
        steps = words.steps
        if do in steps:
            self.check_attributes(do, said, words.takes.get(do), place / "with")
            if step.who is None:
                self.findings.key_error(place, "missing-key", "the key 'who' is missing")
            return
        events = self.project.events
        told = {name: event for name, event in events.items() if not event.inner}
        if self.known("event", do, {**told, **steps}, place / "do", key=False):
            if asks_campaign(events[do], said):
                self.known(
                    "campaign", str(said["campaign"]), self.project.campaigns, place / "with" / "campaign", key=False
                )
            try:
                events[do].read(self.data(step, do), now=_SOME_TIME, zone=zone_of(self.zone), decimals=True)
            except InputError as no:
                self.findings.error(place / "with" if step.with_ else place, "bad-event", str(no))

    def check_attributes(self, do: str, said: Mapping[str, Any], taken: tuple[str, ...] | None, place: Place) -> None:
        """That a command reads all that is said of it: what is misspelt would mean nothing, and stay green."""
        for name in said if taken is not None else ():
            if name not in (taken or ()):
                hint = did_you_mean(name, dict.fromkeys(taken or ()))
                message = Message("{id} has no attribute {name!r}", id=do, name=name)
                self.findings.key_error(place / name, "unknown-attribute", message, hint)

    def check_context(self, do: str, step: StepMap, place: Place, at: datetime) -> None:
        if step.context and not do:
            self.findings.error(place / "context", "bad-event", "nothing is asked here that could have a context")
        try:
            context_of(self.project, do, step.context, at, decimals=True)
        except InputError as no:
            self.findings.error(place / "context", "bad-event", str(no))

    def data(self, step: StepMap, do: str) -> dict[str, Any]:
        """What a step says of an event; some text stands for what is known only when the story is told."""
        event = self.project.events[do]
        data = dict(own_attributes(event, step.with_ or {}))
        found = stand_in_for(self.project, event, data)
        if found is not None:
            word, name = found
            data |= {name: "code"} if data.pop(word) is not None else {}
        return data


def _several(words: str | tuple[str, ...]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else words


def _nth(place: Place, n: int) -> Place:
    """The nth of several words, or the word that stands there alone."""
    return place / n if isinstance(place.data, list) else place


_SOME_TIME = datetime.fromisoformat("2026-01-01T00:00+00:00")
