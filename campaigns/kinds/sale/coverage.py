"""
What can be met in a sale, and in everything that is sold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from quanyi.campaigns.kinds.coverage import Clause, Coverage, Word, of_own_checks
from quanyi.campaigns.language.vocabulary import Vocabulary
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.plays.sale.supply import ANSWERS as PURCHASE_ANSWERS

__all__ = ["COVERAGE", "bare_words", "endings", "further", "further_noes", "of_check", "paid"]

_OPENING = ("exchange", "order.place")
"""The inputs that open a deal."""


def paid(play: Sale) -> bool:
    """Whether anything in it costs money."""
    return any(each.money for price in play.sells.values() for each in price.all)


def of_check(play: Sale, check: str) -> Iterator[Clause]:
    """The clauses of one check."""
    pieces = any(play.benefits[thing].counted for thing in play.sells if thing in play.benefits)
    own = {
        "per_order": play.per_order is not None,
        "quota": play.quota or play.rounds,
        "code": play.codes,
        "stock": play.takes or pieces,
        "points": any(each.units for price in play.sells.values() for each in price.all),
    }
    own |= {"phase": True} if play.on_sale else {}
    yield from of_own_checks(play, check, own)


def further(play: Sale) -> Iterator[Clause]:
    """Taking a paid deal back, where that is not always possible."""
    if play.refund.never or play.refund.within is not None:
        yield Clause(name="refund", text="refund", where=play.head.where.get("refund", ""))


def further_noes(play: Sale, _mall: Vocabulary) -> Iterator[str]:
    """Why a paid deal is not taken back."""
    yield from ["refund: no-refunds"] if play.refund.never else []
    yield from ["refund: refund-too-late"] if play.refund.within is not None else []


def bare_words(play: Sale, opening: str) -> Iterator[Word]:
    """The noes that no clause says; *opening* is the type of input that opens a deal."""
    yield (opening, "order-exists")
    if paid(play):
        yield from (("order.pay", word) for word in ("already-paid", "already-refunded", "order-closed"))
        yield from [("order.pay", "too-late")] if play.late.until is not None else []
        yield from (("order.cancel", word) for word in ("already-paid", "order-closed"))
        yield ("order.refund", "not-paid")
    if play.refund.never:
        return
    yield from (("order.refund", word) for word in ("already-refunded", "more-than-bought"))
    yield from [("order.refund", "expired")] if play.refund.by_day else []
    given = [play.benefits[thing] for thing in play.sells if thing in play.benefits]
    yield from [("order.refund", "already-used")] if any(benefit.uses for benefit in given) else []
    yield from [("order.refund", "already-revealed")] if any(benefit.pool for benefit in given) else []
    yield from [("order.refund", "delivery-open")] if _bought(play) else []


def endings(plays: Sequence[Sale]) -> Iterator[str]:
    """How deals go on and end: without money they are paid at once, and can only be taken back."""
    money, bought = any(paid(play) for play in plays), any(_bought(play) for play in plays)
    for type_ in Sale.answers:
        of_purchases = type_ in PURCHASE_ANSWERS
        if type_ not in _OPENING and (bought if of_purchases else money or type_ == "order.refund"):
            yield type_


def _bought(play: Sale) -> bool:
    """Whether anything in it has to be bought from a supplier once it is paid."""
    return any(play.benefits[thing].supply is not None for thing in play.sells if thing in play.benefits)


def _opening(play: Sale) -> str:
    return "exchange" if play.preset == "points_exchange" else "order.place"


def _types(play: Sale) -> tuple[str]:
    return (_opening(play),)


def _bare_words(play: Sale, _mall: Vocabulary) -> Iterator[Word]:
    yield from bare_words(play, _opening(play))


COVERAGE = Coverage(
    types=_types,
    of_check=of_check,
    further=further,
    further_noes=further_noes,
    bare_words=_bare_words,
    endings=endings,
)
