"""What a timer is about: a deal or a promise by its number, and a play's own record by its kind and key."""

from __future__ import annotations

import pytest

from quanyi.campaigns.engine.timers import timer_input
from quanyi.entitlements.needs import Timer
from quanyi.entitlements.records import RecordKey
from tests.engine.conftest import NOON


@pytest.mark.parametrize(
    ("data", "about"),
    [
        ({"deal": "d1"}, RecordKey(kind="deal", parts=("d1",))),
        ({"promise": "p1"}, RecordKey(kind="promise", parts=("p1",))),
        ({"record": ["raffle.ticket", "spring.1"]}, RecordKey(kind="raffle.ticket", parts=("spring.1",))),
        ({"campaign": "spring"}, None),
    ],
)
def test_a_timer_is_about_the_record_that_it_names(data, about):
    ask = timer_input(Timer(id=b"t", event="raffle.draws", due_at=NOON, data=data))

    assert (ask.type, ask.at, ask.about, ask.due) == ("raffle.draws", NOON, about, True)
