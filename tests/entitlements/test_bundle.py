"""
Bundles: bought as one, given part by part; each part has a story of its own, and a refund ends them all.
"""

from __future__ import annotations

import attrs
import pytest

from quanyi.entitlements.accounts import lot, stock
from quanyi.entitlements.benefits import Benefit, PointsUnit
from quanyi.entitlements.clauses import Fixed, Gift, Head, Limit
from quanyi.entitlements.errors import InsufficientPoints, NotFound, VoucherRefused
from quanyi.entitlements.plays.bundle import Bundle, Choice, Option, Part
from quanyi.entitlements.plays.bundle.records import part_key
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.plays.sale import Price, Sale
from quanyi.entitlements.records import Entitlement
from quanyi.entitlements.time import Duration
from tests.entitlements.stage import Stage

THINGS = {
    name: Benefit(id=name, stock=5, face=face)
    for name, face in (("card", 9900), ("tea", 500), ("film", 3000), ("song", 1000), ("book", 2000))
}
POINTS = {"points": PointsUnit(id="points")}
AT, PAID = "2026-05-01T10:00", "2026-05-01T10:05"


def gift(name):
    return (Gift(thing=name, benefit=THINGS[name]),)


def points(n):
    return (Gift(thing="points", how_much=Fixed(value=n)),)


TEA = Part(name="tea", give=gift("tea"), tries=2, every=Duration(seconds=3600), instead=points(50))
LATER = Part(name="later", give=points(100), after=Duration(months=1))
PICK = Part(
    name="pick",
    choose=Choice(
        of=tuple(Option(name=name, gifts=gift(name)) for name in ("film", "song", "book")),
        pick=2,
        within=Duration(days=7),
        default=("film", "book"),
    ),
)
YEAR = Bundle(
    head=Head(campaign="year", version="v1"),
    currency="CNY",
    sells={"card": Price(money=6900, list_price=15400)},
    per_order=1,
    parts=(TEA, LATER, PICK),
    benefits=THINGS,
    units=POINTS,
)


def stocked(**pieces):
    return Stage(balances={stock(name): pieces.get(name, 5) for name in THINGS})


def bought(stage, play=YEAR, user="ann", pay=6900):
    deal = stage.ask(play, "order.place", AT, user, data={"item": "card", "order": f"o-{user}"}).answer["deal"]
    changes = stage.ask(play, "order.pay", PAID, user, about=deal, data={"paid": pay}) if pay else None
    return deal, changes


def choose(stage, deal, choice, at="2026-05-02T10:00", user="ann", play=YEAR, part="pick"):
    return stage.ask(play, "bundle.choose", at, user, about=deal, data={"deal": deal, "part": part, "choice": choice})


def refund(stage, deal, at="2026-05-03T10:00", play=YEAR):
    return stage.ask(play, "order.refund", at, None, about=deal, data={"deal": deal})


def story(stage, deal):
    """The phase of every part."""
    return {name: stage.records[part_key(deal, name)][0].phase for name in ("tea", "later", "pick")}


def test_each_part_begins_its_own_story_when_paid():
    """One is given, one waits for its time, one is open to choose; before paying there are none."""
    stage = stocked()
    deal, changes = bought(stage)

    assert [(p["part"], p["phase"]) for p in changes.answer["parts"]] == [
        ("tea", "given"),
        ("later", "waiting"),
        ("pick", "open"),
    ]
    assert stage.rights("ann") == ["card", "tea"]
    assert [p["due_at"] for p in changes.answer["parts"]] == [
        None,
        "2026-06-01T10:05:00+00:00",
        "2026-05-08T10:05:00+00:00",
    ]
    assert {e.deal for e, _ in stage.records.values() if isinstance(e, Entitlement)} == {deal}


@pytest.mark.parametrize("price", [Price(list_price=15400), Price(units={"points": 300})])
def test_a_bundle_that_costs_no_cash_is_given_at_once(price):
    """Claimed for nothing, or exchanged for points."""
    stage = stocked()
    stage.balances[lot("h-ann", "points")] = 300
    play = attrs.evolve(YEAR, sells={"card": price})
    type_, name = ("exchange", "offer") if price.units else ("order.place", "item")
    changes = stage.ask(play, type_, AT, "ann", data={name: "card"})

    assert [p["phase"] for p in changes.answer["parts"]] == ["given", "waiting", "open"]
    assert type_ in {trigger.type for trigger in play.listens()}


