"""A description's mistakes are found where they stand, all at once, in both languages; what is right is what it says."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from quanyi.adapters.suppliers.fake.server import FAKE_YAML
from quanyi.campaigns.language.suppliers import Path as AnswerPath
from quanyi.campaigns.language.suppliers import Template
from quanyi.campaigns.language.translation import in_language
from quanyi.campaigns.project.suppliers import load_supplier, load_suppliers, supplier_of
from quanyi.entitlements.errors import CampaignFileError
from tests.suppliers.conftest import FakeProcess, connector_to

if TYPE_CHECKING:
    from pathlib import Path

    from quanyi.campaigns.language.findings import Finding

TEXT = FAKE_YAML.read_text(encoding="utf-8")
HAN = re.compile("[\u4e00-\u9fff]")


def found_in(text: str) -> tuple[Finding, ...]:
    with pytest.raises(CampaignFileError) as no:
        supplier_of(text, "suppliers/fake.yaml")
    findings: tuple[Finding, ...] = no.value.findings
    return findings


def changed(old: str, new: str) -> tuple[str, str]:
    """The fake's description with a change, and the line where that begins."""
    assert TEXT.count(old) == 1, old
    return TEXT.replace(old, new), str(TEXT[: TEXT.index(old)].count("\n") + 1)


@pytest.mark.parametrize(
    ("old", "new", "column", "code"),
    [
        ("url: http://127.0.0.1:8799", "url: ftp://127.0.0.1", 6, "bad-address"),
        ("url: http://127.0.0.1:8799", "url: https://u:p@acme.example/?a=1", 6, "bad-address"),
        ("currency: CNY", "curency: CNY", 1, "unknown-key"),
        ("secrets: {sign: FAKE_SUPPLIER_SECRET}", "secrets: {sign: my secret}", 17, "bad-id"),
        ("key: sign", "key: other", 8, "unknown-secret"),
        ("algorithm: hmac-sha256", "algorithm: hmac-sha3", 14, "unknown-word"),
        ("algorithm: hmac-sha256", "algorithm: sha256", 9, "unsigned"),
        (r'\n{nonce}\n{body}"', r'\n{nonce}\n{bod}"', 9, "unknown-placeholder"),
        (r"\n{timestamp}\n{nonce}", r"\n{nonce}", 3, "unsigned"),
        (r"\n{timestamp}\n{nonce}", r"\n{timestamp}", 3, "unsigned"),
        (r"\n{nonce}\n{body}", r"\n{nonce}", 3, "unsigned"),
        ("at: {header: X-Fake-Signature}", "at: {header: X-A, field: b}", 7, "bad-slot"),
        ("at: {header: X-Fake-Signature}", "at: {}", 7, "bad-slot"),
        ("at: {header: X-Fake-Signature}", "at: {field: sign}", 9, "unsigned"),
        ("number: number", "number: data..number", 11, "bad-path"),
        ("number: number", "number: data.[0]", 11, "bad-path"),
        ("refused: [FAILED, CANCELLED]", "refused: [FAILED, PROCESSING]", 23, "declared-twice"),
        ("busy: [rate_limited]", "busy: [out_of_stock]", 12, "declared-twice"),
        ('max_price: "{price}"', 'max_price: "{prize}"', 18, "unknown-placeholder"),
        ('max_price: "{price}"', 'max_price: "{secret.other}"', 18, "unknown-secret"),
        ('path: "/orders/{reference}"}', 'path: "/orders?ref={reference}"}', 30, "bad-address"),
        ('path: "/orders/{reference}"}', 'path: "/orders/{product}"}', 30, "unknown-placeholder"),
        ("    path: /orders\n", "    body: form\n    path: /orders\n", 16, "wrong-type"),
        ("  age: 5m", "  age: 2d", 8, "out-of-range"),
        ("repeatable: true", "timeouts: {whole: 2m}", 19, "out-of-range"),
        ("price: price", "", 3, "missing-key"),
    ],
)  # fmt: skip
def test_a_mistake_is_found_where_it_stands(old: str, new: str, column: int, code: str) -> None:
    text, line = changed(old, new)
    found = found_in(text)

    assert code in {each.code for each in found}, found
    (mine,) = [each for each in found if each.code == code][:1]
    assert mine.file == "suppliers/fake.yaml"
    assert mine.column == column, mine
    assert abs(mine.line - int(line)) <= 8, mine
    for each in found:
        chinese = in_language(each, "zh")
        assert HAN.search(chinese.message), each
        assert not chinese.hint or HAN.search(chinese.hint), each


def test_all_mistakes_come_at_once() -> None:
    text = TEXT.replace("currency: CNY", "currency: 5").replace("key: sign", "key: x").replace("  state: state\n", "")
    codes = [each.code for each in found_in(text)]

    assert {"unknown-secret", "missing-key"} <= set(codes)
    assert len(codes) >= 4  # of order, query and cancel each says that nothing says what an answer means


