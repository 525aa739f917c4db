"""
When a campaign opens and closes: one home for it, which looks no further than the campaign's run.
"""

from __future__ import annotations

import attrs
import pytest

from quanyi.entitlements.checks.openings import closed, closing, next_opening, opening_from, present_state
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.needs import Picture
from quanyi.entitlements.picture import View
from quanyi.entitlements.plays.sale.view import offer_view
from quanyi.entitlements.time import Schedule, Span
from tests.entitlements.mugs import MUGS, QUOTA
from tests.entitlements.stage import moment

HEAD = Head(
    campaign="c",
    zone="Asia/Shanghai",
    runs=Span(start=moment("2026-03-01T00:00+08:00"), end=moment("2026-03-03T15:00+08:00")),
    open=(Schedule.parse("daily 10:00-12:00"), Schedule.parse("daily 14:00-16:00")),
)


def at(text):
    return moment(f"2026-{text}+08:00")


@pytest.mark.parametrize(
    ("now", "state", "opens", "ends"),
    [
        ("02-28T12:00", "not_started", "03-01T10:00", "03-03T15:00"),
        ("03-01T09:00", "between", "03-01T10:00", "03-03T15:00"),
        ("03-01T10:00", "open", None, "03-01T12:00"),
        ("03-02T12:00", "between", "03-02T14:00", "03-03T15:00"),
        ("03-03T14:30", "open", None, "03-03T15:00"),  # the run ends before the session does
        ("03-03T15:00", "ended", None, "03-03T15:00"),
    ],
)
def test_what_a_campaign_is_and_when_it_opens_next(now, state, opens, ends, offer_at):
    found = offer_at(HEAD, at(now))

    assert (found.state, found.next_at, found.ends_at) == (state, opens and at(opens), at(ends))


def test_what_is_over_by_tomorrow_does_not_start_tomorrow(offer_at):
    """After its last session a campaign has ended, although its run goes on for hours; it says when it closed."""
    head = attrs.evolve(HEAD, runs=Span(start=HEAD.runs.start, end=at("03-03T23:00")))
    found = offer_at(head, at("03-03T16:00"))

    assert (found.state, found.next_at, found.ends_at) == ("ended", None, at("03-03T16:00"))
    assert present_state(head, at("03-03T16:00"), paused=False) == "ended"
    assert next_opening(head, at("03-03T16:00")) is None


def test_a_campaign_without_a_schedule_is_open_all_through_its_run():
    head = attrs.evolve(HEAD, open=())

    assert (opening_from(head, at("03-01T03:00")), closing(head, at("03-01T03:00"))) == (
        at("03-01T03:00"),
        head.runs.end,
    )
    assert closed(head, at("03-01T03:00")) is None


@pytest.fixture
def offer_at():
    """One mug of a sale with this head, as everybody sees it at an instant."""

    def look(head, now):
        view = View(Picture(balances={QUOTA: 3}))
        return offer_view(attrs.evolve(MUGS, head=attrs.evolve(head, campaign="mugs")), "mug", view, now, paused=False)

    return look