def test_everything_about_the_deal_is_the_sales():
    """The same checks in the same order; the same lines for placing, with parts left out."""
    sale_fields = {field.name for field in attrs.fields(Sale)}
    sale = Sale(**{name: getattr(YEAR, name) for name in sale_fields})
    data = {"item": "card", "order": "o1"}
    one, other = (stocked().ask(play, "order.place", AT, "ann", data=data) for play in (YEAR, sale))

    assert (one.lines, one.answer, YEAR.checks) == (other.lines, other.answer, sale.checks)


# --- choosing ----------------------------------------------------------------------------------


def test_what_is_chosen_is_given():
    """Two of three, once."""
    stage = stocked()
    deal, _ = bought(stage)
    changes = choose(stage, deal, ["song", "book"])

    assert stage.rights("ann") == ["book", "card", "song", "tea"]
    assert (changes.answer["phase"], len(changes.answer["entitlements"])) == ("given", 2)


@pytest.mark.parametrize("choice", [[], ["film"], ["film", "film"], ["film", "ghost"], ["film", "song", "book"]])
def test_a_choice_that_is_none_says_what_there_is(choice):
    """Too few, too many, twice the same, or unknown."""
    stage = stocked()
    deal, _ = bought(stage)
    no = stage.refusal(YEAR, "bundle.choose", AT, "ann", about=deal, data={"part": "pick", "choice": choice})

    assert (no.reason, dict(no.shows)) == ("wrong-choice", {"pick": 2, "options": "film, song, book"})
    assert no.message("en") == "Please choose 2 of these: film, song, book."


def test_who_does_not_choose_gets_the_default_at_the_deadline():
    """Up to the instant the choice is open; from then on the default is given, whether or not a sweep came."""
    stage = stocked()
    deal, _ = bought(stage)
    early = stage.pass_time(YEAR, "2026-05-08T10:04:59")
    stage.pass_time(YEAR, "2026-05-08T10:05")
    part = stage.records[part_key(deal, "pick")][0]

    assert (early, part.chosen, part.defaulted) == ([], ("film", "book"), True)
    assert stage.rights("ann") == ["book", "card", "film", "tea"]
    with pytest.raises(Exception, match="choice-closed"):
        choose(stage, deal, ["song", "book"], at="2026-05-08T10:05")


def test_a_timer_after_the_choice_gives_nothing_more():
    """The deadline of what was chosen in time is no second gift."""
    stage = stocked()
    deal, _ = bought(stage)
    choose(stage, deal, ["song", "book"])

    assert [changes.outcome for changes in stage.pass_time(YEAR, "2026-05-20T00:00")] == []
    assert stage.rights("ann") == ["book", "card", "song", "tea"]


@pytest.mark.parametrize(
    ("phase", "reason"),
    [
        ("placed", "choose-when-paid"),
        ("waiting", "not-open"),
        ("given", "choice-closed"),
        ("cancelled", "choice-closed"),
    ],
)
def test_a_part_is_chosen_only_while_it_is_open(phase, reason):
    """Each other phase answers in its own word."""
    stage, play = stocked(), YEAR
    if phase == "waiting":
        play = attrs.evolve(YEAR, parts=(attrs.evolve(PICK, after=Duration(days=1)),))
    deal, _ = bought(stage, play, pay=0 if phase == "placed" else 6900)
    if phase == "given":
        choose(stage, deal, ["song", "book"])
    if phase == "cancelled":
        refund(stage, deal)
    no = stage.refusal(
        play, "bundle.choose", "2026-05-02T09:00", "ann", about=deal, data={"part": "pick", "choice": "x"}
    )

    assert no.reason == reason


def test_somebody_elses_deal_an_unknown_one_and_a_part_without_choice_are_not_found():
    """None of them tells what there is."""
    stage = stocked()
    deal, _ = bought(stage)
    for args in (
        (deal, ["song", "book"], AT, "bob"),
        ("ghost", ["song", "book"]),
        (deal, ["x"], AT, "ann", YEAR, "tea"),
    ):
        with pytest.raises(NotFound):
            choose(stage, *args)


def test_a_choice_that_is_gone_can_be_made_anew():
    """The refusal books nothing, and the part stays open."""
    stage = stocked(song=0)
    deal, _ = bought(stage)
    with pytest.raises(Exception, match="out-of-stock"):
        choose(stage, deal, ["song", "book"])

    assert story(stage, deal)["pick"] == "open"
    assert choose(stage, deal, ["film", "book"]).answer["phase"] == "given"


