"""
The words of the noes: those of a clause that has several, and those that no clause says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from quanyi.campaigns.language.events import EventType
from quanyi.campaigns.project.model import CompiledPlay, Project
from quanyi.campaigns.tools.coverage.clauses import counted
from quanyi.campaigns.tools.coverage.outcomes import PLACES, stocked, types
from quanyi.entitlements.clauses import Computed, Fixed, Gift
from quanyi.entitlements.plays.bundle import Bundle
from quanyi.entitlements.plays.referral import Referral
from quanyi.entitlements.plays.referral.terms import BOUND
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.plays.streak import Streak
from quanyi.entitlements.plays.task import Task

__all__ = ["bare_words", "own_words", "undo_words", "words_of"]

_ANY = ""
"""The type of a word that every input of a play may meet."""

_Word = tuple[str, str]
"""A type of input, and the word that it may meet."""


# --- clauses -----------------------------------------------------------------------------------


def words_of(play: CompiledPlay, clause: str, project: Project) -> tuple[str, ...]:
    """The words of one clause; nothing for one that has a single word."""
    words: tuple[str, ...] = ()
    if clause == "phase":
        words = tuple(_phase(play))
    elif clause == "loop":
        words = ("loop", "tree-too-tall")
    elif clause == "goals" and isinstance(play, Task):
        words = tuple(_goals(play, project))
    elif isinstance(play, Streak) and clause in ("in-time", "pay"):
        words = tuple(_in_time(play) if clause == "in-time" else _pay(play))
    return words if len(words) > 1 else ()


def _phase(play: CompiledPlay) -> Iterator[str]:
    head = play.head
    between = bool(head.open) and "open" not in play.checks
    yield from ["not-open"] if head.runs.start is not None or between else []
    yield from ["ended"] if head.runs.end is not None else []


def _goals(task: Task, project: Project) -> Iterator[str]:
    sums = [goal for goal in task.goals if goal.how in ("reach", "sum")]
    read = [goal for goal in task.goals if goal.how != "count"]
    yield from ["goal-done"] if len(task.goals) > 1 else []
    yield from [] if task.restart else ["task-done"]
    yield from ["nothing-to-count"] if sums else []
    yield from ["amount-missing"] if any(_may_miss(project, goal.when, goal.by) for goal in read) else []
    yield from ["counted-already"] if any(goal.how == "distinct" for goal in task.goals) else []
    yield from ["not-yet"] if any(goal.after for goal in task.goals) else []


def _in_time(streak: Streak) -> Iterator[str]:
    yield from ["day-too-old"] if streak.mark.not_older is not None else []
    yield from ["too-late-to-make-up"] if streak.makeup is not None else []
    yield from ["day-before-start"] if streak.head.runs.start is not None else []


def _pay(streak: Streak) -> Iterator[str]:
    if streak.makeup is not None:
        yield from ["insufficient-points"] if any(way.take for way in streak.makeup.pay) else []
        yield from ["unknown-payment"] if streak.makeup.pay_by else []


# --- no clause ---------------------------------------------------------------------------------


def bare_words(play: CompiledPlay, project: Project) -> Iterator[_Word]:
    """The noes that no clause says."""
    match play:
        case Bundle():
            yield from _of_sale(play)
            yield from _of_bundle(play)
        case Sale():
            yield from _of_sale(play)
        case Referral():
            yield from _of_referral(play, project)
        case Reward():
            yield (_ANY, "no-receiver")
            yield from _of_giving(play.when, (*play.give, *play.take, *play.instead), project)
            yield from ((type_, word) for type_ in play.undoing() for word in undo_words(play, project))
        case Streak():
            yield (_ANY, "no-receiver")
            yield from _of_giving(play.mark.on, play.gifts, project, gives_none=False)
            days = {**dict.fromkeys(play.mark.on, play.mark.day)}
            days |= {play.makeup.on: play.makeup.day} if play.makeup is not None else {}
            yield from ((type_, "day-missing") for type_, day in days.items() if _may_miss(project, [type_], day))
            yield from _of_undoing(play, project)
        case Task():
            yield (_ANY, "no-receiver")
            yield from ((type_, "own-event") for type_ in play.who)
            yield from _of_giving([t for goal in play.goals for t in goal.when], play.gifts, project, gives_none=False)
            yield from _of_undoing(play, project)


def undo_words(reward: Reward, project: Project) -> tuple[str, ...]:
    """What an undo of a reward may meet."""
    kept = reward.unless is not None and not reward.if_undone
    sourceless = any(word for word in _sourceless(reward, project))
    return ("undone", *(["kept-already"] if kept else []), *(["no-source"] if sourceless else []))


def own_words(project: Project) -> Iterator[_Word]:
    """What the mall itself says no to."""
    yield from (("entitlement.redeem", word) for word in ("already-used", "expired", "unknown", "withdrawn"))
    if any(benefit.pool for benefit in project.benefits.values()):
        yield from (("entitlement.reveal", word) for word in ("unknown", "withdrawn"))
    yield ("wallet.adjust", "insufficient-points")
    yield from [("stock.load", "still-placed")] if stocked(project) else []


def _of_sale(sale: Sale) -> Iterator[_Word]:
    yield from ((type_, "order-exists") for type_ in types(sale) if type_ in PLACES)
    if any(each.money for price in sale.sells.values() for each in price.all):
        yield from (("order.pay", word) for word in ("already-paid", "already-refunded", "order-closed"))
        yield from [("order.pay", "too-late")] if sale.late.until is not None else []
        yield from (("order.cancel", word) for word in ("already-paid", "order-closed"))
        yield ("order.refund", "not-paid")
    if sale.refund.never:
        return
    yield from (("order.refund", word) for word in ("already-refunded", "more-than-bought"))
    yield from [("order.refund", "expired")] if sale.refund.by_day else []
    given = [sale.benefits[thing] for thing in sale.sells if thing in sale.benefits]
    yield from [("order.refund", "already-used")] if any(benefit.uses for benefit in given) else []
    yield from [("order.refund", "already-revealed")] if any(benefit.pool for benefit in given) else []


def _of_bundle(bundle: Bundle) -> Iterator[_Word]:
    choices = [part for part in bundle.parts if part.choose is not None]
    everything = [gift for part in bundle.parts for gift in part.everything()]
    if choices:
        paid = any(each.money for price in bundle.sells.values() for each in price.all)
        yield ("bundle.choose", "choice-closed")
        yield from [("bundle.choose", "choose-when-paid")] if paid else []
        yield from [("bundle.choose", "not-open")] if any(part.after is not None for part in choices) else []
        gone = any(counted(part.gifts(part.choose.names)) for part in choices if part.choose is not None)
        yield from [("bundle.choose", "out-of-stock")] if gone else []
    if bundle.refund.never:
        return
    if any(gift.benefit is None for gift in everything):
        yield ("order.refund", "insufficient-points")
    if any(gift.benefit is not None for gift in everything):
        yield ("order.refund", "already-used")
    if any(gift.benefit is not None and gift.benefit.pool for gift in everything):
        yield ("order.refund", "already-revealed")


def _of_referral(referral: Referral, project: Project) -> Iterator[_Word]:
    bind = referral.bind
    for type_ in bind.when:
        if type_ not in bind.to or _may_miss(project, [type_], bind.to[type_]):
            yield (type_, "no-inviter")
        yield from [(type_, "seen-before")] if bind.seen_before else []
    for type_ in (type_ for rule in referral.rules for type_ in rule.reward.when if type_ != BOUND):
        yield (type_, "not-bound")
        yield from [(type_, "seen-before")] if bind.seen_before else []


def _of_giving(
    when: Iterable[str], gifts: Iterable[Gift], project: Project, *, gives_none: bool = True
) -> Iterator[_Word]:
    """What may be wrong with amounts that hang on the input."""
    asked = [gift.how_much for gift in gifts if not isinstance(gift.how_much, Fixed)]
    for type_ in dict.fromkeys(when):
        yield from [(type_, "nothing-to-give")] if asked and gives_none else []
        paths = [how.of for how in asked if not isinstance(how, Computed)]
        yield from [(type_, "amount-missing")] if any(_may_miss(project, [type_], path) for path in paths) else []


def _of_undoing(play: Streak | Task, project: Project) -> Iterator[_Word]:
    yield from ((type_, "undone") for undo in play.if_undone for type_ in undo.when)
    yield from _sourceless(play, project)


def _sourceless(play: Reward | Streak | Task, project: Project) -> Iterator[_Word]:
    """Undoing events that may come without what names their cause."""
    pairs = [(type_, undo.same) for undo in play.if_undone for type_ in undo.when]
    pairs += [(play.unless.event, (play.unless.same,))] if play.unless is not None else []
    for type_, same in pairs:
        if any(_may_miss(project, [type_], name) for name in same):
            yield (type_, "no-source")


def _may_miss(project: Project, when: Iterable[str], path: str) -> bool:
    """Whether events of these types may come without the attribute at *path*."""
    name = path.removeprefix("event.")
    known: Mapping[str, EventType] = project.events
    found = [known[type_].attributes.get(name) for type_ in when if type_ in known]
    return bool(name) and any(attribute is None or attribute.optional for attribute in found)
