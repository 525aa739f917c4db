"""
What can be met in a bundle: what a sale has, and its parts.
"""

from __future__ import annotations

from collections.abc import Iterator

from quanyi.campaigns.kinds.bounds import can_run_out
from quanyi.campaigns.kinds.coverage import Clause, Coverage, Word
from quanyi.campaigns.kinds.sale import coverage as sale
from quanyi.campaigns.language.vocabulary import Vocabulary
from quanyi.entitlements.plays.bundle import Bundle, Part

__all__ = ["COVERAGE"]


def _types(play: Bundle) -> tuple[str, ...]:
    choosing = ["bundle.choose"] if _choices(play) else []
    waiting = ["part.due"] if any(_waits(part) for part in play.parts) else []
    return (_opening(play), *choosing, *waiting)


def _outcomes(play: Bundle) -> Iterator[str]:
    for part in play.parts:
        yield from (f"parts.{part.name} {came}" for came in _of_part(part))


def _of_part(part: Part) -> Iterator[str]:
    yield from ["waiting"] if part.after is not None else []
    yield from ("open", "chosen", "defaulted") if part.choose is not None else ("given",)
    yield from ["given"] if part.choose is not None and part.choose.given == "at_end" else []
    if _runs_out(part):
        yield "short"
        yield from ["given instead"] if part.instead else []
        yield from ["failed"] if can_run_out(part.instead) or not part.instead else []
    yield from ["cancelled"] if _waits(part) else []
    yield "withdrawn"


def _further(play: Bundle) -> Iterator[Clause]:
    """What a sale has, and each choice: it says no to what there is not to choose from."""
    yield from sale.further(play)
    for part in _choices(play):
        where = play.head.where.get(f"parts.{part.name}.choose", "")
        yield Clause(name=f"choose/{part.name}", text=f"choice of {part.name}", where=where)


def _bare_words(play: Bundle, _mall: Vocabulary) -> Iterator[Word]:
    yield from sale.bare_words(play, _opening(play))
    yield from _of_choices(play)
    yield from [] if play.refund.never else _of_refund(play)


def _of_choices(play: Bundle) -> Iterator[Word]:
    choices = _choices(play)
    if choices:
        yield ("bundle.choose", "choice-closed")
        yield from [("bundle.choose", "choose-when-paid")] if sale.paid(play) else []
        yield from [("bundle.choose", "not-open")] if any(part.after is not None for part in choices) else []
        gone = any(can_run_out(part.gifts(part.choose.names)) for part in choices if part.choose is not None)
        yield from [("bundle.choose", "out-of-stock")] if gone else []


def _of_refund(play: Bundle) -> Iterator[Word]:
    gifts = [gift for part in play.parts for gift in part.everything()]
    benefits = [gift.benefit for gift in gifts if gift.benefit is not None]
    yield from [("order.refund", "insufficient-points")] if any(gift.benefit is None for gift in gifts) else []
    yield from [("order.refund", "already-used")] if benefits else []
    yield from [("order.refund", "already-revealed")] if any(benefit.pool for benefit in benefits) else []


def _opening(play: Bundle) -> str:
    """With points in its price it is exchanged, else ordered."""
    points = any(each.units for price in play.sells.values() for each in price.all)
    return "exchange" if points else "order.place"


def _choices(play: Bundle) -> list[Part]:
    return [part for part in play.parts if part.choose is not None]


def _waits(part: Part) -> bool:
    """Whether it is not always given as soon as the deal is paid."""
    return part.after is not None or part.choose is not None or _runs_out(part)


def _runs_out(part: Part) -> bool:
    """Whether what it gives unasked can be out of stock."""
    return can_run_out(part.gifts(part.choose.default if part.choose is not None else ()))


COVERAGE = Coverage(
    types=_types,
    outcomes=_outcomes,
    of_check=sale.of_check,
    further=_further,
    further_noes=sale.further_noes,
    bare_words=_bare_words,
    endings=sale.endings,
)
