"""Keys and ids at the door: what is none is refused by every method of the face, and nothing is done."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import pytest

from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import InputError, VoucherRefused
from quanyi.entitlements.identifiers import identifier
from tests.engine.conftest import FOLDER

ODD: dict[str, Any] = {
    "empty": "",
    "one too long": "x" * 201,
    "a megabyte": "x" * 1_000_000,
    "a line break": "ann\n",
    "a zero byte": "a\x00b",
    "an escape": "\x1b[31m",
    "half of a character": "\ud800",
    "bytes": b"ann",
    "a float": 1.5,
    "a truth": True,
    "a list": ["ann"],
    "a huge number": 10**5000,
}

CALLS: dict[str, Callable[[OpenMall, Any], object]] = {
    "report, user": lambda mall, odd: mall.report("check_in", user=odd, key="k"),
    "report, key": lambda mall, odd: mall.report("check_in", user="ann", key=odd),
    "report, type": lambda mall, odd: mall.report(odd, user="ann", key="k"),
    "report, actor": lambda mall, odd: mall.report("check_in", user="ann", key="k", by=odd),
    "report, an id inside": lambda mall, odd: mall.report(
        "order.paid", user="ann", key="k", data={"order": odd, "amount": "60"}
    ),
    "exchange, offer": lambda mall, odd: mall.exchange(odd, user="ann", key="k"),
    "exchange, user": lambda mall, odd: mall.exchange("coffee", user=odd, key="k"),
    "exchange, key": lambda mall, odd: mall.exchange("coffee", user="ann", key=odd),
    "exchange, campaign": lambda mall, odd: mall.exchange("coffee", user="ann", key="k", campaign=odd),
    "claim, campaign": lambda mall, odd: mall.claim(odd, item="phone", user="ann", key="k"),
    "claim, item": lambda mall, odd: mall.claim("flash", item=odd, user="ann", key="k"),
    "claim, user": lambda mall, odd: mall.claim("flash", item="phone", user=odd, key="k"),
    "claim, actor": lambda mall, odd: mall.claim("flash", item="phone", user="ann", key="k", by=odd),
    "settle, hold": lambda mall, odd: mall.settle(odd, paid=1, key="k"),
    "settle, key": lambda mall, odd: mall.settle("h", paid=1, key=odd),
    "settle, user": lambda mall, odd: mall.settle("h", paid=1, key="k", user=odd),
    "release, hold": lambda mall, odd: mall.release(odd, key="k"),
    "refund, hold": lambda mall, odd: mall.refund(odd, key="k"),
    "redeem, entitlement": lambda mall, odd: mall.redeem(odd, user="ann", key="k"),
    "reveal, entitlement": lambda mall, odd: mall.reveal(odd, user="ann", key="k"),
    "choose, deal": lambda mall, odd: mall.choose(odd, "part", ["a"], key="k"),
    "choose, part": lambda mall, odd: mall.choose("d", odd, ["a"], key="k"),
    "choose, choice": lambda mall, odd: mall.choose("d", "part", [odd], key="k"),
    "invite_code, campaign": lambda mall, odd: mall.invite_code(odd, user="ann", key="k"),
    "accept_invite, user": lambda mall, odd: mall.accept_invite("abc", user=odd, key="k"),
    "adjust, user": lambda mall, odd: mall.desk.adjust(odd, "points", 5, key="k", reason="r"),
    "adjust, unit": lambda mall, odd: mall.desk.adjust("ann", odd, 5, key="k", reason="r"),
    "import_codes, benefit": lambda mall, odd: mall.desk.import_codes(odd, ["A-1"], key="k"),
    "import_codes, key": lambda mall, odd: mall.desk.import_codes("music", ["A-1"], key=odd),
    "pause": lambda mall, odd: mall.desk.pause(odd),
    "ask, key": lambda mall, odd: mall.ask(odd, "check_in"),
    "ask, type": lambda mall, odd: mall.ask("k", odd),
    "wallet": lambda mall, odd: mall.wallet(odd),
    "entries, user": lambda mall, odd: mall.entries(odd, "points"),
    "entries, unit": lambda mall, odd: mall.entries("ann", odd),
    "offer, user": lambda mall, odd: mall.offer("flash", "phone", odd),
    "entitlements": lambda mall, odd: mall.entitlements(odd),
    "entitled": lambda mall, odd: mall.entitled("phone", odd),
    "deals": lambda mall, odd: mall.deals(odd),
    "deal": lambda mall, odd: mall.deal(odd),
    "promises": lambda mall, odd: mall.promises(odd),
    "bundle": lambda mall, odd: mall.bundle(odd),
    "invites": lambda mall, odd: mall.invites(odd),
    "tasks": lambda mall, odd: mall.tasks(odd),
    "task, campaign": lambda mall, odd: mall.task(odd, "ann"),
    "streak, campaign": lambda mall, odd: mall.streak(odd, "ann"),
    "streaks": lambda mall, odd: mall.streaks(odd),
    "explain, user": lambda mall, odd: mall.explain("check_in", user=odd),
    "explain, campaign": lambda mall, odd: mall.explain("check_in", user="ann", campaign=odd),
    "batch": lambda mall, odd: mall.batch().report("check_in", user=odd, key="k"),
}


@pytest.fixture(scope="module")
def quiet() -> OpenMall:
    mall = wire(load_project(FOLDER), MemoryStore(), vault=SealingVault(KeyRing.for_development()))
    mall.desk.apply()
    return mall


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_what_is_no_identifier_is_refused_by_every_call(quiet: OpenMall, call: Callable[[OpenMall, Any], object]):
    """A typed error that does not repeat what was sent, from every method that takes a key or an id."""
    for odd in ODD.values():
        with pytest.raises(InputError) as no:
            call(quiet, odd)

        assert len(str(no.value)) < 300


def test_whole_numbers_and_uuids_are_their_text(mall: OpenMall) -> None:
    """A host whose ids are numbers may send them as they are; 7 and "7" are one person and one key."""
    number = uuid.UUID(int=5)
    mall.report("check_in", user=7, key=number)  # type: ignore[arg-type]
    again = mall.report("check_in", user="7", key=str(number))

    assert (again.duplicate, mall.wallet("7").units["points"].balance) == (True, 10)


class Colour(StrEnum):
    RED = "red"


def test_an_identifier_is_taken_exactly_as_it_was_sent() -> None:
    """Nothing is trimmed, folded or normalised, so two spellings are two; kinds of text come out as plain text."""
    spellings = ["Ann", "ann", " ann", "\u00e9", "e\u0301"]

    assert [identifier(text, "user") for text in spellings] == spellings
    assert type(identifier(Colour.RED, "user")) is str


@pytest.mark.parametrize("code", ["x" * 201, "\ud800", "a\x00b"])
def test_a_code_that_can_be_nobodys_is_unknown(quiet: OpenMall, code: str) -> None:
    """Somebody typed it, so the answer is the one for an unknown code."""
    with pytest.raises(VoucherRefused) as no:
        quiet.accept_invite(code, user="ann", key="k")

    assert no.value.reason == "unknown-code"


@pytest.mark.parametrize("code", [None, 5, b"abc"])
def test_a_code_that_is_no_text_is_a_mistake_of_the_host(quiet: OpenMall, code: Any) -> None:
    with pytest.raises(InputError):
        quiet.accept_invite(code, user="ann", key="k")
