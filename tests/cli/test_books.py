"""Commands on a database: apply, explain, run, sweep, verify, doctor, db."""

from __future__ import annotations

import json
import sqlite3
from urllib.parse import urlsplit

import pytest
from freezegun import freeze_time

ORDER = {"at": "2026-03-01 14:00", "user": "ann", "type": "order.place", "key": "k1", "facts": {"vip": True}}
PAID = {"at": "2026-03-01 10:00", "user": "ann", "type": "order.paid", "data": {"order": "o1", "amount": 50.00}}


def recording(tmp_path, *events):
    path = tmp_path / "events.jsonl"
    path.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    return path


def order(**more):
    return {**ORDER, **more, "data": {"item": "coffee", "order": "c1"}}


# --- apply ---------------------------------------------------------------------------------------


def test_apply_says_what_changes_and_asks(quanyi, folder, db):
    answer = quanyi("apply", folder, "--db", db, input="n\n")

    assert answer.code == 2
    assert [line for line in answer.out.splitlines() if line.startswith("new")] == [
        "new coffee-hour (flash_sale) campaigns/coffee.yaml:1",
        "new thanks (reward) campaigns/thanks.yaml:1",
    ]
    assert "nothing is in force" in quanyi("sweep", "--db", db).err


def test_apply_brings_into_force_and_loads(quanyi, folder, db):
    answer = quanyi("apply", folder, "--db", db, "--yes")

    assert answer.code == 0
    assert answer.out.splitlines()[-4:] == [
        "put on sale               pieces",
        "coffee-hour.quota.coffee  +3",
        "stock.coffee              +5",
        "small: 2 campaigns in force, epoch 1",
    ]


def test_apply_again_changes_nothing(quanyi, folder, applied):
    answer = quanyi("apply", folder, "--db", applied, "--yes")

    assert answer.out.splitlines() == ["the campaigns are in force already", "small: 2 campaigns in force, epoch 1"]


def test_apply_tells_changed_and_retired_campaigns(quanyi, folder, applied):
    text = (folder / "campaigns" / "thanks.yaml").read_text(encoding="utf-8")
    (folder / "campaigns" / "thanks.yaml").write_text(text.replace("10%", "20%"), encoding="utf-8")
    (folder / "campaigns" / "coffee.yaml").unlink()

    body = quanyi("apply", folder, "--db", applied, "--yes", "--json").json

    assert body["changes"] == {"coffee-hour": "retired", "thanks": "changed"}
    assert (body["changed"], body["retired"], body["epoch"]) == (["thanks"], ["coffee-hour"], 2)


@freeze_time("2026-03-01 06:10:00")  # ten minutes after the order
def test_apply_does_not_lower_a_quota_below_what_is_placed(quanyi, folder, applied, tmp_path):
    assert quanyi("run", folder, "--events", recording(tmp_path, order()), "--db", applied).code == 0
    text = (folder / "campaigns" / "coffee.yaml").read_text(encoding="utf-8")
    (folder / "campaigns" / "coffee.yaml").write_text(text.replace("quota: {coffee: 3}", "quota: {coffee: 0}"), "utf-8")

    answer = quanyi("apply", folder, "--db", applied, "--yes")

    assert answer.code == 1
    assert answer.err.startswith("error: refused: ")
    assert answer.err.endswith("(hint: still-placed)\n")


# --- explain -------------------------------------------------------------------------------------


@freeze_time("2026-03-01 06:30:00")  # 14:30 in Shanghai
def test_explain_tries_what_would_happen_now(quanyi, folder, applied):
    ask = [
        "explain",
        folder,
        "--db",
        applied,
        "--user",
        "ann",
        "--event",
        "order.place",
        "--data",
        '{"item": "coffee"}',
    ]

    assert quanyi(*ask, "--facts", '{"vip": true}').out.startswith("coffee-hour  granted")
    no = quanyi(*ask).out.splitlines()
    assert no[0] == "coffee-hour  skipped  vip-is  campaigns/coffee.yaml:4"
    assert no[2] == "  vip false, is true"


@freeze_time("2026-03-01 09:00:00")  # 17:00 in Shanghai
def test_explain_says_the_values_and_the_way_on_in_both_languages(quanyi, applied):
    ask = ["explain", "--db", applied, "--user", "ann", "--event", "order.place", "--data", '{"item": "coffee"}']

    (line,) = quanyi(*ask, "--json").json["decisions"]
    (said,) = quanyi(*ask, "--lang", "zh", "--json").json["decisions"]

    assert (line["reason"], line["clause"], line["shows"]) == ("not-open", "open", {"next_at": "2026-03-02 14:00:00"})
    assert line["where"] == "campaigns/coffee.yaml:3"
    assert line["sentence"] == "Not open yet. It opens on 2 Mar 2026, 14:00."
    assert said["sentence"] == "尚未开始，2026年3月2日 14:00 开放。"


def test_explain_at_another_instant(quanyi, applied):
    ask = ["explain", "--db", applied, "--user", "ann", "--event", "order.place", "--data", '{"item": "coffee"}']

    assert "not-open" in quanyi(*ask, "--at", "2026-03-01 13:59").out
    assert "vip-is" in quanyi(*ask, "--at", "2026-03-01 14:00").out
    assert quanyi(*ask, "--at", "soon").code == 2


