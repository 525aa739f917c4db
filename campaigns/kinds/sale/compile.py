"""
`kind: sale`, and its presets `flash_sale` and `points_exchange`.
"""

from __future__ import annotations

from typing import Any

import attrs

from quanyi.campaigns.kinds.sale.clauses import LateMap, QuotaMap, RefundMap
from quanyi.campaigns.kinds.sale.prices import coupons, offset, prices
from quanyi.campaigns.kinds.sale.schema import OfferFile
from quanyi.campaigns.language.compile.head import checks, head
from quanyi.campaigns.language.compile.limits import at_most, budget, window_of
from quanyi.campaigns.language.compile.scope import Scope
from quanyi.campaigns.language.compile.times import runs
from quanyi.campaigns.language.findings import did_you_mean
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.schema.clauses import RunsMap
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.plays.sale import Hold, Late, Refund, Sale
from quanyi.entitlements.time import Duration, Span

__all__ = ["sale"]

_CHECKS: tuple[str, ...] = tuple(Sale.all_checks)


def sale(file: OfferFile, root: Place, scope: Scope, *, worth: int = 0) -> Sale:
    """
    Compile a sale under any of its names.

    Args:
        worth: What comes along would cost by itself; part of the price outside the campaign.
    """
    commands = ("order.place", "exchange") if file.kind == "points_exchange" else ("order.place",)
    scope = attrs.evolve(scope, events=tuple(scope.mall.events[name] for name in commands))
    sells = prices(file.sells, root / "sells", scope, exchange=file.kind == "points_exchange", worth=worth)
    quota, rounds = _quotas(file, root / "quota", scope)
    benefits = {thing: scope.mall.benefits[thing] for thing in sells if thing in scope.mall.benefits}
    counted = any(benefit.counted for benefit in benefits.values())
    spent = sorted({unit for price in sells.values() for each in price.all for unit in each.units})
    part = offset(file.offset, root / "offset", scope)
    if part is not None:
        spent = sorted({*spent, part.unit})
    return Sale(
        head=head(file, file.kind, root, scope),
        preset=file.kind,
        currency=scope.mall.currency.id,
        currency_scale=scope.mall.currency.scale,
        sells=sells,
        quota=quota,
        rounds=rounds,
        on_sale=_on_sale(file, root / "on_sale", scope),
        splits=file.splits,
        at_most=at_most(file.at_most, root / "at_most", scope),
        budget=_budget(file, root / "budget", scope),
        checks=checks(file, root, scope, _CHECKS, _used(file, spent, counted=counted)),
        hold=Hold(since=file.hold.from_, pay_within=Duration.parse(file.hold.pay_within), overdue=file.hold.overdue),
        short=file.short,
        late=_late(file.late, root / "late" / "accept", scope),
        refund=_refund(file.refund),
        offset=part,
        codes=coupons(file.codes, root / "codes", scope),
        per_order=file.per_order,
        benefits=benefits,
        units={unit: scope.mall.units[unit] for unit in spent},
    )


def _quotas(file: OfferFile, place: Place, scope: Scope) -> tuple[dict[str, int], dict[str, tuple[Limit, ...]]]:
    """Pieces in all, and pieces in each window, by thing."""
    totals: dict[str, int] = {}
    rounds: dict[str, tuple[Limit, ...]] = {}
    for thing, value in file.quota.items():
        if thing not in file.sells and scope.findings.sound(place.parent / "sells"):
            hint = did_you_mean(thing, file.sells)
            message = Message("{thing!r} has a quota, but is not sold here", thing=thing)
            scope.findings.key_error(place / thing, "quota-not-sold", message, hint)
        for n, part in enumerate(value if isinstance(value, tuple) else (value,)):
            spot = place / thing / n if isinstance(value, tuple) else place / thing
            quota = part if isinstance(part, QuotaMap) else QuotaMap(pieces=part)
            _check_pieces(quota.pieces, spot, scope)
            if quota.in_ != "ever":
                rounds[thing] = (*rounds.get(thing, ()), _round(thing, quota, spot, scope))
            elif thing in totals:
                scope.findings.error(spot, "same-limit-twice", "this quota counts the same as one above")
            else:
                totals[thing] = quota.pieces
    return totals, rounds


def _on_sale(file: OfferFile, place: Place, scope: Scope) -> dict[str, Span]:
    """From when to when things can be had, by thing."""
    for thing in file.on_sale:
        if thing not in file.sells and scope.findings.sound(place.parent / "sells"):
            message = Message("{thing!r} has times, but is not sold here", thing=thing)
            scope.findings.key_error(place / thing, "on-sale-not-sold", message, did_you_mean(thing, file.sells))
    return {thing: runs(each, place / thing, scope) for thing, each in file.on_sale.items()}


def _check_pieces(pieces: int, place: Place, scope: Scope) -> None:
    if pieces < 0:
        scope.findings.error(place, "amount-not-positive", "a quota can't be below zero")
    if pieces == 0:
        scope.findings.warning(place, "limit-of-zero", "a quota of zero sells nothing")


def _round(thing: str, quota: QuotaMap, place: Place, scope: Scope) -> Limit:
    """The pieces of one window, as a limit on everybody together."""
    return Limit(
        id=f"{scope.campaign}/quota/{thing}/{quota.in_}/{scope.zone}",
        count=quota.pieces,
        of="pieces",
        per=("campaign",),
        window=window_of(quota.in_, place, scope),
        where=place.where,
    )


def _budget(file: OfferFile, place: Place, scope: Scope) -> tuple[Limit, ...]:
    found = budget(file.budget, place, scope)
    for word in file.budget:
        if scope.unit(word) not in (None, scope.mall.currency.id):
            message = "a sale costs the mall money: list price less price"
            scope.findings.key_error(place / word, "budget-not-spent", message, "write budget: {money: …}")
    return found


def _late(value: Any, place: Place, scope: Scope) -> Late:
    if not isinstance(value, LateMap):
        return Late(then=value)
    last = RunsMap(through=value.accept.through)
    return Late(then="accept", take_again=value.accept.take_again, until=runs(last, place, scope).end)


def _refund(value: Any) -> Refund:
    if not isinstance(value, RefundMap):
        return Refund(never=True)
    return Refund(
        within=Duration.parse(value.within) if value.within else None, if_used=value.if_used, by_day=value.by_day
    )


def _used(file: OfferFile, spent: list[str], *, counted: bool) -> set[str]:
    named = {
        "open": file.open,
        "for": file.for_,
        "per_order": file.per_order,
        "code": file.codes,
        "at_most": file.at_most != "none" and file.at_most,
        "quota": file.quota,
        "stock": counted,
        "points": spent,
        "budget": file.budget,
    }
    return {"phase", *(name for name, value in named.items() if value)}
