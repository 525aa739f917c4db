"""Points by their end, and what is used of budgets: sums that are equal to the books, and are never a scan."""

from __future__ import annotations

from datetime import date

from sqlalchemy import event

from quanyi.adapters.figures.burn import burns
from quanyi.adapters.figures.liability import TERMS, liability
from quanyi.adapters.figures.reading import in_database
from tests.alarms.conftest import counted, opened
from tests.engine.conftest import sql_store


def lived(mall, clock, people=4):
    for n in range(people):
        mall.desk.adjust(f"u{n}", "points", 100 + n, key=f"a{n}", reason="to spend")
        mall.report("check_in", user=f"u{n}", key=f"ci{n}")
    mall.exchange("coffee", user="u3", key="x") if mall.wallet("u3").units["points"].balance >= 300 else None
    mall.desk.adjust("u0", "points", -50, key="minus", reason="too much")
    counted(mall)


def in_wallets(mall, people=4):
    return sum(mall.wallet(f"u{n}").units["points"].balance for n in range(people))


def test_points_by_end_are_what_is_in_wallets(mall, clock):
    lived(mall, clock)
    found = liability(mall.ports)

    assert found.whole
    assert found.of("points") == in_wallets(mall) > 0
    assert sum(found.of("points", [term]) for term in TERMS) == found.of("points")


def test_points_leave_the_sums_with_their_end(mall, clock):
    lived(mall, clock)
    (row, *_) = liability(mall.ports).rows
    assert (row.last, row.term) == (date(2027, 3, 31), "later")
    clock.advance(days=360)
    assert liability(mall.ports).rows[0].term == "next"
    clock.advance(days=20)
    assert liability(mall.ports).rows[0].term == "month"
    clock.advance(days=20)

    assert liability(mall.ports).of("points") == 0 == in_wallets(mall)


def test_counting_again_comes_to_the_same_sums(stored, clock):
    lived(stored, clock)
    stored.report("order.paid", user="u1", key="o1", data={"order": "o1", "amount": "100.00"})
    stored.report("order.refunded", user="u1", key="r1", data={"order": "o1"})
    counted(stored)
    before = liability(stored.ports)

    assert in_database(stored.ports, stored.ports.store).rebuild().differing == 0
    assert liability(stored.ports) == before


def test_sums_that_an_older_program_began_are_told_until_they_are_counted_again(stored, clock):
    lived(stored, clock)
    store = stored.ports.store
    figure = store.tables.figure
    with store.working() as connection:
        connection.execute(figure.delete().where(figure.c.dimension == "points by end"))
    stored.desk.adjust("u1", "points", 5, key="later", reason="after the upgrade")
    counted(stored)
    assert not liability(stored.ports).whole
    in_database(stored.ports, store).rebuild()

    assert liability(stored.ports).whole
    assert liability(stored.ports).of("points") == in_wallets(stored)


def test_the_days_of_a_budget_come_to_what_the_books_say_is_used(mall, clock):
    for day in range(5):
        mall.report("order.paid", user="ann", key=f"o{day}", data={"order": f"o{day}", "amount": f"{10 + day}.00"})
        clock.advance(days=1)
    mall.report("order.refunded", user="ann", key="r", data={"order": "o1"})
    counted(mall)
    (burn,) = [each for each in burns(mall.ports) if each.campaign == "order-points"]

    assert burn.used > 0
    assert sum(amount for _, amount in burn.days) == burn.used
    assert burn.pace == sum(amount for _, amount in burn.days[-7:]) / 7
    assert burn.ends_at.isoformat() == "2026-12-31T16:00:00+00:00"


def test_a_look_reads_no_wallet(folder, sqlite_engine, clock):
    """However many people there are: neither a balance by its holder nor an unbounded range of anything."""
    mall = opened(folder, sql_store(sqlite_engine), clock)
    lived(mall, clock)
    said = []
    event.listen(sqlite_engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    liability(mall.ports)

    assert said
    assert not [statement for statement in said if "balance" in statement or "record" in statement]
