"""What a host asks about invitations and bought bundles, and the calls that change them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import NotFound, Refused, VoucherRefused
from tests.engine.conftest import NOON

FRIENDS = Path(__file__).parents[1] / "malls" / "friends"
DAY = timedelta(days=1)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def mall(clock: FixedClock) -> OpenMall:
    mall = wire(load_project(FRIENDS), MemoryStore(), clock=clock, vault=SealingVault(KeyRing.for_development()))
    mall.desk.apply()
    mall.desk.import_codes("book", ["b1", "b2"], key="books")
    return mall


def bought(mall: OpenMall, user: str = "ann") -> str:
    hold = str(mall.claim("year", item="card", user=user, key=f"c/{user}").hold)
    mall.settle(hold, paid=6900, key=f"p/{user}")
    return hold


def test_a_stranger_has_no_code_and_nobody(mall: OpenMall) -> None:
    """Looking makes nothing."""
    (view,) = mall.invites("nobody")

    assert (view.code, view.has_codes, view.invited_by, view.invitees, view.pending) == ("", True, "", (), ())


def test_invitees_stand_at_their_stage(mall: OpenMall) -> None:
    """Bound, then rewarded; newest first, each with the way they came, and masked for others."""
    code = mall.invite_code("invite", user="ann", key="k").code
    mall.accept_invite(code.lower(), user="bob", key="b")
    mall.report("user.register", user="cat", key="c", data={"inviter": "ann"})
    mall.report("order.paid", user="bob", key="o", data={"order": "o1", "amount": "50.00"})
    (view,) = mall.invites("ann")

    assert view.code == code
    assert [(i.user, i.masked, i.stage, i.by) for i in view.invitees] == [
        ("cat", "c***t", "bound", "link"),
        ("bob", "b***b", "rewarded", "code"),
    ]
    assert (view.count("bound"), view.count("bound", "rewarded"), mall.invites("bob")[0].invited_by) == (1, 2, "ann")


def test_a_code_says_whose_invitation_it_is_before_it_is_taken(mall: OpenMall) -> None:
    """However it was typed, and within a look; a code of nobody is refused as it is when it is taken."""
    code = mall.invite_code("invite", user="ann", key="k").code
    (found,) = mall.look(lambda at: at.invitation(f" {code.lower()} "))

    assert (found.campaign, found.inviter, found.state) == ("invite", "ann", "open")
    for text in ("ZZZZZZZZ", "", "\ud800"):
        with pytest.raises(VoucherRefused) as no:
            mall.invitation(text)
        assert no.value.reason == "unknown-code"


def test_deals_can_be_listed_by_how_they_stand(mall: OpenMall) -> None:
    """Nobody who has none gets an error."""
    assert [mall.deals("nobody", phase=phase) for phase in ("placed", "paid", None)] == [[], [], []]


def test_a_bond_that_is_over_reads_as_ended(mall: OpenMall, clock: FixedClock) -> None:
    """Without any sweep."""
    mall.report("user.register", user="cat", key="c", data={"inviter": "ann"})
    clock.move(NOON + 91 * DAY)

    assert [invitee.stage for invitee in mall.invites("ann")[0].invitees] == ["ended"]
    assert mall.invites("cat")[0].invited_by == ""


@pytest.mark.parametrize("code", ["ZZZZZZZZ", "", "no code at all, but long"])
def test_an_unknown_code_is_refused_whatever_it_is(mall: OpenMall, code: str) -> None:
    """And an empty one says that nobody was named."""
    with pytest.raises(Refused) as no:
        mall.accept_invite(code, user="bob", key="b")

    assert no.value.reason == ("unknown-code" if code else "no-inviter")


def test_a_bundle_is_shown_part_by_part(mall: OpenMall, clock: FixedClock) -> None:
    """What is open, until when, and what there is to choose; past its deadline the default reads as given."""
    deal = bought(mall)
    before = {part.name: part for part in mall.bundle(deal, "ann").parts}
    clock.move(NOON + 7 * DAY)
    after = {part.name: part for part in mall.bundle(deal, "ann").parts}

    assert {name: part.phase for name, part in before.items()} == {"tea": "given", "later": "waiting", "pick": "open"}
    assert (list(before["pick"].options), before["pick"].pick, before["pick"].default) == (
        ["film", "song", "book"],
        2,
        ("film", "song"),
    )
    assert before["pick"].due_at == NOON + 7 * DAY
    assert (after["pick"].phase, after["pick"].chosen, after["pick"].defaulted) == ("given", ("film", "song"), True)
    assert after["later"].things == (("points", 100),)


def test_the_default_is_held_from_its_instant_on(mall: OpenMall, clock: FixedClock) -> None:
    """Lists read it as given too, and whoever chooses too late is told."""
    deal = bought(mall)
    clock.move(NOON + 7 * DAY)

    assert mall.entitled("film", "ann")
    with pytest.raises(Refused) as no:
        mall.choose(deal, "pick", ["song", "book"], user="ann", key="late")
    assert (no.value.reason, no.value.message("en")) == (
        "choice-closed",
        "You chose film, song. It can’t be changed.",
    )


def test_somebody_elses_bundle_and_an_ordinary_deal_are_not_found(mall: OpenMall) -> None:
    """Both answer alike."""
    deal = bought(mall)
    for number, user in ((deal, "bob"), ("ghost", "ann")):
        with pytest.raises(NotFound):
            mall.bundle(number, user)


def test_a_repeated_choice_is_answered_the_same(mall: OpenMall) -> None:
    """One key, one choice."""
    deal = bought(mall)
    first, again = (mall.choose(deal, "pick", ["film", "book"], user="ann", key="c") for _ in range(2))

    assert (again.duplicate, again.entitlements) == (True, first.entitlements)
