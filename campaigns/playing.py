"""
What a host asks about plays that people follow over days: tasks and streaks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from quanyi.campaigns.lists import every
from quanyi.campaigns.queries import Reads
from quanyi.entitlements.errors import Conflict, NotFound
from quanyi.entitlements.identifiers import identifier
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import Need, Undeclared
from quanyi.entitlements.plays.streak import Streak
from quanyi.entitlements.plays.streak.view import StreakView, streak_needs, streak_view
from quanyi.entitlements.plays.task import Task
from quanyi.entitlements.plays.task.records import Progress
from quanyi.entitlements.plays.task.view import TaskView, task_needs, task_view

__all__ = ["Playing"]

_LOOKS = 8
"""How often a look is widened by what the last one found: which window, then which round."""


class Playing(Reads):
    """Reads of tasks and streaks."""

    def tasks(self, user: str) -> list[TaskView]:
        """
        Every task in force, as *user* sees it now: by priority, then by campaign.

        A task that keeps its progress for each of something (a book, an order) is there once for
        each of which anything counted so far.
        """
        whose, plays = identifier(user, "user"), [play for play in self._plays() if isinstance(play, Task)]
        return [self._task(play, ask) for play in sorted(plays, key=_order) for ask in self._subjects(play, whose)]

    def task(self, campaign: str, user: str, **keys: str) -> TaskView:
        """
        One task, as `tasks` shows it.

        Args:
            keys: Which of several, where it keeps its progress for each of something: ``book="b1"``.

        Raises:
            NotFound: There is none of that name; or no key is named, and nothing has counted yet.
        """
        whose, play = identifier(user, "user"), self._play_named(campaign)
        if not isinstance(play, Task):
            raise NotFound(f"no task is called {campaign!r}")
        named = {name: identifier(value, name) for name, value in keys.items()}
        ask = self._asking(whose, self._holder(whose), named) if named else next(self._subjects(play, whose), None)
        if ask is None:
            raise NotFound(f"nothing has counted for {campaign!r} yet; name {', '.join(play.per)}")
        return self._task(play, ask)

    def streaks(self, user: str) -> list[StreakView]:
        """Every streak in force, as *user* sees it now: by priority, then by campaign."""
        whose, plays = identifier(user, "user"), [play for play in self._plays() if isinstance(play, Streak)]
        return [self._streak(play, whose, None) for play in sorted(plays, key=_order)]

    def streak(self, campaign: str, user: str, *, month: str | None = None) -> StreakView:
        """
        One streak, as *user* sees it now.

        Args:
            month: Whose marked days are listed, ``2026-04``; the present one unless named.

        Raises:
            NotFound: No streak in force has that name.
        """
        whose, play = identifier(user, "user"), self._play_named(campaign)
        if not isinstance(play, Streak):
            raise NotFound(f"no streak is called {campaign!r}")
        return self._streak(play, whose, month)

    # --- inside ------------------------------------------------------------------------------

    def _subjects(self, task: Task, user: str) -> Iterator[Input]:
        """An input for each round that is to be shown."""
        holder = self._holder(user)
        keys = [name for name in task.per if name not in ("user", "campaign")]
        if not keys:
            yield self._asking(user, holder)
            return
        records = every(self._ports.store, Progress.kind, holder=holder, campaign=task.head.campaign)
        named = [name for name in task.per if name != "campaign"]
        subjects = dict.fromkeys(cast("Progress", record).subject for record in records)
        for subject in subjects:
            yield self._asking(user, holder, dict(zip(named, subject, strict=True)))

    def _asking(self, user: str, holder: str, data: Mapping[str, Any] | None = None) -> Input:
        now = self.now()
        return Input(
            type="look", key="look", at=now, user=user, holder=holder, data=data or {}, facts=self._facts(user, now)
        )

    def _task(self, task: Task, ask: Input) -> TaskView:
        paused = self._ports.transactions.in_force.paused(task.head.campaign)
        scales = {unit.id: unit.scale for unit in self.project.units.values()}
        scales[self.project.currency.id] = self.project.currency.scale
        needs: set[Need] = task_needs(task, ask)
        for _ in range(_LOOKS):
            try:
                return task_view(task, ask, self._look([*needs]), paused=paused, scales=scales)
            except Undeclared as more:
                needs |= more.needs
        raise Conflict(f"{task.head.campaign} keeps beginning another round")

    def _streak(self, streak: Streak, user: str, month: str | None) -> StreakView:
        ask = self._asking(user, self._holder(user))
        view = self._look([*streak_needs(streak, ask)])
        paused = self._ports.transactions.in_force.paused(streak.head.campaign)
        return streak_view(streak, ask, view, paused=paused, month=month)


def _order(play: Task | Streak) -> tuple[int, str]:
    return -play.head.priority, play.head.campaign
