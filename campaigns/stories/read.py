"""
From story files to stories, every mistake as a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs

from quanyi.campaigns.compile import MallParts, Scope
from quanyi.campaigns.compile.times import instant
from quanyi.campaigns.documents import Place, read_documents
from quanyi.campaigns.events import read_values
from quanyi.campaigns.findings import Findings, did_you_mean
from quanyi.campaigns.project import Project
from quanyi.campaigns.schema import check_structure
from quanyi.campaigns.schema.story import STORY, GivenMap, StepMap, StoryFile
from quanyi.campaigns.stage import COMMANDS, code_attributes
from quanyi.campaigns.stories.expect import OF_USERS, read_then
from quanyi.campaigns.stories.model import Given, Step, Story
from quanyi.entitlements.amounts import parse_amount
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.time import zone_of

__all__ = ["read_stories"]

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
            story = _Reader(project, findings, document.root, file).story() if file and file.steps else None
            if story and not any(finding.level == "error" for finding in findings.items[before:]):
                stories.append(story)
    return tuple(stories)


@attrs.frozen
class _Reader:
    """Reads one document."""

    project: Project
    findings: Findings
    root: Place
    file: StoryFile

    def story(self) -> Story:
        for n, campaign in enumerate(self.file.campaigns):
            self.known("campaign", campaign, self.project.campaigns, self.root / "campaigns" / n, key=False)
        steps = tuple(self.steps())
        given = self.given(self.file.given, steps[0].at)
        self.check_users(given, steps)
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

    def known(self, sort: str, word: str, words: Mapping[str, Any], place: Place, *, key: bool = True) -> bool:
        """Whether a name is one of those declared; if not, it is noted where it stands."""
        if word not in words:
            note = self.findings.key_error if key else self.findings.error
            note(place, f"unknown-{sort}", f"there is no {sort} {word!r}", did_you_mean(word, words))
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
        do = "" if step.do in _TIME_PASSES else step.do
        self.check_command(do, step, place)
        return Step(
            at=at,
            who=None if step.who in _NOBODY else step.who,
            do=do,
            data=step.with_ or {},
            key=step.key or f"step-{number}",
            then=read_then(
                step.then or {},
                place / "then",
                self.project,
                self.zone,
                self.findings,
                campaigns=self.file.campaigns,
            ),
            place=place,
        )

    def check_users(self, given: Given, steps: tuple[Step, ...]) -> None:
        """Whoever must have something is somebody of the story: a name that is misspelt has nothing."""
        users = {*given.users, *(user for user, _ in given.balances), *(step.who for step in steps if step.who)}
        users |= {value for step in steps for value in step.data.values() if isinstance(value, str)}
        for step in steps:
            for check in step.then:
                if check.what in OF_USERS and check.about[0] not in users:
                    self.known("user", check.about[0], dict.fromkeys(users), check.place)

    def check_command(self, do: str, step: StepMap, place: Place) -> None:
        if not do:
            return
        if do in COMMANDS:
            if step.who is None:
                self.findings.key_error(place, "missing-key", "the key 'who' is missing")
            return
        events = self.project.events
        told = {name: event for name, event in events.items() if not event.inner}
        if self.known("event", do, {**told, **COMMANDS}, place / "do", key=False):
            try:
                events[do].read(self.data(step, do), now=_SOME_TIME, zone=zone_of(self.zone), decimals=True)
            except InputError as no:
                self.findings.error(place / "with" if step.with_ else place, "bad-event", str(no))

    def data(self, step: StepMap, do: str) -> dict[str, Any]:
        """What a step says of an event; ``code_of`` stands for a code that is known when the story is told."""
        data, event = dict(step.with_ or {}), self.project.events[do]
        names = code_attributes(self.project, event)
        if names and "code_of" not in event.attributes and data.pop("code_of", None) is not None:
            data[names[0]] = "code"
        return data

    # --- what is given -----------------------------------------------------------------------

    def given(self, given: GivenMap, at: datetime) -> Given:
        place = self.root / "given"
        return Given(
            users=self.users(given, place / "users", at),
            balances=dict(self.balances(given.model_extra or {}, place)),
            stock=dict(self.stock(given, place / "stock")),
            sold=dict(self.sold(given, place / "used")),
            codes={benefit: tuple(map(str, codes)) for benefit, codes in self.codes(given, place / "codes")},
        )

    def users(self, given: GivenMap, place: Place, at: datetime) -> dict[str, dict[str, Any]]:
        if not isinstance(given.users, dict):
            return {user: {} for user in given.users}
        return {user: self.facts(facts or {}, place / user, at) for user, facts in given.users.items()}

    def facts(self, facts: dict[str, Any], place: Place, at: datetime) -> dict[str, Any]:
        for name in facts:
            self.known("fact", name, self.project.profile, place / name)
        known = {name: value for name, value in facts.items() if name in self.project.profile}
        try:
            zone = zone_of(self.zone)
            return read_values("facts", self.project.profile, known, now=at, zone=zone, decimals=True, open_ended=True)
        except InputError as no:
            self.findings.error(place, "bad-fact", str(no))
            return {}

    def balances(self, units: Mapping[str, Any], place: Place) -> Iterator[tuple[tuple[str, str], int]]:
        known = {**self.project.units, **dict.fromkeys(name for name in GivenMap.model_fields)}
        for unit, amounts in units.items():
            if not self.known("unit", unit, known, place / unit):
                continue
            for user, amount in amounts.items():
                try:
                    yield (user, unit), parse_amount(amount, self.project.scale_of(unit))
                except (ValueError, ArithmeticError) as no:
                    self.findings.error(place / unit / user, "bad-amount", str(no))

    def stock(self, given: GivenMap, place: Place) -> Iterator[tuple[str, int]]:
        project = self.project
        for thing, pieces in given.stock.items():
            if not self.known("benefit", thing, {**project.benefits, **project.goods}, place / thing):
                continue
            if thing in project.goods:
                said = f"{thing!r} is the host's own and has no stock here; this changes nothing"
                self.findings.warning(place / thing, "no-stock", said)
            elif project.benefits[thing].stock is None:
                said = f"{thing!r} never runs out: the catalogue gives it no stock"
                self.findings.error(place / thing, "no-stock", said, "write stock: in the catalogue, or codes: here")
            else:
                yield thing, pieces

    def sold(self, given: GivenMap, place: Place) -> Iterator[tuple[tuple[str, str], int]]:
        plays = {play.head.campaign: play for play in self.project.plays() if isinstance(play, Sale)}
        quotas = {f"{campaign}.quota.{thing}": (campaign, thing) for campaign, p in plays.items() for thing in p.quota}
        for name, pieces in given.used.items():
            if self.known("quota", name, quotas, place / name):
                campaign, thing = quotas[name]
                if pieces > plays[campaign].quota[thing]:
                    said = f"more than the quota of {plays[campaign].quota[thing]}"
                    self.findings.error(place / name, "out-of-range", said)
                yield (campaign, thing), pieces

    def codes(self, given: GivenMap, place: Place) -> Iterator[tuple[str, tuple[str | int, ...]]]:
        for benefit, codes in given.codes.items():
            if not self.known("benefit", benefit, self.project.benefits, place / benefit):
                continue
            if not self.project.benefits[benefit].pool:
                self.findings.error(place / benefit, "no-pool", f"{benefit!r} has no pool of codes")
            yield benefit, codes


_SOME_TIME = datetime.fromisoformat("2026-01-01T00:00+00:00")
