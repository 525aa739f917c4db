"""
Checks as values: each play's table, and the one way through it.
"""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from quanyi.entitlements.checks.check import Check, by_name, go_through
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.errors import NotEligible, StorageError
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Picture
from quanyi.entitlements.picture import View
from quanyi.entitlements.plays.bundle import Bundle
from quanyi.entitlements.plays.referral import Referral
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.plays.sale import Price, Sale
from quanyi.entitlements.plays.streak import Streak
from quanyi.entitlements.plays.task import Task
from tests.entitlements.stage import Stage, moment

ROOT = Path(__file__).parents[2]
AT = "2026-03-01T10:00"
HEAD = Head(campaign="c", version="v1", where={"campaign": "c.yaml:1", "amount": "c.yaml:7", "who": "c.yaml:9"})


@attrs.define
class Tried:
    """An attempt that remembers which checks it went through."""

    ask: Input
    head: Head = HEAD
    went: list[str] = attrs.field(factory=list)

    def first(self, draft):
        self.went.append("first")

    def second(self, draft):
        self.went.append("second")
        raise NotEligible(reason="too-small")

    def third(self, draft):
        self.went.append("third")


CHECKS = by_name(
    Check(name="first", run=Tried.first),
    Check(name="second", run=Tried.second, keys=("size", "amount", "who")),
    Check(name="third", run=Tried.third),
)


def tried(*names):
    at = moment(AT)
    attempt, draft = Tried(Input(type="visit", key="k", at=at)), View(Picture()).draft(at)
    try:
        go_through(names, CHECKS, attempt, draft)
    except NotEligible as no:
        return attempt.went, no
    return attempt.went, None


@pytest.mark.parametrize("play", [Bundle, Referral, Reward, Sale, Streak, Task])
def test_a_play_asks_all_its_checks_unless_the_campaign_says_otherwise(play):
    """The terms can't read the table, so this holds the two together, order included."""
    assert attrs.fields(play).checks.default == tuple(play.all_checks)


@pytest.mark.parametrize("play", [Bundle, Referral, Reward, Sale, Streak, Task])
def test_a_table_finds_each_check_by_its_own_name(play):
    assert [check.name for check in play.all_checks.values()] == list(play.all_checks)


def test_checks_are_asked_in_the_order_given_up_to_the_first_that_fails():
    went, no = tried("third", "first", "second", "first")

    assert (went, no.reason) == (["third", "first", "second"], "too-small")


def test_where_none_fails_all_are_asked():
    assert tried("third", "first") == (["third", "first"], None)


def test_a_refusal_names_its_check_and_the_first_of_its_keys_that_the_file_has():
    _, no = tried("second")

    assert (no.clause, no.where) == ("second", "c.yaml:7")


def test_a_check_of_a_key_that_the_file_has_not_points_at_the_campaign():
    assert HEAD.place_of("size") == "c.yaml:1"


def test_a_stored_campaign_with_a_check_that_nobody_knows_is_an_error_of_storage():
    """It could only be let through, or stop the campaign: it stops it, and says which it was."""
    play = Sale(head=HEAD, sells={"mug": Price(money=100)}, checks=("phase", "smell"))
    with pytest.raises(StorageError, match=r"version v1 of c names an unknown check, 'smell'"):
        Stage().ask(play, "order.place", AT, "ann", data={"item": "mug"})


@pytest.mark.parametrize("layer", ["entitlements", "campaigns"])
def test_no_check_is_called_by_a_name_put_together(layer):
    built = [path for path in (ROOT / layer).rglob("*.py") if 'getattr(self, f"' in path.read_text(encoding="utf-8")]

    assert not built
