"""What a host does and shows without a method for each kind: `do`, `view`, `views`, and the desk in a batch."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import InputError, NotFound

MALLS = Path(__file__).parents[1] / "malls"
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def opened(name: str) -> OpenMall:
    mall = wire(
        load_project(MALLS / name),
        MemoryStore(),
        clock=FixedClock(NOON),
        vault=SealingVault(KeyRing.for_development()),
    )
    mall.desk.apply()
    return mall


@pytest.fixture(scope="module")
def errands() -> OpenMall:
    mall = opened("errands")
    for book in ("b1", "b2"):
        mall.report("chapter.read", user="ann", key=f"r/{book}", data={"book": book, "chapter": "1"})
    return mall


@pytest.fixture(scope="module")
def friends() -> OpenMall:
    mall = opened("friends")
    mall.desk.import_codes("book", ["b1", "b2"], key="books")
    mall.settle(str(mall.claim("year", item="card", user="ann", key="c").hold), paid=6900, key="p")
    return mall


def test_a_kinds_own_calls_show_what_the_general_ones_do(errands: OpenMall) -> None:
    """One task for each book that was read; the first of them where none is named."""
    assert errands.views("task", "ann") == errands.tasks("ann")
    assert errands.view("this-book", "ann", book="b2") == errands.task("this-book", "ann", book="b2")
    assert errands.view("this-book", "ann", book="b2") != errands.view("this-book", "ann", book="b1")


def test_streaks_are_shown_by_their_month() -> None:
    mall = opened("checkins")
    mall.do("sign", user="ann", key="s")

    assert mall.views("streak", "ann") == mall.streaks("ann")
    assert mall.view("seven-days", "ann", month="2026-02") == mall.streak("seven-days", "ann", month="2026-02")
    assert mall.streak("seven-days", "ann", month="") == mall.streak("seven-days", "ann")


def test_bundles_and_invitations_are_shown_like_the_rest(friends: OpenMall) -> None:
    (deal,) = friends.deals("ann")

    assert friends.views("referral", "ann") == friends.invites("ann")
    assert friends.views("bundle", "ann") == [friends.bundle(deal.id)]
    assert friends.view("year", "ann") == friends.view("year", "ann", deal=deal.id)


def test_nobody_is_shown_anothers_deal(friends: OpenMall) -> None:
    deal = friends.deals("ann")[0].id
    for asked in ({"deal": deal}, {}):
        with pytest.raises(NotFound):
            friends.view("year", "ben", **asked)

    assert friends.views("bundle", "ben") == []


@pytest.mark.parametrize(
    ("campaign", "named", "error"),
    [
        ("coffee-for-points", {}, NotFound),
        ("nothing", {}, NotFound),
        ("this-book", {"chapter": "c1"}, InputError),
        ("spend-500", {"book": "b1"}, InputError),
    ],
)
def test_what_is_not_shown_is_said(
    errands: OpenMall, campaign: str, named: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        errands.view(campaign, "ann", **named)


def test_a_kind_that_shows_nothing_is_a_mistake(errands: OpenMall) -> None:
    with pytest.raises(InputError, match="there are bundle, referral, streak, task"):
        errands.views("points_exchange", "ann")


def test_a_sale_has_offers_and_no_view(mall: OpenMall) -> None:
    with pytest.raises(NotFound, match="'flash' has no view of its own"):
        mall.view("flash", "ann")

    assert mall.offer("flash", "phone").left == 20


def test_any_command_is_done_by_its_type(mall: OpenMall) -> None:
    mall.desk.adjust("ann", "points", 600, key="a", reason="start")
    receipt = mall.do("exchange", user="ann", key="x", campaign="coffee-for-points", data={"offer": "coffee"})
    again = mall.do("exchange", user="ann", key="x", campaign="coffee-for-points", data={"offer": "coffee"})

    assert (receipt.given, again.duplicate) == ({"coffee": 1}, True)


@pytest.mark.parametrize(
    ("type_", "campaign", "data"),
    [
        ("check_in", None, {}),
        ("no.such", None, {}),
        ("exchange", "check-in", {"offer": "coffee"}),
        ("exchange", "coffee-for-points", {"offer": "coffee", "colour": "red"}),
        ("exchange", "coffee-for-points", {}),
    ],
)
def test_what_is_no_command_of_a_campaign_is_a_mistake(
    mall: OpenMall, type_: str, campaign: str | None, data: dict[str, str]
) -> None:
    with pytest.raises(InputError):
        mall.do(type_, user="ann", key="k", campaign=campaign, data=data)


def test_a_batch_has_a_desk(mall: OpenMall) -> None:
    """Its writes wait for the end of the block, as all of a batch's do."""
    with mall.batch() as batch:
        batch.desk.adjust("ann", "points", 300, key="a", reason="start")
        batch.exchange("coffee", user="ann", key="x")
        before = mall.wallet("ann").units["points"].balance

    assert (before, mall.wallet("ann").units["points"].balance, len(batch.outcomes)) == (0, 0, 2)
    assert mall.entitled("coffee", "ann")
