"""Card codes as they come in: trimmed, refused by their lines, told apart by case, counted apart."""

from __future__ import annotations

import attrs
import pytest

from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.wiring import wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.card_codes import clean_card_codes
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.ports import Writing
from tests.engine.conftest import FOLDER

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


@pytest.fixture
def vault():
    return SealingVault(KeyRing.for_development())


@pytest.fixture
def folding(mall, clock, vault):
    """The same mall, with a pool that ignores case."""
    project = load_project(FOLDER)
    pools = {name: attrs.evolve(pool, ignore_case=True) for name, pool in project.pools.items()}
    return wire(attrs.evolve(project, pools=pools), mall.ports.store, clock=clock, vault=vault)


def counts(receipt):
    return [receipt.answer[name] for name in ("added", "known", "repeated", "duplicates")]


def stash_as_before(mall, vault, *codes):
    """What a release before this one wrote: every code under the index of its normal form, untrimmed."""
    sealed = vault.seal("music_codes", [code.strip() for code in codes], ignore_case=True)
    with mall.ports.store.begin() as tx:
        tx.write(Writing(stash=tuple(sealed)))


# --- what is a code ------------------------------------------------------------------------------


def test_white_space_and_byte_order_marks_around_a_code_are_left_out():
    given = [f"{BOM}A-1", " b 2 ", "C3\r\n", "\N{IDEOGRAPHIC SPACE}D4\t", f"{BOM} E5 {BOM}"]

    assert clean_card_codes(given) == ["A-1", "b 2", "C3", "D4", "E5"]


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        (BOM, "is empty"),
        (" - ", "is empty"),
        ("x" * 513, "is longer than 512 characters"),
        ("A\nB", "has a line's end (U+000A)"),
        ("A\rB", "has a line's end (U+000D)"),
        ("A\N{LINE SEPARATOR}B", "has a line's end (U+2028)"),
        ("A\0B", "has a control character (U+0000)"),
        ("A\x1b[31mB", "has a control character (U+001B)"),
        ("A\x85B", "has a control character (U+0085)"),
        ("A\N{ZERO WIDTH SPACE}B", "has a character that nobody sees (U+200B)"),
        ("A\N{RIGHT-TO-LEFT OVERRIDE}B", "has a character that nobody sees (U+202E)"),
        (f"A{BOM}B", "has a character that nobody sees (U+FEFF)"),
        ("A\ud800B", "has half a character (U+D800)"),
        (None, "is no text"),
        (7, "is no text"),
        (b"AB", "is no text"),
        (["AB"], "is no text"),
    ],
)
def test_what_is_no_code_is_named_by_its_line(bad, fault):
    with pytest.raises(InputError) as no:
        clean_card_codes(["GOOD-1", bad, "GOOD-2"])

    assert str(no.value) == f"1 of 3 codes can't be taken: line 2 {fault}"


def test_all_of_them_are_named_at_once_and_none_is_shown():
    with pytest.raises(InputError) as no:
        clean_card_codes(["SECRET-1\0", "", *["OK"] * 3, "SECRET-2\nSECRET-3"])

    assert str(no.value) == (
        "3 of 6 codes can't be taken: line 1 has a control character (U+0000); line 2 is empty;"
        " line 6 has a line's end (U+000A)"
    )


def test_a_whole_file_of_bad_lines_is_told_shortly():
    with pytest.raises(InputError) as no:
        clean_card_codes([""] * 5_000)

    assert str(no.value).endswith("; line 20 is empty; and 4980 more")
    assert len(str(no.value)) < 1_000


@pytest.mark.parametrize("given", ["ABCD", b"ABCD", None, 7, "A\nB\nC"])
def test_one_text_is_no_list_of_codes(mall, given):
    """Every letter would become a code."""
    with pytest.raises(InputError, match="give a list of codes"):
        mall.desk.import_codes("music", given, key="k")

    assert mall.desk.import_codes("music", ["A-1"], key="k").answer["added"] == 1


def test_a_refused_import_brings_nothing_in(mall):
    with pytest.raises(InputError, match="line 2"):
        mall.desk.import_codes("music", ["A-1", "A\n2"], key="k")

    assert counts(mall.desk.import_codes("music", iter(("A-1", "A-2")), key="k")) == [2, 0, 0, 0]


# --- which codes are one -------------------------------------------------------------------------


def test_case_matters(mall):
    """Two codes of a supplier that differ by case are two, and both are pieces."""
    receipt = mall.desk.import_codes("music", ["abCD-12", "ABcd-12", "abCD12"], key="k")

    assert counts(receipt) == [3, 0, 0, 0]


def test_what_is_known_and_what_is_repeated_are_counted_apart(mall):
    mall.desk.import_codes("music", ["A-1", "A-2"], key="k1")
    receipt = mall.desk.import_codes("music", ["A-1", " A-1 ", "A-3", "A-3\n", "A-3", "A-4"], key="k2")

    assert counts(receipt) == [2, 1, 3, 4]


def test_a_pool_may_ignore_case(folding):
    receipt = folding.desk.import_codes("music", ["ab-12", "AB 12", "ab13"], key="k1")

    assert counts(receipt) == [2, 0, 1, 1]
    assert counts(folding.desk.import_codes("music", ["AB13"], key="k2")) == [0, 1, 0, 1]


def test_codes_of_an_earlier_release_are_known_to_the_letter(mall, vault):
    """They stand under another index; the same code is met there, another one that differs by case is not."""
    stash_as_before(mall, vault, "AbCd-1")
    receipt = mall.desk.import_codes("music", ["AbCd-1", "abcd-1", "AbCd-1"], key="k1")

    assert counts(receipt) == [1, 1, 1, 2]
    assert counts(mall.desk.import_codes("music", ["AbCd-1", "abcd-1"], key="k2")) == [0, 2, 0, 2]


def test_a_pool_that_begins_to_ignore_case_knows_what_it_has(mall, folding):
    mall.desk.import_codes("music", ["AbCd-1"], key="k1")

    assert counts(folding.desk.import_codes("music", ["AbCd-1"], key="k2")) == [0, 1, 0, 1]


def test_imports_of_one_batch_know_each_other(mall):
    """Two clerks bring the same list in at once: each code becomes one piece, and both are told."""
    with mall.batch() as batch:
        batch.desk.import_codes("music", ["A-1", "A-2"], key="k1")
        batch.desk.import_codes("music", ["A-2", "A-3"], key="k2")

    assert [counts(receipt) for receipt in batch.outcomes] == [[2, 0, 0, 0], [1, 1, 0, 1]]
    assert counts(mall.desk.import_codes("music", ["A-1", "A-2", "A-3"], key="k3")) == [0, 3, 0, 3]
