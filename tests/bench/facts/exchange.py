"""A whole exchange of points by one client, beside the whole redemption of a voucher in a shop framework."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from time import perf_counter

import attrs
from sqlalchemy import text

from tests.bench.contest import Contest, Figure
from tests.bench.facts.ours import FactMall
from tests.bench.peers.oscar import redemptions
from tests.bench.prepared import known_person, people, postgres_mall

__all__ = ["EXCHANGE"]

_BOOKS = {
    "deals": "select count(*) from quanyi_record where kind = 'deal' and phase = 'paid'",
    "rights": "select count(*) from quanyi_record where kind = 'entitlement'",
    "points": "select -sum(amount) from quanyi_entry where amount < 0",
    "limits": "select sum(balance) from quanyi_balance where kind = 'used' and unit = 'pieces'",
    "stock": "select 10000000 - balance from quanyi_balance where kind = 'stock'",
    "quota": "select 5000000 - balance from quanyi_balance where kind = 'quota'",
    "outbox": "select count(*) from quanyi_outbox where event = 'deal.paid'",
    "journal": "select count(*) from quanyi_journal where rule = 'place'",
}


@attrs.define
class _Exchanger:
    shop: FactMall
    made: int = 0
    numbers: count[int] = attrs.field(factory=count)

    def measure(self, seconds: float) -> Figure:
        self._exchange()
        times: list[float] = []
        begun = perf_counter()
        while (started := perf_counter()) - begun < seconds:
            self._exchange()
            times.append(perf_counter() - started)
        rate = len(times) / (perf_counter() - begun)
        times.sort()
        return Figure(value=rate, p50_ms=times[len(times) // 2] * 1000, p99_ms=times[int(len(times) * 0.99)] * 1000)

    def _exchange(self) -> None:
        number = next(self.numbers)
        self.shop.mall.exchange("tea", user=known_person(number), key=f"x{number}")
        self.made += 1

    def check(self, figure: Figure) -> Sequence[str]:
        with self.shop.engine.connect() as connection:
            found = {name: int(connection.execute(text(sql)).scalar() or 0) for name, sql in _BOOKS.items()}
        return [
            f"{name} is {number}, {self.made} were exchanged" for name, number in found.items() if number != self.made
        ]


@contextmanager
def _exchanges() -> Iterator[_Exchanger]:
    with postgres_mall("facts", people) as url:
        shop = FactMall(url, ())
        try:
            yield _Exchanger(shop)
        finally:
            shop.close()


EXCHANGE = Contest(
    name="exchange.pg",
    unit="exchanges/s",
    sides={"ours": _exchanges, "floor": redemptions},
    checked="deals = entitlements = points = limits = stock = outbox = exchanges; the shop's vouchers are used up",
)
