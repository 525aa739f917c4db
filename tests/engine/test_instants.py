"""Starts are inside and ends are outside, to the microsecond, with no sweep in between."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import HoldClosed, InsufficientPoints, NotOpen, Refused, VoucherRefused
from tests.engine.conftest import FOLDER, NOON

A_MOMENT = timedelta(microseconds=1)
TWO_DAYS = """
campaign: two-days
kind: flash_sale
runs: {from: "2026-03-03", through: "2026-03-04"}
sells: {phone: 5699.00}
quota: {phone: 20}
"""


def bought(mall: OpenMall, user: str = "ann") -> str:
    """A coffee for points."""
    mall.report("points.granted", user=user, key=f"g/{user}", data={"points": 300})
    return mall.exchange("coffee", user=user, key=f"x/{user}").entitlements[0]


def test_a_hold_ends_at_its_end(mall: OpenMall, clock: FixedClock) -> None:
    """The last moment pays; at the end itself the deal is closed and the piece is free."""
    holds = [mall.claim("flash", item="phone", user=user, key=user) for user in ("ann", "bob")]
    end = datetime.fromisoformat(holds[0].due_at)
    clock.move(end - A_MOMENT)
    mall.settle(holds[0].hold, paid=569900, key="pay/ann")
    clock.move(end)
    with pytest.raises(HoldClosed):
        mall.settle(holds[1].hold, paid=569900, key="pay/bob")

    assert (mall.deal(holds[0].hold).phase, mall.deal(holds[1].hold).phase) == ("paid", "closed")
    assert mall.offer("flash", "phone").left == 19


def test_an_entitlement_ends_at_its_end(mall: OpenMall, clock: FixedClock) -> None:
    """The last moment redeems; at the end itself it has expired."""
    first, second = bought(mall, "ann"), bought(mall, "bob")
    end = mall.entitlements("ann")[0].ends
    assert end is not None
    clock.move(end - A_MOMENT)
    mall.redeem(first, user="ann", key="r/ann")
    clock.move(end)
    with pytest.raises(VoucherRefused, match="expired"):
        mall.redeem(second, user="bob", key="r/bob")

    assert not mall.entitled("coffee", "bob")


def test_an_entitlement_is_used_up_once(mall: OpenMall) -> None:
    """A second redemption under another key is told that it was used."""
    right = bought(mall)
    mall.redeem(right, user="ann", key="r1")
    with pytest.raises(VoucherRefused, match="already-used"):
        mall.redeem(right, user="ann", key="r2")

    assert not mall.entitled("coffee", "ann")


def test_points_end_at_their_end(mall: OpenMall, clock: FixedClock) -> None:
    """The last moment spends; at the end itself the points are gone."""
    for user in ("ann", "bob"):
        mall.report("points.granted", user=user, key=f"g/{user}", data={"points": 300})
    ((end, _),) = mall.wallet("ann").units["points"].ending
    clock.move(end - A_MOMENT)
    mall.exchange("coffee", user="ann", key="x/ann")
    clock.move(end)
    with pytest.raises(InsufficientPoints):
        mall.exchange("coffee", user="bob", key="x/bob")

    assert mall.wallet("bob").units["points"].balance == 0


def test_a_promise_falls_due_at_its_instant(mall: OpenMall, clock: FixedClock) -> None:
    """Nothing a moment before; at the instant itself it is kept."""
    mall.report("order.paid", user="ann", key="o1", data={"order": "o1", "amount": 5000})
    clock.advance(timedelta(days=7) - A_MOMENT)
    mall.sweep()
    early = mall.entitled("coffee", "ann")
    clock.advance(A_MOMENT)
    mall.sweep()

    assert (early, mall.entitled("coffee", "ann")) == (False, True)


def test_a_run_begins_and_ends_at_midnight(clock: FixedClock, tmp_path: Path) -> None:
    """Two days in Shanghai: the first moment is in, the first moment after the last day is out."""
    copytree(FOLDER, tmp_path / "mall")
    (tmp_path / "mall" / "campaigns" / "two-days.yaml").write_text(TWO_DAYS, encoding="utf-8")
    mall = wire(load_project(tmp_path / "mall"), MemoryStore(), clock=clock)
    mall.desk.apply()
    start, end = NOON + timedelta(hours=12), NOON + timedelta(hours=60)
    moments = (start - A_MOMENT, start, end - A_MOMENT, end)

    assert [_said(mall, clock, moment) for moment in moments] == ["not-open", "yes", "yes", "ended"]


def _said(mall: OpenMall, clock: FixedClock, at: datetime) -> str:
    clock.move(at)
    try:
        mall.claim("two-days", item="phone", user="ann", key=str(at))
    except NotOpen as no:
        return no.reason
    except Refused as other:
        return f"another no: {other.reason}"
    return "yes"
