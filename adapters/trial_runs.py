"""
Runs trials: the project's stories, or its recording, put through a proposal or through what is in force.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import attrs

from quanyi.adapters.chance import random_bytes
from quanyi.adapters.leases import Leases
from quanyi.adapters.outbox import LEASE
from quanyi.adapters.proposals import Proposal, content_of
from quanyi.adapters.trials import Trial, Trials
from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.ports import Ports
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.project.proposal import in_force_of
from quanyi.campaigns.tools.backtest import Backtest, backtest
from quanyi.campaigns.tools.replay import Recorded, Replay, Tally, read_latest
from quanyi.campaigns.tools.sandbox import StageFactory
from quanyi.campaigns.tools.stories import read_stories, tell
from quanyi.campaigns.tools.stories.outcomes import readable, result_of, touching
from quanyi.entitlements.errors import InputError, NotFound, QuanyiError
from quanyi.entitlements.ports import Clock
from quanyi.entitlements.time import zone_of

if TYPE_CHECKING:
    from quanyi.adapters.editing import Editing

__all__ = ["MOST_DAYS", "MOST_EVENTS", "TrialRuns", "TrialsJob"]

MOST_EVENTS = 10_000
"""How many events of a recording a back-test reads: the last ones."""

MOST_DAYS = 90
"""For how many days a back-test counts at most."""

_MOST_STORIES = 60
_EVENTS_AT_ONCE = 200
_STEPS_AT_ONCE = 150
_SECONDS_AT_ONCE = 6.0
_SECONDS = 120.0
_MOST_PEOPLE = 20
_MOST_MISTAKES = 10


class TrialRuns:
    """
    Asks for trials and runs them: a small one at once, any other when a worker comes to it.

    Args:
        put_up: Puts up the malls in which they are run.
        recording: The file of recorded events, one JSON object a line; None where the mall has none.
    """

    def __init__(
        self, ports: Ports, trials: Trials, editing: Editing, put_up: StageFactory, recording: Path | None = None
    ) -> None:
        self._ports, self._trials, self._editing = ports, trials, editing
        self._put_up = put_up
        self._recording = recording

    @property
    def records(self) -> bool:
        """Whether there is a recording to run."""
        return self._recording is not None

    @property
    def waits(self) -> bool:
        """Whether a trial waits for a worker."""
        return self._trials.waiting() is not None

    def find(self, subject: str, sort: str) -> Trial | None:
        """The last trial of a subject, done or not; None if there was none."""
        return self._trials.find(subject, sort)

    def content(self, subject: str) -> str:
        """
        The digest of what would be tried now.

        Raises:
            NotFound: There is no such campaign in force, or no such proposal.
        """
        sort, _, name = subject.partition("/")
        if sort == "campaign":
            version = self._ports.transactions.in_force.release.campaigns.get(name)
            if version is None:
                raise NotFound(f"no campaign in force is called {name!r}")
            return version
        return content_of(self._proposal(name))

    def stories(self, subject: str, *, by: str) -> Trial:
        """
        Tell the stories that touch what is tried; at once if they are few.

        Raises:
            InputError: The mall was read from no folder.
            CampaignFileError: The proposal has mistakes.
            Conflict: Somebody else asks for the same at this moment.
        """
        project, campaigns = self._tried(subject)
        told, _ = self._stories(project, campaigns)
        small = sum(len(story.steps) for story in told) <= _STEPS_AT_ONCE
        return self._asked(subject, "stories", by, 0, at_once=small)

    def backtest(self, subject: str, *, days: int, by: str) -> Trial:
        """
        Live the recording under what is in force and under a proposal; at once if it is short.

        Args:
            days: For how many days, up to the last event, what comes of it is counted.

        Raises:
            InputError: The mall has no recording, or these are no days.
            CampaignFileError: The proposal has mistakes.
            Conflict: Somebody else asks for the same at this moment.
        """
        if not 0 < days <= MOST_DAYS:
            raise InputError(f"a back-test counts for 1 to {MOST_DAYS} days")
        project, _ = self._tried(subject)
        events, unreadable = read_latest(self._file(), project, _EVENTS_AT_ONCE + 1)
        return self._asked(subject, "backtest", by, days, at_once=len(events) + unreadable <= _EVENTS_AT_ONCE)

    def run_waiting(self) -> int:
        """Run the trial that waits longest; 1 if there was one."""
        trial = self._trials.waiting()
        if trial is None:
            return 0
        self._trials.finish(self._run(trial, _SECONDS))
        return 1

    def _asked(self, subject: str, sort: Any, by: str, days: int, *, at_once: bool) -> Trial:
        trial = Trial(
            id=random_bytes(8).hex(),
            subject=subject,
            sort=sort,
            content=self.content(subject),
            days=days,
            asked_by=by,
            asked_at=self._ports.now(),
        )
        self._trials.ask(trial)
        if at_once:
            done = self._run(trial, _SECONDS_AT_ONCE)
            if not done.result.get("stopped"):  # else a worker has more time
                self._trials.finish(done)
                return done
        return trial

    def _run(self, trial: Trial, seconds: float) -> Trial:
        """The trial with its result. What was changed since it was asked for is tried as it is now."""
        until = monotonic() + seconds
        try:
            content = self.content(trial.subject)
            project, campaigns = self._tried(trial.subject)
            if trial.sort == "stories":
                result = self._told(project, campaigns, until)
            else:
                result = self._lived(project, trial.days, until)
        except Exception as no:  # noqa: BLE001  (a broken campaign fails its trial, and never the worker's other trials)
            why = str(no) if isinstance(no, QuanyiError | OSError) else f"{type(no).__name__}: {no}"
            return attrs.evolve(trial, state="failed", done_at=self._ports.now(), result={"why": why})
        return attrs.evolve(trial, state="done", content=content, done_at=self._ports.now(), result=result)

    def _tried(self, subject: str) -> tuple[Project, tuple[str, ...]]:
        """The whole project as it would be, and the campaigns that are tried."""
        sort, _, name = subject.partition("/")
        if sort == "campaign":
            self.content(subject)  # whether it is there
            return self._in_force(), (name,)
        read = self._editing.read(self._proposal(name).text)
        return read.sound(), read.campaigns

    def _proposal(self, name: str) -> Proposal:
        found = self._editing.proposals.find(name)
        if found is None:
            raise NotFound("there is no such proposal")
        return found

    def _in_force(self) -> Project:
        in_force = self._ports.transactions.in_force
        in_force.reload()
        return in_force_of(self._ports.project, in_force)

    # --- stories -------------------------------------------------------------------------------

    def _stories(self, project: Project, campaigns: Sequence[str]) -> tuple[list[Any], int]:
        """The stories that touch *campaigns* and can be read, and how many can't."""
        folder, findings = self._ports.project.folder, Findings()
        if folder is None:
            raise InputError("this mall was read from no folder of files, so it has no stories")
        found = touching(read_stories(folder, project, findings), campaigns)
        sound = readable(found, findings.items)
        return sound, len(found) - len(sound)

    def _told(self, project: Project, campaigns: Sequence[str], until: float) -> dict[str, Any]:
        stories, unreadable = self._stories(project, campaigns)
        told: list[dict[str, Any]] = []
        for story in stories[:_MOST_STORIES]:
            if monotonic() > until:
                break
            told.append(result_of(tell(story, project, self._put_up), project))
        left_out = len(stories) - len(told)
        stopped = len(told) < min(len(stories), _MOST_STORIES)
        return {"stories": told, "unreadable": unreadable, "left_out": left_out, "stopped": stopped}

    # --- a recording ---------------------------------------------------------------------------

    def _file(self) -> Path:
        if self._recording is None:
            raise InputError("this mall has no recording: open_mall(…, recording=PATH)")
        if not self._recording.is_file():
            raise InputError("the recording is not there")
        return self._recording

    def _lived(self, project: Project, days: int, until: float) -> dict[str, Any]:
        """Both lives, of the events that the first of them could take in half of the time."""
        recorded, unreadable = read_latest(self._file(), project, MOST_EVENTS)
        recorded.sort(key=lambda event: event.at)
        if not recorded:
            return {"events": 0, "unreadable": unreadable}
        since = _midnight(recorded[-1].at, days, project.zone)
        lived: list[Recorded] = []
        before = _life(self._put_up, self._in_force(), _in_time(recorded, lived, until), since)
        after = _life(self._put_up, project, lived, since)
        found = backtest(before, after)
        return {
            "events": before.inputs,
            "unreadable": unreadable + sum(found.misread.values()),
            "left_out": len(recorded) - len(lived),
            "stopped": len(lived) < len(recorded),
            "first": since.isoformat(),
            "last": lived[-1].at.isoformat(),
            "began": recorded[0].at.isoformat(),
            "days": list(_by_day(before, after, project)),
            "moved": self._moved(before, after),
            **_compared(found),
        }

    def _moved(self, before: Tally, after: Tally) -> list[dict[str, Any]]:
        """The people whose gifts differ most, by their ids in the books; people of whom the books know nothing are left out."""
        keys = [key for key in before.got.keys() | after.got.keys() if before.got[key] != after.got[key]]
        keys.sort(key=lambda key: (-abs(after.got[key] - before.got[key]), key))
        holders = self._ports.transactions.holders.look_up({user for user, _ in keys}, self._ports.store)
        known = [key for key in keys if key[0] in holders][:_MOST_PEOPLE]
        return [
            {
                "holder": holders[user],
                "thing": thing,
                "before": before.got[user, thing],
                "after": after.got[user, thing],
            }
            for user, thing in known
        ]


