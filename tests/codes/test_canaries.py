"""Planted codes are sought wherever somebody might read them who should not: they are found nowhere."""

from __future__ import annotations

import hashlib
import json
import logging
from base64 import b64encode

import attrs
import pytest
from sqlalchemy import select

from quanyi.adapters.codes.importing import ImportRefused
from quanyi.entitlements.errors import InputError, KeyReused, QuanyiError
from tests.codes.conftest import got, opened

LISTED, FILED, TWIN, SPOILT = "CANARY-LIST-7Q", "CANARY-FILE-8R", "CANARY-TWIN-9S", "CANARY-SPOILT-0T"
PLANTED = (LISTED, FILED, TWIN, SPOILT)


def traces_of(code):
    """A code in every form in which it could be found again without a key."""
    forms = [text.encode() for text in (code, code.lower(), code.replace("-", ""))]
    hashes = [hashlib.new(name, form).digest() for form in forms for name in ("md5", "sha1", "sha256", "sha512")]
    raw = [*forms, *hashes]
    return [*raw, *(each.hex().encode() for each in raw), *(b64encode(each)[:-3] for each in raw)]


def found_in(haystack, codes):
    return [(code, place) for code in codes for place, form in enumerate(traces_of(code)) if form in haystack]


def busy_day(mall):
    """Everything that is done with codes, the wrong things too; the codes that were generated, and what was told."""
    told = []
    mall.desk.import_codes("films", [LISTED], key="1", by="ops/7")
    mall.desk.import_code_file("films", f"note,code\n1,{FILED}\n2,{FILED}\n".encode(), by="ops/7", report=told.append)
    mall.desk.import_code_file("games", f"{TWIN}\n{TWIN}\n".encode(), by="ops/7", report=told.append)
    made = mall.desk.generate_codes("made", 3, key="made", by="ops/7")
    plain = tuple(mall.desk.plain_codes(made.id, by="ops/7", reason="printer"))
    wrong = [
        lambda: mall.desk.import_codes("films", [SPOILT, f"{SPOILT}\x07"], key="2"),
        lambda: mall.desk.import_codes("films", [SPOILT], key="1"),
        lambda: mall.desk.import_code_file("radio", f"{SPOILT}\n{SPOILT}\n".encode(), by="ops/7", report=told.append),
        lambda: mall.desk.import_code_file(
            "radio", f"code,end\n{SPOILT},{SPOILT}\n".encode(), by="o", report=told.append
        ),
        lambda: mall.desk.import_code_file("radio", f'{SPOILT}\n"{SPOILT}'.encode() + b"x" * 200_000, by="o"),
        lambda: mall.desk.import_code_file("radio", SPOILT.encode() + b"\n\xff", by="o"),
        lambda: mall.desk.trace_code(f"{SPOILT}\x07", by="ops/7", reason="why"),
    ]
    for call in wrong:
        with pytest.raises((InputError, KeyReused, ImportRefused)) as no:
            call()
        told.append((str(no.value), repr(no.value), repr(getattr(no.value, "found", ""))))
    told += [mall.desk.trace_code(text, by="ops/7", reason="why") for text in (LISTED, TWIN, plain[0])]
    mall.exchange("films", user="ann", key="x/1")
    told += [mall.desk.batches(pool) for pool in ("strict", "made", "twins")]
    told += [mall.entitlements("ann"), mall.desk.person_data("ann"), mall.desk.acts(), repr(mall.ports.vault)]
    return plain, told


def test_codes_stand_in_no_log_message_answer_or_export(mall, caplog):
    caplog.set_level(logging.DEBUG)
    plain, told = busy_day(mall)

    assert found_in((repr(told) + caplog.text).encode(), (*PLANTED, *plain)) == []
    assert found_in(json.dumps(told, default=str).encode(), (*PLANTED, *plain)) == []


def test_the_search_finds_what_is_there():
    assert found_in(b"..." + hashlib.sha256(LISTED.encode()).hexdigest().encode(), PLANTED)
    assert found_in(f"said {LISTED}".encode(), PLANTED)
    assert not found_in(b"nothing", PLANTED)


@pytest.mark.parametrize("name", ["sqlite", "postgres", "mariadb"])
def test_a_stolen_database_gives_no_codes(request, clock, folder, name):
    """Every row of every table; and of SQLite every byte of its files, the log of what is not yet in them included."""
    mall = opened(request, clock, folder, name)
    plain, _ = busy_day(mall)
    shown = got(mall, "games", "x/2")

    store = mall.ports.store
    assert shown == [TWIN]
    with store.reading() as connection:
        for table in store.tables.metadata.tables.values():
            rows = connection.execute(select(table)).all()
            dump = b"\n".join(_bytes(value) for row in rows for value in row)
            assert found_in(dump, (*PLANTED, *plain)) == [], table.name
    if name == "sqlite":
        path = store.engine.url.database
        files = b"".join(
            each.read_bytes() for each in sorted(type(folder)(path).parent.glob(f"{type(folder)(path).name}*"))
        )
        assert len(files) > 10_000
        assert found_in(files, (*PLANTED, *plain)) == []


def test_a_code_that_was_moved_to_another_row_does_not_open(mall):
    mall.desk.import_codes("films", ["ROW-1", "ROW-2"], key="1")
    one, other = mall.ports.store.codes_in(mall.desk.batches("films")[0].id, None, 2)
    mall.ports.store.put_seals([one], [attrs.evolve(one, sealed=other.sealed)])

    with pytest.raises(QuanyiError) as no:
        got(mall, "films", "x/1")
    assert "ROW" not in str(no.value)


def _bytes(value):
    return value if isinstance(value, bytes) else bytes(value) if isinstance(value, memoryview) else str(value).encode()
