"""
What can be met in a reward, and in each rule of a referral.
"""

from __future__ import annotations

from collections.abc import Iterator

from quanyi.campaigns.kinds.bounds import can_run_out
from quanyi.campaigns.kinds.coverage import ANY, Clause, Coverage, Word, clauses_of_limits, of_own_checks
from quanyi.campaigns.kinds.refusals import of_giving, sourceless
from quanyi.campaigns.language.vocabulary import Vocabulary
from quanyi.entitlements.plays.reward import Reward

__all__ = ["COVERAGE", "of_rule", "undo_words"]


def of_rule(reward: Reward) -> Iterator[str]:
    """What can come of a rule besides being given at once."""
    if reward.after is not None:
        yield from ("promised", "kept")
        lapses = reward.at_payout or (can_run_out(reward.give) and not reward.instead)
        yield from ["lapsed"] if lapses else []
        yield from ["cancelled"] if reward.undoing() else []
    yield from ["undone"] if reward.if_undone else []


def undo_words(reward: Reward, mall: Vocabulary) -> tuple[str, ...]:
    """What an undo of a reward may meet."""
    kept = reward.unless is not None and not reward.if_undone
    unnamed = any(True for _ in sourceless(reward, mall))
    return ("undone", *(["kept-already"] if kept else []), *(["no-source"] if unnamed else []))


def _outcomes(play: Reward) -> Iterator[str]:
    yield from (f"{play.rule} {came}" for came in of_rule(play))


def _of_check(play: Reward, check: str) -> Iterator[Clause]:
    gone = can_run_out(play.give) and (not play.instead or can_run_out(play.instead))
    own = {"stock": gone, "points": play.take, "undone": play.if_undone or play.unless}
    yield from of_own_checks(play, check, own)


def _further(play: Reward) -> Iterator[Clause]:
    """The limits that are asked when a promise falls due."""
    yield from clauses_of_limits("at_payout", play.at_payout)


def _bare_words(play: Reward, mall: Vocabulary) -> Iterator[Word]:
    yield (ANY, "no-receiver")
    yield from of_giving(play.when, (*play.give, *play.take, *play.instead), mall)
    yield from ((type_, word) for type_ in play.undoing() for word in undo_words(play, mall))


COVERAGE = Coverage(outcomes=_outcomes, of_check=_of_check, further=_further, bare_words=_bare_words)
