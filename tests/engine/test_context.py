"""What a host says of a request: limits and conditions see it, the content and the database do not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import attrs
import pytest
from sqlalchemy import Engine, MetaData

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.errors import InputError, LimitReached, NotEligible
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.limits.limit import limit_account
from tests.engine.conftest import NOON

FOLDER = Path(__file__).parents[1] / "malls" / "requests"
PHONE = "13800138000"
HOME = {"ip": "203.0.113.7"}


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def requests(request: pytest.FixtureRequest, clock: FixedClock) -> OpenMall:
    """The mall whose requests have a context, on each store in turn."""
    if request.param == "memory":
        return opened(MemoryStore(), clock)
    return opened(sql_store(request.getfixturevalue(f"{request.param}_engine")), clock)


def sql_store(engine: Engine) -> SqlStore:
    upgrade(engine)
    return SqlStore(engine, "requests")


def opened(store: MemoryStore | SqlStore, clock: FixedClock) -> OpenMall:
    mall = wire(load_project(FOLDER), store, clock=clock)
    mall.desk.apply()
    return mall


def test_no_more_than_two_pieces_go_to_an_address(requests: OpenMall) -> None:
    """Whoever asks: the third is told the limit, and another address has its own."""
    for user in ("ann", "bob"):
        requests.claim("lamps", item="lamp", user=user, key=user, context=HOME)
    with pytest.raises(LimitReached) as no:
        requests.claim("lamps", item="lamp", user="eve", key="eve", context=HOME)

    assert (no.value.shows["limit"], no.value.shows["used"]) == (2, 2)
    assert requests.claim("lamps", item="lamp", user="eve", key="eve", context={"ip": "198.51.100.2"}).hold


@pytest.mark.parametrize("context", [None, {}, {"ip": ""}, {"ip": None}, {"device": "d1"}])
def test_a_limit_whose_key_nobody_says_refuses(requests: OpenMall, context: dict[str, str | None] | None) -> None:
    """Nothing is counted under an empty key, and the answer says what is missing."""
    with pytest.raises(NotEligible) as no:
        requests.claim("lamps", item="lamp", user="ann", key="k", context=context)

    assert (no.value.reason, no.value.shows, no.value.campaign) == ("attribute-missing", {"attribute": "ip"}, "lamps")
    assert no.value.clause == "at_most/lamps/at_most/pieces/ip"
    assert requests.claim("lamps", item="lamp", user="ann", key="k", context=HOME).hold  # the key is free


def test_a_payment_says_nothing_of_the_address(requests: OpenMall, clock: FixedClock) -> None:
    """A late one takes again the place of whoever placed the deal, wherever the cashier's callback comes from."""
    deal = requests.claim("lamps", item="lamp", user="ann", key="k", context=HOME)
    clock.advance(timedelta(hours=1))
    requests.settle(deal.hold, paid=deal.pay, key="p", context={"ip": "198.51.100.2"})
    requests.claim("lamps", item="lamp", user="bob", key="b", context=HOME)
    with pytest.raises(LimitReached):
        requests.claim("lamps", item="lamp", user="eve", key="e", context=HOME)


def test_another_network_under_a_used_key_is_the_same_request(requests: OpenMall) -> None:
    """From wifi to 4G: a command and a fact are answered with their first receipts."""
    first = requests.claim("lamps", item="lamp", user="ann", key="k", context=HOME)
    again = requests.claim("lamps", item="lamp", user="ann", key="k", context={"ip": "198.51.100.2"})
    sent = {"user": "ann", "key": "k", "data": {"survey": "s1"}}
    facts = [requests.report("survey.sent", **sent, context={"ip": ip}) for ip in ("10.0.0.1", "192.0.2.1")]

    assert (first.hold, first.duplicate, again.hold, again.duplicate) == (first.hold, False, first.hold, True)
    assert [fact.duplicate for fact in facts] == [False, True]
    assert requests.wallet("ann").units["points"].balance == 1


