"""
`kind: bundle`: a sale of one thing, and its parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from quanyi.campaigns.kinds.bundle.clauses import ChoiceMap, PartMap
from quanyi.campaigns.kinds.bundle.schema import BundleFile
from quanyi.campaigns.kinds.sale.compile import sale
from quanyi.campaigns.kinds.sale.prices import plain_price
from quanyi.campaigns.language.compile.causes import units
from quanyi.campaigns.language.compile.gifts import gifts
from quanyi.campaigns.language.compile.mall import texts
from quanyi.campaigns.language.compile.scope import Scope
from quanyi.campaigns.language.findings import did_you_mean
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.entitlements.calculators import most
from quanyi.entitlements.clauses import Gift
from quanyi.entitlements.plays.bundle import Bundle, Choice, Option, Part
from quanyi.entitlements.plays.bundle.prices import money_of, units_of
from quanyi.entitlements.plays.sale import Price, Sale
from quanyi.entitlements.time import Duration

__all__ = ["bundle"]


def bundle(file: BundleFile, root: Place, scope: Scope) -> Bundle:
    """Compile one bundle: bought as a sale, and worth all its parts."""
    asked = attrs.evolve(scope, events=(scope.mall.events["order.place"],))
    parts = tuple(
        part for name, map_ in file.parts.items() for part in _parts(name, map_, root / "parts" / name, asked)
    )
    sold = sale(file, root, scope, worth=sum(part.worth for part in parts))
    if len(file.sells) > 1:
        message = "a bundle sells one thing, with companions"
        scope.findings.key_error(root / "sells", "bundle-sells-several", message, "put the others under parts:")
    if file.per_order not in (None, 1):
        message = "a bundle is bought one at a time, so that each has its own parts"
        scope.findings.key_error(root / "per_order", "bundle-one-at-a-time", message, "leave it out")
    _check_prices(file, sold, parts, root, scope)
    for name in file.parts:
        if [part.name for part in parts].count(name) > 1:
            message = Message("another part comes several times, and one of them is called {name}", name=name)
            scope.findings.key_error(root / "parts" / name, "declared-twice", message)
    given = tuple(gift for part in parts for gift in part.everything())
    fields = {field.name: getattr(sold, field.name) for field in attrs.fields(Sale)}
    benefits = {gift.thing: gift.benefit for gift in given if gift.benefit is not None}
    fields |= {
        "per_order": 1,
        "benefits": {**benefits, **sold.benefits},
        "units": {**units(given, scope), **sold.units},
    }
    fields["head"] = attrs.evolve(sold.head, where={**sold.head.where, **_places(file, sold.head.where)})
    return Bundle(**fields, parts=parts)


def _places(file: BundleFile, where: Mapping[str, str]) -> dict[str, str]:
    """Where the parts are written that come several times."""
    again = {name: part.again.times for name, part in file.parts.items() if part.again is not None}
    return {
        f"parts.{name}-{n + 1}": where.get(f"parts.{name}", "") for name, times in again.items() for n in range(times)
    }


def _check_prices(file: BundleFile, sold: Sale, parts: tuple[Part, ...], root: Place, scope: Scope) -> None:
    """The parts' prices are shares of the bundle's, so together they are not more than it."""
    if not scope.findings.whole(root, "sells", "parts"):
        return
    for name, part in file.parts.items():
        if part.if_failed == "refund" and part.price is None:
            hint = "write price: 12.00 beside it"
            place = root / "parts" / name / "if_failed"
            scope.findings.error(place, "part-without-price", "nothing says what this part costs", hint)
    wanted = {"money": money_of(parts), **units_of(parts)}
    for price in sold.sells.values():
        has = {"money": price.money, **price.units}
        over = sorted(unit for unit, amount in wanted.items() if amount > has.get(unit, 0))
        if over:
            message: str = Message("the parts together cost more {over} than the bundle", over=Message.all_of(over))
            scope.findings.key_error(root / "parts", "parts-above-price", message)
    costs = any(price.money or price.units for price in sold.sells.values())
    if costs and sold.refund.if_used == "keep" and not any(part.price is not None for part in file.parts.values()):
        message = "no part has a price, so one that was used is kept for nothing"
        scope.findings.warning(root / "refund", "part-without-price", message, "write price: 12.00 in the parts")


def _parts(name: str, file: PartMap, place: Place, scope: Scope) -> Iterator[Part]:
    """The part, or each time that it comes."""
    part = _part(name, file, place, scope)
    if file.again is None:
        yield part
        return
    every, first = Duration.parse(file.again.every), part.after or Duration()
    for n in range(file.again.times):
        yield attrs.evolve(part, name=f"{name}-{n + 1}", after=_later(first, every, n) if part.after or n else None)


def _later(first: Duration, every: Duration, times: int) -> Duration:
    """Reckoned in one step, so that what begins on the 31st stays there where a month has one."""
    more = every.times(times)
    return Duration(
        seconds=first.seconds + more.seconds, days=first.days + more.days, months=first.months + more.months
    )


def _part(name: str, file: PartMap, place: Place, scope: Scope) -> Part:
    if bool(file.give) == (file.choose is not None):
        hint = "write give: coffee, or choose: {of: [film, song], within: 7d, default: film}"
        scope.findings.key_error(place, "part-gives-or-chooses", "a part either gives something or lets choose", hint)
    return Part(
        name=name,
        title=texts(file.title, place / "title", scope.mall, scope.findings),
        give=_gifts(file.give, place / "give", scope),
        choose=_choice(file.choose, place / "choose", scope) if file.choose is not None else None,
        after=Duration.parse(file.after) if file.after else None,
        tries=file.tries,
        every=Duration.parse(file.every),
        instead=_gifts(file.instead, place / "instead", scope),
        price=plain_price(file.price, place / "price", scope) if file.price is not None else Price(),
        if_failed=file.if_failed,
    )


def _choice(file: ChoiceMap, place: Place, scope: Scope) -> Choice:
    if isinstance(file.of, dict):
        options = {name: _gifts(value, place / "of" / name, scope) for name, value in file.of.items()}
    else:
        options = {name: _gifts(name, place / "of" / n, scope) for n, name in enumerate(file.of)}
        _check_each_once(file.of, place / "of", scope)
    default = (file.default,) if isinstance(file.default, str) else tuple(file.default)
    for n, name in enumerate(default):
        if name not in options:
            spot = place / "default" if isinstance(file.default, str) else place / "default" / n
            scope.findings.error(
                spot, "not-to-choose", Message("{name!r} is not to choose from", name=name), did_you_mean(name, options)
            )
    if file.pick > len(options):
        message = Message("there are only {count} to choose from", count=len(options))
        scope.findings.error(place / "pick", "picks-too-many", message)
    if scope.findings.sound(place / "default") and not len(set(default)) == len(default) == file.pick:
        message = Message("the default must name {pick}, each once", pick=file.pick)
        scope.findings.error(place / "default", "default-does-not-fit", message)
    found = tuple(Option(name=name, gifts=things) for name, things in options.items())
    return Choice(of=found, pick=file.pick, within=Duration.parse(file.within), default=default, given=file.given)


def _check_each_once(names: Sequence[str], place: Place, scope: Scope) -> None:
    for n, name in enumerate(names):
        if name in names[:n]:
            message = Message("{name!r} is in the list already; each can be chosen once", name=name)
            scope.findings.error(place / n, "option-twice", message, "leave one of them out")


def _gifts(value: object, place: Place, scope: Scope) -> tuple[Gift, ...]:
    """Gifts whose amount is fixed: when a part is given there is no event to reckon from."""
    found = gifts(value, place, scope)
    for gift in found:
        if most(gift.how_much) is None:
            message = Message(
                "how much {thing} a part gives is a number; there is no event to reckon from", thing=gift.thing
            )
            scope.findings.error(place, "part-depends", message)
    return found
