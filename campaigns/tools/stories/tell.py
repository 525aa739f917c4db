"""
Tell a story on the live path, and compare what happens with what it says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import attrs

from quanyi.campaigns.project.model import Project
from quanyi.campaigns.tools.sandbox import StageFactory, buy_all, pass_time, perform, read_event
from quanyi.campaigns.tools.stories.checks import checks_of
from quanyi.campaigns.tools.stories.midway import SaidOfUsers, change, prepare
from quanyi.campaigns.tools.stories.model import Outcome, Problem, Step, StepOutcome, Story, with_campaigns
from quanyi.campaigns.tools.stories.scene import Scene
from quanyi.entitlements.errors import QuanyiError, Refused
from quanyi.entitlements.inputs import Decision, Receipt

__all__ = ["tell"]


def tell(story: Story, project: Project, put_up: StageFactory, *, lazy: bool = False) -> Outcome:
    """
    Tell *story* on a stage of its own.

    Args:
        lazy: Book what falls due only where the story lets time pass, as if no sweep ever ran.
            Nothing that the story says may differ.
    """
    cast, users = with_campaigns(project, story.campaigns), SaidOfUsers(dict(story.given.users))
    with put_up(cast, users, story.steps[0].at) as stage:
        scene = Scene(stage=stage, story=story, users=_everybody(story))
        stage.suppliers.obliging = not any(step.replies for step in story.steps)
        telling = _Telling(scene, users, lazy)
        problems = tuple(_in_force(scene)) or (*prepare(scene), *telling.problems())
    return Outcome(story=story, problems=problems, nos=frozenset(telling.nos), steps=tuple(telling.told))


def _in_force(scene: Scene) -> Iterator[Problem]:
    """Bring the story's campaigns into force; without them nothing can be told."""
    try:
        scene.stage.apply()
    except QuanyiError as no:
        yield Problem(where=scene.story.place.where, message=f"the campaigns can't come into force: {no}")


def _everybody(story: Story) -> tuple[str, ...]:
    given = story.given
    named = [*given.users, *(user for user, _ in given.balances), *(step.who for step in story.steps if step.who)]
    return tuple(dict.fromkeys(named))


