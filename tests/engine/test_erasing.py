"""
Erasing a person: the host's id of them is in no row any more, and nothing else is changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from quanyi.adapters.api_keys import issue_key
from quanyi.adapters.clock import FixedClock
from quanyi.adapters.erasure import Erased, ErasureRefused, stands_in
from quanyi.adapters.ids import CountedIds
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.sql.api_keys import SqlApiKeys
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.errors import InputError, KeyReused, NotFound
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.records import Person, RecordKey, lookup_digest
from tests.alarms.conftest import counted
from tests.engine.conftest import NOON
from tests.engine.test_ids_in_books import _FILES, broken, live

_ANN, _BOB = "u-104277", "u-208855"
_MORE = {
    "events/more.yaml": "events:\n  signed_up: {inviter: user, phone: text, personal: [phone]}\n",
    "campaigns/marks.yaml": """\
campaign: marks
kind: referral
bind: {when: signed_up, to: inviter, suspect: {seen_before: phone}}
rewards:
  - {to: friend, when: bound, give: {points: 3}, at_most: [1 per friend]}
""",
}
_TYPES = (
    "check_in",
    "joined",
    "order.paid",
    "order.refunded",
    "signed_up",
    "sale.place",
    "sale.settle",
    "wallet.adjust",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {**_FILES, **_MORE}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture(params=["memory", "sqlite", "postgres", "mariadb"])
def store(request: pytest.FixtureRequest) -> Any:
    if request.param == "memory":
        return MemoryStore()
    return SqlStore(books_of(request), "first")


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def sql(request: pytest.FixtureRequest) -> SqlStore:
    return SqlStore(books_of(request), "first")


def books_of(request: pytest.FixtureRequest) -> Engine:
    engine: Engine = request.getfixturevalue(f"{request.param}_engine")
    upgrade(engine)
    return engine


def opened(folder: Path, store: Any, clock: FixedClock | None = None) -> OpenMall:
    """The mall as a process opens it; holders, seeds and codes of invitations are random."""
    mall = wire(load_project(folder), store, clock=clock or FixedClock(NOON))
    mall.desk.apply()
    return mall


def lived(folder: Path, store: Any, one: str = _ANN, other: str = _BOB) -> OpenMall:
    """A mall in which two people did all that names somebody, with keys that tell who they are."""
    mall = opened(folder, store)
    live(mall, "eve", "cat")
    key = f"mall/{one}/"
    mall.report("check_in", user=one, key=f"{key}1")
    mall.report("joined", user=one, key=f"{key}2", data={"inviter": other, "note": "hello"})
    mall.report("order.paid", user=one, key=f"{key}3", data={"order": "o7", "amount": "5.00"})
    mall.report("order.refunded", user=one, key=f"{key}4", data={"order": "o7"})
    hold = str(mall.claim("mugs", item="mug", user=one, key=f"{key}5", by="clerk/7").hold)
    mall.settle(hold, paid=1000, key=f"{key}6")
    mall.report("joined", user=other, key="of-another", data={"inviter": one})
    with pytest.MonkeyPatch.context() as while_broken:
        while_broken.setattr(Reward, "decide", broken)
        mall.report("joined", user=one, key=f"{key}7", data={"inviter": other})
    mall.report("signed_up", user=one, key=f"{one}-up", data={"inviter": other, "phone": "13800000000"})
    mall.report("check_in", user=one, key="a-key-of-nobody")
    mall.desk.adjust(other, "points", 7, key=f"fix/{other}", reason="late")
    if isinstance(store, SqlStore):
        issue_key(SqlApiKeys(store), f"the phone of {one}", ["offers:read"], now=NOON, user=one)
    return mall


def points_of(mall: OpenMall, user: str) -> int:
    return mall.wallet(user).units["points"].balance


def erased(mall: OpenMall, user: str = _ANN) -> Erased:
    return mall.desk.erase(user, by="clerk/7", reason="asked by letter", drop_events=True)


def cells(store: Any) -> Iterator[tuple[str, Any]]:
    """Every value of every row, by the place in which it stands; bytes as hexadecimal text."""
    if isinstance(store, MemoryStore):
        for name in ("balances", "records", "receipts", "journal", "outbox", "timers", "entries", "named", "kinds"):
            yield name, said(getattr(store._tables, name))
        return
    with store.reading() as connection:
        for table in store.tables.metadata.tables.values():
            for row in connection.execute(select(table).where(table.c.mall == store.mall)).mappings():
                yield from ((f"{table.name}.{name}", said(value)) for name, value in row.items())


def said(value: Any) -> str:
    """A value as text, objects with all that `repr` leaves out."""
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict):
        return " ".join(f"{said(key)} {said(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return " ".join(map(said, value))
    fields = getattr(value, "__attrs_attrs__", ())
    return " ".join(said(getattr(value, field.name)) for field in fields) if fields else str(value)


def tries(user: str, keys: list[str]) -> set[str]:
    """Everything that any formula of ours makes of an id, and of keys in which it stands: what an attacker would try."""
    words = ("user", "person", "order", "friend", "inviter", "holder", "deal", "about", "phone", "by", "waits", "key")
    found = {digest16(*words, user) for words in (*((word,) for word in words), *product(words, words), ())}
    found |= {lookup_digest(word, user) for word in words} | {RecordKey(kind=Person.kind, parts=(user,)).id}
    for type_, key in product(_TYPES, keys):
        ask = Input(type=type_, key=key, at=NOON, user=user)
        inviting = Input(type=type_, key=key, at=NOON, user=user, data={"inviter": _BOB, "note": "hello"})
        found |= {ask.id, ask.root, ask.digest_by(1), ask.digest_by(2), inviting.digest_by(1), inviting.digest_by(2)}
        found.add(digest16("change", ask.root.hex(), "", "1"))
    return {digest.hex() for digest in found}


def places(store: Any, user: str, keys: list[str]) -> set[str]:
    """Where an id is found, by looking and by trying."""
    wanted = {user, *tries(user, keys)}
    return {place for place, text in cells(store) if any(word in text for word in wanted)}


def keys_of(user: str) -> list[str]:
    return [*(f"mall/{user}/{number}" for number in range(1, 9)), f"{user}-up"]


def test_the_id_is_found_neither_by_looking_nor_by_trying(folder: Path, store: Any) -> None:
    """In every column of every table; before it, the same search finds it."""
    mall = lived(folder, store)
    before = places(store, _ANN, keys_of(_ANN))
    done = erased(mall)

    assert before
    assert places(store, _ANN, keys_of(_ANN)) == set()
    assert done.stays == ()
    assert (done.fingerprints, done.keys_forgotten >= 7, done.keys_kept >= 1) == (1, True, True)


def test_the_books_stay_as_they_are(folder: Path, sql: SqlStore) -> None:
    """`verify` finds nothing, and no row of balances, journal, history, deals or entitlements is another one."""
    mall = lived(folder, sql)
    counted(mall)
    before, figures = rows_of(sql), mall.figures(by="campaign")
    erased(mall)
    counted(mall)
    after = rows_of(sql)

    assert verify(sql.engine, "first").differences == ()
    assert mall.figures(by="campaign") == figures
    for table in ("balance", "entry", "lookup", "timer", "wake", "code", "version"):
        assert after[table] == before[table]
    assert before["journal"] < after["journal"]
    assert {kind for kind, *_ in before["record"] - after["record"]} == {"person", "seen"}
    assert after["record"] <= before["record"]


def rows_of(store: SqlStore) -> dict[str, set[tuple[Any, ...]]]:
    found: dict[str, set[tuple[Any, ...]]] = {}
    with store.reading() as connection:
        for table in store.tables.metadata.tables.values():
            columns = sorted((c for c in table.c if c.name != "xact"), key=lambda c: c.name != "kind")
            rows = connection.execute(select(*columns).where(table.c.mall == store.mall))
            name = table.name.removeprefix("quanyi_")
            found[name] = {tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows}
    return found


def test_who_comes_back_is_new_and_has_nothing(folder: Path, store: Any) -> None:
    """Also in a process that knew them, and without what limits had counted of them."""
    clock = FixedClock(NOON)
    mall, elsewhere = lived(folder, store), opened(folder, store, clock)
    elsewhere.report("check_in", user=_ANN, key="elsewhere")
    old = mall.ports.holder(_ANN)
    erased(mall)
    receipt = elsewhere.report("check_in", user=_ANN, key="again")

    assert mall.ports.user_of(old) == ""
    assert mall.ports.holder(_ANN) not in {old, "?"}
    assert receipt.given == {"points": 10}
    assert points_of(mall, _ANN) == 10
    assert list(mall.entitlements(_ANN)) == []
    assert points_of(mall, _BOB) > 0


@pytest.mark.parametrize("user", [_ANN, _BOB])
def test_a_key_without_the_id_is_never_executed_again(folder: Path, store: Any, user: str) -> None:
    """By nobody: neither by who comes back under the id, nor by others."""
    mall = lived(folder, store)
    erased(mall)

    with pytest.raises(KeyReused):
        mall.report("check_in", user=user, key="a-key-of-nobody")


def test_the_act_is_kept_and_names_nobody(folder: Path, sql: SqlStore) -> None:
    """Who did it, when and why."""
    mall = lived(folder, sql)
    old = mall.ports.holder(_ANN)
    erased(mall)
    journal = sql.tables.journal
    with sql.reading() as connection:
        (row,) = connection.execute(select(journal).where(journal.c.rule == "erase")).all()

    assert (row.by, row.holder, row.decided_at) == ("clerk/7", None, NOON)
    assert "asked by letter" in row.source
    assert old not in said(tuple(row))


@pytest.mark.parametrize(("by", "reason"), [(f"me/{_ANN}", "asked"), ("clerk/7", f"{_ANN} asked"), ("clerk/7", " ")])
def test_a_reason_is_needed_and_names_nobody(folder: Path, by: str, reason: str) -> None:
    mall = lived(folder, MemoryStore())

    with pytest.raises(InputError):
        mall.desk.erase(_ANN, by=by, reason=reason)


def test_whom_nobody_knows_is_not_erased(folder: Path, store: Any) -> None:
    mall = opened(folder, store)

    with pytest.raises(NotFound):
        erased(mall)


def test_what_is_open_refuses_and_is_listed(folder: Path, sql: SqlStore) -> None:
    """A deal that waits for its payment, what is due, and events that nobody was told; nothing was changed."""
    clock = FixedClock(NOON)
    mall = opened(folder, sql, clock)
    deal = str(mall.claim("mugs", item="mug", user=_ANN, key="k1").hold)
    before = rows_of(sql)
    with pytest.raises(ErasureRefused) as first:
        mall.desk.erase(_ANN, by="clerk/7", reason="asked")
    clock.advance(timedelta(hours=1))
    with pytest.raises(ErasureRefused) as second:
        erased(mall)

    assert ("deal", deal) in {(one.what, one.name) for one in first.value.open}
    assert ("event", "deal.placed") in {(one.what, one.name) for one in first.value.open}
    assert ("due", "deal.lapse") in {(one.what, one.name) for one in second.value.open}
    assert rows_of(sql) == before


def test_what_is_over_is_no_hindrance(folder: Path, sql: SqlStore) -> None:
    """Once what is due is booked and everybody was told."""
    clock = FixedClock(NOON)
    mall = opened(folder, sql, clock)
    mall.claim("mugs", item="mug", user=_ANN, key="k1")
    clock.advance(timedelta(hours=1))
    mall.sweep()
    mall.desk.relay([].append).run()
    done = mall.desk.erase(_ANN, by="clerk/7", reason="asked")

    assert (done.untold, done.keys_kept >= 1) == (0, True)


def test_what_a_host_wrote_itself_is_told(folder: Path, sql: SqlStore) -> None:
    """An order's number, and a reason that an operator typed: they stay, and the caller is told where."""
    mall = opened(folder, sql)
    deal = mall.claim("mugs", item="mug", user=_ANN, key="k1", order=f"o/{_ANN}/1")
    mall.desk.adjust(_BOB, "points", 7, key="fix/1", reason=f"instead of {_ANN}")
    mall.settle(str(deal.hold), paid=1000, key="k2")
    done = erased(mall)
    told = {(one.table, one.kind): one.values for one in done.stays}

    assert told["record", "deal"] == (f"o/{_ANN}/1",)
    assert any(f"instead of {_ANN}" in one.values for one in done.stays if one.table == "journal")
    assert verify(sql.engine, "first").good


