"""Two operators at once: whoever comes second is told so, and nothing is half done."""

from __future__ import annotations

import pytest

from quanyi import Conflict, FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.wiring import wire
from quanyi.campaigns.project.load import load_project
from tests.engine.conftest import FOLDER, NOON


def test_a_release_that_was_overtaken_is_a_conflict(monkeypatch):
    store = MemoryStore()
    first = wire(load_project(FOLDER), store, clock=FixedClock(NOON))
    second = wire(load_project(FOLDER), store, clock=FixedClock(NOON))
    first.desk.apply()
    campaign = first.project.plays()[0].head.campaign
    reload = type(second.ports.transactions.in_force).reload

    def overtaken(in_force):
        reload(in_force)
        if in_force is second.ports.transactions.in_force:
            monkeypatch.undo()
            first.desk.pause(campaign)

    monkeypatch.setattr(type(second.ports.transactions.in_force), "reload", overtaken)
    with pytest.raises(Conflict, match="another release came into force meanwhile"):
        second.desk.pause(campaign)

    second.desk.resume(campaign)
    assert not second.ports.transactions.in_force.paused(campaign)
