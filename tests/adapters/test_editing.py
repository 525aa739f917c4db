"""Single campaigns written, planned, brought into force and taken back, beside whatever else is in force."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from quanyi import Conflict, FixedClock, InputError, NotFound
from quanyi.adapters.editing import Editing
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import CampaignFileError, Refused
from tests.engine.conftest import NOON, sql_store
from tests.stories.samples import write_project

TEA = """campaign: tea-time
kind: points_exchange
title: Tea time
sells: {tea: {points: 20}}
at_most: [1 piece per user]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = write_project(tmp_path / "mall")
    (folder / "catalogue" / "tea.yaml").write_text(
        "benefits: {tea: {is: voucher, title: Tea, face: 9.00, lasts: 1d}, cake: {is: voucher, title: Cake, face: 9.00, lasts: 1d}}\n"
    )
    return folder


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def store(request: pytest.FixtureRequest) -> Any:
    return sql_store(request.getfixturevalue(f"{request.param}_engine"))


@pytest.fixture
def mall(folder: Path, store: Any) -> OpenMall:
    mall = wire(load_project(folder), store, clock=FixedClock(NOON))
    mall.desk.apply(by="files")
    return mall


@pytest.fixture
def statements() -> Any:
    """What a mall asks its database meanwhile."""

    @contextmanager
    def heard(mall: OpenMall) -> Iterator[list[str]]:
        found: list[str] = []

        def hear(_: Any, __: Any, statement: str, *more: Any) -> None:
            found.append(statement)

        engine: Any = mall.ports.store.engine  # type: ignore[attr-defined]
        event.listen(engine, "before_cursor_execute", hear)
        yield found
        event.remove(engine, "before_cursor_execute", hear)

    return heard


def brought(editing: Editing, text: str, by: str = "ops/7") -> int:
    return editing.apply(editing.begin(text, by=by), onto=editing.epoch, by=by).epoch


def test_a_proposal_comes_into_force_alone(mall, store):
    """Another process shows it, and decides by it, though its folder has no such campaign."""
    other = wire(mall.project, store, clock=FixedClock(NOON))
    other.desk.adjust("ann", "points", 50, key="g", reason="a test")
    brought(mall.desk.editing, TEA)
    receipt = other.exchange("tea", user="ann", key="e")

    assert receipt.decisions[0].campaign == "tea-time"
    assert other.project.campaigns["tea-time"].head.title == {"en": "Tea time"}
    assert mall.desk.editing.releases()[0].added == ("tea-time",)
    assert mall.desk.editing.releases()[0].by == "ops/7"


def test_mistakes_are_told_and_nothing_comes_into_force(mall):
    editing = mall.desk.editing
    proposal = editing.begin(TEA.replace("points: 20", "pionts: 20"), by="ops/7")
    with pytest.raises(CampaignFileError) as no:
        editing.apply(proposal, onto=editing.epoch, by="ops/7")

    assert [(found.file, found.line) for found in no.value.findings] == [("proposal.yaml", 4)]
    assert editing.releases()[0].epoch == 1
    assert editing.proposals.find(proposal.id).state == "open"


@pytest.mark.parametrize("text", ["", "# nothing\n", "mall: x\n", "a: [", "\ud800"])
def test_a_text_without_a_campaign_is_no_proposal_to_apply(mall, text):
    read = mall.desk.editing.read(text)

    assert read.project is None
    assert [found for found in read.findings if found.file == "proposal.yaml"]
    assert text or read.findings[0].code == "empty"


def test_the_plan_of_a_proposal_names_that_one_change(mall):
    editing = mall.desk.editing
    plan = editing.plan(editing.read(TEA).sound(), "en")

    assert [(change.what, change.campaign) for change in plan.changes] == [("new", "tea-time")]
    assert "Tea" in plan.changes[0].says[0]


def test_whoever_looked_at_an_earlier_release_looks_again(mall):
    editing = mall.desk.editing
    proposal, seen = editing.begin(TEA, by="ops/7"), editing.epoch
    mall.desk.pause(next(iter(mall.project.campaigns)))
    with pytest.raises(Conflict, match="another release"):
        editing.apply(proposal, onto=seen, by="ops/7")
    editing.apply(editing.proposals.find(proposal.id), onto=editing.epoch, by="ops/7")

    assert "tea-time" in mall.project.campaigns


