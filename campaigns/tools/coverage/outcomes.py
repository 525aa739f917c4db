"""
What a play can do: with which inputs, and what can come of each of its rules, goals and parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from quanyi.campaigns.project.model import CompiledPlay, Project
from quanyi.campaigns.tools.coverage.clauses import counted
from quanyi.entitlements.plays.bundle import Bundle, Part
from quanyi.entitlements.plays.referral import Referral
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.plays.streak import Streak
from quanyi.entitlements.plays.task import Task

__all__ = ["PLACES", "basics", "endings", "kind_of", "rules", "stocked", "types"]

PLACES = ("exchange", "order.place")
"""The inputs that open a deal."""


def kind_of(play: CompiledPlay) -> str:
    """The kind whose campaigns share what is listed once for all of them."""
    return play.preset if isinstance(play, Sale) else play.head.kind


def types(play: CompiledPlay) -> tuple[str, ...]:
    """The inputs that the play itself says yes to; the endings of deals are shared by their kind."""
    if isinstance(play, Bundle):
        choosing = ["bundle.choose"] if any(part.choose is not None for part in play.parts) else []
        waiting = ["part.due"] if any(_waits(part) for part in play.parts) else []
        return ("exchange" if _for_units(play) else "order.place", *choosing, *waiting)
    if isinstance(play, Sale):
        return ("exchange",) if play.preset == "points_exchange" else ("order.place",)
    return tuple(dict.fromkeys(trigger.type for trigger in play.listens()))


def endings(sales: Iterable[Sale]) -> tuple[str, ...]:
    """How the deals of a kind of sale go on and end."""
    paid = any(each.money for sale in sales for price in sale.sells.values() for each in price.all)
    return tuple(type_ for type_ in Sale.answers if type_ not in PLACES and (paid or type_ == "order.refund"))


def basics(project: Project) -> Iterator[str]:
    """What the mall does without a campaign."""
    yield from ("entitlement.redeem", "wallet.adjust")
    if any(benefit.pool for benefit in project.benefits.values()):
        yield from ("codes.import", "entitlement.reveal")
    yield from ["stock.load"] if stocked(project) else []
    yield from ["lot.ends"] if any(unit.lots.lasts is not None for unit in project.units.values()) else []


def stocked(project: Project) -> bool:
    """Whether an operator counts pieces of anything."""
    return any(benefit.counted and not benefit.pool for benefit in project.benefits.values())


def rules(play: CompiledPlay) -> Iterator[str]:
    """What can come of each rule, as decisions note it; nothing where `types` says it all."""
    match play:
        case Bundle():
            for part in play.parts:
                yield from (f"parts.{part.name} {came}" for came in _of_part(part))
        case Referral():
            yield from (f"bind by {way}" for way, there in (("link", play.bind.to), ("code", play.bind.code)) if there)
            for rule in play.rules:
                yield from (f"{rule.reward.rule} {came}" for came in _of_reward(rule.reward, at_once="done"))
        case Reward():
            yield from (f"{play.rule} {came}" for came in _of_reward(play))
        case Streak():
            yield from (f"{milestone.id} done" for milestone in play.milestones)
            ways = play.makeup.pay if play.makeup is not None else ()
            yield from (f"makeup/{way.choice} done" for way in ways if way.choice)
            yield from ["makeup/free done"] if play.makeup is not None and play.makeup.free else []
            if play.if_undone:
                yield from ("mark undone", *(f"{milestone.id} undone" for milestone in play.milestones))
        case Task():
            yield from _of_task(play)


def _of_reward(reward: Reward, at_once: str = "") -> Iterator[str]:
    if reward.after is None:
        yield from [at_once] if at_once else []
    else:
        yield from ("promised", "kept")
        yield from ["lapsed"] if reward.at_payout or (counted(reward.give) and not reward.instead) else []
        yield from ["cancelled"] if reward.undoing() else []
    yield from ["undone"] if reward.if_undone else []


def _of_task(task: Task) -> Iterator[str]:
    yield from (f"{goal.rule} done" for goal in task.goals)
    yield from ["all_done done"]
    if task.if_undone:
        yield from (f"{goal.rule} undone" for goal in task.goals)
        yield from (f"{goal.rule} fell back" for goal in task.goals if goal.target > 1)
        yield from ["all_done undone"] if task.all_done else []


def _of_part(part: Part) -> Iterator[str]:
    yield from ["waiting"] if part.after is not None else []
    yield from ("open", "chosen", "defaulted") if part.choose is not None else ("given",)
    yield from ["given"] if part.choose is not None and part.choose.given == "at_end" else []
    if _runs_out(part):
        yield "short"
        yield from ["given instead"] if part.instead else []
        yield from ["failed"] if counted(part.instead) or not part.instead else []
    yield from ["cancelled"] if _waits(part) else []
    yield "withdrawn"


def _waits(part: Part) -> bool:
    """Whether it is not always given as soon as the deal is paid."""
    return part.after is not None or part.choose is not None or _runs_out(part)


def _runs_out(part: Part) -> bool:
    """Whether what it gives unasked can be out of stock."""
    return counted(part.gifts(part.choose.default if part.choose is not None else ()))


def _for_units(play: Sale) -> bool:
    return any(each.units for price in play.sells.values() for each in price.all)
