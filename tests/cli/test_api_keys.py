"""`quanyi api-keys`: made, listed, rotated and revoked; the token is told once."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import create_engine

from quanyi import prepare_engine
from quanyi.adapters.api_keys import key_of
from quanyi.adapters.sql.api_keys import SqlApiKeys
from quanyi.adapters.sql.store import SqlStore


def opened(url, token, mall="small"):
    engine = prepare_engine(create_engine(url))
    try:
        return key_of(SqlApiKeys(SqlStore(engine, mall)), token, datetime.now(UTC))
    finally:
        engine.dispose()


def test_a_key_is_made_rotated_and_revoked(quanyi, applied):
    db = ("--db", applied)
    made = quanyi("api-keys", "new", "till", *db, "--scope", "payments:write", "--scope", "deals:read")
    token, id_ = made.out.strip(), made.out.split("_")[1]
    rotated = quanyi("api-keys", "rotate", id_, *db, "--hours", "1", "--json").json
    assert opened(applied, token).scopes == {"payments:write", "deals:read"}
    assert opened(applied, rotated["token"]).name == "till"
    revoked = quanyi("api-keys", "revoke", id_, *db)

    assert made.code == revoked.code == 0
    assert opened(applied, token) is None
    assert opened(applied, rotated["token"]) is not None


def test_a_list_has_everything_but_tokens(quanyi, applied):
    db = ("--db", applied)
    token = quanyi(
        "api-keys", "new", "phone", *db, "--scope", "wallets:read", "--user", "ann", "--ends", "2099-01-01T00:00"
    ).out
    listed, read = quanyi("api-keys", "list", *db), quanyi("api-keys", "list", *db, "--json").json

    assert "phone  for ann  wallets:read  ends 2099-01-01" in listed.out
    assert token.strip().rpartition("_")[2] not in listed.out + str(read)
    assert read["keys"][0]["scopes"] == ["wallets:read"]


def test_a_key_is_for_a_brand_that_there_is(quanyi, folder, applied):
    """A brand that is declared, or one that a benefit names alone."""
    things = folder / "catalogue" / "things.yaml"
    written = things.read_text().replace("lasts: 1d}", "lasts: 1d, platform: Aurora}")
    things.write_text(f"{written}brands: {{tidewater: {{title: Tidewater}}}}\n")
    new = ("api-keys", "new", "x", "--db", applied, "--scope", "figures:read", "--brand")
    assert "nothing is of a brand" in quanyi(*new, "tidewater").err
    quanyi("apply", folder, "--db", applied, "--yes")

    assert [quanyi(*new, name).code for name in ("tidewater", "Aurora")] == [0, 0]
    assert "there is no brand 'tidewatr' (did you mean tidewater?)" in quanyi(*new, "tidewatr").err


def test_a_wrong_key_is_told_in_a_line(quanyi, applied):
    db = ("--db", applied)
    answers = [
        quanyi("api-keys", "new", "x", *db, "--scope", "all"),
        quanyi("api-keys", "new", "x", *db, "--scope", "events:write", "--user", "ann"),
        quanyi("api-keys", "new", "x", *db),
        quanyi("api-keys", "rotate", "0" * 16, *db),
        quanyi("api-keys", "revoke", "0" * 16, *db),
    ]

    assert {answer.code for answer in answers} == {2}
    assert all(answer.err.startswith("error: ") for answer in answers)
    assert quanyi("api-keys", "list", *db).out == ""