def test_a_payments_key_is_forgotten_too(folder: Path, sql: SqlStore) -> None:
    """Its receipt is nobody's, and its change is the person's; another's with the same text in it stays."""
    mall = opened(folder, sql)
    for user, key in ((_ANN, "a1"), (_BOB, "b1")):
        hold = str(mall.claim("mugs", item="mug", user=user, key=key).hold)
        mall.settle(hold, paid=1000, key=f"pay/{_ANN}/{key}")
    done = erased(mall)
    keys = {one.values for one in done.stays if one.table == "receipt"}

    assert keys == {(f"pay/{_ANN}/b1",)}
    assert verify(sql.engine, "first").good


def test_others_are_told_as_before(folder: Path, sql: SqlStore) -> None:
    """Events about somebody else leave out who is erased, and fall due as before."""
    clock = FixedClock(NOON)
    mall = opened(folder, sql, clock)
    mall.report("joined", user=_BOB, key="k1", data={"inviter": _ANN})
    erased(mall)
    clock.advance(timedelta(days=8))
    mall.sweep()
    told: list[Any] = []
    mall.desk.relay(told.append).run()

    assert points_of(mall, _BOB) == 20
    assert {event.subject for event in told} <= {_BOB, None}
    assert _ANN not in said([event.data for event in told])
    assert verify(sql.engine, "first").good


