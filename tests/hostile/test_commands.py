"""What somebody may hand to the commands: recordings, databases, names. Each is answered in words, never by a traceback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.tools.replay import read_events
from quanyi.entitlements.errors import CampaignFileError

MALL = Path(__file__).parents[1] / "malls" / "engine"
EVENT = '{"at": "2026-03-02T00:00:00Z", "type": "check_in", "user": %s, "key": %s}'

LINES = {
    "no-json": "not json",
    "list": "[]",
    "null": "null",
    "number": "1e999",
    "constant": '{"at": NaN}',
    "end-of-time": EVENT.replace("2026-03-02T00:00:00Z", "9999-12-31T23:59:59Z") % ('"a"', '"1"'),
    "year-one": EVENT.replace("2026-03-02T00:00:00Z", "0001-01-01T00:00:00Z") % ('"a"', '"1"'),
    "no-instant": EVENT.replace('"2026-03-02T00:00:00Z"', "1") % ('"a"', '"1"'),
    "digits-for-an-instant": EVENT.replace("2026-03-02T00:00:00Z", "9" * 5_000) % ('"a"', '"1"'),
    "nothing-but-a-type": '{"type": "check_in"}',
    "type-list": '{"at": "2026-03-02T00:00:00Z", "type": ["check_in"], "user": "a"}',
    "user-list": EVENT % ('["a"]', '"1"'),
    "user-map": EVENT % ('{"a": 1}', '"1"'),
    "user-true": EVENT % ("true", '"1"'),
    "user-empty": EVENT % ('""', '"1"'),
    "user-decimal": EVENT % ("1.5", '"1"'),
    "user-surrogate": EVENT % ('"\\ud800"', '"1"'),
    "user-null": EVENT % ('"a\\u0000"', '"1"'),
    "user-escape": EVENT % ('"\\u001b[31m"', '"1"'),
    "user-long": EVENT % (f'"{"x" * 1_000_000}"', '"1"'),
    "key-list": EVENT % ('"a"', '["1"]'),
    "key-long": EVENT % ('"a"', f'"{"x" * 201}"'),
    "deep-list": "[" * 100_000,
    "deep-map": '{"a": ' * 50_000,
    "many-digits": EVENT % ("9" * 5_000, '"1"'),
    "unknown-name": '{"at": "2026-03-02T00:00:00Z", "type": "check_in", "nobody": 1}',
    "data-list": '{"at": "2026-03-02T00:00:00Z", "type": "check_in", "data": [1]}',
    "facts-list": '{"at": "2026-03-02T00:00:00Z", "type": "check_in", "facts": [1]}',
    "unknown-fact": '{"at": "2026-03-02T00:00:00Z", "type": "check_in", "facts": {"height": 2}}',
    "wrong-fact": '{"at": "2026-03-02T00:00:00Z", "type": "check_in", "facts": {"vip": "\\ud800"}}',
}
URLS = {
    "no-url": "nonsense",
    "other-scheme": "http://127.0.0.1/mall",
    "no-driver": "mssql://127.0.0.1/mall",
    "nobody-listens-there": "mariadb://nobody@127.0.0.1:1/mall",
    "nobody-listens": "postgresql://nobody@127.0.0.1:1/mall",
    "no-port": "postgresql://nobody@127.0.0.1:x/mall",
    "no-folder": "sqlite:////nowhere/at/all/mall.db",
    "no-tables": "sqlite://",
    "noise": "sqlite:///noise.db",
    "text": "sqlite:///text.db",
}
NAMES = {
    "--mall": ["", "\x1b[31m", "nobody", "x" * 10_000, "'; drop table quanyi_balance; --"],
    "--prefix": ["", "\x1b[31m", "x" * 10_000, "'; drop table quanyi_balance; --"],
    "--schema": ["x y", '"', "x" * 10_000],
}


@pytest.fixture(scope="module")
def project():
    return load_project(MALL)


@pytest.mark.parametrize("name", LINES)
def test_a_line_that_is_no_event_is_named(name, project, tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text(EVENT % ('"ann"', '"0"') + "\n" + LINES[name] + "\n", encoding="utf-8", errors="surrogatepass")
    with pytest.raises(CampaignFileError) as no:
        read_events(path, project)

    assert [(finding.line, finding.code) for finding in no.value.findings] == [(2, "bad-event")]
    assert len(str(no.value)) < 1_000


def test_a_recording_of_noise_is_named(project, tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\xff\xfe\x00\x80" * 1_000)
    with pytest.raises(CampaignFileError) as no:
        read_events(path, project)

    assert {finding.code for finding in no.value.findings} == {"bad-event"}


@pytest.mark.parametrize("command", [["verify"], ["doctor"], ["sweep"], ["db", "upgrade"], ["db", "check"]])
@pytest.mark.parametrize("name", URLS)
def test_a_database_that_is_none_is_told_in_words(name, command, quanyi, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("noise.db").write_bytes(b"SQLite format 3\0" + os.urandom(4_096))
    Path("text.db").write_text("hello", encoding="utf-8")
    if (name, command[0]) in {("no-tables", "db"), ("no-tables", "doctor")}:
        return  # a new database is what these are for
    answer = quanyi(*command, "--db", URLS[name])

    assert answer.code in (1, 2)
    assert answer.err.startswith("error: ") or answer.out
    assert "should not happen" not in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(("option", "value"), [(option, value) for option, values in NAMES.items() for value in values])
def test_a_name_that_is_none_is_told_in_words(option, value, quanyi, tmp_path):
    url = f"sqlite:///{tmp_path / 'mall.db'}"
    quanyi("db", "upgrade", "--db", url)
    quanyi("apply", MALL, "--db", url, "--yes")
    answer = quanyi("verify", "--db", url, option, value)

    assert answer.code == 2
    assert "\x1b" not in answer.err
    assert "should not happen" not in answer.err
