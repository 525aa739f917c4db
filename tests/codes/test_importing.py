"""Files of codes: every line is told, none is quoted; what each pool declares of errors and duplicates is done."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import Workbook

from quanyi.adapters.codes import importing
from quanyi.adapters.codes.importing import ImportRefused
from tests.codes.conftest import got, left


def imported(mall, pool, content, **more):
    told = []
    found = mall.desk.import_code_file(pool, content, by="ops/7", report=told.append, **more)
    return found, [(each.line, each.outcome, *filter(None, (each.first, each.why))) for each in told]


def sheet(rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


# --- what is read --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"A-1\nA-2\n",
        b"\xef\xbb\xbfSecret\r\nA-1\r\nA-2\r\n",
        b"note;CODE\nx;A-1\ny;A-2\n",
        b"note\tcode\nx\tA-1\ny\tA-2",
        "序号,卡密\n1,A-1\n2,A-2\n".encode(),
        sheet([["note", "Secret"], ["x", "A-1"], ["y", " A-2 "]]),
        sheet([["A-1", "more"], ["A-2", None]]),
    ],
    ids=["plain", "bom", "semicolons", "tabs", "chinese", "sheet", "sheet-without-titles"],
)
def test_codes_are_read_from_their_column(mall, content):
    found, _ = imported(mall, "films", content)

    assert (found.taken, left(mall, "films")) == (2, 2)
    assert got(mall, "films", "x/1") == ["A-1"]


def test_channel_region_and_end_are_kept_with_the_code(mall):
    content = sheet([["code", "Channel", "REGION", "end"], ["A-1", "app", "CN", date(2026, 3, 3)], ["A-2", "", "", ""]])
    mall.desk.import_code_file("films", content, by="ops/7", channel="web", region="HK", batch="May")

    (first,) = mall.desk.trace_code("A-1", by="ops/7", reason="a look")
    (other,) = mall.desk.trace_code("A-2", by="ops/7", reason="a look")
    day_end = datetime(2026, 3, 3, 16, tzinfo=UTC)  # the day's end in Shanghai
    assert (first.channel, first.region, first.ends_at) == ("app", "CN", day_end)
    assert (other.channel, other.region, other.ends_at) == ("web", "HK", None)
    assert mall.desk.batches("films")[0].name == "May"


def test_every_line_is_told_and_none_is_quoted(mall):
    mall.desk.import_codes("films", ["OLD-1"], key="1")
    lines = [
        "code,end",
        "NEW-1,",
        ",",
        "OLD-1,",
        "new1,",
        "BAD\x07CODE,",
        "x" * 600 + ",",
        "NEW-2,soon",
        "NEW-3,2026-01-01",
    ]
    found, told = imported(mall, "films", "\n".join(lines).encode())

    assert told == [
        (2, "taken"),
        (3, "empty"),
        (4, "known"),
        (5, "repeated", 2),
        (6, "broken", "control"),
        (7, "broken", "too-long"),
        (8, "broken", "end"),
        (9, "broken", "ended"),
    ]
    assert (found.lines, found.taken, found.known, found.repeated, found.broken, found.empty) == (8, 1, 1, 1, 4, 1)
    (batch, _) = mall.desk.batches("films")
    assert (batch.added, batch.known, batch.repeated, batch.broken) == (1, 1, 1, 4)
    assert "NEW" not in repr(found)


# --- what a pool declares ------------------------------------------------------------------------


def test_all_or_nothing_takes_nothing_of_a_file_with_one_bad_line(mall):
    mall.desk.import_codes("radio", ["OLD-1"], key="1")
    for content, why in ((b"A-1\nA\x07\n", 1), (b"A-1\nOLD-1\n", 1), (b"A-1\nA-1\nOLD-1", 2)):
        with pytest.raises(ImportRefused, match=f"{why} of") as no:
            imported(mall, "radio", content)
        assert (no.value.found.taken, len(no.value.found.told)) == (1, why)
    assert left(mall, "radio") == 1
    assert len(mall.desk.batches("radio")) == 1

    found, _ = imported(mall, "radio", b"A-1\nA-2\n\n")
    assert (found.taken, found.empty, left(mall, "radio")) == (2, 1, 3)


def test_within_import_drops_repeats_and_never_looks_back(mall):
    first, _ = imported(mall, "books", b"K-1 \n\nK-2\nK-1\n  K-3")
    again, _ = imported(mall, "books", b"K-1\n")

    assert (first.taken, first.repeated, first.empty) == (3, 1, 1)
    assert (again.taken, again.known, left(mall, "books")) == (1, 0, 4)
    assert [got(mall, "books", f"x/{n}") for n in range(4)] == [["K-1"], ["K-2"], ["K-3"], ["K-1"]]


def test_keep_makes_a_card_of_every_line(mall):
    """Two identical texts are two cards, each drawn once and traced to its own."""
    first, _ = imported(mall, "games", b"K-2\nK-2\n", batch="b3")
    mall.exchange("games", user="ann", key="x/1")
    cards = mall.desk.trace_code("K-2", by="ops/7", reason="a look")

    assert (first.taken, left(mall, "games")) == (2, 1)
    assert [(card.state, card.user) for card in cards] == [("issued", "ann"), ("free", "")]
    assert len({card.code for card in cards}) == 2


def test_a_file_that_leaves_no_code_is_refused(mall):
    with pytest.raises(ImportRefused, match="nothing was imported") as no:
        imported(mall, "books", b"   \n\n")

    assert (no.value.found.empty, mall.desk.batches("books")) == (2, [])


# --- in parts ------------------------------------------------------------------------------------


@pytest.mark.parametrize("pool", ["strict", "loose", "twins", "whole"])
def test_one_that_was_cut_off_is_finished_with_the_same_counts(mall, monkeypatch, pool):
    monkeypatch.setattr(importing, "PART", 4)
    lines = [f"C-{n}" for n in range(18)] + (["\t"] if pool == "whole" else ["\t", "C-3", "C\x07"])
    content = "\n".join(lines).encode()
    with pytest.raises(KeyboardInterrupt):
        imported(mall, pool, content, progress=stop_after(2))
    (batch,) = mall.desk.batches(pool)
    assert (batch.phase, batch.added) == ("open", 8)

    found, told = imported(mall, pool, content)
    extra = {"strict": (18, 1), "loose": (18, 1), "twins": (19, 0), "whole": (18, 0)}[pool]
    (batch,) = mall.desk.batches(pool)
    assert (found.taken, found.repeated, batch.added, batch.phase) == (*extra, extra[0], "done")
    assert (batch.repeated, batch.broken) == (extra[1], found.broken)
    assert [line for line, *_ in told] == list(range(1, len(lines) + 1))
    assert left(mall, {"strict": "films", "loose": "books", "twins": "games", "whole": "radio"}[pool]) == extra[0]

    again, told_again = imported(mall, pool, content)
    assert (again, told_again) == (found, told)


def test_lines_behind_the_last_code_are_counted_too(mall, monkeypatch):
    monkeypatch.setattr(importing, "PART", 2)
    found, _ = imported(mall, "films", b"A-1\nA-2\nA-1\nA-2\n")

    (batch,) = mall.desk.batches("films")
    assert (found.taken, found.repeated, batch.repeated, batch.phase) == (2, 2, 2, "done")


def stop_after(parts):
    left_over = iter(range(parts - 1))

    def told(_lines, _taken):
        if next(left_over, None) is None:
            raise KeyboardInterrupt

    return told
