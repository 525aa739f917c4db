"""A folder of files becomes plays, exactly as written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.checks.conditions import AllOf, AnyOf, Expression, Not
from quanyi.entitlements.checks.conditions import Test as Compare
from quanyi.entitlements.clauses import Limit, Percent, PerStep, Slabs
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.plays.sale import Hold, Price
from quanyi.entitlements.time import Duration, Schedule, Window
from tests.campaigns.samples import BASIC, campaign, reward


@pytest.fixture(scope="module")
def basic():
    return load_project(BASIC)


def test_the_mall_is_read(basic):
    """Units, profile, events, catalogue."""
    assert (basic.mall, basic.zone, basic.currency.id, basic.currency.scale) == ("basic", "Asia/Shanghai", "CNY", 2)
    assert basic.units["points"].lots.lasts == Duration(months=12)
    assert basic.benefits["video"].face == 2500
    assert basic.benefits["music"].whole_days
    assert basic.goods["iphone14"].list_price == 599900
    assert {"order.place", "exchange", "order.pay", "order.cancel", "order.refund"} < basic.events.keys()


def test_the_two_oclock_phone(basic):
    """The flash sale of the language's own description, key by key."""
    play = basic.campaign("iphone-afternoon").play

    assert play.sells == {"iphone14": Price(money=569900, list_price=599900)}
    assert play.quota == {"iphone14": 10}
    assert play.head.open == (Schedule.parse("daily 14:00-16:00"),)
    assert play.head.runs.start == datetime(2022, 11, 8, 16, tzinfo=UTC)
    assert play.head.runs.end == datetime(2023, 12, 31, 16, tzinfo=UTC)  # the whole last day counts
    assert play.hold == Hold(pay_within=Duration(seconds=3600))
    assert [(limit.of, limit.count, limit.per) for limit in play.budget] == [("CNY", 300000, ("campaign",))]
    assert play.checks[:5] == ("phase", "open", "at_most", "quota", "budget")


def test_prices_in_points_and_money(basic):
    """Both parts of a mixed price, and the list price from the catalogue."""
    assert basic.campaign("music-exchange").play.sells == {
        "music": Price(units={"points": 300}, money=500, list_price=1500)
    }


def test_every_key_knows_its_line(basic):
    """So that explanations point back into the file; items of lists too."""
    where = basic.campaign("iphone-afternoon").head.where

    assert where["sells.iphone14"] == "campaigns/iphone-afternoon.yaml:8"
    assert where["at_most.0"] == "campaigns/iphone-afternoon.yaml:10"


def test_a_campaign_keeps_its_own_text(basic):
    """The second document of a file has its own text and first line."""
    found = basic.campaign("order-points")

    assert found.source.startswith("campaign: order-points\n")
    assert found.source.endswith("take: debt}\n")
    assert (found.file, found.line) == ("campaigns/earning.yaml", 10)


def test_an_unknown_campaign_is_not_found(basic):
    """By an error of the library's own tree."""
    with pytest.raises(NotFound, match="ghost"):
        basic.campaign("ghost")


def test_short_and_long_limits_are_the_same_limit(tmp_path):
    """Two spellings, one limit; only the line is told apart."""
    short = reward(tmp_path / "a", at_most="[2 per user per month]").at_most[0]
    long = reward(tmp_path / "b", at_most="[{count: 2, per: [user], in: month}]").at_most[0]
    alone = reward(tmp_path / "c", at_most="2 per user per month").at_most[0]

    assert short == long == alone


def test_the_identity_of_a_limit_does_not_hold_its_cap(tmp_path):
    """Raising a cap goes on counting; another window starts from zero."""
    two, three, daily = (
        reward(tmp_path / name, at_most=f"[{text}]").at_most[0].id
        for name, text in [("a", "2 per user per month"), ("b", "3 per user per month"), ("c", "2 per user per day")]
    )

    assert two == three != daily


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("1 piece per user", {"count": 1, "of": "pieces"}),
        ("500 points per user per day", {"count": 500, "of": "points", "window": Window("day")}),
        ("2 per user and order", {"count": 2, "per": ("user", "order")}),
        ("3 times per campaign per year", {"count": 3, "per": ("campaign",), "window": Window("year")}),
        ("{amount: 12.50, of: credit}", {"count": 1250, "of": "credit"}),
        ("{count: 1, back: never}", {"count": 1, "back": ()}),
        ("{count: 1, back: [undone]}", {"count": 1, "back": ("undone",)}),
    ],
)
def test_limits(text, limit, tmp_path):
    """Each form of a limit."""
    give = "[{points: 10}, {credit: 1.00}, coffee]"
    found = reward(tmp_path, at_most=f"[{text}, 9 per user per week]", when="order.paid", give=give).at_most[0]

    assert found == Limit(id=found.id, over="skip", where=found.where, **limit)


