"""The databases and the browser that other tests are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import URL, Connection, NullPool, create_engine, text

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize("_again", [1, 2])
def test_each_test_has_a_postgres_schema_of_its_own(postgres_url: URL, _again: int):
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("create table only_mine (id int)"))
        schema = connection.execute(text("select current_schema()")).scalar_one()
    engine.dispose()

    assert str(schema).startswith("test_")


@pytest.fixture
def stragglers() -> Iterator[list[Connection]]:
    """Connections that are closed only after the schema is gone."""
    left: list[Connection] = []
    yield left
    for connection in left:
        connection.invalidate()
        connection.close()


def test_a_transaction_left_open_does_not_keep_the_schema(stragglers: list[Connection], postgres_url: URL):
    """The fixture ends it, so that a failed test cannot make the next one wait."""
    stragglers.append(create_engine(postgres_url, poolclass=NullPool).connect())

    stragglers[0].execute(text("create table locked (id int)"))
    assert stragglers[0].in_transaction()


@pytest.mark.browser
def test_the_browser_reads_chinese(browser):
    page = browser.new_page()
    page.set_content("<h1>权益</h1>")

    assert page.locator("h1").inner_text() == "权益"
    page.close()
