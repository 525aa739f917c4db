"""
What a kind tells coverage: everything that a story or a recording can meet in a campaign of this kind.

By default a kind answers the input types that its plays listen to, each check is one clause, and there are no
further reasons for a no.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from quanyi.campaigns.kinds.lint import nothing
from quanyi.campaigns.language.vocabulary import Vocabulary
from quanyi.entitlements.checks.conditions import AllOf, AnyOf, Condition, Expression, Not, Test
from quanyi.entitlements.clauses import Head, Limit

__all__ = [
    "ANY",
    "Clause",
    "Coverage",
    "Word",
    "clauses_of_condition",
    "clauses_of_limits",
    "heard",
    "of_check",
    "of_own_checks",
    "opens_by_phase",
]

ANY = ""
"""The type of a word that every input of a play may meet."""

Word = tuple[str, str]
"""An input type, and a refusal reason that it can get."""


@attrs.frozen(kw_only=True)
class Clause:
    """
    A clause of a campaign that can say no.

    Attributes:
        name: As a refusal names it: the check, and behind a slash which of its parts.
        text: What it is, in the words of the file.
        about: The limit, or the comparison, that makes it up; it is said behind `text`.
        where: ``file:line``; empty for the key that its check looks at.
        never: Why it never says no, although it is written; empty for one that may.
        spared: Why no recording is asked to meet it, although it may say no; empty for one that is wanted.
    """

    name: str
    text: str
    about: Limit | Test | None = None
    where: str = ""
    never: str = ""
    spared: str = ""


_FLAGS = "it flags what goes beyond, and refuses nothing"
_BUDGETS = "budgets are not expected to run out"


def heard(play: Any) -> tuple[str, ...]:
    """The types of input that a play listens to, each once."""
    return tuple(dict.fromkeys(trigger.type for trigger in play.listens()))


def of_check(play: Any, check: str) -> Iterator[Clause]:
    """
    The clauses of a check that means the same in every kind; any other check is one clause, which may say no.

    The checks `at_most`, `budget` and `only_if` look at the play's fields of that name.
    """
    head: Head = play.head
    if check == "at_most":
        yield from clauses_of_limits(check, play.at_most)
    elif check == "budget":
        yield from clauses_of_limits(check, play.budget)
    elif check == "for":
        yield from clauses_of_condition(check, head.audience)
    elif check == "only_if":
        yield from clauses_of_condition(check, play.only_if)
    else:
        can = {"phase": bool(head.runs.start or head.runs.end or opens_by_phase(play)), "open": bool(head.open)}
        yield from [Clause(name=check, text=check)] if can.get(check, True) else []


def opens_by_phase(play: Any) -> bool:
    """Whether the check `phase` also refuses between sessions, because the play has no check `open`."""
    return bool(play.head.open) and "open" not in play.checks


def of_own_checks(play: Any, check: str, own: Mapping[str, object]) -> Iterator[Clause]:
    """The clauses of a check; one in *own* is a single clause, and is there only if its value is true."""
    if check not in own:
        yield from of_check(play, check)
    elif own[check]:
        yield Clause(name=check, text=check)


def clauses_of_limits(check: str, limits: Iterable[Limit]) -> Iterator[Clause]:
    """Each limit that a check asks."""
    spared = _BUDGETS if check == "budget" else ""
    for each in limits:
        never = _FLAGS if each.over == "flag" else ""
        name = f"{check}/{each.id}"
        yield Clause(name=name, text=check, about=each, where=each.where, never=never, spared=spared)


def clauses_of_condition(check: str, condition: Condition | None) -> Iterator[Clause]:
    """Each part of a condition that can be named as the reason for a no."""
    match condition:
        case AllOf(parts=parts):
            for part in parts:
                yield from clauses_of_condition(check, part)
        case AnyOf(parts=parts):
            yield from clauses_of_condition(check, parts[-1])  # the last part gives the reason
        case Test():
            name = f"{check}/{condition.reason}" if condition.reason else check
            yield Clause(name=name, text=check, about=condition, where=condition.where)
        case Expression():
            yield Clause(name=f"{check}/expression", text=f"{check} {condition.text}", where=condition.where)
        case Not():
            yield Clause(name=check, text=f"{check} not …")


@attrs.frozen(kw_only=True)
class Coverage:
    """
    What can be met in a kind's campaigns. Each is called with the play, `endings` with all plays of the kind.

    Attributes:
        types: The types of input that it says yes to, without `endings`.
        outcomes: What can come of each of its rules, goals or parts, as decisions note it: ``row/7 done``.
        of_check: The clauses of one of its checks that can say no.
        further: Clauses that are no check's.
        words: The words with which a clause says no, called with the clause's name too; for a clause with several.
        further_noes: Words of clauses that are listed beside the clause itself, as ``clause: word``.
        bare_words: The noes that no clause says, each with the type of input that meets it.
        unreachable: Clauses that never say no because an earlier check always says it first, each with the reason.
        endings: The types of input that go on with what campaigns of this kind began, told once for all of them.
    """

    types: Callable[[Any], Iterable[str]] = heard
    outcomes: Callable[[Any], Iterable[str]] = nothing
    of_check: Callable[[Any, str], Iterable[Clause]] = of_check
    further: Callable[[Any], Iterable[Clause]] = nothing
    words: Callable[[Any, str, Vocabulary], Iterable[str]] = nothing
    further_noes: Callable[[Any, Vocabulary], Iterable[str]] = nothing
    bare_words: Callable[[Any, Vocabulary], Iterable[Word]] = nothing
    unreachable: Callable[[Any], Iterable[tuple[str, str]]] = nothing
    endings: Callable[[Sequence[Any]], Iterable[str]] = nothing

    def clauses(self, play: Any) -> Iterator[Clause]:
        """Every clause of a play that can say no: check by check, then the others."""
        never = dict(self.unreachable(play))
        for clause in (*self._of_checks(play), *self.further(play)):
            yield attrs.evolve(clause, never=clause.never or never.get(clause.name, ""))

    def _of_checks(self, play: Any) -> Iterator[Clause]:
        for check in play.checks:
            for clause in self.of_check(play, check):
                yield attrs.evolve(clause, where=clause.where or play.head.place_of(*play.all_checks[check].keys))