def test_a_proposal_of_an_older_version_is_told_so(mall):
    editing = mall.desk.editing
    brought(editing, TEA)
    first, second = (editing.begin(TEA.replace("20", price), by="ops/7") for price in ("30", "40"))
    editing.apply(first, onto=editing.epoch, by="ops/7")
    with pytest.raises(Conflict, match="since this proposal was begun"):
        editing.apply(second, onto=editing.epoch, by="ops/8")

    assert editing.text_in_force("tea-time") == TEA.replace("20", "30")


def test_of_two_who_write_a_proposal_the_second_is_told(mall):
    editing = mall.desk.editing
    proposal = editing.begin(TEA, by="ops/7")
    written = editing.write(proposal, TEA.replace("20", "25"), by="ops/7")
    with pytest.raises(Conflict, match="somebody else"):
        editing.write(proposal, TEA.replace("20", "90"), by="ops/8")

    assert editing.proposals.find(proposal.id) == written
    assert (written.edition, written.changed_by, written.made_by) == (2, "ops/7", "ops/7")


def test_what_is_given_up_or_in_force_is_written_no_more(mall):
    editing = mall.desk.editing
    given_up = editing.discard(editing.begin(TEA, by="ops/7"), by="ops/7")
    applied = editing.begin(TEA, by="ops/7")
    editing.apply(applied, onto=editing.epoch, by="ops/7")
    for proposal in (given_up, editing.proposals.find(applied.id)):
        with pytest.raises(Conflict, match=proposal.state):
            editing.write(proposal, "", by="ops/7")
        with pytest.raises(Conflict):
            editing.apply(proposal, onto=editing.epoch, by="ops/7")

    assert {proposal.state for proposal in editing.proposals.all()} == {"applied", "discarded"}


def test_a_campaign_that_was_taken_out_leaves_its_place_to_a_new_one(mall):
    """The folder has it still; nobody is told that its thing is sold already."""
    editing = mall.desk.editing
    twin = editing.text_in_force("coffee-hour").replace("coffee-hour", "second-hour")
    assert [found.code for found in editing.read(twin).findings] == ["same-offer-twice"]
    editing.bring(editing.without("coffee-hour"), onto=editing.epoch, by="ops/7")
    assert editing.read(twin).findings == ()
    brought(editing, twin)

    assert editing.releases()[1].retired == ("coffee-hour",)
    with pytest.raises(NotFound, match="coffee-hour"):
        editing.without("coffee-hour")


def test_an_earlier_release_comes_back_as_a_new_one(mall):
    editing = mall.desk.editing
    brought(editing, TEA)
    brought(editing, TEA.replace("20", "30"))
    editing.bring(editing.as_released(2), onto=editing.epoch, by="ops/7")

    assert editing.text_in_force("tea-time") == TEA
    assert [(each.epoch, each.added, each.changed) for each in editing.releases(limit=3)] == [
        (4, (), ("tea-time",)),
        (3, (), ("tea-time",)),
        (2, ("tea-time",), ()),
    ]
    assert [each.epoch for each in editing.releases(before=3, limit=1)] == [2]
    with pytest.raises(NotFound, match="no release 99"):
        editing.as_released(99)


def test_a_quota_below_what_is_sold_is_refused_and_nothing_changes(mall):
    editing, sale = mall.desk.editing, TEA.replace("points_exchange", "flash_sale").replace("{points: 20}", "1.00")
    brought(editing, f"{sale}quota: {{tea: 2}}\n")
    for n in range(2):
        mall.claim("tea-time", item="tea", user=f"u{n}", key=f"c{n}")
    with pytest.raises(Refused):
        brought(editing, f"{sale}quota: {{tea: 1}}\n")

    assert editing.releases()[0].epoch == 2
    assert editing.plan(editing.read(f"{sale}quota: {{tea: 1}}\n").sound(), "en").refused


