"""Files that nobody should be able to hurt the mall with: too large, bombs, no text, no table."""

from __future__ import annotations

import io
import tracemalloc
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from quanyi.adapters.codes import files
from quanyi.adapters.codes.files import lines_of
from quanyi.entitlements.errors import InputError
from tests.codes.test_importing import sheet


def test_a_sheet_that_unpacks_to_too_much_is_not_unpacked(monkeypatch):
    bomb = io.BytesIO()
    with ZipFile(bomb, "w", ZIP_DEFLATED) as archive, archive.open("xl/worksheets/sheet1.xml", "w") as part:
        for _ in range(201):
            part.write(b" " * 1_000_000)
    assert len(bomb.getvalue()) < 1_000_000
    monkeypatch.setattr("openpyxl.load_workbook", lambda *_, **__: pytest.fail("it was unpacked"))

    with pytest.raises(InputError, match="unpacks to more"):
        list(lines_of(bomb))


def test_a_file_that_is_too_large_is_not_read(monkeypatch):
    monkeypatch.setattr(files, "LARGEST_FILE", 10)
    with pytest.raises(InputError, match="at most 10 are read"):
        list(lines_of(io.BytesIO(b"A" * 11)))


@pytest.mark.parametrize(
    "content",
    [b"AB-1\n\xff\xfe\x00\n", b"PK\x03\x04no sheet", b'AB-1\n"' + b"x" * 200_000],
    ids=["bytes", "no-sheet", "open-quote"],
)
def test_what_is_no_file_of_codes_is_refused_without_quoting_it(content):
    with pytest.raises(InputError) as no:
        list(lines_of(io.BytesIO(content)))

    assert "AB-1" not in str(no.value)
    assert "xxx" not in str(no.value)


def test_a_broken_end_of_a_sheet_is_refused():
    content = sheet([["code"], ["AB-1"]])
    with pytest.raises(InputError):
        list(lines_of(io.BytesIO(content[: len(content) // 2])))


def test_lines_are_counted_as_an_editor_counts_them():
    content = b'code,note\nA-1,"two\nlines"\nA-2,\n'

    assert [(each.line, each.code) for each in lines_of(io.BytesIO(content))] == [(2, "A-1"), (4, "A-2")]


def test_many_lines_take_little_memory():
    content = io.BytesIO(b"".join(b"CODE-%07d,app,CN\n" % n for n in range(200_000)))
    tracemalloc.start()
    count = sum(1 for _ in lines_of(content))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (count, most < 3_000_000) == (200_000, True)
