"""
Where checks look in a reward.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from quanyi.campaigns.kinds.bounds import bounding, counted_as, counted_of, has_stock
from quanyi.campaigns.kinds.limits import limits_at
from quanyi.campaigns.kinds.links import Link, Told, given, times_of
from quanyi.campaigns.kinds.lint import Lint
from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.entitlements.calculators import most
from quanyi.entitlements.checks.conditions import Condition
from quanyi.entitlements.clauses import Gift, Limit
from quanyi.entitlements.giving import Undoable
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.plays.reward.terms import RewardTerms

__all__ = ["LINT", "told_of_rule"]


def _bounds(play: Reward, root: Place, currency: str, findings: Findings, _known: Findings) -> None:
    """Each gift, and each that stands in for one, needs a limit that counts it; an amount without a bound one that counts amounts."""
    for key, gift in (*(("give", gift) for gift in play.give), *(("instead", gift) for gift in play.instead)):
        counted = counted_as(gift, currency)
        limits = [limit for limit in (*play.at_most, *play.at_payout, *play.budget) if bounding(limit, counted)]
        if has_stock(gift):
            continue
        if not limits:
            _note_unbounded(gift, root, key, findings)
        elif most(gift.how_much) is None and not any(limit.of != "times" for limit in limits):
            hint = Message(
                "write budget: {{{thing}: [{{amount: 100000, in: month}}]}}, or at_most an amount per user",
                thing=gift.thing,
            )
            message = Message("how much {thing} one event gives has no bound", thing=gift.thing)
            findings.key_error(_place(gift, root / key), "unbounded-amount", message, hint)


def _note_unbounded(gift: Gift, root: Place, key: str, findings: Findings) -> None:
    if root.document.data.get("at_most") == "none":
        message = Message("without limits, {thing} needs a budget", thing=gift.thing)
        hint: str = Message("write budget: {{{thing}: [{{amount: 100000}}]}}", thing=gift.thing)
        findings.error(root / "at_most", "none-without-budget", message, hint)
        return
    hint = "write at_most: [1 per user per day], or a budget; or exposure: {accept: why}"
    message = Message("{thing} is given without any bound", thing=gift.thing)
    findings.key_error(_place(gift, root / key), "unbounded", message, hint)


def _place(gift: Gift, place: Place) -> Place:
    """Where a gift is written, if its key holds a map; else the key itself."""
    return place / gift.thing if isinstance(place.data, dict) else place


def _counted(play: Reward, _place: Place, currency: str) -> set[str]:
    return counted_of((*play.give, *play.instead), currency)


def _limits(play: Reward, root: Place) -> Iterator[tuple[Limit, Place]]:
    yield from limits_at(play.at_payout, root / "at_payout" / "at_most")


def _conditions(play: Reward, root: Place) -> Iterator[tuple[Place, Condition | None]]:
    yield root / "only_if", play.only_if


def _undoables(play: Reward, root: Place) -> Iterator[tuple[Undoable, Place, set[str]]]:
    yield play, root, set(play.when)


def _promises(play: Reward, root: Place) -> Iterator[tuple[Reward, Place]]:
    yield play, root


def _links(play: Reward, root: Place) -> Iterator[Link]:
    limits = (*play.at_most, *play.at_payout, *play.budget)
    yield Link(
        head=play.head,
        hears=play.when,
        only_if=play.only_if,
        tells=tuple(told_of_rule(play, limits)),
        times=times_of(limits, play.give),
        place=root / "when",
    )


def told_of_rule(reward: RewardTerms, limits: Iterable[Limit]) -> Iterator[Told]:
    """What a rule tells when it gives, or when it keeps its promise."""
    if reward.after is not None:
        yield "promise.kept", {"campaign": reward.head.campaign}
    yield from given((*reward.take, *reward.give, *reward.instead), reward.head, limits)


def _check(play: Reward, root: Place, findings: Findings) -> None:
    """Other gifts where nothing can run out."""
    stocked = any(gift.benefit is not None and gift.benefit.counted for gift in play.give)
    if findings.whole(root, "give", "instead") and play.instead and not stocked:
        message = "nothing that is given can run out"
        findings.warning(root / "instead", "instead-not-needed", message)


LINT = Lint(
    bounds=_bounds,
    counted=_counted,
    limits=_limits,
    conditions=_conditions,
    undoables=_undoables,
    promises=_promises,
    links=_links,
    check=_check,
)
