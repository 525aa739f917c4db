"""Referrals and bundles do what their stories say, on every store, and look the same whether or not a sweep came."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from quanyi.adapters.stages import memory_stage
from quanyi.campaigns.show import show, show_data
from quanyi.campaigns.stories import tell
from quanyi.campaigns.stories.coverage import unheard
from quanyi.campaigns.versions import structure_campaign, structure_play, unstructure_campaign, unstructure_play
from quanyi.entitlements.plays.bundle import Bundle
from quanyi.entitlements.plays.sale import Sale
from tests.campaigns.samples import campaign
from tests.stories.stages import stories_of, verified_stage

FRIENDS = Path(__file__).parents[1] / "malls" / "friends"
PROJECT, STORIES = stories_of(FRIENDS)
NAMES = [story.name for story in STORIES]
ONE = "sells: {phone: 9.00}\nquota: {phone: 1}\n"


@pytest.mark.parametrize("lazy", [False, True], ids=["swept", "unswept"])
@pytest.mark.parametrize("story", STORIES, ids=NAMES)
def test_a_story_in_memory_does_not_depend_on_sweeps(story, lazy):
    outcome = tell(story, PROJECT, memory_stage, lazy=lazy)

    assert outcome.good, "\n".join(map(str, outcome.problems))


def test_all_stories_come_out_the_same_in_a_database_with_its_books_verified(engine):
    put_up = verified_stage(engine)

    told = [tell(story, PROJECT, put_up) for story in STORIES]

    assert [str(problem) for outcome in told for problem in outcome.problems] == []


def test_what_is_new_has_said_no():
    """Circles, choices and balances; codes and names are no clauses."""
    told = [tell(story, PROJECT, memory_stage) for story in STORIES]

    assert not {"choose", "loop", "points"} & {clause.clause.split("/")[0] for clause in unheard(PROJECT, told)}


@pytest.mark.parametrize("name", sorted(PROJECT.campaigns))
def test_a_kept_play_comes_back_equal(name):
    found = PROJECT.campaign(name)

    assert structure_play(unstructure_play(found.play)) == found.play
    assert structure_campaign(unstructure_campaign(found)) == found


@pytest.mark.parametrize("name", sorted(PROJECT.campaigns))
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_campaign_is_shown_whole(name, locale):
    data = show_data(PROJECT, name, locale)
    table = data["phases"]

    assert all(len(row["cells"]) == len(table["inputs"]) and all(row["cells"]) for row in table["rows"])
    assert name in show(PROJECT, name, locale)


def test_the_sentences_say_the_parts_and_both_sides():
    bundle, invite = (show_data(PROJECT, name)["sentence"] for name in ("year", "invite"))

    assert "with 2/3 of film, song, book, chosen within 7 d" in bundle["en"]
    assert "list price 154.00 CNY" in bundle["en"]
    assert "once bound the friend gets 50 points" in invite["en"]
    assert "邀请人得到 积分" in invite["zh"]


def test_another_stock_of_a_part_is_another_version():
    year = PROJECT.campaign("year").play
    assert isinstance(year, Bundle)

    assert {"card", "tea", "film", "song", "book"} == set(year.benefits)
    assert sum(part.worth for part in year.parts) == 500 + 5000


def test_presets_compile_to_equal_sales(tmp_path):
    """Two spellings of one offer are one play but for its name."""
    names = {"a": "sale", "b": "flash_sale"}
    plays = [campaign(tmp_path / where, f"kind: {kind}\n{ONE}") for where, kind in names.items()]
    exchange = [
        campaign(tmp_path / kind, f"kind: {kind}\nsells: {{coffee: {{points: 30}}}}\n")
        for kind in ("sale", "points_exchange")
    ]

    assert plain(plays[0]) == plain(plays[1])
    assert plain(exchange[0]) == plain(exchange[1])


def test_a_bundle_without_its_parts_is_the_sale_it_is(tmp_path):
    """All about the deal is the same; only what its parts would cost makes the list price differ."""
    bundle = campaign(tmp_path / "a", f"kind: bundle\n{ONE}per_order: 1\nparts: {{tea: {{give: {{points: 5}}}}}}\n")
    sale = campaign(tmp_path / "b", f"kind: flash_sale\n{ONE}per_order: 1\n")
    assert isinstance(bundle, Bundle)
    alone = Sale(**{field.name: getattr(bundle, field.name) for field in attrs.fields(Sale)})

    assert plain(attrs.evolve(alone, units={})) == plain(sale)


def plain(play):
    """A play without its name and places."""
    return attrs.evolve(play, preset="", head=attrs.evolve(play.head, kind="", version="", where={}))
