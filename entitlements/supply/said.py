"""
What a supplier said of a purchase, as an input carries it, and what may be concluded from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

import attrs

from quanyi.entitlements.errors import InputError
from quanyi.entitlements.parsing import quoted

__all__ = ["NO_ANSWER", "Said", "To", "What", "said_in"]

What = Literal["absent", "accepted", "busy", "delivered", "refused", "unknown"]
To = Literal["callback", "operator", "order", "query"]

NO_ANSWER = "no-answer"
"""Why nothing is known where nobody answered at all."""

_MOST_SECONDS = 86_400


@attrs.frozen(kw_only=True)
class Said:
    """
    One reply.

    Attributes:
        what: Which one it is.
        to: What it answers: an order, a query, or nothing that was asked, as a call-back does.
        round: The order that it is about, see `Purchase.round`.
        call: Which sending of an order it answers, see `Purchase.calls`; None where nobody can say.
        number: The supplier's number of the order.
        cost: What all pieces cost, in the currency's smallest unit; None where it says nothing of that.
        word: The supplier's own word for a no, or why nothing is known.
        after: After how many seconds a busy supplier wants to be asked again, if it says so.
        codes: How many card codes came with it.
    """

    what: What
    to: To = "order"
    round: int = 1
    call: int | None = None
    number: str = ""
    cost: int | None = None
    word: str = ""
    after: int | None = None
    codes: int = 0

    def sound(self, quantity: int, *, with_codes: bool) -> Said:
        """
        The same, or ``unknown`` where it contradicts itself: nothing may be concluded from it then.

        A success without a number, a refusal of an order that carries one, and codes that are too few or too many
        for the *quantity* are contradictions.

        >>> Said(what="refused", word="out_of_stock", number="s6").sound(1, with_codes=False).what
        'unknown'
        """
        if self.what in ("accepted", "delivered") and not self.number:
            return self._unknown("success-without-number")
        if self.to == "order" and self.what in ("refused", "busy") and self.number:
            return self._unknown("refusal-with-number")
        if self.what == "delivered" and self.codes != (quantity if with_codes else 0):
            return self._unknown("wrong-number-of-codes")
        return self

    def _unknown(self, why: str) -> Said:
        return attrs.evolve(self, what="unknown", word=why)


def said_in(data: Mapping[str, Any]) -> Said:
    """
    The reply that an input's attributes say.

    Raises:
        InputError: It is none of the known ones, or an amount, a round or a wait is no whole number of 0 or more.
    """
    if data.get("what") not in get_args(What) or data.get("to", "order") not in get_args(To):
        raise InputError(f"a supplier's reply is one of {', '.join(get_args(What))}, not {quoted(data.get('what'))}")
    numbers = {name: data[name] for name in ("round", "call", "cost", "after", "codes") if data.get(name) is not None}
    wrong = [name for name, value in numbers.items() if type(value) is not int or value < 0]
    if wrong:
        raise InputError(f"{wrong[0]} of a supplier's reply is a whole number of 0 or more")
    if numbers.get("after", 0) > _MOST_SECONDS:
        numbers["after"] = _MOST_SECONDS
    number, word = (str(data.get(name) or "") for name in ("number", "word"))
    return Said(what=data["what"], to=data.get("to", "order"), number=number, word=word, **numbers)
