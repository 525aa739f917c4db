"""`quanyi webhooks`: added, listed, rotated and removed; a secret is told once, and needs the vault's keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import create_engine

from quanyi import KeyRing, SealingVault, prepare_engine
from quanyi.adapters.sql.endpoints import SqlEndpoints
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.webhooks.endpoints import open_secrets

RING = KeyRing(keys={"a": bytes(32)}, current="a", index=b"i" * 32)
KEYS = {"QUANYI_KEYS": RING.text()}
HERE = "http://127.0.0.1:9/hook"


def stored(url):
    """The endpoints in the database, each with the secrets that sign in an hour."""
    engine = prepare_engine(create_engine(url))
    vault, at = SealingVault(RING), datetime.now(UTC) + timedelta(hours=1)
    try:
        return {one.id: (one, open_secrets(vault, one, at)) for one in SqlEndpoints(SqlStore(engine, "small")).all()}
    finally:
        engine.dispose()


def test_an_endpoint_is_added_rotated_and_removed(quanyi, applied):
    db = ("--db", applied)
    added = quanyi("webhooks", "add", HERE, *db, "--type", "deal.*", "--type", "task.done", "--loopback", env=KEYS)
    secret = added.out.strip()
    ((id_, (endpoint, secrets)),) = stored(applied).items()
    assert (endpoint.url, endpoint.types, secrets) == (HERE, ("deal.*", "task.done"), [secret])

    rotated = quanyi("webhooks", "rotate", id_, *db, "--json", env=KEYS).json
    assert stored(applied)[id_][1] == [rotated["secret"], secret]

    last = quanyi("webhooks", "rotate", id_, *db, "--hours", "0", env=KEYS).out.strip()
    assert stored(applied)[id_][1] == [last]

    removed = quanyi("webhooks", "remove", id_, *db)
    assert (added.code, removed.code, stored(applied)) == (0, 0, {})
    assert f"{id_} is removed" in removed.out


def test_a_list_has_everything_but_secrets(quanyi, applied):
    db = ("--db", applied)
    secret = quanyi("webhooks", "add", HERE, *db, "--loopback", env=KEYS).out.strip()
    plain, read = quanyi("webhooks", "list", *db), quanyi("webhooks", "list", *db, "--json")

    assert HERE in plain.out
    assert read.json["endpoints"][0]["types"] == ["*"]
    assert read.json["endpoints"][0]["sink"].startswith("webhook-")
    assert secret.removeprefix("whsec_")[:20] not in plain.out + read.out


def test_what_can_not_be_done_is_said_in_a_line(quanyi, applied):
    db = ("--db", applied)
    answers = [
        quanyi("webhooks", "add", HERE, *db, env=KEYS),
        quanyi("webhooks", "add", "https://10.0.0.1/", *db, "--loopback", env=KEYS),
        quanyi("webhooks", "add", "http://93.184.215.14/", *db, env=KEYS),
        quanyi("webhooks", "add", HERE, *db, "--loopback", "--type", "Deal", env=KEYS),
        quanyi("webhooks", "add", HERE, *db, "--loopback", env={"QUANYI_KEYS": ""}),
        quanyi("webhooks", "rotate", "0" * 16, *db, env=KEYS),
        quanyi("webhooks", "remove", "0" * 16, *db),
    ]

    assert [answer.code for answer in answers] == [2] * len(answers)
    for answer, said in zip(
        answers,
        ["private network", "private network", "https", "no event type", "QUANYI_KEYS", "no endpoint", "no endpoint"],
        strict=True,
    ):
        assert said in answer.err
        assert len(answer.err.splitlines()) == 1
    assert stored(applied) == {}
