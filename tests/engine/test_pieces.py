"""What bringing a project into force would put on sale: told without a look at what the release in force sells already."""

from __future__ import annotations

from typing import Any

import attrs

from quanyi.adapters.wiring import OpenMall
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.project.release import pieces_of


def pieces(mall: OpenMall, project: Project) -> dict[str, Any]:
    """What differs from what is on sale."""
    found = pieces_of(project, mall.ports.transactions, mall.ports.store, mall.now())
    return {name: number for name, number in found.items() if number}


def test_what_is_in_force_is_not_looked_up(mall, monkeypatch):
    """Its quotas and stock were put on sale with it; a sale since then changes nothing of that."""
    mall.claim("flash", item="phone", user="ann", key="c/1")
    looked: list[object] = []
    store = type(mall.ports.store)
    peek = store.peek
    monkeypatch.setattr(store, "peek", lambda self, *said: looked.append(said) or peek(self, *said))

    assert pieces(mall, mall.project) == {}
    assert looked == []


def test_another_stock_is_told_although_no_campaign_is_another(mall):
    """The stock of a benefit that no campaign pins stands in the catalogue alone."""
    coffee = mall.project.benefits["coffee"]
    for stock, differs in ((1003, {"stock.coffee": 3}), (997, {"stock.coffee": -3}), (1000, {})):
        benefits = {**mall.project.benefits, "coffee": attrs.evolve(coffee, stock=stock)}

        assert pieces(mall, attrs.evolve(mall.project, benefits=benefits)) == differs
