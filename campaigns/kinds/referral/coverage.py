"""
What can be met in a referral: binding, and what each rule has as a reward.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from quanyi.campaigns.kinds.coverage import (
    Clause,
    Coverage,
    Word,
    clauses_of_condition,
    clauses_of_limits,
    of_own_checks,
)
from quanyi.campaigns.kinds.refusals import may_miss
from quanyi.campaigns.kinds.reward import coverage as reward
from quanyi.campaigns.language.vocabulary import Vocabulary
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.plays.referral import Referral
from quanyi.entitlements.plays.referral.terms import BOUND

__all__ = ["COVERAGE"]

_OF_A_RULE = ("only_if", "undone", "at_most", "stock", "budget")
"""The checks of a rule; the others are made once, when a friend is bound."""


def _outcomes(play: Referral) -> Iterator[str]:
    yield from (f"bind by {way}" for way, there in (("link", play.bind.to), ("code", play.bind.code)) if there)
    for rule in play.rules:
        at_once = ["done"] if rule.reward.after is None else []
        yield from (f"{rule.reward.rule} {came}" for came in (*at_once, *reward.of_rule(rule.reward)))


def _of_check(play: Referral, check: str) -> Iterator[Clause]:
    """The checks of binding; limits on what all rules give are asked by the rules, and a code is no check of its own."""
    if check in ("at_most", "budget"):
        limits = play.at_most if check == "at_most" else play.budget
        yield from clauses_of_limits(check, (limit for limit in limits if limit not in play.shared))
    elif check == "only_if":
        yield from clauses_of_condition(check, play.bind.only_if)
    else:
        yield from of_own_checks(play, check, {"same": play.bind.same, "code": False})


def _further(play: Referral) -> Iterator[Clause]:
    """An unknown code, and the clauses of each rule."""
    if play.bind.code:
        yield Clause(name="code", text="code", where=play.head.where.get("bind.code", ""))
    for rule in play.live_rules:
        name = rule.reward.rule
        for clause in reward.COVERAGE.clauses(attrs.evolve(rule.reward, checks=_OF_A_RULE)):
            yield attrs.evolve(clause, name=f"rewards/{name}/{clause.name}", text=f"{name} {clause.text}")


def _words(_play: Referral, clause: str, _mall: Vocabulary) -> tuple[str, ...]:
    return ("loop", "tree-too-tall") if clause == "loop" else ()


def _further_noes(play: Referral, mall: Vocabulary) -> Iterator[str]:
    """What undoing a rule may meet."""
    for rule in play.live_rules:
        words = reward.undo_words(rule.reward, mall) if rule.reward.undoing() else ()
        yield from (f"rewards/{rule.reward.rule}: {word}" for word in words)


def _bare_words(play: Referral, mall: Vocabulary) -> Iterator[Word]:
    bind = play.bind
    for type_ in bind.when:
        if type_ not in bind.to or may_miss(mall, [type_], bind.to[type_]):
            yield (type_, "no-inviter")
        yield from [(type_, "seen-before")] if bind.seen_before else []
    for type_ in (type_ for rule in play.rules for type_ in rule.reward.when if type_ != BOUND):
        yield (type_, "not-bound")
        yield from [(type_, "seen-before")] if bind.seen_before else []


def _unreachable(play: Referral) -> Iterator[tuple[str, str]]:
    """Limits per friend on what comes of binding, where a friend is bound only once."""
    if play.bind.keep is None:
        reason = "a friend is bound once and for ever, so again says no before"
        for rule in play.rules:
            only_bound = set(rule.reward.when) == {BOUND}
            caps = [limit for limit in rule.reward.at_most if only_bound and _once_a_friend(limit)]
            yield from ((f"rewards/{rule.reward.rule}/at_most/{limit.id}", reason) for limit in caps)


def _once_a_friend(limit: Limit) -> bool:
    return limit.of == "times" and bool({"friend", "user"} & set(limit.per))


COVERAGE = Coverage(
    outcomes=_outcomes,
    of_check=_of_check,
    further=_further,
    words=_words,
    further_noes=_further_noes,
    bare_words=_bare_words,
    unreachable=_unreachable,
)