WRITES: dict[str, Callable[..., Receipt]] = {
    "report": lambda mall, said: mall.report("survey.sent", user="a", key="k", data={"survey": "s"}, context=said),
    "exchange": lambda mall, said: mall.exchange("coffee", user="a", key="k", context=said),
    "claim": lambda mall, said: mall.claim("lamps", item="lamp", user="a", key="k", context=said),
    "settle": lambda mall, said: mall.settle("d", paid=1, key="k", context=said),
    "release": lambda mall, said: mall.release("d", key="k", context=said),
    "refund": lambda mall, said: mall.refund("d", key="k", context=said),
    "redeem": lambda mall, said: mall.redeem("e", user="a", key="k", context=said),
    "reveal": lambda mall, said: mall.reveal("e", user="a", key="k", context=said),
    "choose": lambda mall, said: mall.choose("d", "p", ["x"], key="k", context=said),
    "invite_code": lambda mall, said: mall.invite_code("c", user="a", key="k", context=said),
    "accept_invite": lambda mall, said: mall.accept_invite("code", user="a", key="k", context=said),
    "explain": lambda mall, said: mall.explain("survey.sent", user="a", data={"survey": "s"}, context=said),
}
WRONG = [
    ({"adress": "x"}, "context: unknown attribute 'adress'"),
    ({"device": 1.5}, "context: 'device'"),
    ({"ip": ["203.0.113.7"]}, "context: 'ip'"),
    ({"ip": "x" * 1001}, "context: 'ip' is longer"),
    ({"ip": "a\nb"}, "context: 'ip' .* control characters"),
    ({"ip": "\ud800"}, "context: 'ip'"),
    ("ip", "the context is a map, not of the type str"),
    ([("ip", "x")], "the context is a map, not of the type list"),
]


@pytest.mark.parametrize("call", WRITES.values(), ids=WRITES.keys())
def test_what_is_not_declared_is_said_at_the_door(clock: FixedClock, call: Callable[..., Receipt]) -> None:
    """By every write, before anything else is looked at."""
    mall = opened(MemoryStore(), clock)
    for context, said in WRONG:
        with pytest.raises(InputError, match=said):
            call(mall, context)


def test_what_an_event_says_itself_comes_before_the_context(requests: OpenMall) -> None:
    """The phone of an order is that of the order, whoever's network brings it."""
    for n, phone in enumerate((PHONE, PHONE, "13800138001")):
        data = {"order": f"o{n}", "amount": 1, "phone": phone}
        requests.report("order.paid", user="ann", key=f"k{n}", data=data, context={"phone": f"{n}"})

    assert requests.wallet("ann").units["points"].balance == 20


def test_a_condition_on_a_channel_is_heard(requests: OpenMall) -> None:
    """`{channel: app}` is met by the context of a fact, and by no other."""
    for n, channel in enumerate(("web", "app")):
        said = {"channel": channel, "device": "d1"}
        requests.report("survey.sent", user="ann", key=f"k{n}", data={"survey": f"s{n}"}, context=said)

    assert requests.wallet("ann").units["points"].balance == 5


def test_a_phone_stands_nowhere(engine: Engine, clock: FixedClock) -> None:
    """After every way of counting by it, no row of no table has it."""
    mall = opened(sql_store(engine), clock)
    mall.desk.adjust("ann", "points", 100, key="a", reason="start")
    mall.report("order.paid", user="ann", key="o1", data={"order": "o1", "amount": 1, "phone": PHONE})
    mall.report("order.paid", user="ann", key="o2", data={"order": "o2", "amount": 1, "phone": PHONE})
    mug = mall.claim("mugs", item="mug", user="ann", key="m", context={"phone": PHONE})
    mall.settle(mug.hold, paid=mug.pay, key="m", context={"phone": PHONE})
    mall.exchange("coffee", user="ann", key="c", context={"phone": PHONE})
    clock.advance(timedelta(days=40))
    mall.sweep()

    assert [row for row in rows(engine) if PHONE in row] == []
    assert verify(engine, "requests").differences == ()
    assert sum("/phone" in row for row in rows(engine)) > 3  # they were counted


def rows(engine: Engine) -> list[str]:
    """Every row of every table, bytes as text."""
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        found = [row for table in tables.sorted_tables for row in connection.execute(table.select())]
    return [
        " ".join(v.decode("latin-1") if isinstance(v, bytes | memoryview) else str(v) for v in row) for row in found
    ]


def test_a_digest_is_of_one_mall_limit_attribute_and_value() -> None:
    """The same again for the same; nobody sees by the database that two limits met one phone."""
    ask = Input(type="x", key="k", at=NOON, personal={"phone": PHONE, "ip": PHONE}, data={"city": "Suzhou"})
    mine = Limit(id="a", count=1, per=("city", "phone"), hidden=("phone",), salt="m")
    others = (
        attrs.evolve(mine, id="b"),
        attrs.evolve(mine, salt="n"),
        attrs.evolve(mine, per=("city", "ip"), hidden=("ip",)),
    )
    city, digest = limit_account(mine, ask, "UTC").parts[2:]

    assert (city, limit_account(mine, ask, "UTC").parts[3]) == ("Suzhou", digest)
    assert len({digest, *(limit_account(other, ask, "UTC").parts[3] for other in others)}) == 4
    assert digest == "082c7181a7034740c93e1118e488815a"  # it names balances: the formula never changes


def test_what_is_shown_is_no_no_where_only_the_request_can_tell(requests: OpenMall) -> None:
    """A page that lists offers has no request to count by."""
    (offer,) = [offer for offer in requests.offers("ann") if offer.campaign == "lamps"]

    assert (offer.why_not, offer.most) == (None, None)
