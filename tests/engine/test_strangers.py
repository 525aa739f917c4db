"""Guesses that spare a question: strangers taken for new, and who made the deal that is paid."""

from __future__ import annotations

from quanyi.adapters.wiring import OpenMall
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
    looks: list[object] = []
    store.peek = lambda *asked: looks.append(asked) or mall.ports.store.peek(*asked)
    newcomers(other, "cid", "dan")

    assert looks == []


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
