"""Whatever belongs to somebody else answers like what was never there: in kind, word, numbers and both languages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import QuanyiError, Refused
from tests.engine.conftest import NOON

if TYPE_CHECKING:
    from collections.abc import Callable

FRIENDS = Path(__file__).parents[1] / "malls" / "friends"
NOBODYS = "0000000000000000"

CALLS: dict[str, Callable[[OpenMall, str], object]] = {
    "settle": lambda mall, id_: mall.settle(id_, paid=6900, key=f"s/{id_}", user="bob"),
    "release": lambda mall, id_: mall.release(id_, key=f"l/{id_}", user="bob"),
    "refund": lambda mall, id_: mall.refund(id_, key=f"r/{id_}", user="bob"),
    "choose": lambda mall, id_: mall.choose(id_, "pick", ["film", "song"], key=f"c/{id_}", user="bob"),
    "bundle": lambda mall, id_: mall.bundle(id_, "bob"),
    "redeem": lambda mall, id_: mall.redeem(id_, key=f"d/{id_}", user="bob"),
    "reveal": lambda mall, id_: mall.reveal(id_, key=f"v/{id_}", user="bob"),
}
OF_RIGHTS = ("redeem", "reveal")


@pytest.fixture
def mall() -> OpenMall:
    mall = wire(
        load_project(FRIENDS), MemoryStore(), clock=FixedClock(NOON), vault=SealingVault(KeyRing.for_development())
    )
    mall.desk.apply()
    return mall


def no_of(act: Callable[[], object], id_: str) -> tuple[object, ...]:
    """Everything that a caller can tell of a no, but for the number that he named himself."""
    with pytest.raises(QuanyiError) as caught:
        act()
    no = caught.value
    said = (no.message("zh"), no.message("en"), dict(no.shows), no.next_at) if isinstance(no, Refused) else ()
    return type(no), getattr(no, "reason", ""), str(no).replace(id_, "…"), *said


@pytest.mark.parametrize("name", CALLS)
def test_somebody_elses_and_nobodys_answer_alike(mall: OpenMall, name: str) -> None:
    """A deal and an entitlement of ann's, tried by bob."""
    deal = str(mall.claim("year", item="card", user="ann", key="claim").hold)
    mall.settle(deal, paid=6900, key="paid")
    hers = mall.deal(deal).grants[0] if name in OF_RIGHTS else deal

    assert no_of(lambda: CALLS[name](mall, hers), hers) == no_of(lambda: CALLS[name](mall, NOBODYS), NOBODYS)


def test_a_mistyped_code_and_none_answer_alike(mall: OpenMall) -> None:
    """And the right one is read however it was typed."""
    code = str(mall.invite_code("invite", user="ann", key="k").code)
    typed = f" {code[:4].lower()}-{code[4:]} "
    mistyped = no_of(lambda: mall.accept_invite(code[:-1], user="bob", key="a"), code[:-1])
    nothing = no_of(lambda: mall.accept_invite("zzzz zzzz", user="bob", key="b"), "zzzz zzzz")

    assert mistyped == nothing
    assert mall.accept_invite(typed, user="bob", key="c").bound
