"""
What can be met in a streak.
"""

from __future__ import annotations

from collections.abc import Iterator

from quanyi.campaigns.kinds.bounds import can_run_out
from quanyi.campaigns.kinds.coverage import ANY, Clause, Coverage, Word, clauses_of_limits, of_own_checks
from quanyi.campaigns.kinds.refusals import may_miss, of_giving, of_undoing
from quanyi.campaigns.language.vocabulary import Vocabulary
from quanyi.entitlements.plays.streak import Streak

__all__ = ["COVERAGE"]


def _outcomes(play: Streak) -> Iterator[str]:
    """Plain marks and make-ups are in the types of input already; what is told is what comes besides."""
    yield from (f"{milestone.id} done" for milestone in play.milestones)
    ways = play.makeup.pay if play.makeup is not None else ()
    yield from (f"makeup/{way.choice} done" for way in ways if way.choice)
    yield from ["makeup/free done"] if play.makeup is not None and play.makeup.free else []
    if play.if_undone:
        yield from ("mark undone", *(f"{milestone.id} undone" for milestone in play.milestones))


def _of_check(play: Streak, check: str) -> Iterator[Clause]:
    mends = play.makeup is not None
    if check == "at_most" and play.makeup is not None:
        yield from clauses_of_limits(check, play.makeup.at_most)
    own = {
        "undone": play.if_undone,
        "not-future": mends or play.mark.day,
        "not-today": mends,
        "not-marked": mends or play.mark.again == "refuse",
        "in-time": mends,
        "stock": can_run_out(play.gifts),
        "pay": play.makeup is not None and play.makeup.pay,
    }
    yield from of_own_checks(play, check, own)


def _words(play: Streak, clause: str, _mall: Vocabulary) -> Iterator[str]:
    if clause == "in-time":
        yield from ["day-too-old"] if play.mark.not_older is not None else []
        yield from ["too-late-to-make-up"] if play.makeup is not None else []
        yield from ["day-before-joining"] if play.makeup is not None and play.makeup.since else []
        yield from ["day-before-start"] if play.head.runs.start is not None else []
    elif clause == "pay" and play.makeup is not None:
        yield from ["insufficient-points"] if any(way.take for way in play.makeup.pay) else []
        yield from ["unknown-payment"] if play.makeup.pay_by else []


def _bare_words(play: Streak, mall: Vocabulary) -> Iterator[Word]:
    yield (ANY, "no-receiver")
    yield from of_giving(play.mark.on, play.gifts, mall, gives_none=False)
    days = {**dict.fromkeys(play.mark.on, play.mark.day)}
    days |= {play.makeup.on: play.makeup.day} if play.makeup is not None else {}
    yield from ((type_, "day-missing") for type_, day in days.items() if may_miss(mall, [type_], day))
    yield from of_undoing(play, mall)


COVERAGE = Coverage(outcomes=_outcomes, of_check=_of_check, words=_words, bare_words=_bare_words)
