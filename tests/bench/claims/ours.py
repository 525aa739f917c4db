"""Ours: the same calls through the public face, as any host makes them."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
from sqlalchemy import URL, Column, MetaData, String, Table, insert, text
from sqlalchemy.orm import Session

from quanyi import LimitReached, OutOfStock, open_mall
from tests.bench.claims.crowd import Claim, Verdict
from tests.bench.prepared import MALLS
from tests.bench.servers import STOCK, host_engine

__all__ = ["CONCERTS", "PHONES", "WATCHES", "Ours", "OursJoined", "Sale"]


@attrs.frozen(kw_only=True)
class Sale:
    """
    A sale of `malls/sale`.

    Attributes:
        limits: How many limits per user each claim takes a place of.
        rebate: How much of the budget each claim takes, in the smallest part; 0 without a budget.
    """

    campaign: str
    item: str
    limits: int = 1
    rebate: int = 0


PHONES = Sale(campaign="phones", item="phone")
WATCHES = Sale(campaign="watches", item="watch", limits=2, rebate=10_000)
CONCERTS = Sale(campaign="concerts", item="concert")

_HOST = MetaData()
_ORDERS = Table("orders", _HOST, Column("id", String, primary_key=True), Column("user_id", String, nullable=False))


class Ours:
    """One claim by `mall.claim`, all guards, keys, journal, outbox and timers on."""

    def __init__(self, url: URL, sale: Sale = PHONES) -> None:
        self.sale = sale
        self.engine = host_engine(url)
        self.mall = open_mall(MALLS / "sale", self.engine)
        self.before = self._counts(self.growing())

    def growing(self) -> Mapping[str, str]:
        """Counts that stood at something before the run."""
        return {
            "keys": "select count(*) from quanyi_receipt",
            "people": "select count(*) from quanyi_record where kind = 'person'",
        }

    def counts(self) -> Mapping[str, str]:
        """What there must be one of for each yes."""
        sale = self.sale
        found = {
            "rows": "select count(*) from quanyi_record where kind = 'deal'",
            "users": "select count(distinct holder) from quanyi_record where kind = 'deal'",
            "limits": f"select sum(balance) / {sale.limits} from quanyi_balance where kind = 'used' and unit = 'pieces'",
            "outbox": "select count(*) from quanyi_outbox where event = 'deal.placed'",
            "journal": "select count(*) from quanyi_journal where rule = 'place'",
            "timers": "select count(*) from quanyi_timer",
            "held": "select sum(balance) from quanyi_balance where kind = 'held' and unit = 'pieces'",
        }
        budget = f"select sum(balance) / {sale.rebate or 1} from quanyi_balance where kind = 'used' and unit = 'CNY'"
        return found | ({"budget": budget} if sale.rebate else {})

    def claims(self, threads: int) -> list[Claim]:
        return [self.claim] * threads

    def close(self) -> None:
        self.engine.dispose()

    def claim(self, user: str, key: str) -> Verdict:
        try:
            receipt = self.mall.claim(self.sale.campaign, item=self.sale.item, user=user, key=key)
        except LimitReached:
            return "limit"
        except OutOfStock:
            return "out"
        return "replay" if receipt.duplicate else "ok"

    def books(self) -> dict[str, int]:
        left = self.mall.offer(self.sale.campaign, self.sale.item).left
        grown = {name: count - self.before[name] for name, count in self._counts(self.growing()).items()}
        return {"sold": STOCK - left, **self._counts(self.counts()), **grown}

    def _counts(self, questions: Mapping[str, str]) -> dict[str, int]:
        with self.engine.connect() as connection:
            return {name: int(connection.execute(text(sql)).scalar() or 0) for name, sql in questions.items()}


class OursJoined(Ours):
    """Reserved by us, and paid inside the host's own order transaction, which gives the ticket."""

    def __init__(self, url: URL) -> None:
        super().__init__(url, CONCERTS)
        _HOST.create_all(self.engine)

    def counts(self) -> Mapping[str, str]:
        kept = {name: sql for name, sql in super().counts().items() if name not in ("timers", "held")}
        return kept | {
            "orders": "select count(*) from orders",
            "paid": "select count(*) from quanyi_record where kind = 'deal' and phase = 'paid'",
            "tickets": "select count(*) from quanyi_record where kind = 'entitlement'",
            "paid outbox": "select count(*) from quanyi_outbox where event = 'deal.paid'",
        }

    def books(self) -> dict[str, int]:
        books = super().books()
        return books | {"keys": books["keys"] // 2}  # one for the claim, one for the payment

    def claim(self, user: str, key: str) -> Verdict:
        try:
            deal = self.mall.claim(self.sale.campaign, item=self.sale.item, user=user, key=key)
        except LimitReached:
            return "limit"
        if deal.duplicate:
            return "replay"
        with Session(self.engine) as db, db.begin():
            db.execute(insert(_ORDERS).values(id=f"o-{key}", user_id=user))
            self.mall.within(db).settle(deal.hold, paid=deal.pay, key=f"pay-{key}", user=user)
        return "ok"