def test_an_edited_fingerprint_is_found_and_an_erased_one_is_not(folder: Path, sql: SqlStore) -> None:
    """`verify` misses what was deleted by hand, and what came again after an erasure."""
    mall = lived(folder, sql)
    erased(mall)
    mall.report("signed_up", user="cat", key="cat-up", data={"inviter": _BOB, "phone": "13800000000"})
    again = verify(sql.engine, "first").good
    record = sql.tables.record
    with sql.working() as connection:
        connection.execute(record.delete().where(record.c.kind == "seen"))

    assert again
    assert "record" in {difference.code for difference in verify(sql.engine, "first").differences}


@pytest.mark.parametrize(
    ("user", "text", "found"),
    [
        ("7", "o/7", True),
        ("7", "o/17", False),
        ("7", "k7", False),
        ("ann", "ci_ann", True),
        ("u-104277", "xu-1042777", True),
        ("张三", "签到/张三", True),
        ("a.b", "ci/axb", False),
    ],
)
def test_where_an_id_stands(user: str, text: str, found: bool) -> None:
    assert stands_in(user, text) is found


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    user=st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=8, max_size=40),
    form=st.sampled_from(["{}", "ci/{}", "{}/2026", "x{}x", '"{}"', "{}%_"]),
    ids=st.integers(0, 3),
)
def test_whatever_the_id_is(folder: Path, user: str, form: str, ids: int) -> None:
    """Quotes, backslashes, letters of any script, and keys of any form."""
    store = MemoryStore()
    mall = wire(load_project(folder), store, clock=FixedClock(NOON), ids=CountedIds("h"), seeds=CountedIds("s"))
    mall.desk.apply()
    keys = [f"{form.format(user)}{number}" for number in range(ids + 1)]
    for key in keys:
        mall.report("check_in", user=user, key=key)
    erased(mall, user)

    assert places(store, user, keys) == set()
