"""What a run leaves: a table to read, build/bench.json in the form that was agreed, and a page without typed figures."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest

from tests.bench import page
from tests.bench.goals import GOALS
from tests.bench.report import amount, as_json, table
from tests.bench.rows import Result
from tests.bench.suite import ROWS

AGREED = {"name", "ours", "floor", "unit", "ratio", "p50_ms", "p99_ms", "floor_p99_ms", "bare", "checks"}

GOOD = Result(
    name="claims.pg.64",
    unit="claims/s",
    ours=3_000.0,
    floor=300.0,
    ratio=10.0,
    p50_ms=19.0,
    p99_ms=87.0,
    floor_p99_ms=471.25,
    bare=1_140.0,
    checks="sold = rows",
    load={"before": 0.2, "after": 2.0, "others": 0.1},
)
CROWDED = attrs.evolve(GOOD, name="claims.pg.16", ratio=None, state="crowded")
FAILED = attrs.evolve(GOOD, name="claims.pg.lone", ratio=None, state="failed", checks="ours: oversold")


def test_the_form_of_the_json():
    body = json.loads(as_json([GOOD, FAILED], {"sqlite": "3.40"}, rounds=3, seconds=2.5))

    assert {"machine", "versions", "seed", "rows"} <= body.keys()
    assert {"cpus", "system"} <= body["machine"].keys()
    assert {"python", "SQLAlchemy", "sqlite"} <= body["versions"].keys()
    assert all(row.keys() >= AGREED | {"state", "load"} for row in body["rows"])
    assert [row["ratio"] for row in body["rows"]] == [10.0, None]


def test_the_table_says_what_has_no_ratio_and_why():
    text = table([GOOD, CROWDED, FAILED])

    lines = {line.split()[0]: line for line in text.splitlines() if line}
    assert " 10.00 " in lines["claims.pg.64"]
    assert " CROWDED " in lines["claims.pg.16"]
    assert " FAILED " in lines["claims.pg.lone"]
    assert "claims.pg.lone: failed: ours: oversold" in text
    assert "0.2 → 2.0" in lines["claims.pg.64"]


@pytest.mark.parametrize(("number", "text"), [(None, ""), (1234.5, "1,234"), (99.94, "99.9"), (0.1234, "0.123")])
def test_how_numbers_are_written(number, text):
    assert amount(number) == text


def test_every_row_has_a_sentence_and_a_name_of_its_own():
    names = [row.name for row in ROWS]

    assert len(set(names)) == len(names)
    assert [name for name in names if name not in GOALS] == []


def test_the_page_has_the_rows_as_they_are():
    text = Path(page.PAGE).read_text(encoding="utf-8")

    assert page.written("rows", page.rows_table(), text), "run python -m tests.bench.page"


def test_only_figures_with_a_ratio_come_onto_the_page():
    found = json.loads(as_json([GOOD, CROWDED, FAILED], {}, rounds=3, seconds=2.5))
    text = page.with_tables(Path(page.PAGE).read_text(encoding="utf-8"), found)

    figures = text.partition("<!-- figures")[2].partition("<!-- end of figures")[0]
    assert "| `claims.pg.64` | claims/s | 3,000 | 300 | **10.00** | 19 | 87 | 471 | 1,140 | 0.2, 0.1 |" in figures
    assert "| `claims.pg.16` |" not in figures
    assert "Without a figure: `claims.pg.16` (crowded), `claims.pg.lone` (failed)." in figures


def test_without_a_quiet_run_the_page_says_so():
    found = json.loads(as_json([CROWDED], {}, rounds=3, seconds=2.5))

    assert page.figures(found) == page.NOT_YET