@pytest.mark.parametrize(
    ("give", "how_much"),
    [
        # 10% of an amount in hundredths, in whole points: the share is of the smallest part
        ("{points: {percent: 10%, of: amount}}", Percent(percent="0.1", of="event.amount", rounding="down")),
        ("{credit: {percent: 2.5%, of: amount, round: up}}", Percent(percent="2.5", of="event.amount", rounding="up")),
        ("{points: {per: 10.00, give: 1, of: amount}}", PerStep(step=1000, give=1, of="event.amount")),
        (
            "{points: {slabs: {500.00: 80, 100.00: 10}, of: amount}}",
            Slabs(of="event.amount", steps=((10000, 10), (50000, 80))),
        ),
    ],
)
def test_amounts_that_depend_on_the_event(give, how_much, tmp_path):
    """Scales are converted here, so that plays only see whole numbers."""
    play = reward(tmp_path, give=give, when="order.paid", at_most="none", only="give")

    assert play.give[0].how_much == how_much


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("{amount: {min: 20.00}}", Compare(path="event.amount", op="min", value=2000, scale=2, unit="CNY")),
        ("{user.vip: true}", Compare(path="user.vip", op="is", value=True)),
        ("{items: video}", Compare(path="event.items", op="has", value="video")),
        ("{order: {in: [a, b]}}", Compare(path="event.order", op="in", value=("a", "b"))),
        ("{not: {user.vip: true}}", Not(part=Compare(path="user.vip", op="is", value=True))),
        (
            "{any: [{order: a}, {order: b}]}",
            AnyOf(
                parts=(Compare(path="event.order", op="is", value="a"), Compare(path="event.order", op="is", value="b"))
            ),
        ),
        (
            "{user.vip: true, order: a}",
            AllOf(
                parts=(Compare(path="user.vip", op="is", value=True), Compare(path="event.order", op="is", value="a"))
            ),
        ),
        ("{order: {matches: 'a\\d+'}}", Expression(text='event.order.matches("^(?:a\\\\d+)$")')),
        ("event.amount > 5", Expression(text="event.amount > 5")),
        (
            "{user.joined: {within: 7 days}}",
            Compare(path="user.joined", op="within", value="7 days", zone="Asia/Shanghai"),
        ),
    ],
)
def test_conditions(text, condition, tmp_path):
    """Each form of a condition; where it stands is left out of the comparison."""
    found = reward(tmp_path, only_if=text, when="order.paid").only_if

    assert without_lines(found) == condition


def test_equalities_become_the_index(tmp_path):
    """What must be equal is what the engine looks campaigns up by."""
    play = reward(tmp_path, only_if="{order: a, amount: {min: 1.00}, user.vip: true}", when="order.paid")

    assert play.wheres == {"event.order": "a", "user.vip": True}


def test_presets_are_one_play(tmp_path):
    """A flash sale and a plain sale of the same words differ in the word alone."""
    flash = campaign(tmp_path / "a", "kind: flash_sale\nsells: {phone: 9.00}\nquota: {phone: 3}\n")
    plain = campaign(tmp_path / "b", "kind: sale\nsells: {phone: 9.00}\nquota: {phone: 3}\n")

    assert (flash.sells, flash.quota, flash.checks, flash.hold) == (plain.sells, plain.quota, plain.checks, plain.hold)


def test_documents_are_told_by_their_keys(tmp_path):
    """A campaign file may carry the benefit it needs."""
    play = campaign(tmp_path, "kind: sale\nsells: {film: list}\n---\nbenefits:\n  film: {is: pass, face: 8.00}\n")

    assert play.sells["film"] == Price(money=800, list_price=800)


def test_paths_are_relative(basic):
    """Nothing of the machine gets into what is kept."""
    assert not any(Path(part.file).is_absolute() for part in basic.campaigns.values())


def without_lines(condition):
    import attrs

    if isinstance(condition, AllOf | AnyOf):
        return attrs.evolve(condition, parts=tuple(map(without_lines, condition.parts)))
    if isinstance(condition, Not):
        return Not(part=without_lines(condition.part))
    return attrs.evolve(condition, where="")
