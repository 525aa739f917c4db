"""
What a worker does for purchases: it orders what is paid for, and asks what became of orders that nobody has answered.

A supplier is called where no transaction is open. Before the call the purchase is taken on, so that nobody else calls
for it; what comes of the call is an input of its own. A worker that dies between the two leaves an order without an
answer, whose outcome is unknown after a while, and the supplier is asked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import cast

from quanyi.campaigns.ports import Ports
from quanyi.campaigns.supply.replies import heard, tell_purchase
from quanyi.campaigns.supply.story_suppliers import NoReply
from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.errors import Conflict, HoldClosed, NotFound, QuanyiError
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.records import Purchase
from quanyi.entitlements.supply.port import Capability, Order, Supplier
from quanyi.entitlements.supply.replies import Busy, Reply, Unknown

__all__ = ["buy"]

_log = logging.getLogger("quanyi.supply")
_AT_ONCE = 50


def buy(
    ports: Ports, suppliers: Mapping[str, Supplier], limit: int = _AT_ONCE, may: Callable[[], bool] = lambda: True
) -> int:
    """
    Order and ask what waits for it, the oldest last; how many purchases that were.

    Args:
        may: Whether it is still this caller's turn; asked before each purchase.
    """
    done = 0
    for to_do, act in (("order", _order), ("query", _query)):
        for record in ports.store.find(Purchase.kind, "to_do", to_do, limit=limit):
            if not may():
                return done
            try:
                done += act(ports, suppliers, cast("Purchase", record))
            except QuanyiError:  # a campaign whose text can't be used must not keep the purchases of others waiting
                _log.exception("purchase %s does not go on", record.parts[0])
    return done


def _order(ports: Ports, suppliers: Mapping[str, Supplier], purchase: Purchase) -> bool:
    """Take a purchase on and send it; False if somebody else has, or it is over by now."""
    key = digest16("purchase.send", purchase.id, str(purchase.calls), str(len(purchase.tried))).hex()
    try:
        taken = tell_purchase(ports, "purchase.send", purchase.id, key=key)
    except (Conflict, HoldClosed, NotFound) as no:
        _log.info("purchase %s is not ordered now: %s", purchase.id, no)
        return False
    if taken.duplicate or not taken.answer.get("supplier"):
        return not taken.duplicate
    reply = _asked(suppliers, taken, ports)
    if reply is not None:
        heard(ports, purchase.id, reply, round_=taken.answer["round"], to="order", turn=taken.answer["calls"])
    return True


def _asked(suppliers: Mapping[str, Supplier], taken: Receipt, ports: Ports) -> Reply | None:
    """What the supplier says to the order; None where nobody answers at all."""
    said = taken.answer
    supplier = suppliers.get(said["supplier"])
    if supplier is None:
        return Busy("no-connector")
    order = Order(reference=said["reference"], product=said["product"], quantity=said["quantity"], at=ports.now())
    return _guarded(lambda: supplier.order(order), said["supplier"])


def _query(ports: Ports, suppliers: Mapping[str, Supplier], purchase: Purchase) -> bool:
    """Ask what became of an order; what can't be asked stays as it is until the next time."""
    supplier = suppliers.get(purchase.supplier)
    if supplier is not None and Capability.QUERY in supplier.capabilities:
        reply = _guarded(lambda: supplier.query(purchase.reference), purchase.supplier)
    else:
        reply = None
    heard(
        ports,
        purchase.id,
        Unknown("no-answer") if reply is None else reply,
        round_=purchase.round,
        to="query",
        turn=purchase.asked,
    )
    return True


def _guarded(call: Callable[[], Reply], supplier: str) -> Reply | None:
    """
    The reply; None where nobody answered. Whatever else a connector raises leaves the outcome unknown, since the supplier may
    have been reached.
    """
    try:
        return call()
    except NoReply:
        return None
    except Exception as broken:  # noqa: BLE001  (a connector of the host's own may raise anything)
        _log.exception("the connector of %s failed", supplier)
        return Unknown(f"connector-failed: {type(broken).__name__}")
