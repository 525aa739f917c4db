"""
Turns answers that are not about a purchase into values: a page of the catalogue, our balance, an account.
"""

from __future__ import annotations

from typing import Any

from quanyi.adapters.suppliers.answers import word_of
from quanyi.adapters.suppliers.documents import (
    MISSING,
    UnreadableError,
    amount_at,
    read_body,
    text_at,
    value_at,
)
from quanyi.adapters.suppliers.exchange import Answer
from quanyi.campaigns.language.suppliers import (
    AccountReading,
    BalanceReading,
    CatalogueReading,
    Reading,
    SupplierDescription,
)
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.errors import InputError, SupplierRefused, SupplierUnavailable
from quanyi.entitlements.parsing import parse_whole, quoted
from quanyi.entitlements.supply.port import AccountAnswer, CataloguePage, Product

__all__ = ["account_answer", "balance_of", "document_of", "page_of"]

_SUCCESS = range(200, 300)


def document_of(answer: Answer, reading: Reading) -> dict[str, Any]:
    """
    The map that an answer says, if it is one without an error.

    Raises:
        SupplierRefused: It says a declared no.
        SupplierUnavailable: It can't be read, or says an error that means nothing.
    """
    try:
        document = read_body(answer.body, "json")
        said = text_at(document, reading.word)
    except UnreadableError as wrong:
        raise SupplierUnavailable(f"status {answer.status}: {wrong}") from None
    word = word_of(said, answer, reading)
    if word == "refused":
        raise SupplierRefused(f"the supplier said {quoted(said or answer.status)}")
    if answer.status not in _SUCCESS or (said is not None and word != "ok"):
        raise SupplierUnavailable(f"status {answer.status}, word {quoted(said)}")
    return document


def page_of(document: Any, how: CatalogueReading, description: SupplierDescription) -> CataloguePage:
    """
    A page of the catalogue. An entry that can't be read is skipped and counted, and such a page completes no list.

    Raises:
        SupplierUnavailable: There is no list.
    """
    try:
        items = value_at(document, how.items)
        following = text_at(document, how.next)
        complete = text_at(document, how.complete) == "true"
    except UnreadableError as wrong:
        raise SupplierUnavailable(str(wrong)) from None
    if not isinstance(items, list):
        raise SupplierUnavailable("the answer has no list of products")
    found: dict[str, Product] = {}
    for item in items:
        try:
            product = _product(item, how, description)
        except (UnreadableError, InputError, ValueError):
            continue
        found.setdefault(product.product, product)
    skipped = len(items) - len(found)
    whole = complete or (how.complete_at_end and following is None)
    return CataloguePage(
        products=tuple(found.values()), next=following, complete=whole and not skipped, skipped=skipped
    )


def _product(item: Any, how: CatalogueReading, description: SupplierDescription) -> Product:
    name, price = text_at(item, how.product), amount_at(item, how.price, description)
    if name is None or price is None:
        raise UnreadableError("a product without its name or price")
    active = how.active is None or text_at(item, how.active) not in (None, *how.inactive)
    return Product(
        product=name,
        title=text_at(item, how.title) or "",
        price=price,
        stock=_stock(item, how),
        active=active,
    )


def _stock(item: Any, how: CatalogueReading) -> int | None:
    if how.stock is None:
        return None
    text = text_at(item, how.stock)
    if text in how.unlimited:
        return None
    stock = parse_whole(text or "")
    if stock < 0:
        raise UnreadableError("a stock below zero")
    return stock


def balance_of(document: Any, how: BalanceReading, description: SupplierDescription) -> Amount:
    """
    Our balance at the supplier.

    Raises:
        SupplierUnavailable: There is none that can be read.
    """
    try:
        found = amount_at(document, how.amount, description)
    except UnreadableError as wrong:
        raise SupplierUnavailable(str(wrong)) from None
    if found is None:
        raise SupplierUnavailable("the answer says no balance")
    return Amount(found, description.currency, description.scale)


def account_answer(answer: Answer, how: AccountReading, reading: Reading) -> AccountAnswer:
    """Whether the supplier knows an account; ``silent`` for whatever is neither a clear yes nor a clear no."""
    try:
        document = read_body(answer.body, "json")
        state, word = text_at(document, how.state), text_at(document, reading.word)
    except UnreadableError:
        return AccountAnswer("silent")
    if value_at(document, how.state) is MISSING or answer.status not in _SUCCESS:
        return AccountAnswer("silent")
    if state in how.unknown:
        return AccountAnswer("unknown", word or state or "")
    error = word is not None and reading.words.get(word) != "ok"
    return AccountAnswer("silent" if error or state not in how.known else "known")
