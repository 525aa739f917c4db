"""`quanyi codes`: generate, import, list, trace and reseal, on a database and with keys of the environment."""

from __future__ import annotations

import stat

import pytest

from quanyi.adapters.vault import KeyRing
from tests.codes.conftest import FILES


@pytest.fixture
def db(tmp_path, quanyi, monkeypatch):
    for name, text in FILES.items():
        path = tmp_path / "mall" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("QUANYI_KEYS", KeyRing(keys={"a": b"a" * 32}, current="a", index=b"i" * 32).text())
    url = f"sqlite:///{tmp_path / 'codes.db'}"
    assert quanyi("db", "upgrade", "--db", url).code == 0
    assert quanyi("apply", tmp_path / "mall", "--db", url, "--yes").code == 0
    return url


def test_codes_are_generated_and_written_only_where_asked(db, quanyi, tmp_path):
    answer = quanyi("codes", "generate", "made", 3, "--db", db, "--by", "ops", "--batch", "May")
    assert (answer.code, "KQ-" in answer.out) == (0, False)

    out = tmp_path / "codes.txt"
    answer = quanyi("codes", "generate", "made", 3, "--db", db, "--by", "ops", "--batch", "May", "--out", out)
    assert "3 codes in clear stand in" in answer.out
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert len({line for line in out.read_text().splitlines() if line.startswith("KQ-")}) == 3
    assert "KQ-" not in answer.out
    assert quanyi("codes", "generate", "made", 3, "--db", db, "--by", "ops", "--out", out).code == 2

    (batch,) = quanyi("codes", "batches", "made", "--db", db, "--json").json["batches"]
    assert (batch["added"], batch["codes"]["free"], batch["name"]) == (3, 3, "May")


def test_a_file_is_imported_with_a_report(db, quanyi, tmp_path):
    file, report = tmp_path / "in.csv", tmp_path / "report.csv"
    file.write_text("no,secret\n1,AB-1\n2,AB-1\n3,\n4,AB\x072\n")
    answer = quanyi("codes", "import", "strict", file, "--db", db, "--by", "ops", "--report", report)

    assert (answer.code, "AB-1" in answer.out + answer.err) == (0, False)
    assert "4 lines: 1 taken, 1 repeated, 0 known, 1 empty, 1 broken" in answer.out
    assert report.read_text().splitlines() == [
        "line,outcome,first,why", "2,taken,,", "3,repeated,2,", "4,empty,,", "5,broken,,control",
    ]  # fmt: skip
    again = quanyi("codes", "import", "strict", file, "--db", db, "--by", "ops", "--json")
    assert (again.json["taken"], again.json["repeated"]) == (1, 1)


def test_all_or_nothing_ends_with_1(db, quanyi, tmp_path):
    file = tmp_path / "in.csv"
    file.write_text("AB-1\nAB-1\n")
    answer = quanyi("codes", "import", "whole", file, "--db", db, "--by", "ops", "--json")

    assert (answer.code, answer.json["repeated"]) == (1, 1)
    assert "nothing was imported" in answer.json["refused"]


def test_a_code_is_traced_from_standard_input(db, quanyi, tmp_path):
    file = tmp_path / "in.csv"
    file.write_text("AB-1\n")
    quanyi("codes", "import", "strict", file, "--db", db, "--by", "ops")
    answer = quanyi("codes", "trace", "--db", db, "--by", "ops", "--why", "asked", input="ab1\n")

    assert answer.err == ""
    assert (answer.code, answer.out.startswith("strict, batch "), "ab1" in answer.out) == (0, True, False)
    assert "no card" in quanyi("codes", "trace", "--db", db, "--by", "o", "--why", "asked", input="x1\n").out
    assert quanyi("codes", "trace", "--db", db, "--by", "ops", input="ab1\n").code == 2


def test_codes_are_sealed_anew_under_the_first_key(db, quanyi, monkeypatch):
    quanyi("codes", "generate", "made", 1200, "--db", db, "--by", "ops")
    ring = KeyRing(keys={"b": b"b" * 32, "a": b"a" * 32}, current="b", index=b"i" * 32)
    monkeypatch.setenv("QUANYI_KEYS", ring.text())

    assert quanyi("codes", "reseal", "--db", db, "--by", "ops", "--json").json == {"resealed": 1200}
    assert quanyi("codes", "reseal", "--db", db, "--by", "ops", "--json").json == {"resealed": 0}
    assert quanyi("verify", "--db", db).code == 0


def test_without_keys_it_says_so(db, quanyi, monkeypatch):
    monkeypatch.delenv("QUANYI_KEYS")

    assert "QUANYI_KEYS" in quanyi("codes", "generate", "made", 1, "--db", db, "--by", "ops").err
