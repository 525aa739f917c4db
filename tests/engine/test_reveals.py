"""Who saw a code: every sight leaves a trace, and nobody sees what is not theirs."""

from __future__ import annotations

import pytest

from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.wiring import OpenMall
from quanyi.entitlements.errors import VoucherRefused
from quanyi.entitlements.inputs import Receipt


def bought(mall: OpenMall, user: str = "ann") -> str:
    """A music card of *user*, by its number."""
    if not mall.ask("codes", "codes.import"):
        mall.desk.import_codes("music", ["MUSIC-0001", "MUSIC-0002"], key="codes")
    mall.report("points.granted", user=user, key=f"g/{user}", data={"points": 100})
    hold = mall.exchange("music", user=user, key=f"x/{user}").hold
    return str(mall.settle(hold, paid=500, key=f"pay/{hold}").entitlements[0])


def sights(mall: OpenMall) -> int:
    """How often a reveal was booked, whatever the store."""
    store = mall.ports.store
    if isinstance(store, MemoryStore):
        return sum(w.changes.because.rule == "entitlement.reveal" for w in store._tables.journal.values())
    with store.reading() as connection:  # type: ignore[attr-defined]
        journal = store.tables.journal  # type: ignore[attr-defined]
        rows = connection.execute(journal.select().where(journal.c.rule == "entitlement.reveal")).all()
    return len(rows)


def test_every_sight_of_a_code_leaves_a_trace(mall: OpenMall) -> None:
    """A repeated key is answered with the codes and its first receipt, and is booked once more each time."""
    right = bought(mall)
    shown = [mall.reveal(right, user="ann", key="r1") for _ in range(3)]

    assert {receipt.codes for receipt in shown} == {("MUSIC-0001",)}
    assert [receipt.duplicate for receipt in shown] == [False, True, True]
    assert sights(mall) == 3


def test_the_text_of_a_receipt_hides_the_codes(mall: OpenMall) -> None:
    """Logs and error pages show receipts; the codes are read by their name alone."""
    receipt = mall.reveal(bought(mall), user="ann", key="r1")

    assert "MUSIC-0001" not in f"{receipt!r} {receipt} {[receipt]}"
    assert receipt.codes == ("MUSIC-0001",)


def test_a_batch_shows_nobody_else_s_codes(mall: OpenMall) -> None:
    """Inside the block nothing is decided, so nothing is shown; afterwards only to the owner."""
    mine, other = bought(mall), bought(mall, "eve")
    with mall.batch() as batch:
        early = [batch.reveal(right, user="ann", key=f"r/{right}") for right in (mine, other)]

    assert [dict(receipt.answer) for receipt in early] == [{}, {}]
    assert isinstance(batch.outcomes[0], Receipt)
    assert batch.outcomes[0].codes == ("MUSIC-0001",)
    assert isinstance(batch.outcomes[1], VoucherRefused)


def test_a_sight_in_the_hosts_transaction_is_told_apart_as_well(mall: OpenMall) -> None:
    """Two calls at the same instant with one key are two sights."""
    right = bought(mall)
    with mall.batch() as batch:
        batch.reveal(right, user="ann", key="r1")
        batch.reveal(right, user="ann", key="r1")

    assert [outcome.duplicate for outcome in batch.outcomes if isinstance(outcome, Receipt)] == [False, True]
    assert sights(mall) == 2


def test_somebody_else_s_code_is_refused_whatever_the_key(mall: OpenMall) -> None:
    right = bought(mall)
    mall.reveal(right, user="ann", key="r1")

    with pytest.raises(VoucherRefused):
        mall.reveal(right, user="eve", key="r2")
