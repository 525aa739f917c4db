"""One recording under two sets of campaigns: what became different, and for how many."""

from __future__ import annotations

import json
import shutil

import pytest

PAID = (("ann", "o1", 50.00), ("ann", "o2", 30.00), ("ann", "o3", 40.00), ("bob", "o4", 20.00))


@pytest.fixture
def events(tmp_path):
    """Three orders of ann's and one of bob's, on one day in March."""
    lines = [
        {"at": f"2026-03-01T1{n}:00", "type": "order.paid", "user": user, "data": {"order": order, "amount": amount}}
        for n, (user, order, amount) in enumerate(PAID)
    ]
    path = tmp_path / "events.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


@pytest.fixture
def looser(folder, tmp_path):
    """The same project with three thanks a month instead of two, and a share of 20 %."""
    other = tmp_path / "looser"
    shutil.copytree(folder, other)
    path = other / "campaigns" / "thanks.yaml"
    text = path.read_text(encoding="utf-8").replace("2 per user", "3 per user").replace("10%", "20%")
    path.write_text(text, encoding="utf-8")
    return other


def test_what_became_different_is_counted(quanyi, folder, looser, events):
    """After a week: 10 % of 50 and 30 for ann, of 20 for bob; or 20 % of 50, 30 and 40, and of 20."""
    until = ["--until", "2026-03-10T00:00"]
    answer = quanyi("backtest", looser, "--against", folder, "--events", events, *until, "--json").json

    assert not answer["same"]
    assert answer["given"] == [{"campaign": "thanks", "what": ["points"], "before": "10", "after": "28"}]
    assert answer["people"] == [{"thing": "points", "more": 2, "less": 0, "most_more": "16", "most_less": "0"}]
    decisions = {tuple(moved["what"]): moved["after"] - moved["before"] for moved in answer["decisions"]}
    assert decisions == {("granted", ""): 1, ("skipped", "limit-reached"): -1, ("promised", ""): 1}


def test_the_same_campaigns_decide_the_same(quanyi, folder, applied, events):
    """Against what is in force in a database, too; nothing is written there."""
    before = quanyi("verify", "--db", applied).out

    answer = quanyi("backtest", folder, "--db", applied, "--events", events)

    assert answer.out == "4 inputs, every decision is the same\n"
    assert quanyi("verify", "--db", applied).out == before


def test_people_read_tables(quanyi, folder, looser, events):
    """The other way round, both end with less."""
    until = ["--until", "2026-03-10T00:00"]
    out = quanyi("backtest", folder, "--against", looser, "--events", events, *until).out.splitlines()

    assert "thanks    points  28      10" in out
    assert out[-3].split() == ["points", "0", "0", "2", "16"]


@pytest.mark.parametrize("places", [[], ["--against", ".", "--db", "sqlite:///x.db"]])
def test_one_thing_to_compare_with_is_named(quanyi, folder, events, places):
    """Neither none nor two."""
    answer = quanyi("backtest", folder, "--events", events, *places)

    assert answer.code == 2
    assert "--against DIR or --db URL" in answer.err


def test_lines_that_say_nothing_are_told(quanyi, folder, events):
    """A misspelt event decides nothing in either life: that everything stays the same is no answer then."""
    line = {"at": "2026-03-01T19:00", "type": "order.payed", "user": "ann"}
    short = {"at": "2026-03-01T20:00", "type": "order.paid", "user": "ann", "data": {"order": "o9"}}
    with events.open("a", encoding="utf-8") as file:
        file.write("".join(f"\n{json.dumps(one)}" for one in (line, line, short)))

    answers = [
        quanyi(*command, "--events", events).out
        for command in (["backtest", folder, "--against", folder], ["run", folder, "--memory"])
    ]
    told = """\
3 lines could not be read; nothing came of them:
  order.payed: there is no event or command 'order.payed' (2 times)
  order.paid: 'amount' is missing

7 inputs"""

    assert [told in answer for answer in answers] == [True, True]
