"""Guesses that spare a question: strangers taken for new, and who made the deal that is paid."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from quanyi.adapters.wiring import OpenMall
from quanyi.campaigns.engine.holders import of_newcomers
from quanyi.entitlements.accounts import Account, debt, used
from quanyi.entitlements.needs import CodesOf, DueBack, LotsOf, Need
from quanyi.entitlements.ports import RecordWrite
from quanyi.entitlements.records import Person, RecordKey
from tests.engine.test_races import beside


def newcomers(mall: OpenMall, *users: str) -> None:
    """So many new people in a row that the next stranger is taken for new as well."""
    for user in users:
        mall.report("points.granted", user=user, key=f"new/{user}", data={"points": 1})


def test_a_stranger_who_is_known_keeps_their_wallet(mall: OpenMall) -> None:
    """A process that met only new people so far meets somebody who has points: they can be spent."""
    mall.report("points.granted", user="ann", key="g", data={"points": 500})
    other, _ = beside(mall)
    newcomers(other, "bob", "cid")

    bought = other.exchange("coffee", user="ann", key="x")

    assert bought.answer["entitlements"]
    assert other.wallet("ann").units == mall.wallet("ann").units


def test_who_is_met_among_newcomers_is_met_with_them(mall: OpenMall) -> None:
    """One batch of new people and known ones: each gets their own."""
    mall.report("points.granted", user="ann", key="g", data={"points": 500})
    other, _ = beside(mall)
    newcomers(other, "bob", "cid")
    with other.batch() as batch:
        newcomers(batch, "dan", "ann", "eve")  # type: ignore[arg-type]

    assert not any(isinstance(outcome, Exception) for outcome in batch.outcomes)
    assert [mall.wallet(user).units["points"].balance for user in ("ann", "bob", "dan", "eve")] == [501, 1, 1, 1]


def test_a_newcomer_costs_no_question_of_their_own(mall: OpenMall) -> None:
    """After the first ones nobody is looked up beforehand."""
    other, store = beside(mall, "nowhere")
    newcomers(other, "bob")
    looks: list[RecordKey] = []
    store.begin = noting(store.begin, looked_up=looks)
    newcomers(other, "cid", "dan")

    assert looks == []


def test_who_is_known_is_looked_up_in_the_transaction_that_decides(mall: OpenMall) -> None:
    """A process that never met them needs no transaction beside it, and none again."""
    newcomers(mall, "ann", "bob")
    other, store = beside(mall, "nowhere")
    other.report("points.granted", user="bob", key="g", data={"points": 1})  # now it knows what is in force
    looks: list[RecordKey] = []
    asked: list[Need] = []
    store.begin, store.peek = noting(store.begin, asked, looks), None
    other.report("points.granted", user="ann", key="h", data={"points": 500})

    assert [(key.kind, key.parts) for key in looks] == [("person", ("ann",))]
    assert len([need for need in asked if isinstance(need, LotsOf)]) == 1
    assert mall.wallet("ann").units["points"].balance == 501


def test_nothing_of_a_newcomer_is_asked_but_who_they_are(mall: OpenMall) -> None:
    """Neither a wallet nor what they used of a limit: their holder id is a moment old."""
    other, store = beside(mall, "nowhere")
    newcomers(other, "bob")
    asked: list[Need] = []
    store.begin = noting(store.begin, asked)
    other.claim("flash", item="phone", user="dan", key="c")
    newcomers(other, "cid")

    theirs = set(other.ports.transactions.holders.look_up(["dan", "cid"], store).values())

    assert {need.kind for need in asked if isinstance(need, RecordKey)} == {"person"}
    assert [need for need in asked if isinstance(need, LotsOf)] == []
    assert not [need for need in asked if isinstance(need, Account) and theirs.intersection(need.parts)]
    assert not [need for need in asked if isinstance(need, DueBack) and theirs.intersection(need.account.parts)]


def noting(begin: Any, asked: list[Need] | None = None, looked_up: list[RecordKey] | None = None) -> Any:
    """The same *begin*, whose transactions note what they are asked to lock, and whom they look up."""
    locked, looks = [] if asked is None else asked, [] if looked_up is None else looked_up

    @contextmanager
    def begun() -> Iterator[Any]:
        with begin() as tx:
            noted = Noted(tx)
            noted.lock = lambda needs, *more: locked.extend(needs) or tx.lock(needs, *more)  # type: ignore[func-returns-value]
            noted.holders = lambda keys: looks.extend(keys) or tx.holders(keys)  # type: ignore[func-returns-value]
            yield noted

    return begun


class Noted:
    """A transaction with a `lock` and `holders` of its own."""

    def __init__(self, tx: Any) -> None:
        self.tx = tx

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tx, name)


def test_known_people_are_read_beside_newcomers(mall: OpenMall) -> None:
    """One batch with somebody who has points and with newcomers: the points can be spent, once."""
    mall.report("points.granted", user="ann", key="g", data={"points": 500})
    newcomers(mall, "bob", "cid")
    with mall.batch() as batch:
        newcomers(batch, "dan")  # type: ignore[arg-type]
        batch.exchange("coffee", user="ann", key="x1")
        newcomers(batch, "eve")  # type: ignore[arg-type]
    left = [mall.wallet(user).units["points"].balance for user in ("ann", "dan", "eve")]

    assert not any(isinstance(outcome, Exception) for outcome in batch.outcomes)
    assert left == [200, 1, 1]


def test_who_a_user_is_is_always_asked() -> None:
    """Of all that names the new holder nothing is stored; the user's own record may be, and others' rows are."""
    person = Person(user="ann", holder="h1", phase="known")
    theirs = {debt("h1", "points"), LotsOf("h1", "points"), used("l", "", "h1"), DueBack(used("l", "", "h1"))}
    streak = RecordKey(kind="run", parts=("camp", "h1"))
    others = {debt("h2", "points"), LotsOf("h2", "points"), used("l", "", "h2"), CodesOf("h1")}
    called_so = RecordKey(kind=Person.kind, parts=("h1",))
    needs = {*theirs, streak, *others, called_so, person.key}
    new = RecordWrite(record=person, before=None, after=1)

    assert of_newcomers(needs, [new]) == {*theirs, streak}
    assert of_newcomers(needs, []) == set()


def test_a_payment_like_the_last_one_locks_once(mall: OpenMall) -> None:
    """What the deal's campaign needs is guessed from the payment before; a wrong guess does no harm."""
    deals = [mall.claim(sale, item="phone", user="ann", key=sale) for sale in ("flash", "hot")]
    more = [mall.claim("flash", item="phone", user=user, key=user) for user in ("bob", "cid")]
    other, store = beside(mall, "nowhere")
    begun: list[int] = []
    begin, store.begin = store.begin, lambda: begun.append(1) or begin()  # type: ignore[func-returns-value]
    for n, deal in enumerate([*more, *deals]):
        begun.clear()
        receipt = other.settle(deal.hold, paid=deal.pay, key=f"pay/{n}")
        assert receipt.decisions[0].outcome == "granted"
        assert n != 1 or begun == [1]
