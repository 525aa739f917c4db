"""
Which clauses no story ever made say no: a limit that nobody reached may as well be wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs

from quanyi.campaigns.project.model import CompiledPlay, Project
from quanyi.campaigns.tools.formatting import said
from quanyi.campaigns.tools.stories.model import Outcome
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.checks.conditions import AllOf, AnyOf, Condition, Expression, Not, Test
from quanyi.entitlements.clauses import Gift, Limit
from quanyi.entitlements.plays.bundle import Bundle
from quanyi.entitlements.plays.referral import Referral
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.plays.streak import Streak
from quanyi.entitlements.plays.task import Task

__all__ = ["Unheard", "counted", "unheard"]


@attrs.frozen(kw_only=True)
class Unheard:
    """
    A clause that no story made say no.

    Attributes:
        clause: As a refusal names it; `text` says it to people.
        where: ``file:line``.
    """

    campaign: str
    clause: str
    text: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.where}  {self.campaign}: {self.text}"


def unheard(project: Project, outcomes: Iterable[Outcome]) -> tuple[Unheard, ...]:
    """The clauses of all campaigns, without those that said no in some story."""
    heard = {no for outcome in outcomes for no in outcome.nos}
    return tuple(
        clause
        for play in project.plays()
        for clause in _clauses(play, project)
        if (clause.campaign, clause.clause) not in heard
    )


def _clauses(play: CompiledPlay, project: Project) -> Iterator[Unheard]:
    for check in play.checks:
        for part, text, where in _parts(play, check, project):
            name = f"{check}/{part}" if part else check
            place = where or play.head.place_of(check)
            yield Unheard(campaign=play.head.campaign, clause=name, text=text, where=place)
    if isinstance(play, Reward):
        for limit in play.at_payout:
            text = f"at_payout {_limit(limit, project)}"
            yield Unheard(campaign=play.head.campaign, clause=f"at_payout/{limit.id}", text=text, where=limit.where)
    if isinstance(play, Referral):
        if play.bind.code:
            where = play.head.where.get("bind.code", "")
            yield Unheard(campaign=play.head.campaign, clause="code", text="code", where=where)
        for rule in play.live_rules:
            own = attrs.evolve(rule.reward, checks=("only_if", "undone", "at_most", "stock", "budget"))
            prefix = f"rewards/{own.rule}"
            yield from (
                attrs.evolve(c, clause=f"{prefix}/{c.clause}", text=f"{own.rule} {c.text}")
                for c in _clauses(own, project)
            )
    if isinstance(play, Sale) and (play.refund.never or play.refund.within is not None):
        where = play.head.where.get("refund", "")
        yield Unheard(campaign=play.head.campaign, clause="refund", text="refund", where=where)
    if isinstance(play, Bundle):
        choices = [part for part in play.parts if part.choose is not None]
        yield from (_choice(play, part.name) for part in choices)


def _choice(play: Bundle, part: str) -> Unheard:
    where = play.head.where.get(f"parts.{part}.choose", "")
    return Unheard(campaign=play.head.campaign, clause=f"choose/{part}", text=f"choice of {part}", where=where)


def _parts(play: CompiledPlay, check: str, project: Project) -> Iterator[tuple[str, str, str]]:
    """What a check is made of: (part, text, where); nothing where it can't say no."""
    if check in ("at_most", "budget"):
        mending = play.makeup.at_most if isinstance(play, Streak) and play.makeup is not None else ()
        limits = (*mending, *play.at_most) if check == "at_most" else play.budget
        shared = play.shared if isinstance(play, Referral) else ()  # its rules ask for those
        yield from (
            (limit.id, f"{check} {_limit(limit, project)}", limit.where) for limit in limits if limit not in shared
        )
    elif check == "for":
        yield from _tests(play.head.audience, "for")
    elif check == "only_if":
        yield from _tests(
            play.bind.only_if if isinstance(play, Referral) else getattr(play, "only_if", None), "only_if"
        )
    elif check == "goals" and isinstance(play, Task):
        for goal in play.goals:
            yield from _tests(goal.only_if, "goals")
        yield "", "goals are done", ""
    elif _can_say_no(play, check):
        yield "", check, ""


def _can_say_no(play: CompiledPlay, check: str) -> bool:
    head = play.head
    if check == "phase":
        return bool(head.runs.start or head.runs.end or (head.open and "open" not in play.checks))
    if check == "open":
        return bool(head.open)
    if check == "undone":
        return bool(getattr(play, "if_undone", ()) or getattr(play, "unless", None))
    if isinstance(play, Sale):
        return {
            "per_order": play.per_order is not None,
            "quota": bool(play.quota or play.rounds),
            "code": bool(play.codes),
            "stock": bool(play.takes)
            or any(play.benefits[thing].counted for thing in play.sells if thing in play.benefits),
            "points": any(each.units for price in play.sells.values() for each in price.all),
        }.get(check, False)
    if isinstance(play, Referral):
        return check in ("again", "loop", "self") or (check == "same" and bool(play.bind.same))
    if isinstance(play, Task):
        return check == "stock" and counted(play.gifts)
    if isinstance(play, Streak):
        mends = play.makeup is not None
        return {
            "not-future": mends or bool(play.mark.day),
            "not-marked": mends or play.mark.again == "refuse",
            "stock": counted(play.gifts),
            "pay": play.makeup is not None and bool(play.makeup.pay),
        }.get(check, mends and check in ("not-today", "in-time"))
    gone = counted(play.give) and (not play.instead or counted(play.instead))
    return {"stock": gone, "points": bool(play.take)}.get(check, False)


def counted(gifts: Sequence[Gift]) -> bool:
    """Whether any of *gifts* can be out of stock."""
    return any(gift.benefit is not None and gift.benefit.counted for gift in gifts)


def _tests(condition: Condition | None, check: str) -> Iterator[tuple[str, str, str]]:
    match condition:
        case AllOf(parts=parts):
            for part in parts:
                yield from _tests(part, check)
        case AnyOf(parts=parts):
            yield from list(_tests(parts[-1], check))[:1]  # the last that fails gives the reason
        case Test():
            yield condition.reason, f"{check} {condition.path} {condition.op} {_value(condition)}", condition.where
        case Expression():
            yield "expression", f"{check} {condition.text}", condition.where
        case Not():
            yield "", f"{check} not …", ""


def _value(test: Test) -> str:
    counts = test.unit and isinstance(test.value, int)
    return said(Amount(test.value, test.unit, test.scale) if counts else test.value)


def _limit(limit: Limit, project: Project) -> str:
    amount = Amount(limit.count, limit.of, project.scale_of(limit.of))
    window = "" if limit.window.name == "ever" else f" per {limit.window}"
    return f"{said(amount)} {limit.of} per {' and '.join(limit.per)}{window}"