def test_explain_names_what_a_campaign_would_need(quanyi, folder, applied):
    ask = ["explain", folder, "--db", applied, "--user", "ann", "--event", "order.paid"]

    assert "missing 0.01" in quanyi(*ask, "--data", '{"order": "o1", "amount": 19.99}').out
    assert "'amount' is missing" in quanyi(*ask, "--data", '{"order": "o1"}').err
    assert "no event type is called" in quanyi("explain", folder, "--db", applied, "--event", "nonsense").err


def test_explain_names_campaigns_that_are_about_something_else(quanyi, applied):
    answer = quanyi("explain", "--db", applied, "--user", "ann", "--event", "order.place", "--data", '{"item": "tea"}')

    assert answer.out.splitlines()[-1] == "  item tea, wanted coffee"


def test_explain_tries_payments_by_the_order_s_number(quanyi, folder, applied, tmp_path):
    assert quanyi("run", folder, "--events", recording(tmp_path, order()), "--db", applied).code == 0
    ask = ["explain", "--db", applied, "--user", "ann", "--event", "order.pay", "--data"]
    paid = '{"order": "c1", "amount": 9.90}'

    assert quanyi(*ask, paid, "--at", "2026-03-01 14:29").out.startswith("coffee-hour  granted")
    assert "order-closed" in quanyi(*ask, paid, "--at", "2026-03-01 14:30").out
    assert "no deal" in quanyi(*ask, '{"order": "c2", "amount": 9.90}').err


def test_explain_knows_the_other_users_that_an_event_names(quanyi, folder, db):
    (folder / "events" / "friend.yaml").write_text("events: {friend.joined: {inviter: user}}\n", encoding="utf-8")
    friend = "campaign: friend\nkind: reward\nwhen: friend.joined\nto: inviter\ngive: {points: 5}\nat_most: [9 per campaign]\n"
    (folder / "campaigns" / "friend.yaml").write_text(friend, encoding="utf-8")
    assert quanyi("apply", folder, "--db", db, "--yes").code == 0

    answer = quanyi("explain", "--db", db, "--user", "bob", "--event", "friend.joined", "--data", '{"inviter": "ann"}')

    assert answer.out.splitlines()[1] == "  granted: 5 points"


def test_explain_tells_what_happened_under_a_key(quanyi, folder, applied, tmp_path):
    events = recording(tmp_path, {**PAID, "key": "p1"}, {**PAID, "data": {"order": "o2", "amount": 1}})
    assert quanyi("run", folder, "--events", events, "--db", applied).code == 0

    assert quanyi("explain", "--db", applied, "--type", "order.paid", "--key", "p1").out.startswith("thanks  promised")
    assert "amount-min" in quanyi("explain", "--db", applied, "--type", "order.paid", "--key", "o2").out
    unknown = quanyi("explain", "--db", applied, "--type", "order.paid", "--key", "o3")
    assert (unknown.code, unknown.out) == (1, "nothing was booked under the key 'o3' of order.paid\n")


def test_explain_writes_nothing(quanyi, applied):
    ask = [
        "explain",
        "--db",
        applied,
        "--user",
        "ann",
        "--event",
        "order.paid",
        "--data",
        '{"order": "o1", "amount": 50}',
    ]

    rows = quanyi("verify", "--db", applied, "--json").json["rows"]
    assert quanyi(*ask).code == 0
    assert quanyi("verify", "--db", applied, "--json").json["rows"] == rows


# --- run -----------------------------------------------------------------------------------------


def test_run_gives_the_same_hash_in_memory_and_in_a_database(quanyi, folder, db, tmp_path):
    events = recording(tmp_path, PAID, order())
    until = ["--until", "2026-03-09 00:00", "--json"]

    memory = quanyi("run", folder, "--events", events, "--memory", *until).json
    booked = quanyi("run", folder, "--events", events, "--db", db, *until).json

    assert memory == booked
    assert (memory["inputs"], memory["timers"]) == (2, 2)
    assert memory["given"] == [{"campaign": "thanks", "thing": "points", "amount": "5"}]
    assert quanyi("verify", "--db", db).code == 0


def test_run_prints_tables(quanyi, folder, tmp_path):
    answer = quanyi("run", folder, "--events", recording(tmp_path, PAID, order()), "--memory")

    lines = answer.out.splitlines()
    assert lines[0].split() == ["campaign", "outcome", "reason", "count"]
    assert "2 inputs, 0 timers, 0 known already" in lines
    assert lines[-1].startswith("decisions ")


def test_run_wants_the_same_campaigns_that_are_in_force(quanyi, folder, applied, tmp_path):
    (folder / "campaigns" / "coffee.yaml").unlink()

    answer = quanyi("run", folder, "--events", recording(tmp_path, PAID), "--db", applied)

    assert answer.code == 2
    assert "other campaigns in force" in answer.err


