"""A version is what a campaign means, and a kept play comes back equal."""

from __future__ import annotations

import json

import pytest

from quanyi.campaigns.project import versions
from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.project.versions import (
    structure_campaign,
    structure_play,
    structure_project,
    unstructure_campaign,
    unstructure_play,
    unstructure_project,
)
from quanyi.entitlements.errors import StorageError
from tests.campaigns.samples import BASIC, MALL, campaign, mall, reward
from tests.shape.source import ROOT

DEMO, MALLS = ROOT / "demo_app" / "mall", ROOT / "tests" / "malls"

RICH = {
    "when": "order.paid",
    "only_if": "{any: [{amount: {min: 1.00}}, {not: {items: {in: [[a], [b]]}}}, {all: [{order: {in: [a, b]}}, event.amount > 3]}]}",
    "for": "{vip: true, joined: {within: 7 days}}",
    "give": "[{points: {slabs: {1.00: 5}, of: amount}}, {credit: 1.00}, coffee]",
    "instead": '{points: "event.amount / 100"}',
    "after": "1 month 2d",
    "unless": "{event: order.refunded, same: order}",
    "if_undone": "{when: order.refunded, same: order}",
    "runs": '{from: "2026-05-01", through: "2026-06-01"}',
    "open": '[daily 10:00-12:00, "RRULE:FREQ=MONTHLY;BYMONTHDAY=1"]',
    "at_payout": "{at_most: [1 per user per day]}",
    "budget": "{points: [{amount: 100, in: year, over: clip, at_least: 5}], credit: {amount: 1.00}}",
}


@pytest.mark.parametrize("name", ["check-in", "order-points", "video-exchange", "music-exchange", "iphone-afternoon"])
def test_a_kept_play_comes_back_equal(name):
    """Through JSON and back, of every kind; and so does the campaign around it."""
    found = load_project(BASIC).campaign(name)

    assert structure_play(unstructure_play(found.play)) == found.play
    assert structure_campaign(unstructure_campaign(found)) == found


def test_every_clause_comes_back_equal(tmp_path):
    """A reward that uses all there is: unions, nested conditions, schedules, durations."""
    rich = {**RICH, "only_if": RICH["only_if"].replace("{not: {items: {in: [[a], [b]]}}}, ", "{not: {items: a}}, ")}
    play = reward(tmp_path, **rich)

    again = structure_play(unstructure_play(play))

    assert again == play
    assert again.head.where == play.head.where


def test_a_project_comes_back_equal():
    """Units, events and catalogue, with the campaigns put back in."""
    project = load_project(BASIC)

    assert structure_project(unstructure_project(project), project.campaigns) == project


def test_comments_and_order_are_no_new_version(tmp_path):
    """What means the same is the same."""
    one = campaign(tmp_path / "a", "kind: sale\nsells: {phone: 9.00}\nquota: {phone: 1}\n")
    other = campaign(tmp_path / "b", "# a phone\nquota:\n  phone: 1   # one\nsells: {phone: 9.00}\nkind: sale\n")

    assert one.head.version == other.head.version


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sells: {coffee: 9.00}", "sells: {coffee: 8.00}"),  # its own price
        ("stock: 5", "stock: 6"),  # the benefit it sells
        ("zone: Asia/Shanghai", "zone: Asia/Tokyo"),  # the calendar
    ],
)
def test_another_meaning_is_a_new_version(old, new, tmp_path):
    """A price, a catalogue entry, the mall's zone."""
    text = MALL + "---\ncampaign: c\nkind: sale\nsells: {coffee: 9.00}\n"
    found = []
    for name, body in [("a", text), ("b", text.replace(old, new))]:
        (tmp_path / name).mkdir()
        (tmp_path / name / "mall.yaml").write_text(body, encoding="utf-8")
        found.append(load_project(tmp_path / name).campaign("c").version)

    assert found[0] != found[1]


def test_what_it_does_not_use_is_no_new_version(tmp_path):
    """The stock of another benefit changes nothing here."""
    one = mall(tmp_path / "a", "campaign: c\nkind: sale\nsells: {phone: 9.00}\nquota: {phone: 1}\n")
    (tmp_path / "a" / "mall.yaml").write_text(
        (tmp_path / "a" / "mall.yaml").read_text(encoding="utf-8").replace("stock: 5", "stock: 6"), encoding="utf-8"
    )

    assert load_project(tmp_path / "a").campaign("c").version == one.campaign("c").version


@pytest.mark.parametrize(
    "folder", [DEMO, *sorted(path.parent for path in MALLS.glob("*/mall.yaml"))], ids=lambda p: p.name
)
def test_a_kind_knows_every_limit_that_a_stored_play_has(folder):
    """What limits keep as digests belongs to the version; whether there are any is asked of the kind."""
    campaigns = load_project(folder).campaigns.values()

    written = {campaign.id: unstructure_play(campaign.play).count('"hidden":') for campaign in campaigns}
    assert {c.id: len(list(c.kind.limits(c.play))) for c in campaigns} == written


def test_an_older_format_is_lifted(monkeypatch):
    """Each upcaster lifts by one; the play comes back in the present form."""
    play = load_project(BASIC).campaign("check-in").play
    kept = json.loads(unstructure_play(play))
    kept["play"]["occasions"] = kept["play"].pop("when")
    kept["format"] = versions.FORMAT

    def lift(old: dict) -> dict:
        old["play"]["when"] = old["play"].pop("occasions")
        return old

    monkeypatch.setattr(versions, "FORMAT", versions.FORMAT + 1)
    monkeypatch.setattr(versions, "_UPCASTERS", {versions.FORMAT - 1: lift})

    assert structure_play(json.dumps(kept)) == play


def test_a_newer_format_is_refused():
    """An older library does not guess."""
    with pytest.raises(StorageError, match="newer program, in format 99"):
        structure_play('{"format": 99, "play": {}}')
