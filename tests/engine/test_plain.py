"""Whatever the face returns can be said as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from tests.engine.conftest import NOON
from tests.engine.test_reveals import bought

MALLS = Path(__file__).parents[1] / "malls"


def opened(name: str) -> OpenMall:
    mall = wire(
        load_project(MALLS / name),
        MemoryStore(),
        clock=FixedClock(NOON),
        vault=SealingVault(KeyRing.for_development()),
    )
    mall.desk.apply()
    return mall


def said(value: Any) -> Any:
    """A view, or a list of them, through JSON."""
    plain = [item.to_dict() for item in value] if isinstance(value, list | tuple) else value.to_dict()
    return json.loads(json.dumps(plain))


@pytest.mark.parametrize("name", ["engine", "checkins", "errands", "friends", "boxes"])
def test_every_view_of_a_mall_is_said_as_json(name: str) -> None:
    """Wallets, offers with their why-not, tasks, streaks, invitations: all have a plain form."""
    mall = opened(name)
    reads = (mall.offers, mall.entitlements, mall.deals, mall.promises, mall.tasks, mall.streaks, mall.invites)
    shown = [said(mall.wallet("ann")), *(said(read("ann")) for read in reads)]

    assert shown[0]["user"] == "ann"
    assert all(isinstance(view, list) for view in shown[1:])


def test_receipts_decisions_deals_and_histories_are_said_as_json(mall: OpenMall) -> None:
    """Instants are ISO text in UTC, amounts whole numbers, refusals their code with what was compared."""
    right = bought(mall)
    deal = mall.deals("ann")[0]
    receipt = said(mall.settle(deal.id, paid=deal.pay, key=f"pay/{deal.id}"))
    offers = said(mall.offers("bob"))

    assert (receipt["duplicate"], receipt["at"]) == (True, "2026-03-02T04:00:00+00:00")
    assert receipt["answer"]["entitlements"] == [right]
    assert said(deal)["id"] == deal.id
    assert {entry["unit"] for entry in said(mall.entries("ann", "points"))} == {"points"}
    assert "insufficient-points" in {offer["why_not"]["code"] for offer in offers if offer["why_not"]}
    assert said(mall.explain("check_in", user="ann"))[0]["outcome"] == "granted"


def test_the_plain_form_of_a_receipt_hides_the_codes(mall: OpenMall) -> None:
    receipt = mall.reveal(bought(mall), user="ann", key="r1")

    assert "MUSIC-0001" not in json.dumps(receipt.to_dict())
    assert receipt.codes == ("MUSIC-0001",)


def test_a_receipt_keeps_who_said_no_and_why_and_no_more(mall: OpenMall) -> None:
    """The live answer has the values that were compared; what is kept has campaign, reason and code."""
    mall.report("check_in", user="ann", key="c1")
    first = mall.report("check_in", user="ann", key="c2")
    kept = mall.ask("c2", "check_in")
    live = next(decision for decision in first.decisions if decision.outcome == "skipped")

    assert live.shows
    assert kept is not None
    assert [(d.campaign, d.outcome, d.reason, d.code) for d in kept.decisions] == [
        (d.campaign, d.outcome, d.reason, d.code) for d in first.decisions
    ]
    assert not any(d.shows or d.facts or d.where for d in kept.decisions)
    assert [d.given for d in kept.decisions] == [d.given for d in first.decisions]
