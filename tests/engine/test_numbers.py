"""One number too large, or one value that the database can't keep, is its own caller's trouble."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import attrs
import pytest
from sqlalchemy import Engine, text

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.collector import Collector
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.changes import Changes, Posting
from quanyi.entitlements.errors import DataError, InputError, LimitReached
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.parsing import LARGEST
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.reward import Reward
from tests.engine.conftest import FOLDER, NOON, sql_store

whole_decide = Reward.decide
ORDER = {"order": "o1", "amount": 5000}

TOO_LARGE: dict[str, Callable[[OpenMall, int], object]] = {
    "adjust": lambda mall, n: mall.desk.adjust("ann", "points", n, key="k", reason="slip"),
    "adjust-down": lambda mall, n: mall.desk.adjust("ann", "points", -n, key="k", reason="slip"),
    "exchange": lambda mall, n: mall.exchange("coffee", user="ann", key="k", qty=n),
    "claim": lambda mall, n: mall.claim("flash", item="phone", user="ann", key="k", qty=n),
    "offset": lambda mall, n: mall.claim("flash", item="phone", user="ann", key="k", offset=n),
    "settle": lambda mall, n: mall.settle("no-such-deal", paid=n, key="k"),
    "refund": lambda mall, n: mall.refund("no-such-deal", key="k", qty=n),
    "report": lambda mall, n: mall.report("order.paid", user="ann", key="k", data={**ORDER, "amount": n}),
    "decimals": lambda mall, n: mall.report("order.paid", user="ann", key="k", data={**ORDER, "amount": Decimal(n)}),
    "explain": lambda mall, n: mall.explain("order.paid", user="ann", data={**ORDER, "amount": n}),
}


@pytest.mark.parametrize("call", TOO_LARGE.values(), ids=TOO_LARGE.keys())
def test_a_number_too_large_is_refused_at_the_door(mall: OpenMall, call: Callable[[OpenMall, int], object]) -> None:
    """Whatever the call, the bound is said, and nobody else hears of it."""
    for number in (LARGEST + 1, 2**63, 10**5000):
        with pytest.raises(
            InputError, match=r"10\*\*15|10{15}, the most that is counted|than any amount that is counted"
        ):
            call(mall, number)


def test_the_bound_itself_is_counted(mall: OpenMall) -> None:
    mall.desk.adjust("ann", "points", LARGEST, key="k", reason="all there is")

    assert mall.wallet("ann").units["points"].balance == LARGEST


def test_a_full_wallet_takes_no_more(mall: OpenMall) -> None:
    """An operator is told how much there is room for; the key stays free."""
    mall.desk.adjust("ann", "points", LARGEST - 3, key="k", reason="nearly")
    with pytest.raises(LimitReached) as full:
        mall.desk.adjust("ann", "points", 4, key="k2", reason="too much")

    assert (full.value.reason, full.value.shows["left"]) == ("wallet-full", 3)
    assert not mall.desk.adjust("ann", "points", 3, key="k2", reason="just").duplicate


def test_a_campaign_that_would_pass_the_bound_fails_alone(mall: OpenMall) -> None:
    """Ten points for a check-in, and a wallet that is full: the campaign is broken, and the next call is answered."""
    mall.desk.adjust("ann", "points", LARGEST, key="k", reason="all there is")
    full, other = (mall.report("check_in", user=user, key=f"ci/{user}") for user in ("ann", "bob"))

    assert [receipt.decisions[0].outcome for receipt in (full, other)] == ["failed", "granted"]
    assert mall.wallet("ann").units["points"].balance == LARGEST


def unwritable(self: Reward, ask: Input, draft: Draft) -> Changes:
    """What a play decides, under a label with a NUL in it for one of the users."""
    changes = whole_decide(self, ask, draft)
    if ask.user != "u31":
        return changes
    lines = [attrs.evolve(line, label="\0") if isinstance(line, Posting) else line for line in changes.lines]
    return attrs.evolve(changes, lines=tuple(lines))


def test_what_the_database_cannot_keep_fails_alone(postgres_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Text with a NUL, which got past all checks: of thirty-two in one batch the others get their answers."""
    monkeypatch.setattr(Reward, "decide", unwritable)
    monkeypatch.setattr(Reward, "alike", lambda *_: None)  # it looks at the user, so no two facts are alike
    mall = wire(load_project(FOLDER), store := sql_store(postgres_engine), clock=FixedClock(NOON))
    mall.desk.apply()
    asks = [Input(type="check_in", key=f"k{n}", at=NOON, user=f"u{n}") for n in range(32)]
    collector = Collector(lambda some: mall.ports.transactions.run(some, store))
    answers = collector._answers(asks)

    assert [isinstance(answer, Receipt) for answer in answers] == [True] * 31 + [False]
    assert isinstance(answers[-1], DataError)
    assert mall.wallet("u7").units["points"].balance == 10


@pytest.mark.parametrize("value", [2**70, "\ud800"], ids=["too-large", "half-a-character"])
def test_every_database_tells_its_own_troubles_from_the_datas(engine: Engine, value: object) -> None:
    store = sql_store(engine)
    stored = engine.dialect.name == "mariadb"  # which cuts what it only shows
    statement = "update quanyi_mark set number = :value" if stored else "select cast(:value as bigint)"
    with pytest.raises(DataError), store.reading() as connection:
        connection.execute(text(statement), {"value": value})


def test_it_is_looked_for_by_halving() -> None:
    """As poison is: of twenty items the innocent get their answers."""

    def run(items: Sequence[int]) -> Sequence[int]:
        if 13 in items:
            raise DataError("too large")
        return items

    answers = Collector(run)._answers(range(20))

    assert [answer for answer in answers if isinstance(answer, int)] == [n for n in range(20) if n != 13]
    assert isinstance(answers[13], DataError)
