"""The page about Django hosts: its module takes a payment, on PostgreSQL and on SQLite."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import URL, create_engine

import quanyi
from tests.django_host import connected
from tests.docs.pages import ROOT, titled_blocks

pytest.importorskip("django")


@pytest.fixture(params=["postgres", "sqlite"])
def shop(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The page's module, as it is written, with all tables made and the campaigns in force."""
    from django.apps import apps
    from django.db import connection

    url: URL = request.getfixturevalue(f"{request.param}_url")
    monkeypatch.setenv("MALL", str(ROOT / "tests" / "malls" / "engine"))
    monkeypatch.setenv("MALL_DB", url.render_as_string(hide_password=False))
    engine = quanyi.prepare_engine(create_engine(url))
    quanyi.upgrade(engine)
    engine.dispose()
    module = types.ModuleType("payments")
    with connected(url):
        exec(titled_blocks(ROOT / "docs" / "django.md")["payments.py"], module.__dict__)
        with connection.schema_editor() as editor:
            editor.create_model(module.Order)
        module.mall.desk.apply()
        yield module
        apps.all_models.pop("shop", None)
        module.mall.ports.store.engine.dispose()


def test_the_module_of_the_page_takes_a_payment(shop: Any) -> None:
    """One that is too small rolls its order back; the right one keeps it."""
    hold = shop.claim("ann", "phone", "k1")
    with pytest.raises(quanyi.InputError):
        shop.paid(hold, 1)
    before = shop.Order.objects.count()
    shop.paid(hold, 569900)

    assert (before, shop.Order.objects.count()) == (0, 1)
    assert [deal.phase for deal in shop.mall.deals("ann")] == ["paid"]
