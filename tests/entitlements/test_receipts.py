"""What a receipt says of all that came of an input."""

from __future__ import annotations

from quanyi.entitlements.inputs import Decision, Receipt
from tests.entitlements.stage import moment


def test_what_was_given_is_summed_up_over_all_decisions():
    """Whoever got it, from whichever campaign; what was lost is taken off."""
    given = [
        (("h-ann", "points", 10), ("h-ann", "coffee", 1)),
        (("h-bob", "points", 5),),
        (("h-ann", "points", -3),),
        (),
    ]
    decisions = tuple(Decision(campaign=f"c{n}", given=triples) for n, triples in enumerate(given))
    receipt = Receipt(
        key="k", type="paid", at=moment("2026-03-01T10:00"), decisions=decisions, answer={"given": {"points": 5}}
    )

    assert receipt.given == {"points": 12, "coffee": 1}
