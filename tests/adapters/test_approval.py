"""Four eyes: what needs somebody else's yes, whose yes counts, and that it counts for what was looked at alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest

from quanyi import Conflict, FixedClock
from quanyi.adapters.editing import Editing
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.proposals import ApprovalRefused
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import check_project, load_project
from quanyi.entitlements.errors import CampaignFileError
from tests.engine.conftest import NOON, sql_store
from tests.stories.samples import write_project

TEA = """campaign: tea-time
kind: points_exchange
title: Tea time
sells: {tea: {points: 20}}
at_most: [1 piece per user]
"""

GIFT = """campaign: gift
kind: reward
when: check_in
give: {points: 10}
at_most: none
budget: {points: [{amount: 500}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = write_project(tmp_path / "mall")
    (folder / "catalogue" / "tea.yaml").write_text(
        "benefits: {tea: {is: voucher, title: Tea, face: 9.00, cost: 4.00, lasts: 1d}}\n"
    )
    (folder / "events" / "more.yaml").write_text("events: {check_in: {}}\n")
    return folder


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def store(request: pytest.FixtureRequest) -> Any:
    return sql_store(request.getfixturevalue(f"{request.param}_engine"))


def opened(folder: Path, rule: str, store: Any = None) -> OpenMall:
    mall_file = folder / "mall.yaml"
    mall_file.write_text(f"{mall_file.read_text()}approval: {rule}\n")
    mall = wire(load_project(folder), store or MemoryStore(), clock=FixedClock(NOON))
    mall.desk.apply(by="files")
    return mall


def whys(editing: Editing, text: str) -> list[tuple[str, str]]:
    return [(one.why, one.unit) for one in editing.approvable(editing.read(text))]


@pytest.fixture
def mall(folder: Path, store: Any) -> OpenMall:
    return opened(folder, "{changes: [new, changed]}", store)


def yes(editing: Editing, proposal: Any, by: str = "ops/8") -> Any:
    return editing.review(proposal, "approved", by=by, reason="looked at it")


def test_nothing_needs_approval_unless_the_mall_says_so(folder):
    mall = wire(load_project(folder), MemoryStore(), clock=FixedClock(NOON))
    mall.desk.apply()

    assert whys(mall.desk.editing, TEA) == []


@pytest.mark.parametrize(
    ("rule", "text", "found"),
    [
        ("{changes: [new]}", TEA, [("new", "")]),
        ("{changes: [changed]}", TEA, []),
        ("{above: {points: 499}}", GIFT, [("above", "points")]),
        ("{above: {points: 500}}", GIFT, []),
        (
            "{above: {points: 500}}",
            GIFT.replace("{points: [{amount: 500}]}", "{points: [{amount: 500, in: day}]}"),
            None,
        ),
        ("{above: {points: 5, money: 1}}", TEA, None),
    ],
)
def test_a_rule_names_changes_and_amounts(folder, rule, text, found):
    """What has no bound at all is above every amount; money counts what benefits cost."""
    got = whys(opened(folder, rule).desk.editing, text)

    assert got == found if found is not None else [why for why, _ in got] == ["above"]


def test_a_rule_of_an_unknown_unit_is_a_mistake(folder):
    (folder / "mall.yaml").write_text(f"{(folder / 'mall.yaml').read_text()}approval: {{above: {{poinst: 5}}}}\n")

    assert [found.code for found in check_project(folder)] == ["unknown-unit"]


def test_an_author_publishes_nothing_without_another_ones_yes(mall):
    editing = mall.desk.editing
    proposal = editing.begin(TEA, by="ops/7")
    with pytest.raises(ApprovalRefused):
        editing.apply(proposal, onto=editing.epoch, by="ops/7")
    with pytest.raises(ApprovalRefused):  # nor does anybody else
        editing.apply(proposal, onto=editing.epoch, by="ops/8")
    with pytest.raises(ApprovalRefused):
        yes(editing, proposal, by="ops/7")
    editing.apply(yes(editing, proposal), onto=editing.epoch, by="ops/8", reason="tea for all")

    assert "tea-time" in mall.project.campaigns
    assert editing.releases()[0].reason == "tea for all"


def test_whoever_wrote_a_word_of_it_is_an_author(mall):
    """Also where somebody else wrote on it last."""
    editing = mall.desk.editing
    proposal = editing.begin(TEA, by="ops/7")
    written = editing.write(proposal, TEA.replace("20", "25"), by="ops/8")
    written = editing.write(written, TEA.replace("20", "26"), by="ops/9")
    for author in ("ops/7", "ops/8", "ops/9"):
        with pytest.raises(ApprovalRefused):
            yes(editing, written, by=author)

    assert yes(editing, written, by="ops/10").approved


def test_a_yes_is_to_what_was_looked_at(mall):
    """A change takes it away; so does taking the change back by another hand, whose text it is then."""
    editing = mall.desk.editing
    approved = yes(editing, editing.begin(TEA, by="ops/7"))
    changed = editing.write(approved, TEA.replace("20", "2"), by="ops/7")
    assert not changed.approved
    with pytest.raises(ApprovalRefused):
        editing.apply(changed, onto=editing.epoch, by="ops/8")
    back = editing.write(changed, TEA, by="ops/8")

    assert not back.approved


def test_the_approver_looked_at_the_edition_that_stands(mall):
    editing = mall.desk.editing
    seen = editing.begin(TEA, by="ops/7")
    editing.write(seen, TEA.replace("20", "2"), by="ops/7")
    with pytest.raises(Conflict):
        yes(editing, seen)

    assert editing.proposals.find(seen.id).review is None


def test_of_two_who_approve_at_once_one_is_told(mall):
    editing = mall.desk.editing
    proposal = editing.begin(TEA, by="ops/7")
    first = yes(editing, proposal, by="ops/8")
    with pytest.raises(Conflict):
        yes(editing, proposal, by="ops/9")

    assert editing.proposals.find(proposal.id) == first


def test_what_is_given_up_is_approved_no_more(mall):
    editing = mall.desk.editing
    proposal = editing.begin(TEA, by="ops/7")
    editing.discard(proposal, by="ops/7")
    with pytest.raises(Conflict):
        yes(editing, proposal)
    with pytest.raises(Conflict):
        yes(editing, editing.proposals.find(proposal.id))

    assert editing.proposals.find(proposal.id).review is None


def test_sent_back_it_waits_for_another_yes(mall):
    editing = mall.desk.editing
    approved = yes(editing, editing.begin(TEA, by="ops/7"))
    declined = editing.review(approved, "declined", by="ops/9", reason="too cheap")
    with pytest.raises(ApprovalRefused):
        editing.apply(declined, onto=editing.epoch, by="ops/8")

    assert editing.proposals.find(declined.id).review.reason == "too cheap"


def test_what_is_mistaken_is_not_approved(mall):
    editing = mall.desk.editing
    with pytest.raises(CampaignFileError):
        yes(editing, editing.begin("campaign: x\n", by="ops/7"))


@pytest.mark.parametrize("act", ["discard", "decline", "write"])
def test_what_happens_to_it_just_before_it_is_published_keeps_it_back(mall, act):
    """Between the look at the yes and the release nobody slips in: publishing takes the edition first."""
    editing = mall.desk.editing
    approved = yes(editing, editing.begin(TEA, by="ops/7"))
    acts = {
        "discard": lambda: editing.discard(approved, by="ops/7"),
        "decline": lambda: editing.review(approved, "declined", by="ops/9", reason="no"),
        "write": lambda: editing.write(approved, TEA.replace("20", "1"), by="ops/7"),
    }
    acts[act]()
    before = editing.epoch
    with pytest.raises(Conflict):
        editing.apply(approved, onto=before, by="ops/8")

    assert editing.epoch == before


class Killed(BaseException):
    pass


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_program_that_dies_while_it_publishes_loses_nothing(mall, monkeypatch, when):
    """Sent again, it is published once, and noted."""
    editing = mall.desk.editing
    approved = yes(editing, editing.begin(TEA, by="ops/7"))
    bring, onto = editing._bring, editing.epoch

    def dies(*what: Any) -> Any:
        if when == "after":
            bring(*what)
        raise Killed

    monkeypatch.setattr(editing, "_bring", dies)
    with pytest.raises(Killed):
        editing.apply(approved, onto=onto, by="ops/8")
    again = mall.desk.editing
    left = again.proposals.find(approved.id)
    assert (left.state, left.approved) == ("open", True)
    again.apply(left, onto=again.epoch, by="ops/8")

    assert (again.proposals.find(approved.id).state, again.epoch) == ("applied", onto + 1)


def test_a_review_is_kept_as_it_was_given(mall):
    editing = mall.desk.editing
    approved = yes(editing, editing.begin(TEA, by="ops/7"))

    assert editing.proposals.find(approved.id) == approved
    assert attrs.asdict(approved.review)["at"] == NOON
