"""
The rules of alarms: what each of them looks for, by the name of its alarm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from quanyi.adapters.alarms.found import FoundAlarm, Rule, Watched
from quanyi.entitlements.accounts import stock
from quanyi.entitlements.records import Purchase
from quanyi.entitlements.time import zone_of

__all__ = ["RULES"]

_PURCHASES = 500
"""How many purchases of a phase are counted at most."""
_SOON = timedelta(days=1)
_WORSE = 4
"""How many times longer than its bound something waits before it is critical."""


def _stock_low(to: Watched) -> Iterator[FoundAlarm]:
    """Pieces or codes of a benefit that will be gone soon; critical once none is left."""
    counted = [benefit for benefit in to.ports.project.benefits.values() if benefit.counted]
    draft = to.ports.look([stock(benefit.id) for benefit in counted]).draft(to.now)
    for benefit in counted:
        left, bound = draft.stands(stock(benefit.id)), to.bounds.stock_of(benefit.id, benefit.stock)
        if left <= bound:
            severity = "critical" if left <= 0 else "warning"
            found: dict[str, Any] = {"amount": max(left, 0), "bound": bound, "item": benefit.id}
            yield FoundAlarm(name="stock.low", subject=benefit.id, severity=severity, **found)


def _codes_ending(to: Watched) -> Iterator[FoundAlarm]:
    """Free codes of a pool whose end comes soon, so that nobody will get them; critical within a day."""
    pools = {benefit.pool: benefit.id for benefit in to.ports.project.benefits.values() if benefit.pool}
    ending = to.ports.store.codes_ending(pools, to.now, to.now + to.bounds.within) if pools else {}
    for pool, found in ending.items():
        severity = "critical" if found.first <= to.now + _SOON else "warning"
        said: dict[str, Any] = {"amount": found.count, "ends_at": found.first, "item": pools[pool]}
        yield FoundAlarm(name="codes.ending", subject=pool, severity=severity, **said)


def _budget_early(to: Watched) -> Iterator[FoundAlarm]:
    """A budget that will be used up before it ends, at the pace of the last days; critical if that is within a day."""
    for burn in to.burns:
        near = burn.ends_at is not None or (burn.empty_at is not None and burn.empty_at <= to.now + to.bounds.budget)
        if burn.early and near and burn.empty_at is not None:
            severity = "critical" if burn.empty_at <= to.now + _SOON else "warning"
            found: dict[str, Any] = {
                "amount": burn.left,
                "bound": burn.cap,
                "campaign": burn.campaign,
                "item": burn.unit,
            }
            yield FoundAlarm(name="budget.early", subject=burn.limit, severity=severity, ends_at=burn.empty_at, **found)


def _points_expiring(to: Watched) -> Iterator[FoundAlarm]:
    """Points of all people together that end soon, above a sum."""
    zone = zone_of(to.ports.project.zone)
    last = (to.now + to.bounds.within).astimezone(zone).date()
    for unit, bound in to.bounds.expiring.items():
        amount = to.liability.within(unit, last)
        if amount > bound:
            yield FoundAlarm(name="points.expiring", subject=unit, amount=amount, bound=bound, item=unit)


def _events_late(to: Watched) -> Iterator[FoundAlarm]:
    """Events that wait for a sink for too long: nobody hands them on, or their receiver hangs."""
    for sink in to.backlog:
        waited = timedelta() if sink.oldest is None else to.now - sink.oldest
        if sink.waiting and waited > to.bounds.late:
            severity = "critical" if waited > _WORSE * to.bounds.late else "warning"
            yield FoundAlarm(name="events.late", subject=sink.sink, severity=severity, amount=sink.waiting)


def _events_parked(to: Watched) -> Iterator[FoundAlarm]:
    """Events that nobody took in all their tries: somebody must decide."""
    for sink in to.backlog:
        if sink.parked:
            yield FoundAlarm(name="events.parked", subject=sink.sink, severity="critical", amount=sink.parked)


def _sink_failing(to: Watched) -> Iterator[FoundAlarm]:
    """A receiver or webhook that refuses an event again and again."""
    from quanyi.adapters.sql.backlog import most_tries

    tried = {} if to.database is None else most_tries(to.database, [sink.sink for sink in to.backlog if sink.waiting])
    for sink, tries in tried.items():
        if tries >= to.bounds.tries:
            yield FoundAlarm(name="sink.failing", subject=sink, amount=tries, bound=to.bounds.tries)


def _purchases_stuck(to: Watched) -> Iterator[FoundAlarm]:
    """Purchases that wait for an operator, by supplier: nobody knows their outcome, or every supplier said no; critical once overdue."""
    benefits = to.ports.project.benefits
    if not any(benefit.supply is not None for benefit in benefits.values()):
        return
    found: dict[str, list[Purchase]] = {}
    for phase in ("unknown", "refused"):
        for record in to.ports.store.records(Purchase.kind, phase=phase, limit=_PURCHASES):
            supply = benefits[record.item].supply if record.item in benefits else None
            if isinstance(record, Purchase) and (phase == "unknown" or (supply and supply.if_refused == "keep")):
                found.setdefault(record.supplier, []).append(record)
    for supplier, stuck in sorted(found.items()):
        severity = "critical" if any(purchase.reported for purchase in stuck) else "warning"
        yield FoundAlarm(name="purchases.stuck", subject=supplier, severity=severity, amount=len(stuck))


def _timers_late(to: Watched) -> Iterator[FoundAlarm]:
    """Timers that are overdue: nobody books what is due."""
    from quanyi.adapters.sql.backlog import timers_due

    if to.database is not None and (count := timers_due(to.database, to.now - to.bounds.late)):
        yield FoundAlarm(name="timers.late", amount=count)


def _figures_late(to: Watched) -> Iterator[FoundAlarm]:
    """Figures that nobody counts, so that pages show old numbers."""
    from quanyi.adapters.figures.reading import sums_of

    if sums_of(to.ports).standing(to.now - to.bounds.late)[1]:
        yield FoundAlarm(name="figures.late")


def _campaign_damaged(to: Watched) -> Iterator[FoundAlarm]:
    """A campaign in force whose stored text can't be used, so that it takes no requests."""
    to.ports.plays()
    for campaign in to.ports.transactions.in_force.damaged():
        yield FoundAlarm(name="campaign.damaged", subject=campaign, severity="critical", campaign=campaign)


def _books_behind(to: Watched) -> Iterator[FoundAlarm]:
    """A database that came back from a backup, and lost what its witness saw."""
    if to.watch is not None and to.watch.lost() is not None:
        yield FoundAlarm(name="books.behind", severity="critical")


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "stock.low": _stock_low,
        "codes.ending": _codes_ending,
        "budget.early": _budget_early,
        "points.expiring": _points_expiring,
        "events.late": _events_late,
        "events.parked": _events_parked,
        "sink.failing": _sink_failing,
        "purchases.stuck": _purchases_stuck,
        "timers.late": _timers_late,
        "figures.late": _figures_late,
        "campaign.damaged": _campaign_damaged,
        "books.behind": _books_behind,
    }
)
"""Every rule by the name of its alarm."""
