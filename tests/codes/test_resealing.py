"""New seals for stored codes: page by page, beside sales, and none of them lost, opened twice or left behind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from quanyi.adapters.codes import resealing
from quanyi.adapters.sql.endpoints import SqlEndpoints
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.webhooks.endpoints import add_endpoint
from quanyi.adapters.wiring import wire
from quanyi.entitlements.errors import StorageError
from tests.codes.conftest import RING, got, left, opened

NEW = KeyRing(keys={"2027": b"n" * 32, **RING.keys}, current="2027", index=RING.index)


def under(mall, ring):
    """The same mall, opened with another ring."""
    ports = mall.ports
    return wire(ports.project, ports.store, clock=ports.clock, vault=SealingVault(ring), chance=ports.chance)


def test_codes_open_under_the_new_key_alone(mall):
    mall.desk.import_codes("films", [f"C-{n}" for n in range(5)], key="1")
    assert under(mall, NEW).desk.reseal_codes(by="ops/7", reason="yearly") == 5

    alone = under(mall, KeyRing(keys={"2027": b"n" * 32}, current="2027", index=RING.index))
    assert got(alone, "films", "x/1") == ["C-0"]
    (act,) = mall.desk.acts()
    assert (act.name, act.rows, act.reason) == ("codes.reseal", 5, "yearly")


def test_one_that_was_stopped_goes_on_with_what_is_left(mall, monkeypatch):
    monkeypatch.setattr(resealing, "_PAGE", 2)
    mall.desk.import_codes("films", [f"C-{n}" for n in range(7)], key="1")
    desk = under(mall, NEW).desk
    with pytest.raises(KeyboardInterrupt):
        desk.reseal_codes(by="ops/7", progress=stop)

    assert [desk.reseal_codes(by="o", limit=3), desk.reseal_codes(by="o"), desk.reseal_codes(by="o")] == [3, 2, 0]


def test_a_key_that_is_missing_is_named(mall):
    mall.desk.import_codes("films", ["C-1"], key="1")
    lacking = under(mall, KeyRing(keys={"2027": b"n" * 32}, current="2027", index=RING.index))
    with pytest.raises(StorageError, match="2026"):
        lacking.desk.reseal_codes(by="ops/7")


@pytest.mark.parametrize("name", ["sqlite", "postgres", "mariadb"])
def test_sales_go_on_meanwhile(request, clock, folder, name, monkeypatch):
    """Two who reseal and two who sell, at once: each code is sold once and opens, and none stays under the old key."""
    monkeypatch.setattr(resealing, "_PAGE", 20)
    mall = opened(request, clock, folder, name, vault=SealingVault(NEW))
    old = under(mall, RING)
    texts = [f"C-{n:03}" for n in range(200)]
    old.desk.import_codes("films", texts, key="1")

    def sell(seller):
        return [code for n in range(20) for code in revealed(mall, f"{seller}/{n}")]

    for seller in ("bob", "cyd"):
        mall.desk.adjust(seller, "points", 100, key=f"stake/{seller}", reason="to begin with")
    with ThreadPoolExecutor(4) as pool:
        sold = [pool.submit(sell, seller) for seller in ("bob", "cyd")]
        sealed = [pool.submit(mall.desk.reseal_codes, by=by) for by in ("ops/7", "ops/8")]
        codes, resealed = [code for each in sold for code in each.result()], sum(each.result() for each in sealed)

    assert len(set(codes)) == len(codes) == 40
    assert set(codes) <= set(texts)
    assert (resealed, left(mall, "films")) == (200, 160)
    assert mall.ports.store.sealed_otherwise("2027", None, 10) == []


def test_secrets_of_webhooks_are_sealed_anew_too(request, clock, folder):
    mall = opened(request, clock, folder, "sqlite")
    endpoints = SqlEndpoints(mall.ports.store)
    new = add_endpoint(endpoints, SealingVault(RING), "http://127.0.0.1:9/hook", ("*",), now=clock.now(), loopback=True)
    under(mall, NEW).desk.reseal_codes(by="ops/7")

    (endpoint,) = endpoints.all()
    alone = SealingVault(KeyRing(keys={"2027": b"n" * 32}, current="2027", index=RING.index))
    assert [alone.open(secret.code) for secret in endpoint.secrets] == [new.secret]


def revealed(mall, key):
    user = key.partition("/")[0]
    before = {right.id for right in mall.entitlements(user)}
    mall.exchange("films", user=user, key=key)
    (new,) = [right.id for right in mall.entitlements(user) if right.id not in before]
    return mall.reveal(new, user=user, key=f"see/{key}").answer["codes"]


def stop(done):
    if done >= 2:
        raise KeyboardInterrupt
