"""
The links of which chains of campaigns are made: what each rule hears and tells, and how often it fires.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from quanyi.campaigns.documents import Place
from quanyi.campaigns.project import Campaign
from quanyi.entitlements.clauses import Fixed, Gift, Head, Limit
from quanyi.entitlements.conditions import Condition
from quanyi.entitlements.plays.referral import Referral
from quanyi.entitlements.plays.referral.clauses import BOUND
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.plays.streak import Streak
from quanyi.entitlements.plays.task import Task

__all__ = ["Link", "links_of"]

_Told = tuple[str, Mapping[str, Any]]
"""A type of what is told, and what is known of its data beforehand."""


@attrs.frozen(kw_only=True)
class Link:
    """
    One rule of a campaign, as a link of a chain.

    Attributes:
        hears: The event types that make it fire.
        tells: What it tells when it does.
        times: How often it fires at most because of one cause; None if nothing says so.
        share: How much of what it hears it passes on: a goal of three events a third.
        place: Where it is written.
    """

    head: Head
    hears: tuple[str, ...]
    only_if: Condition | None = None
    tells: tuple[_Told, ...] = ()
    times: int | None = None
    share: float = 1.0
    place: Place

    @property
    def campaign(self) -> str:
        """Whose rule it is."""
        return self.head.campaign

    def runs_with(self, other: Link) -> bool:
        """Whether there is an instant at which both campaigns run."""
        one, two = self.head.runs, other.head.runs
        before = one.start is None or two.end is None or one.start < two.end
        return before and (two.start is None or one.end is None or two.start < one.end)


def links_of(campaign: Campaign, root: Place) -> Iterator[Link]:
    """The rules of a campaign that events make fire; what is sold waits for commands."""
    play = campaign.play
    if isinstance(play, Reward):
        yield _of_reward(play, root)
    elif isinstance(play, Task):
        yield from _of_task(play, root)
    elif isinstance(play, Streak):
        yield _of_streak(play, root)
    elif isinstance(play, Referral):
        yield from _of_referral(play, root)


def _of_reward(play: Reward, root: Place) -> Link:
    limits = (*play.at_most, *play.at_payout, *play.budget)
    return Link(
        head=play.head,
        hears=play.when,
        only_if=play.only_if,
        tells=tuple(_of_rule(play, limits)),
        times=_times(limits, play.give),
        place=root / "when",
    )


def _of_task(play: Task, root: Place) -> Iterator[Link]:
    """Each goal: it is done once a round, and a task that does not begin again has one round."""
    limits = (*play.at_most, *play.budget)
    rounds = _times(limits, ()) if play.restart else 1
    for goal in play.goals:
        gifts, name = (*goal.give, *play.all_done), {"campaign": play.head.campaign}
        told = [("goal.done", {**name, "goal": goal.name}), ("task.done", name), *_given(gifts, play.head, limits)]
        paid = _times(limits, goal.give) if goal.give else None
        yield Link(
            head=play.head,
            hears=goal.when,
            only_if=goal.only_if,
            tells=tuple(told),
            times=min((n for n in (rounds, paid) if n is not None), default=None),
            share=1 / goal.target if goal.how in ("count", "distinct") else 1.0,
            place=root / "goals" / goal.name / "when",
        )


def _of_streak(play: Streak, root: Place) -> Link:
    """A day is marked once, whatever marks it again."""
    reached = [("milestone.reached", {"campaign": play.head.campaign, "milestone": m.id}) for m in play.milestones]
    limits = (*play.at_most, *play.budget)
    told = (*reached, *_given(play.gifts, play.head, limits))
    return Link(
        head=play.head, hears=play.mark.on, only_if=play.only_if, tells=told, times=1, place=root / "mark" / "on"
    )


def _of_referral(play: Referral, root: Place) -> Iterator[Link]:
    """Binding, once for each person; and each rule, which goes up from friend to inviter."""
    name = {"campaign": play.head.campaign}
    bound = [rule for rule in play.live_rules if BOUND in rule.reward.when]
    told = [("referral.bound", name), *(part for rule in bound for part in _of_rewarded(rule.reward, play))]
    yield Link(head=play.head, hears=play.bind.when, tells=tuple(told), times=1, place=root / "bind" / "when")
    for n, rule in enumerate(play.live_rules):
        reward = rule.reward
        if reward.when != (BOUND,):
            limits = (*reward.at_most, *reward.at_payout, *reward.budget)
            yield Link(
                head=play.head,
                hears=reward.when,
                only_if=reward.only_if,
                tells=tuple(_of_rewarded(reward, play)),
                times=_times(limits, reward.give),
                place=root / "rewards" / n / "when",
            )


def _of_rewarded(reward: Reward, play: Referral) -> Iterator[_Told]:
    if reward.to == "inviter":
        yield "referral.rewarded", {"campaign": play.head.campaign, "rule": reward.rule}
    yield from _of_rule(reward, (*reward.at_most, *reward.at_payout, *reward.budget))


def _of_rule(reward: Reward, limits: Iterable[Limit]) -> Iterator[_Told]:
    """What a rule tells when it gives, or when it keeps its promise."""
    if reward.after is not None:
        yield "promise.kept", {"campaign": reward.head.campaign}
    yield from _given((*reward.take, *reward.give, *reward.instead), reward.head, limits)


def _given(gifts: Iterable[Gift], head: Head, limits: Iterable[Limit]) -> Iterator[_Told]:
    """What handing out tells."""
    for gift in gifts:
        if gift.benefit is None:
            yield "points.changed", {"unit": gift.thing}
        else:
            yield "entitlement.granted", {"campaign": head.campaign, "item": gift.thing}
    if any(limit.over == "flag" for limit in limits):
        yield "limit.crossed", {}


def _times(limits: Iterable[Limit], gifts: Iterable[Gift]) -> int | None:
    """How often limits let something fire: counted in times, or by fixed amounts of what it gives."""
    worth: dict[str, int] = {"times": 1}
    for gift in gifts:
        if isinstance(gift.how_much, Fixed):
            worth[gift.thing] = worth.get(gift.thing, 0) + gift.how_much.value
    counts = (-(-limit.count // worth[limit.of]) for limit in limits if limit.over != "flag" and worth.get(limit.of))
    return min(counts, default=None)
