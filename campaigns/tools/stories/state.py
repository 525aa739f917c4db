"""
Checks of what people have and what is left: balances, entitlements, promises, pieces in stock.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from quanyi.campaigns.kinds.expectation import Expectation
from quanyi.campaigns.kinds.reader import Reader
from quanyi.campaigns.language.places import Place

__all__ = ["read_balances", "read_counts", "read_has", "read_reminders", "read_stock", "read_unit"]


def read_balances(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    """`{ann: {points: 10}}`."""
    for user, units, at in reader.map(value, place):
        for unit, amount, spot in reader.map(units, at):
            if reader.known("unit", unit, reader.project.units, spot):
                yield from reader.amount(amount, unit, spot, name, user, unit)


def read_unit(reader: Reader, unit: str, value: Any, place: Place) -> Iterator[Expectation]:
    """Balances the other way round, behind the id of a unit: `points: {ann: 10}`."""
    for user, amount, at in reader.map(value, place):
        expected = reader.amount(amount, unit, at, "balance", user, unit)
        yield from (attrs.evolve(each, user=user) for each in expected)


def read_has(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    """`{ann: {coffee: 1}}`."""
    for user, benefits, at in reader.map(value, place):
        for benefit, count, spot in reader.map(benefits, at):
            if reader.known("benefit", benefit, reader.project.benefits, spot):
                yield from reader.count(count, spot, name, user, benefit)


def read_stock(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    """`{coffee: 3}`."""
    for benefit, pieces, at in reader.map(value, place):
        if reader.known("benefit", benefit, reader.project.benefits, at):
            yield from reader.count(pieces, at, name, benefit)


def read_reminders(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    """`{ann: {coffee: answered}}`; `CAMPAIGN.coffee` where several sell it."""
    for user, things, at in reader.map(value, place):
        for thing, word, spot in reader.map(things, at):
            campaign, _, item = thing.rpartition(".")
            sold = {key for c, i in _sold(reader) for key in (i, f"{c}.{i}")}
            if reader.known("thing", thing, dict.fromkeys(sold), spot):
                sellers = sorted(c for c, i in _sold(reader) if i == item and campaign in ("", c))
                yield from reader.one_word(word, _REMINDERS, spot, name, user, sellers[0], item)


_REMINDERS = ("answered", "cancelled", "lapsed", "none", "open")


def _sold(reader: Reader) -> set[tuple[str, str]]:
    """Campaigns and things that they sell."""
    selling = [c for c in reader.project.campaigns.values() if c.kind.offers is not None]
    return {(c.id, item) for c in selling for item in c.kind.offers.things(c.play)}


def read_counts(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    """`{ann: 2}`."""
    for user, count, at in reader.map(value, place):
        yield from reader.count(count, at, name, user)
