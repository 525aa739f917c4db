"""
Where checks look in a sale, and in everything that is sold.
"""

from __future__ import annotations

from collections.abc import Iterator

from quanyi.campaigns.kinds.bounds import bounding
from quanyi.campaigns.kinds.limits import limits_at
from quanyi.campaigns.kinds.lint import Lint
from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.time import zone_of

__all__ = ["LINT"]


def _bounds(play: Sale, root: Place, _currency: str, findings: Findings, known: Findings) -> None:
    sells, limits, counted = root / "sells", (*play.at_most, *play.budget), {"times", "pieces"}
    by_number = any(bounding(limit, counted) for limit in limits)
    by_money = any(bounding(limit, {*counted, play.currency}) for limit in limits)
    for thing, price in play.sells.items():
        if not known.sound(sells / thing):
            continue
        benefit = play.benefits.get(thing)
        stocked = benefit is not None and benefit.counted
        given_away = any(each.money < each.list_price and not each.units for each in price.all)
        free = any(not each.money and not each.units for each in price.all)
        bounded = stocked or thing in play.quota or thing in play.rounds or (by_money if given_away else by_number)
        if (given_away or free) and not bounded:
            hint = "write at_most, quota or budget; or exposure: {accept: why}"
            message = Message("{thing} goes out below its price without any bound", thing=thing)
            findings.key_error(sells / thing, "unbounded", message, hint)

    _check_codes(play, root, findings, known)


def _check_codes(play: Sale, root: Place, findings: Findings, known: Findings) -> None:
    """A code needs a bound of its own, unless the sale has one for everything."""
    counted = {"times", "pieces", play.currency}
    held = any(bounding(limit, counted) for limit in (*play.at_most, *play.budget))
    for name, coupon in play.codes.items():
        place = root / "codes" / name
        if held or not known.sound(place) or any(bounding(limit, counted) for limit in coupon.at_most):
            continue
        hint = "write at_most: [{count: 100, per: campaign}] beside it; or exposure: {accept: why}"
        findings.key_error(
            place, "unbounded", Message("the code {name} takes money off without any bound", name=name), hint
        )


def _counted(play: Sale, _place: Place, currency: str) -> set[str]:
    units = (unit for price in play.sells.values() for each in price.all for unit in each.units)
    return {"times", "pieces", currency, *units}


def _limits(play: Sale, root: Place) -> Iterator[tuple[Limit, Place]]:
    codes = {str(name).upper(): root / "codes" / name for name in (root / "codes").data or {}}
    for name, coupon in play.codes.items():
        yield from limits_at(coupon.at_most, codes[name] / "at_most")


def _check_limits(play: Sale, root: Place, _found: list[tuple[Limit, Place]], findings: Findings) -> None:
    """More in one order than a limit lets through."""
    if not findings.sound(root / "at_most", root / "per_order"):
        return
    for limit in play.at_most:
        if limit.of == "pieces" and play.per_order is not None and limit.count < play.per_order:
            message = Message("never reached: at most {count} pieces come first", count=limit.count)
            findings.warning(root / "per_order", "limit-never-reached", message)
            return


def _offers(play: Sale) -> Iterator[tuple[str, str]]:
    command = "exchange" if play.preset == "points_exchange" else "order.place"
    yield from ((command, thing) for thing in sorted(play.sells))


def _check(play: Sale, root: Place, findings: Findings) -> None:
    _check_pieces(play, root, findings)
    if findings.whole(root, "runs", "zone", "on_sale"):
        _check_on_sale(play, root / "on_sale", findings)
    if findings.whole(root, "runs", "open", "zone") and findings.sound(root / "hold"):
        _check_hold(play, root, findings)
        _check_late(play, root, findings)
        _check_short(play, root, findings)


def _check_pieces(play: Sale, root: Place, findings: Findings) -> None:
    """Quotas that stock or splits contradict."""
    for thing, pieces in play.quota.items():
        place = root / "quota" / thing
        benefit = play.benefits.get(thing)
        if benefit is not None and benefit.stock is not None and benefit.stock < pieces:
            message = Message("the mall has only {stock} of {thing} in stock", stock=benefit.stock, thing=thing)
            findings.warning(place, "quota-above-stock", message)
        if 0 < pieces < play.splits:
            message = Message(
                "{pieces} pieces in {splits} balances leave some of them empty", pieces=pieces, splits=play.splits
            )
            findings.warning(root / "splits", "splits-above-quota", message)
    if findings.whole(root, "sells", "quota", "budget"):
        _check_budget(play, root, findings)


def _check_on_sale(play: Sale, place: Place, findings: Findings) -> None:
    """Times of a thing that lie outside the campaign's run."""
    for thing in play.on_sale:
        span = play.head_of(thing).runs
        if span.start is not None and span.end is not None and span.end <= span.start:
            message = Message("{thing} is never on sale while the campaign runs", thing=thing)
            findings.warning(place / thing, "never-on-sale", message)


def _check_budget(play: Sale, root: Place, findings: Findings) -> None:
    """A budget that ends before the quota does: the last pieces are shown, and never sold."""
    off = {
        thing: max(max(each.list_price - each.money, 0) for each in price.all) for thing, price in play.sells.items()
    }
    cost = sum(pieces * off.get(thing, 0) for thing, pieces in play.quota.items())
    for limit in play.budget:
        if (
            limit.of == play.currency
            and limit.per == ("campaign",)
            and limit.window.name == "ever"
            and limit.count < cost
        ):
            money = [str(Amount(value, limit.of, play.currency_scale)) for value in (cost, limit.count)]
            message = Message(
                "all pieces together cost the mall {cost}, and the budget ends at {most}", cost=money[0], most=money[1]
            )
            findings.warning(root / "quota", "quota-above-budget", message, "raise the budget, or lower the quota")
            return


def _check_hold(play: Sale, root: Place, findings: Findings) -> None:
    start, end = play.head.runs.start, play.head.runs.end
    if start is not None and end is not None:
        held_until = play.hold.pay_within.after(start, zone_of(play.head.zone))
        if held_until > end:
            message = "an unpaid deal is kept longer than the whole campaign runs"
            findings.warning(root / "hold" / "pay_within", "hold-longer-than-run", message)


def _check_late(play: Sale, root: Place, findings: Findings) -> None:
    """A rule for late payments where no payment can be late."""
    if play.late.then == "refuse" or not findings.whole(root, "sells", "hold", "late"):
        return
    if not any(each.money for price in play.sells.values() for each in price.all):
        message = "nothing here is paid in money, so no payment can be late"
        findings.warning(root / "late", "late-not-needed", message, "leave late out")
    elif play.hold.overdue == "stays":
        message = "with overdue: stays a deal is never closed, so no payment is late"
        findings.warning(root / "late", "late-not-needed", message, "leave late out, or write overdue: closes")


def _check_short(play: Sale, root: Place, findings: Findings) -> None:
    """A rule for pieces that are gone at paying where none can be."""
    if play.short == "refuse" or not findings.whole(root, "hold", "late", "short"):
        return
    if play.hold.since == "place" and play.late.then != "accept":
        message = "pieces are held from placing on, so none are gone when the money comes"
        findings.warning(root / "short", "short-not-needed", message, "leave short out, or write hold: {from: pay}")


LINT = Lint(bounds=_bounds, counted=_counted, limits=_limits, check_limits=_check_limits, offers=_offers, check=_check)