def test_a_mall_without_a_folder_or_a_database_says_what_it_lacks(mall, folder):
    memory = wire(load_project(folder), MemoryStore(), clock=FixedClock(NOON))
    memory.desk.apply()
    brought(memory.desk.editing, TEA)
    shutil.rmtree(folder)
    with pytest.raises(InputError, match="earlier releases"):
        memory.desk.editing.releases()


def test_several_campaigns_come_into_force_together_or_not_at_all(mall):
    editing = mall.desk.editing
    more = "campaign: thanks\nkind: reward\nwhen: order.paid\ngive: {points: 3}\nat_most: [1 per user]\nbudget: {points: [{amount: 9}]}\n"
    proposal = editing.begin(f"{TEA}---\n{more}", by="ops/7")
    worse = editing.begin(f"{TEA}---\n{more.replace('points: 3', 'tea2')}", by="ops/7")
    with pytest.raises(CampaignFileError):
        editing.apply(worse, onto=editing.epoch, by="ops/7")
    editing.apply(proposal, onto=editing.epoch, by="ops/7")

    assert (proposal.campaigns, set(proposal.base)) == (("tea-time", "thanks"), {"thanks"})
    assert (editing.releases()[0].added, editing.releases()[0].changed) == (("tea-time",), ("thanks",))


def test_a_proposal_whose_process_ended_before_it_was_noted_is_recognised(mall, monkeypatch):
    """It is in force as it stands; publishing it again changes nothing, and says which release it was."""
    editing = mall.desk.editing
    proposal = editing.begin(TEA, by="ops/7")

    def killed(*said: Any, **more: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Editing, "_changed", killed)
        with pytest.raises(KeyboardInterrupt):
            editing.apply(proposal, onto=editing.epoch, by="ops/7")
    brought_by = editing.epoch
    mall.desk.pause("tea-time")
    found = editing.proposals.find(proposal.id)
    assert found.state == "open"
    applied = editing.apply(found, onto=editing.epoch, by="ops/8")

    assert (applied.epoch, applied.idle, editing.epoch) == (brought_by, True, brought_by + 1)
    assert editing.proposals.find(proposal.id).epoch == brought_by
    assert editing.proposals.find(proposal.id).state == "applied"


def test_another_version_is_not_taken_for_the_proposed_one(mall):
    editing = mall.desk.editing
    first, second = (editing.begin(text, by="ops/7") for text in (TEA, TEA.replace("20", "30")))
    editing.apply(first, onto=editing.epoch, by="ops/7")

    with pytest.raises(Conflict, match="another version"):
        editing.apply(second, onto=editing.epoch, by="ops/7")


def test_of_releases_that_were_listed_before_none_is_read_again(mall, statements):
    """A new one is read with the one before it."""
    editing = mall.desk.editing
    for _ in range(6):
        mall.desk.pause("coffee-hour")
        mall.desk.resume("coffee-hour")
    whole = editing.releases(limit=50)
    with statements(mall) as first:
        assert editing.releases(limit=50) == whole
    mall.desk.pause("coffee-hour")
    with statements(mall) as second:
        newest = editing.releases(limit=50)

    assert [each for each in first if ".campaigns" in each] == []
    assert len([each for each in second if ".campaigns" in each]) == 1
    assert newest[1:] == whole
    assert newest[0].paused == ("coffee-hour",)


def test_a_plan_names_things_in_one_order_before_and_after(folder, store):
    """Also in the process that has brought the campaign into force, which knows it as its file was written."""
    text = TEA.replace("sells: {tea: {points: 20}}", "sells:\n  tea: {points: 20}\n  cake: {points: 40}")
    (folder / "campaigns" / "tea.yaml").write_text(text, encoding="utf-8")
    mall = wire(load_project(folder), store, clock=FixedClock(NOON))
    mall.desk.apply(by="files")
    editing = mall.desk.editing
    read = editing.read(text.replace("points: 40", "points: 35"))
    assert read.project is not None
    (change,) = editing.plan(read.project, "en").changes
    was, now = change.says[0], change.says[1]

    assert (was[0], now[0]) == ("-", "+")
    assert now[1:] == was[1:].replace("40 points", "35 points")


def test_there_is_no_release_below_the_first(mall):
    assert mall.desk.editing.releases(before=1) == []
    assert mall.desk.editing.versions("tea-time", before=1) == ([], None)