@attrs.frozen
class _Facts:
    """The facts that a recording brings along."""

    users: dict[str, Mapping[str, Any]] = attrs.field(factory=dict)

    def facts(self, user: str) -> Mapping[str, Any]:
        return self.users.get(user, {})


def _midnight(last: datetime, days: int, zone: str) -> datetime:
    """The beginning of the first of so many days, the last of which has *last* in it."""
    day = last.astimezone(zone_of(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=days - 1)


def _in_time(events: Sequence[Recorded], lived: list[Recorded], until: float) -> Iterator[Recorded]:
    """The events until half of the time is up; each is put down in *lived*."""
    half = (monotonic() + until) / 2
    for event in events:
        if lived and monotonic() > half:
            return
        lived.append(event)
        yield event


def _life(put_up: StageFactory, project: Project, events: Any, since: datetime) -> Tally:
    facts = _Facts()
    first = iter(events)
    start = next(first)
    with put_up(project, facts, start.at) as stage:
        stage.apply()
        return Replay(stage, facts.users, since).run(_all(start, first))


def _all(first: Recorded, others: Iterator[Recorded]) -> Iterator[Recorded]:
    yield first
    yield from others


def _by_day(before: Tally, after: Tally, project: Project) -> Iterator[dict[str, Any]]:
    """What was given how often on each day, and what that cost, under both."""
    days = sorted({key[0] for tally in (before, after) for key in (*tally.days, *tally.given_by_day)})
    for day in days:
        claims = [
            sum(n for (on, _, what), n in tally.days.items() if on == day and what in _GAVE)
            for tally in (before, after)
        ]
        costs = [_cost(tally, day, project) for tally in (before, after)]
        yield {"day": day, "claims": claims, "cost": costs}


_GAVE = ("granted", "promised")


def _cost(tally: Tally, day: str, project: Project) -> int:
    known = project.benefits
    given: Counter[tuple[str, str, str]] = tally.given_by_day
    return sum(n * known[thing].cost for (on, _, thing), n in given.items() if on == day and thing in known)


def _compared(found: Backtest) -> dict[str, Any]:
    return {
        "same": found.same,
        "decisions": [attrs.asdict(moved) for moved in found.decisions],
        "given": [attrs.asdict(moved) for moved in found.given],
        "people": [attrs.asdict(one) for one in found.people],
        "misread": sorted(found.misread.items(), key=lambda one: (-one[1], one[0]))[:_MOST_MISTAKES],
    }


class TrialsJob:
    """
    Runs the trials that were asked for, one at a time; one worker at a time does it, under a lease that only spares work.

    Args:
        leases: None for a mall that has one process, such as one in memory.
    """

    name = "trials"

    def __init__(self, runs: TrialRuns, clock: Clock, leases: Leases | None = None) -> None:
        self._runs, self._clock, self._leases = runs, clock, leases

    def run(self, stopping: Callable[[], bool]) -> int:
        """Run one; 0 if none waits, or another worker is at it."""
        now = self._clock.now()
        if not self._runs.waits or not (self._leases is None or self._leases.take(self.name, now, now + LEASE)):
            return 0
        return self._runs.run_waiting()

    def leave(self) -> None:
        """Let another worker run them."""
        if self._leases is not None:
            self._leases.leave(self.name, self._clock.now())