def test_a_part_can_open_later_and_then_be_chosen():
    """Its time to choose begins when it opens."""
    play = attrs.evolve(YEAR, parts=(attrs.evolve(PICK, after=Duration(days=10)),))
    stage = stocked()
    deal, _ = bought(stage, play)
    stage.pass_time(play, "2026-05-11T10:05")
    part = stage.records[part_key(deal, "pick")][0]

    assert (part.phase, str(part.due_at)) == ("open", "2026-05-18 10:05:00+00:00")


# --- stock that is gone ------------------------------------------------------------------------


def test_a_part_out_of_stock_waits_and_holds_up_nobody():
    """The others are given; it is reported, tried again, and given once there is stock."""
    stage = stocked(tea=0)
    deal, changes = bought(stage)
    reported = [p["phase"] for p in changes.answer["parts"]]
    stage.balances[stock("tea")] = 1
    stage.pass_time(YEAR, "2026-05-01T11:05")

    assert reported == ["short", "waiting", "open"]
    assert (story(stage, deal)["tea"], stage.rights("ann")) == ("given", ["card", "tea"])
    assert len(stage.events("part.short")) == 1


@pytest.mark.parametrize(("instead", "phase", "left"), [(points(50), "given", 50), ((), "failed", 0)])
def test_after_the_last_try_something_else_is_given_or_the_part_fails(instead, phase, left):
    """Two more tries, an hour apart; never a fourth."""
    play = attrs.evolve(YEAR, parts=(attrs.evolve(TEA, instead=instead), LATER, PICK))
    stage = stocked(tea=0)
    deal, _ = bought(stage, play)
    told = stage.pass_time(play, "2026-05-02T00:00")

    assert [changes.outcome for changes in told] == ["done", "done" if instead else "lapsed"]
    assert (story(stage, deal)["tea"], stage.points("ann")) == (phase, left)
    assert len(stage.events("part.failed")) == (phase == "failed")


def test_a_part_given_later_comes_at_its_instant():
    """A month on, by the calendar, to the second."""
    stage = stocked()
    bought(stage)
    stage.pass_time(YEAR, "2026-06-01T10:04:59")
    early = stage.points("ann")
    stage.pass_time(YEAR, "2026-06-01T10:05")

    assert (early, stage.points("ann")) == (0, 100)


# --- refunds -----------------------------------------------------------------------------------


def test_a_refund_withdraws_what_was_given_and_cancels_what_is_to_come():
    """Pieces go back into stock, timers find nothing to do."""
    stage = stocked()
    deal, _ = bought(stage)
    choose(stage, deal, ["song", "book"])
    changes = refund(stage, deal)

    assert (changes.answer["refund"], stage.rights("ann")) == (6900, [])
    assert story(stage, deal) == {"tea": "withdrawn", "later": "cancelled", "pick": "withdrawn"}
    assert {name: stage.balances[stock(name)] for name in THINGS} == dict.fromkeys(THINGS, 5)
    assert (stage.pass_time(YEAR, "2026-12-01T00:00"), stage.points("ann")) == ([], 0)


def test_a_refund_is_whole_or_not_at_all():
    """A used part, or spent points, keep all of it."""
    stage = stocked()
    deal, _ = bought(stage)
    right = next(r for r, _ in stage.records.values() if isinstance(r, Entitlement) and r.item == "tea")
    stage.records[right.key] = (attrs.evolve(right, phase="used", used_at=right.got_at), 1)
    with pytest.raises(VoucherRefused, match="already-used"):
        refund(stage, deal)

    assert stage.rights("ann") == ["card"]
    assert story(stage, deal)["tea"] == "given"


def test_points_of_a_part_that_are_spent_keep_the_money_here():
    """No wallet is driven below zero by a refund of a bundle."""
    stage = stocked()
    deal, _ = bought(stage)
    stage.pass_time(YEAR, "2026-06-02T00:00")
    spender = Reward(head=Head(campaign="s"), when=("buy",), take=points(60), units=POINTS)
    stage.ask(spender, "buy", "2026-06-02T11:00", "ann", data={})

    with pytest.raises(InsufficientPoints):
        refund(stage, deal, "2026-06-03T00:00")


# --- cost --------------------------------------------------------------------------------------


def test_the_most_it_can_cost():
    """Below the worth of all parts, the dearest choice; and points, for as many as can be bought."""
    play = attrs.evolve(YEAR, at_most=(Limit(id="one", count=1, of="pieces"),), quota={"card": 3})
    costs = {cost.unit: (cost.per_user, cost.total) for cost in play.exposure()}

    assert sum(part.worth for part in YEAR.parts) == 500 + 5000
    assert costs == {"CNY": (8500, 25500), "points": (150, 450)}
