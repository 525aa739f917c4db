"""The fake supplier as a process: its command, its switches and page, and what survives a kill."""

from __future__ import annotations

import re
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from quanyi.adapters.cli import main
from quanyi.adapters.suppliers.fake.switches import SETTINGS, SWITCHES, Switches
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.supply.port import Order
from quanyi.entitlements.supply.replies import Accepted, Delivered, Refused
from tests.suppliers.conftest import SECRET, connector_to

if TYPE_CHECKING:
    from quanyi.adapters.suppliers.connector import HttpSupplier
    from tests.suppliers.conftest import FakeProcess, Inbox


def test_what_it_said_survives_a_kill(
    start_fake: Callable[..., FakeProcess], tmp_path: Path, inbox: Inbox, order: Callable[..., Order]
) -> None:
    """Purchases, the balance, the switches, what is to be delivered, and call-backs that nobody took yet."""
    file = str(tmp_path / "fake.db")
    first = start_fake("--file", file, "--callback", inbox.url)
    first.set(delivers_after=1)
    asked = order(quantity=2)
    accepted: Any = connector_to(first.url).order(asked)
    balance = connector_to(first.url).balance()
    first.kill()
    second = start_fake("--file", file)
    told = inbox.of(asked.reference)
    supplier = connector_to(second.url)
    delivered: Any = supplier.query(asked.reference)

    assert isinstance(accepted, Accepted)
    assert isinstance(delivered, Delivered)
    assert (delivered.number, len(delivered.codes)) == (accepted.number, 2)
    assert supplier.balance() == balance
    assert supplier.read_callback(told[0]).reply == delivered
    assert supplier.order(asked) == delivered


def test_a_call_back_that_is_not_taken_comes_again(
    fake: FakeProcess, supplier: HttpSupplier, inbox: Inbox, order: Callable[..., Order]
) -> None:
    """Each time with a nonce and an instant of its own."""
    fake.set(callback=inbox.url)
    inbox.status = 500
    asked = order()
    supplier.order(asked)
    inbox.of(asked.reference)
    inbox.status = 200
    both = inbox.of(asked.reference, count=2)

    assert len({each.headers["x-fake-nonce"] for each in both}) == 2
    assert {supplier.read_callback(each).reference for each in both} == {asked.reference}


def test_what_was_charged_is_what_was_not_paid_back(
    fake: FakeProcess, supplier: HttpSupplier, order: Callable[..., Order]
) -> None:
    """Money of both sides is equal, also where orders failed, were repeated or refused."""
    before, charged = supplier.balance().value, Decimal(fake.get("/purchases")["charged"])
    fake.set(fails_later=30, out_of_stock=30, seed="money")
    replies: list[Any] = []
    for _ in range(20):
        asked = order()
        reply: Any = supplier.order(asked)
        if not isinstance(reply, Refused):
            supplier.order(asked)
        while isinstance(reply, Accepted):
            reply = supplier.query(asked.reference)
        replies.append(reply)
    ours = sum(reply.cost for reply in replies if isinstance(reply, Delivered))
    theirs = Decimal(fake.get("/purchases")["charged"]) - charged

    assert {type(reply) for reply in replies} == {Delivered, Refused}
    assert (before - supplier.balance().value, int(theirs * 100)) == (ours, ours)


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-CN", ("模拟供应商", "采购流水号", "保存")), ("en", ("Fake supplier", "Reference", "Save"))],
)
def test_its_page_shows_every_switch(
    fake: FakeProcess, supplier: HttpSupplier, order: Callable[..., Order], language: str, words: tuple[str, ...]
) -> None:
    fake.set(slow=30)
    asked = order()
    supplier.order(asked)
    request = urllib.request.Request(fake.url, headers={"Accept-Language": language})
    page = urllib.request.urlopen(request, timeout=10).read().decode()
    place = 0 if language.startswith("zh") else 1

    assert [word for word in (*words, asked.reference) if word not in page] == []
    assert set(re.findall(r'<input[^>]*? name="(\w+)"', page)) == {*SWITCHES, *SETTINGS, "seed", "callback"}
    assert re.search(r'name="slow" value="30"', page)
    assert [texts[place] for texts in SWITCHES.values() if texts[place] not in page] == []


def test_its_form_sets_switches(fake: FakeProcess) -> None:
    request = urllib.request.Request(f"{fake.url}/switches", data=b"slow=25&late_seconds=1.5&seed=x")
    with urllib.request.urlopen(request, timeout=10) as answer:
        page = answer.read().decode()
    state = fake.get("/switches")

    assert (state["slow"], state["late_seconds"], state["seed"]) == (25, 1.5, "x")
    assert 'value="25"' in page


@pytest.mark.parametrize("said", [{"slw": 1}, {"slow": 101}, {"slow": "x"}, {"slow": None}, {"late_seconds": -1}])
def test_what_is_no_switch_is_refused(fake: FakeProcess, said: dict[str, Any]) -> None:
    """By a message that names what there is."""
    before = fake.get("/switches")
    with pytest.raises(urllib.error.HTTPError, match="400"):
        fake.set(**said)
    with pytest.raises(InputError):
        Switches().changed(said)

    assert fake.get("/switches") == before


def test_who_does_not_sign_gets_nothing(fake: FakeProcess) -> None:
    for path in ("/balance", "/catalogue", "/orders/x"):
        with pytest.raises(urllib.error.HTTPError, match="401"):
            fake.get(path)


def test_without_flask_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("quanyi.adapters.suppliers.fake")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "flask", None)
    monkeypatch.setitem(sys.modules, "werkzeug", None)
    monkeypatch.setitem(sys.modules, "werkzeug.serving", None)
    found = CliRunner().invoke(main, ["fake-supplier"], prog_name="quanyi")

    assert found.exit_code == 2
    assert "the fake supplier needs Flask, which is not installed (hint: pip install 'quanyi[flask]')" in found.output


def test_a_port_that_is_taken_is_said_in_one_line(fake: FakeProcess) -> None:
    port = fake.url.rpartition(":")[2]
    found = CliRunner().invoke(main, ["fake-supplier", "--port", port, "--secret", SECRET], prog_name="quanyi")

    assert found.exit_code == 2
    assert f"can't listen at 127.0.0.1:{port}" in found.output