@attrs.define
class _Telling:
    """Goes through all the steps: what is wrong with one says nothing about the next."""

    scene: Scene
    users: SaidOfUsers
    lazy: bool
    nos: set[tuple[str, str]] = attrs.field(factory=set)
    told: list[StepOutcome] = attrs.field(factory=list)

    def problems(self) -> Iterator[Problem]:
        self.scene.earlier = self.scene.standing()
        for number, step in enumerate(self.scene.story.steps):
            problems: list[Problem] = []
            try:
                for problem in self.step(step, f"step/{number}"):
                    problems.append(problem)
                    yield problem
                scene = self.scene
                self.told.append(StepOutcome(step=step, decisions=scene.decisions, no=scene.no, good=not problems))
            except Exception as broken:  # noqa: BLE001  (a broken campaign is a problem of the story, not of the tool)
                message = f"{step.title} broke: {type(broken).__name__}: {broken}"
                self.told.append(StepOutcome(step=step, good=False))
                yield Problem(where=step.place.where, message=message)

    def step(self, step: Step, key: str) -> Iterator[Problem]:
        scene = self.scene
        scene.answer = scene.no = None
        scene.stage.suppliers.follow(step.replies)
        then = scene.stage.mall.now()
        due = self.pass_time(step)
        self.answer_reminders()
        scene.before = scene.standing() if due or scene.stage.mall.now() != then else scene.earlier
        self.act(step, key)
        answered = scene.answer.decisions if scene.answer is not None else tuple[Decision, ...]()
        scene.decisions = (*due, *answered, *self.unasked(step, {decision.campaign for decision in answered}))
        self.note()
        self.answer_reminders()
        buy_all(scene.stage)
        yield from self.checked(step)
        yield from self.unasked_replies(step)
        after = scene.standing()
        yield from (Problem(where=step.place.where, message=said, why=scene.said(step)) for said in self.broken(after))
        scene.earlier = after

    def pass_time(self, step: Step) -> tuple[Decision, ...]:
        """What fell due on the way to this step."""
        if self.lazy and step.do and not self.scripted:
            self.scene.stage.move(step.at)
            return ()
        outcomes = [outcome for _, outcome in pass_time(self.scene.stage, step.at)]
        return tuple(d for outcome in outcomes if isinstance(outcome, Receipt) for d in outcome.decisions)

    def act(self, step: Step, key: str) -> None:
        scene = self.scene
        try:
            change(scene, step.midway, key, self.users)
            if step.midway.title:
                scene.before = scene.standing()
            if step.do:
                scene.answer = perform(
                    scene.stage, step.do, user=step.who, key=step.key, data=step.data, context=step.context
                )
        except QuanyiError as no:
            scene.no = no

    def answer_reminders(self) -> None:
        """What a worker does all the time: tell those who wait, of what can be had by now."""
        if any(step.do == "reminder.set" for step in self.scene.story.steps):
            while self.scene.stage.answer_reminders():
                pass

    def unasked(self, step: Step, asked: Collection[str]) -> Iterator[Decision]:
        """Why campaigns that the story looks at were not even asked: a value that they compare is another one."""
        stage = self.scene.stage
        wanted = {e.about[0] for e in step.then if e.what in ("skipped", "outcome")} - set(asked)
        event = stage.project.events.get(step.do)
        if self.scene.answer is None or event is None or event.built_in:
            return
        read = read_event(stage, event, step.data)
        for name in sorted(wanted & stage.project.campaigns.keys()):
            if any(trigger.type == step.do for trigger in stage.project.campaigns[name].play.listens()):
                values = {**read.data, **read.personal}
                said = {"data": values, "context": step.context}
                found = stage.mall.explain(step.do, user=step.who, campaign=name, **said)
                yield from (decision for decision in found if decision.outcome == "skipped")

    def note(self) -> None:
        """Remember which clauses said no."""
        no = self.scene.no
        if isinstance(no, Refused) and no.campaign:
            self.nos.add((no.campaign, no.clause))
        for decision in self.scene.decisions:
            if decision.outcome in ("skipped", "lapsed") and decision.reason:
                self.nos.add((decision.campaign, decision.clause))
            self.nos |= {(decision.campaign, clause) for clause in decision.facts.get("clauses", ())}

    @property
    def scripted(self) -> bool:
        """Whether the story says what suppliers reply: a worker calls them as time passes, and can't be late."""
        return any(step.replies for step in self.scene.story.steps)

    def unasked_replies(self, step: Step) -> Iterator[Problem]:
        for supplier, _ in self.scene.stage.suppliers.lines:
            message = f"{supplier} was not called as often as this step says"
            chinese = f"没有像这一步写的那样多次联系 {supplier}"
            yield Problem(where=step.place.where, message=message, chinese=chinese)

    # --- comparing ---------------------------------------------------------------------------

    def checked(self, step: Step) -> Iterator[Problem]:
        scene = self.scene
        wanted = {expectation.what for expectation in step.then}
        if scene.no is not None and not wanted & {"refused", "why"}:
            message = f"expected {step.title} to be accepted, got {scene.refused()}"
            chinese = f"{step.title}：应当通过，实际是 {scene.refused()}"
            yield Problem(where=step.place.where, message=message, chinese=chinese, why=scene.said(step))
            return
        checks = checks_of(scene.stage.project)
        for expectation in step.then:
            check = checks[expectation.what]
            found = check.look(scene, *expectation.about)
            if not check.fits(expectation, found, scene):
                said = {"message": expectation.miss(found), "chinese": expectation.miss(found, "zh")}
                yield Problem(where=expectation.place.where, **said, why=scene.said(step))

    def broken(self, after: Mapping[str, int]) -> Iterator[str]:
        """What must hold after every step, whatever the story says, and does not."""
        scene = self.scene
        if scene.no is not None:
            changed = [name for name in after.keys() | scene.before.keys() if after.get(name) != scene.before.get(name)]
            yield from (f"a refused step changed {name}" for name in sorted(changed))
        owing = {
            f"{user}'s {unit.id}" for unit in scene.stage.project.units.values() if unit.debt for user in scene.users
        }
        yield from (f"{name} went below zero" for name, n in after.items() if n < 0 and name not in owing)
        yield from (
            f"{d.campaign} is broken; quanyi --debug test shows where" for d in scene.decisions if d.outcome == "failed"
        )
