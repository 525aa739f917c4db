"""A supplier's list, balance and accounts: what can't be read is told, and never taken for something else."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from quanyi.adapters.suppliers.documents import UnreadableError, read_body
from quanyi.adapters.suppliers.exchange import Answer
from quanyi.adapters.suppliers.fake.server import fake_description
from quanyi.adapters.suppliers.listing import account_answer, balance_of, document_of, page_of
from quanyi.campaigns.language.suppliers import BalanceReading, CatalogueReading, Path
from quanyi.entitlements.errors import SupplierRefused, SupplierUnavailable

FAKE = fake_description()
ROW = {"sku": "a", "name": "A", "price": "1.00", "stock": 3, "on_sale": True}


def how() -> CatalogueReading:
    found = FAKE.operations["catalogue"].special
    assert isinstance(found, CatalogueReading)
    return found


def page(*rows: Any, **said: Any) -> Any:
    return page_of({"products": list(rows), "next": None, "complete": True, **said}, how(), FAKE)


@pytest.mark.parametrize(
    "broken",
    [
        {**ROW, "sku": None},
        {**ROW, "sku": ["a"]},
        {**ROW, "price": None},
        {**ROW, "price": "-1.00"},
        {**ROW, "price": "free"},
        {**ROW, "stock": -2},
        {**ROW, "stock": "many"},
        {**ROW, "stock": None},
        {**ROW, "stock": 2.5},
        ROW,
        "a",
        None,
    ],
)
def test_a_page_with_an_entry_that_can_not_be_read_completes_no_list(broken: Any) -> None:
    """Else its product would be gone. The same holds for a name that stands there twice: the first counts."""
    found = page(ROW, broken)

    assert ([each.product for each in found.products], found.skipped, found.complete) == (["a"], 1, False)
    assert page(ROW).complete


def test_a_list_is_whole_only_where_the_supplier_says_so() -> None:
    at_end = attrs.evolve(how(), complete=None, complete_at_end=True)
    never = attrs.evolve(how(), complete=None)
    last, first = {"products": [ROW]}, {"products": [ROW], "next": "2"}

    assert [page(complete=said).complete for said in (True, "true", False, None, "yes", 1)] == [True, True] + [
        False
    ] * 4
    assert [page_of(each, at_end, FAKE).complete for each in (last, first)] == [True, False]
    assert not page_of(last, never, FAKE).complete


def test_what_is_no_list_is_told() -> None:
    for said in ({}, {"products": {"a": 1}}, {"products": None}, {"products": [], "next": [1]}):
        with pytest.raises(SupplierUnavailable):
            page_of(said, how(), FAKE)


def test_whether_it_can_be_ordered_is_what_is_said() -> None:
    """What is not said of a thing that says it elsewhere is no yes."""
    said = (True, 1, "yes", False, 0, "0", "false", None)

    assert [page({**ROW, "on_sale": each}).products[0].active for each in said] == [True] * 3 + [False] * 5


def answer(said: Any, status: int = 200) -> Answer:
    return Answer(status=status, headers={}, body=json.dumps(said).encode())


def test_an_error_is_told_as_what_it_is() -> None:
    reading = FAKE.operations["balance"].reading
    with pytest.raises(SupplierRefused, match="unauthorized"):
        document_of(answer({"error": {"code": "unauthorized"}}, 401), reading)
    for said, status in (({"error": {"code": "oops"}}, 200), ({"balance": "1.00"}, 302), ({"balance": "1.00"}, 500)):
        with pytest.raises(SupplierUnavailable):
            document_of(answer(said, status), reading)
    for said in ({}, {"balance": "-1.00"}, {"balance": "1.001"}, {"balance": [1]}):
        with pytest.raises(SupplierUnavailable):
            balance_of(said, BalanceReading(amount=Path.parse("balance")), FAKE)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({"known": True}, "known"),
        ({"known": False, "error": {"code": "bad_number"}}, "unknown"),
        ({"known": True, "error": {"code": "oops"}}, "silent"),
        ({"known": "maybe"}, "silent"),
        ({"known": None}, "silent"),
        ({"known": [True]}, "silent"),
        ({}, "silent"),
        ([], "silent"),
    ],
)
def test_only_a_clear_yes_or_no_of_an_account_is_one(said: Any, state: str) -> None:
    operation = FAKE.operations["check_account"]
    how: Any = operation.special

    assert account_answer(answer(said), how, operation.reading).state == state
    assert account_answer(answer(said, 500), how, operation.reading).state == "silent"


def test_a_key_that_stands_there_twice_is_not_read() -> None:
    """One reader might take the first, another the last."""
    for body, kind in ((b'{"a": 1, "a": 2}', "json"), (b'{"b": {"a": 1, "a": 1}}', "json"), (b"a=1&a=1", "form")):
        with pytest.raises(UnreadableError):
            read_body(body, kind)
