"""
From `supply:` of a benefit to what the domain knows of it.
"""

from __future__ import annotations

from collections.abc import Callable

from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.schema.mall import BenefitMap
from quanyi.campaigns.language.schema.supply import RouteMap, SupplyMap
from quanyi.entitlements.supply.terms import Health, Route, Supply
from quanyi.entitlements.time import Duration

__all__ = ["Money", "supply_of"]

_WITH_CODES = ("card", "code")


Money = Callable[[str, Place], int]
"""Reads an amount of the mall's money; a mistake in it becomes a finding."""


def supply_of(
    benefit: BenefitMap, place: Place, findings: Findings, *, cost: int, currency: str, money: Money
) -> Supply | None:
    """
    How a benefit is bought; None where it is not. What can't be together is noted in *findings*.

    Args:
        cost: What the benefit costs the mall, where a route says nothing of that.
    """
    said = benefit.supply
    if said is None:
        return None
    _check(benefit, said, place, findings)
    return Supply(
        routes=tuple(_route(each, place / "supply" / "from" / n, cost, money) for n, each in enumerate(said.from_)),
        currency=currency,
        codes=benefit.is_ in _WITH_CODES if said.codes is None else said.codes,
        switch=said.switch,
        if_refused=said.if_refused,
        again=tuple(map(Duration.parse, said.again)),
        asks=tuple(map(Duration.parse, said.ask_after)),
        silence=Duration.parse(said.silence),
        overdue=Duration.parse(said.overdue),
        billed=said.billed,
        health=None if said.healthy is None else Health(**said.healthy.model_dump()),
    )


def _route(said: RouteMap, place: Place, cost: int, money: Money) -> Route:
    own = cost if said.cost is None else money(said.cost, place / "cost")
    return Route(supplier=said.supplier, product=said.product, cost=own)


def _check(benefit: BenefitMap, said: SupplyMap, place: Place, findings: Findings) -> None:
    for key in ("pool", "stock"):
        if getattr(benefit, key) is not None:
            message = Message("what is bought from suppliers has no {key} of the mall", key=key)
            findings.key_error(place / key, "stock-and-supply", message, "leave one of them out")
    named: dict[str, int] = {}
    for n, route in enumerate(said.from_):
        if route.supplier in named:
            message = Message("{supplier} is named twice", supplier=route.supplier)
            findings.error(place / "supply" / "from" / n / "supplier", "supplier-twice", message)
        named.setdefault(route.supplier, n)
    for key, lengths in (("again", said.again), ("ask_after", said.ask_after), ("silence", (said.silence,))):
        for n, text in enumerate(lengths):
            spot = place / "supply" / key
            _check_length(text, spot if key == "silence" else spot / n, findings)


def _check_length(text: str, place: Place, findings: Findings) -> None:
    """A wait for a supplier is longer than nothing, and is counted in seconds, minutes or hours."""
    length = Duration.parse(text)
    if length.days or length.months or length.seconds <= 0:
        message = Message("{text} is no wait for a supplier", text=text)
        findings.error(place, "bad-wait", message, "write 30s, 10m or 24h")
