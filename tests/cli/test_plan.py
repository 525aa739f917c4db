"""A plan says what would change, and changes nothing."""

from __future__ import annotations

import json

import pytest

from quanyi.campaigns.project import versions


def edit(folder, name, old, new):
    path = folder / "campaigns" / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def says(quanyi, folder, db, campaign):
    """What the plan says of one campaign."""
    changes = {change["campaign"]: change for change in quanyi("plan", folder, "--db", db, "--json").json["changes"]}
    return changes[campaign]


def test_a_plan_for_an_empty_database_is_all_new(quanyi, folder, db):
    """Every campaign with its sentence and cost, and the pieces; nothing is in force afterwards."""
    answer = quanyi("plan", folder, "--db", db)

    assert answer.code == 0
    assert "new coffee-hour (flash_sale) campaigns/coffee.yaml:1\n  Daily 14:00-16:00" in answer.out
    assert "coffee-hour.quota.coffee  +3" in answer.out
    assert "nothing is in force" in quanyi("sweep", "--db", db).err


def test_what_is_in_force_already_is_no_change(quanyi, folder, applied):
    """Also if it is written in another order."""
    edit(folder, "coffee", "kind: flash_sale\n", "")
    edit(folder, "coffee", "campaign: coffee-hour\n", "kind: flash_sale\ncampaign: coffee-hour\n")

    assert quanyi("plan", folder, "--db", applied).out == "the campaigns are in force already\n"


def test_a_limit_with_another_cap_goes_on_counting(quanyi, folder, applied):
    """The sentence is told before and after."""
    edit(folder, "thanks", "2 per user per month", "3 per user per month")

    change = says(quanyi, folder, applied, "thanks")

    assert change["what"] == "changed"
    assert [line[0] for line in change["says"][:2]] == ["-", "+"]
    cap = "at most 2 per user per month → at most 3 per user per month: what is used still counts"
    assert cap in change["says"]


def test_a_limit_with_another_window_counts_from_zero(quanyi, folder, applied):
    """It is another limit, and the old one is no longer asked."""
    edit(folder, "thanks", "2 per user per month", "2 per user per week")

    told = says(quanyi, folder, applied, "thanks")["says"]

    assert any("per week: counts from zero" in line for line in told)
    assert any("per month: no longer counts" in line for line in told)


def test_a_changed_price_changes_the_cost(quanyi, folder, applied):
    """Three cups at 9.90 below twenty, or at 5.00 below."""
    edit(folder, "coffee", "9.90", "15.00")

    told = says(quanyi, folder, applied, "coffee-hour")["says"]

    assert [line for line in told if line.startswith("exposure")] == [
        "exposure: Money: ¥10.10 per user, ¥30.30 in all → Money: ¥5 per user, ¥15 in all"
    ]


def test_another_order_of_checks_is_told(quanyi, folder, applied):
    """Which no comes first is part of what a campaign says."""
    edit(
        folder,
        "coffee",
        "quota:",
        "checks: [phase, for, open, at_most, quota, stock, points, budget, per_order]\nquota:",
    )

    told = says(quanyi, folder, applied, "coffee-hour")["says"]

    assert any(line.startswith("checks: phase open for per_order") for line in told)


def test_a_retired_campaign_is_told(quanyi, folder, applied):
    """It takes nothing new."""
    (folder / "campaigns" / "thanks.yaml").unlink()

    assert says(quanyi, folder, applied, "thanks")["what"] == "retired"


def test_a_quota_below_what_is_loaded_takes_pieces_off(quanyi, folder, applied):
    """They are free, so they can go."""
    edit(folder, "coffee", "coffee: 3", "coffee: 1")

    assert quanyi("plan", folder, "--db", applied, "--json").json["pieces"] == {"coffee-hour.quota.coffee": -2}


def test_a_quota_below_what_is_sold_is_refused(quanyi, folder, applied, tmp_path):
    """It says so before anybody presses apply, and apply does not do it either."""
    at, who = "2026-03-02T14:10:00+08:00", {"facts": {"vip": True}}
    lines = [
        {"at": at, "type": type_, "user": f"u{n}", "key": f"{type_}/{n}", "data": {"order": f"o{n}", **data}, **who}
        for n in range(3)
        for type_, data in (("order.place", {"item": "coffee"}), ("order.pay", {"amount": 9.90}))
    ]
    recorded = tmp_path / "sold.jsonl"
    recorded.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    assert quanyi("run", folder, "--events", recorded, "--db", applied).code == 0
    edit(folder, "coffee", "coffee: 3", "coffee: 2")

    answer = quanyi("plan", folder, "--db", applied)

    assert answer.code == 1
    assert "refused: coffee-hour.quota.coffee: " in answer.out
    assert quanyi("apply", folder, "--db", applied, "--yes").code == 1


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_the_places_of_a_unit_are_there_to_stay(quanyi, folder, applied, command):
    """Ten points kept as 10 would read as 0.10."""
    path = folder / "mall.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("points: {title", "points: {scale: 2, title"), encoding="utf-8"
    )

    answer = quanyi(command, folder, "--db", applied, *(["--yes"] if command == "apply" else []))

    assert answer.code != 0
    assert "points has 0 places and can't have 2" in answer.out + answer.err


def test_of_what_is_stored_as_the_files_have_it_no_play_is_read(quanyi, folder, applied, monkeypatch):
    """However many campaigns there are: only those that differ."""
    read = []
    structure = versions.structure_play
    monkeypatch.setattr(versions, "structure_play", lambda *said: read.append(said) or structure(*said))
    assert quanyi("plan", folder, "--db", applied).out == "the campaigns are in force already\n"
    unchanged = len(read)
    edit(folder, "thanks", "2 per user per month", "3 per user per month")
    assert says(quanyi, folder, applied, "thanks")["what"] == "changed"

    assert (unchanged, len(read)) == (0, 1)