def test_run_names_lines_that_cannot_be_read(quanyi, folder, tmp_path):
    answer = quanyi("run", folder, "--events", recording(tmp_path, PAID, ["x"]), "--memory")

    assert answer.code == 1
    assert answer.err.splitlines()[0].startswith("events.jsonl:2:1 bad-event an event is a map")


# --- care ----------------------------------------------------------------------------------------


def test_sweep_books_what_is_due_by_the_clock(quanyi, folder, applied, tmp_path):
    assert quanyi("run", folder, "--events", recording(tmp_path, PAID), "--db", applied).code == 0

    with freeze_time("2026-03-08 01:59:59"):
        assert quanyi("sweep", "--db", applied).out == "booked 0\n"
    with freeze_time("2026-03-08 02:00:00"):
        assert quanyi("sweep", "--db", applied, "--json").json == {"booked": 1}
    with freeze_time("2026-03-09 02:00:00"):
        assert quanyi("sweep", "--db", applied).out == "booked 0\n"


def test_verify_finds_a_balance_that_somebody_changed(quanyi, applied):
    assert quanyi("verify", "--db", applied).code == 0
    with sqlite3.connect(urlsplit(applied).path[1:]) as connection:
        connection.execute("update quanyi_balance set balance = balance + 1")
    connection.close()

    answer = quanyi("verify", "--db", applied)

    assert answer.code == 1
    assert "balance:" in answer.out


def test_doctor_finds_nothing_in_a_good_database(quanyi, applied):
    assert quanyi("doctor", "--db", applied).code == 0


def test_doctor_and_check_find_missing_tables(quanyi, tmp_path):
    empty = f"sqlite:///{tmp_path / 'empty.db'}"

    assert quanyi("doctor", "--db", empty).code == 1
    assert quanyi("db", "check", "--db", empty).code == 1
    assert quanyi("db", "check", "--db", empty, "--json").json["findings"][0]["code"] == "migration-missing"


def test_upgrade_may_run_again_and_prints_sql(quanyi, db):
    assert quanyi("db", "upgrade", "--db", db).code == 0
    assert quanyi("db", "check", "--db", db).out == "the tables are as expected\n"
    assert "CREATE TABLE quanyi_balance" in quanyi("db", "upgrade", "--sql", "postgresql").out
    assert "utf8mb4_nopad_bin" in quanyi("db", "upgrade", "--sql", "mariadb").out
    assert "utf8mb4_0900_bin" in quanyi("db", "upgrade", "--sql", "mysql").out


@pytest.mark.parametrize(
    ("server", "plain"), [("postgres", "postgresql"), ("mariadb", "mariadb"), ("mariadb", "mysql")]
)
def test_a_plain_address_works(quanyi, folder, request, server, plain):
    """Without the driver's name; MySQL's word does for MariaDB too."""
    url = request.getfixturevalue(f"{server}_url").set(drivername=plain).render_as_string(hide_password=False)

    assert quanyi("db", "upgrade", "--db", url).code == 0
    assert quanyi("db", "check", "--db", url).code == 0
    assert quanyi("apply", folder, "--db", url, "--yes").code == 0
    assert quanyi("verify", "--db", url).code == 0
    assert quanyi("doctor", "--db", url).code == 0


def test_several_malls_in_one_database_must_be_told_apart(quanyi, folder, applied):
    mall = folder / "mall.yaml"
    mall.write_text(mall.read_text(encoding="utf-8").replace("mall: small", "mall: other"), encoding="utf-8")
    assert quanyi("apply", folder, "--db", applied, "--yes").code == 0

    assert "name one: --mall other or --mall small" in quanyi("verify", "--db", applied).err
    assert quanyi("verify", "--db", applied, "--mall", "other").code == 0


@pytest.mark.parametrize("command", ["verify", "sweep"])
def test_nothing_in_force_is_said(quanyi, db, command):
    assert "nothing is in force in this database" in quanyi(command, "--db", db).err


# --- texts that are not what was applied ------------------------------------------------------------


def test_an_edited_campaign_is_named_by_every_command_and_mended_by_apply(quanyi, folder, applied):
    path = urlsplit(applied).path.removeprefix("/")
    with sqlite3.connect(f"/{path.lstrip('/')}") as database:
        database.execute("update quanyi_version set body = replace(body, '10', '900') where campaign = 'thanks'")
    named = "of campaign thanks is not what was applied"

    assert named in quanyi("plan", folder, "--db", applied).out
    assert quanyi("plan", folder, "--db", applied).code == 1
    assert named in quanyi("doctor", "--db", applied).out
    assert named in quanyi("verify", "--db", applied).out
    assert named in quanyi("apply", folder, "--db", applied, "--yes").out
    assert quanyi("plan", folder, "--db", applied).out.strip() == "the campaigns are in force already"
    assert quanyi("verify", "--db", applied).code == 0


def test_upgrade_finds_the_database_in_the_environment(quanyi, tmp_path, monkeypatch):
    monkeypatch.setenv("QUANYI_DB", f"sqlite:///{tmp_path / 'named.db'}")

    assert quanyi("db", "upgrade").code == 0
    assert quanyi("db", "check").out == "the tables are as expected\n"