def test_an_instant_that_is_not_signed_is_a_mistake() -> None:
    """Whoever has seen a call-back could send it again tomorrow."""
    found = found_in(TEXT.replace(r"\n{timestamp}\n{nonce}", r"\n{nonce}"))

    assert [each.code for each in found] == ["unsigned"]
    assert "the instant of a call-back is not signed" in found[0].message


def test_what_a_call_back_must_say_is_asked_for() -> None:
    """Without a reference nobody knows whose it is; without a signature it could be anybody's."""
    no_reference = found_in(TEXT.replace("  reference: reference\n", ""))
    start, end = TEXT.index("signing:"), TEXT.index("reads:")
    no_signature = found_in(TEXT[:start] + TEXT[end:])
    undated = found_in(TEXT.replace("  timestamp: {header: X-Fake-Timestamp}\n", "").replace(r"{timestamp}\n", ""))

    assert [each.code for each in no_reference] == ["missing-key"]
    assert [each.code for each in no_signature] == ["unsigned"]
    assert [(each.code, "age: none" in each.hint) for each in undated] == [("unsigned", True)]


def test_a_supplier_without_instants_says_so() -> None:
    """Then its call-backs have no age, and nothing else about it is a mistake."""
    text = TEXT.replace("  timestamp: {header: X-Fake-Timestamp}\n", "").replace(r"{timestamp}\n", "")
    described = supplier_of(text.replace("age: 5m", "age: none"))

    assert described.callback is not None
    assert described.callback.age is None


@pytest.mark.parametrize("text", ["", "# nothing\n", f"{TEXT}---\n{TEXT.replace('supplier: fake', 'supplier: other')}"])
def test_a_file_describes_one_supplier(text: str) -> None:
    assert found_in(text)[-1].code in ("no-supplier", "empty")


def test_the_suppliers_of_a_mall_project_are_read_together(tmp_path: Path) -> None:
    """A name that stands in two files is a mistake in the second."""
    folder = tmp_path / "suppliers"
    assert load_suppliers(tmp_path) == {}
    folder.mkdir()
    (folder / "a.yaml").write_text(TEXT, encoding="utf-8")
    (folder / "b.yaml").write_text(TEXT.replace("supplier: fake", "supplier: other"), encoding="utf-8")
    found = load_suppliers(tmp_path)
    (folder / "b.yaml").write_text(TEXT, encoding="utf-8")
    with pytest.raises(CampaignFileError) as no:
        load_suppliers(tmp_path)

    assert set(found) == {"fake", "other"}
    assert [str(each).split(" ")[:2] for each in no.value.findings] == [["suppliers/b.yaml:2:11", "declared-twice"]]
    assert no.value.findings[0].hint == "first in suppliers/a.yaml:2"


def test_what_a_refusal_of_a_query_says_has_to_be_said_there() -> None:
    """A refusal to an order is none of a purchase that is asked about; neither is a supplier who is busy."""
    described = load_supplier(FAKE_YAML)
    reading = {name: each.reading.words for name, each in described.operations.items()}
    own = supplier_of(
        TEXT.replace('path: "/orders/{reference}"}', 'path: "/orders/{reference}", reads: {words: {refused: [lost]}}}')
    )
    wrong = found_in(
        TEXT.replace('path: "/orders/{reference}"}', 'path: "/orders/{reference}", reads: {words: {busy: [later]}}}')
    )

    assert set(reading["order"].values()) == {"refused", "busy"}
    assert reading["query"] == {"not_found": "absent"}
    assert (reading["cancel"], described.callback and described.callback.reading.words) == ({}, {})
    assert own.operations["query"].reading.words == {"lost": "refused"}
    assert [each.code for each in wrong] == ["unknown-word"]


def test_times_are_those_of_the_file_and_an_account_is_asked_for_three_seconds() -> None:
    described = load_supplier(FAKE_YAML)
    slower = supplier_of(TEXT.replace("repeatable: true", "timeouts: {connect: 1s, whole: 20s}"))

    assert (described.connect, described.operations["order"].seconds) == (3, 10)
    assert described.operations["check_account"].seconds == 3
    assert (slower.connect, slower.operations["order"].seconds, slower.operations["check_account"].seconds) == (
        1,
        20,
        3,
    )
    assert described.callback is not None
    assert described.callback.age == timedelta(minutes=5)


@pytest.mark.parametrize("text", ["", "a..b", "a[", "a[]b", "[0]", "a.[]", "a b", ".a", "a" * 300, ".".join("a" * 17)])
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="path"):
        AnswerPath.parse(text)


def test_braces_that_are_no_placeholder_stand_for_themselves() -> None:
    assert Template.parse('{"a": {b}}').parts[0] == '{"a": '
    assert list(Template.parse("{ } {} {A} {a?}").names()) == ["a"]


def test_a_description_holds_no_secret(fake: FakeProcess) -> None:
    """It can be shown and stored: it names the variable alone."""
    described = connector_to(fake.url).description

    assert described.variables == {"sign": "FAKE_SUPPLIER_SECRET"}
    assert "tests-only" not in repr(described)
