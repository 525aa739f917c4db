"""
The supply side of a mall: purchases as operators see them, and what suppliers send by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from quanyi.campaigns.ports import Ports
from quanyi.campaigns.requests import Requests
from quanyi.campaigns.supply.ordering import buy
from quanyi.campaigns.supply.replies import heard, purchase_record, tell_purchase
from quanyi.entitlements.accounts import billed
from quanyi.entitlements.arguments import a_text, how_many
from quanyi.entitlements.derived_ids import deal_id
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.identifiers import identifier
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.records import Purchase, RecordKey
from quanyi.entitlements.supply.port import Callback, CallbackRefused
from quanyi.entitlements.supply.purchasing import purchase_key, standing_key

__all__ = ["SupplyDesk"]


class SupplyDesk:
    """What is bought from suppliers for the buyers of a mall."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def work(self, limit: int = 50) -> int:
        """
        Order and ask what waits for it; how many purchases that were. A worker does it by itself.

        >>> mall.desk.supply.work()
        0
        """
        return buy(self._ports, self._ports.suppliers, how_many(limit))

    def hear(self, supplier: str, callback: Callback) -> Receipt:
        """
        Take in a call-back that was found to be the supplier's own.

        Raises:
            CallbackRefused: It is about no purchase at that supplier.
        """
        number, _, round_ = callback.reference.rpartition("-")
        purchase = purchase_record(self._ports, number) if number else None
        if purchase is None or not round_.isdecimal() or not _is_at(purchase, int(round_), supplier):
            raise CallbackRefused("unknown_reference", "no purchase at this supplier has that reference")
        return heard(self._ports, purchase.id, callback.reply, round_=int(round_), to="callback")

    def purchase(self, *, deal: str = "", order: str = "") -> Purchase:
        """
        The purchase for a deal, or for the host's own order number.

        Raises:
            NotFound: Nothing was bought from suppliers for it.
        """
        wanted = identifier(deal, "deal") if deal else deal_id("", "", identifier(order, "order"))
        found = purchase_record(self._ports, *purchase_key(wanted).parts)
        if found is None:
            raise NotFound("nothing was bought from suppliers for this order")
        return found

    def purchases(self, phase: str, *, after: str | None = None, limit: int = 50) -> list[Purchase]:
        """
        Purchases in one phase, newest first: ``unknown`` and ``refused`` are what an operator looks at.

        >>> mall.desk.supply.purchases("unknown")
        []

        Args:
            after: The number of the last purchase of an earlier page.
        """
        last = None if after is None else RecordKey(kind=Purchase.kind, parts=(identifier(after, "after"),))
        asked: dict[str, Any] = {"phase": identifier(phase, "phase"), "after": last, "limit": how_many(limit)}
        found: Sequence[Any] = self._ports.store.records(Purchase.kind, **asked)
        return cast("list[Purchase]", list(found))

    def resolve(self, purchase: str, finding: str, *, by: str, reason: str, key: str) -> Receipt:
        """
        Go on with a purchase that can't go on by itself.

        Args:
            finding: ``not_bought``: the supplier has proved that it never took the order, which is sent again; ``refund``: the
                deal is taken back, though nobody knows, and what is delivered later is owed all the same; ``again``: all
                suppliers are asked anew after their final no.
            by: Who says so, and *reason* what it is based on.

        Raises:
            HoldClosed: It can go on by itself, or has ended in another way.
            NotFound: There is no such purchase.
        """
        said = {"finding": identifier(finding, "finding"), "reason": a_text(reason, "reason")}
        named, who = identifier(purchase, "purchase"), identifier(by, "actor")
        return tell_purchase(self._ports, "purchase.resolve", named, key=key, by=who, **said)

    def clear(self, supplier: str, *, by: str, reason: str, key: str) -> Receipt:
        """Forget how the last purchases at a supplier ended, so that it is asked again."""
        data = {"supplier": identifier(supplier, "supplier"), "reason": a_text(reason, "reason")}
        requests = Requests(self._ports)
        ask = requests.asked("supplier.clear", user=None, key=key, by=identifier(by, "actor"), data=data)
        return requests.run(ask)

    def billed(self, supplier: str) -> int:
        """What a supplier has billed in all, in the smallest part of the mall's currency."""
        account = billed(identifier(supplier, "supplier"), self._ports.project.currency.id)
        return self._ports.look([account]).stands(account)

    def is_well(self, supplier: str) -> bool:
        """Whether a supplier is asked, by how its last purchases ended and what the catalogue demands of it."""
        key = standing_key(identifier(supplier, "supplier"))
        standing: Any = self._ports.look([key]).stored(key)[0]
        wanted = [
            benefit.supply.health
            for benefit in self._ports.project.benefits.values()
            if benefit.supply is not None and benefit.supply.route(supplier) is not None
        ]
        return standing is None or all(
            health is None or health.fits(standing.delivered, standing.ended_count) for health in wanted
        )


def _is_at(purchase: Purchase, round_: int, supplier: str) -> bool:
    """Whether the order of a round went to *supplier*."""
    if round_ == purchase.round:
        return purchase.supplier == supplier
    return any(heard.round == round_ and heard.supplier == supplier for heard in purchase.heard)
