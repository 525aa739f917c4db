"""
Compiles gifts: what is given or taken, and how much of it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from quanyi.campaigns.language.compile.conditions import check_cel
from quanyi.campaigns.language.compile.scope import Scope
from quanyi.campaigns.language.events import Attribute
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.repairs import foreign
from quanyi.campaigns.language.schema.clauses import HowMuchMap
from quanyi.entitlements.clauses import Computed, Fixed, Gift, HowMuch, Percent, PerStep, Slabs
from quanyi.entitlements.parsing import parse_decimal

__all__ = ["gifts"]

_WORD = re.compile(r"[A-Za-z]{1,40}")
_COUNTED = re.compile(r"(\d{1,15}(?:\.\d{1,9})?) ?([A-Za-z][\w-]*)")


def gifts(value: Any, place: Place, scope: Scope, *, take: bool = False) -> tuple[Gift, ...]:
    """Compile a thing, a map of things to amounts, or a list of these."""
    if isinstance(value, str):
        return _things({value: None}, place, scope, take=take, alone=True)
    if isinstance(value, dict):
        return _things(value, place, scope, take=take)
    found: tuple[Gift, ...] = ()
    for n, item in enumerate(value):
        found += gifts(item, place / n, scope, take=take)
    return found


def _things(value: dict[str, Any], place: Place, scope: Scope, *, take: bool, alone: bool = False) -> tuple[Gift, ...]:
    compiled = [
        _gift(thing, amount, place if alone else place / thing, scope, take=take) for thing, amount in value.items()
    ]
    return tuple(gift for gift in compiled if gift is not None)


def _gift(thing: str, amount: Any, place: Place, scope: Scope, *, take: bool) -> Gift | None:
    if thing not in scope.mall.units and thing not in scope.mall.benefits:
        thing = _unknown(thing, place, scope)
        if not thing:
            return None
    benefit = scope.mall.benefits.get(thing)
    if take and benefit is not None:
        scope.findings.key_error(
            place, "take-benefit", Message("{thing!r} is a benefit; only amounts of a unit are taken", thing=thing)
        )
        return None
    if benefit is not None and benefit.supply is not None:
        message = Message(
            "{thing!r} is bought from suppliers once it is paid, so it can be sold and not given", thing=thing
        )
        scope.findings.key_error(place, "bought-when-paid", message, "give something that the mall has")
        return None
    if benefit is None and amount is None:
        hint = Message("write {{{thing}: 10}}", thing=thing)
        scope.findings.key_error(
            place, "amount-missing", Message("{thing!r} is a unit: say how much of it", thing=thing), hint
        )
        return None
    scale = scope.scale(thing)
    how_much = Fixed(value=1) if amount is None else _how_much(amount, place, scope, scale)
    return Gift(thing=thing, how_much=how_much, benefit=benefit)


def _unknown(thing: str, place: Place, scope: Scope) -> str:
    """Note an unknown thing, and return the one that was clearly meant; empty if there is none."""
    counted = _COUNTED.fullmatch(thing[:100])
    if counted is not None and (word := _thing(counted[2], scope)):
        hint: str = Message("write {{{word}: {count}}}", word=word, count=counted[1])
        scope.findings.key_error(place, "amount-missing", Message("{thing!r} is one word here", thing=thing), hint)
        return ""
    if thing in (scope.mall.currency.id, "money"):
        hint = "declare a unit for stored money, or give a benefit"
        scope.findings.key_error(place, "gives-money", "cash is never given by the mall", hint)
        return ""
    known = [*scope.mall.units, *scope.mall.benefits]
    message: str = Message("there is no unit or benefit {thing!r}", thing=thing)
    if thing in scope.mall.goods:
        hint = Message("{thing} is the host's own goods, which the mall can sell but not give", thing=thing)
        scope.findings.key_error(place, "unknown-thing", message, hint)
        return ""
    hint = "a number has no commas: write 1000" if thing.isdigit() else foreign(thing)
    first, _, rest = thing.replace(":", " ", 1).partition(" ")
    if first in known:
        hint = Message("write {first}: {rest}", first=first, rest=rest.strip())
    return scope.thing(place, thing, known, "unknown-thing", message, hint=hint)


def _how_much(value: Any, place: Place, scope: Scope, scale: int) -> HowMuch:
    if isinstance(value, HowMuchMap):
        return _depending(value, place, scope, scale)
    if _is_number(value):
        if Decimal(value) <= 0:
            scope.findings.error(
                place, "amount-not-positive", Message("{value} is nothing to give or take", value=value)
            )
        return Fixed(value=scope.amount(place, value, scale))
    if _WORD.fullmatch(value):
        scope.findings.error(
            place, "bad-amount", Message("{value!r} is not an amount", value=value), "write digits, like 300 or 19.90"
        )
        return Fixed(value=1)
    check_cel(value, place, scope, "int")
    return Computed(text=value, where=place.where)


def _thing(word: str, scope: Scope) -> str:
    """The id of the unit or benefit that a word names, singular or plural."""
    known = (*scope.mall.units, *scope.mall.benefits)
    return next((name for name in known if word in (name, f"{name}s", name.removesuffix("s"))), "")


def _is_number(text: str) -> bool:
    try:
        parse_decimal(text)
    except ArithmeticError:
        return False
    except ValueError:
        return True  # too large or too fine: `Scope.amount` says so
    return True


def _depending(value: HowMuchMap, place: Place, scope: Scope, scale: int) -> HowMuch:
    forms = [name for name in ("percent", "per", "slabs") if getattr(value, name) is not None]
    if len(forms) != 1 and not scope.findings.sound(place):
        return Fixed(value=1)
    if len(forms) != 1:
        message = "an amount is one of percent, per and slabs"
        scope.findings.key_error(place, "bad-amount", message, "{percent: 10%, of: amount}")
        return Fixed(value=1)
    source = scope.attribute(place / "of", value.of)
    if source is None:
        return Fixed(value=1)
    name = f"event.{source.name}"
    if not source.is_number:
        scope.findings.error(
            place / "of", "not-a-number", Message("{name} is {type}, not a number", name=source.name, type=source.type)
        )
        return Fixed(value=1)
    if value.percent is not None:
        # The share is of the attribute's smallest part, the result in the unit's own.
        share = Decimal(value.percent).scaleb(scale - source.scale)
        cap = _cap(value, place, scope, scale)
        return Percent(percent=format(share.normalize(), "f"), of=name, rounding=value.round, cap=cap)
    if value.slabs is not None:
        if value.cap is not None:
            message = "the highest step is the most that slabs come to"
            scope.findings.error(place / "cap", "bad-amount", message, "leave cap out")
        return _slabs(value.slabs, source, place, scope, scale)
    return _per_step(value, source, place, scope, scale)


def _cap(value: HowMuchMap, place: Place, scope: Scope, scale: int) -> int | None:
    """The most that is given; 0 is a finding."""
    if value.cap is None:
        return None
    cap = scope.amount(place / "cap", value.cap, scale)
    if cap <= 0 and scope.findings.sound(place / "cap"):
        scope.findings.error(
            place / "cap", "amount-not-positive", Message("{cap} is nothing to give or take", cap=value.cap)
        )
    return cap


def _slabs(slabs: dict[str, str], source: Attribute, place: Place, scope: Scope, scale: int) -> Slabs:
    steps = []
    for start, amount in slabs.items():
        spot = place / "slabs" / start
        steps.append((scope.amount(spot, start, source.scale), scope.amount(spot, amount, scale)))
    return Slabs(of=f"event.{source.name}", steps=tuple(sorted(steps)))


def _per_step(value: HowMuchMap, source: Attribute, place: Place, scope: Scope, scale: int) -> PerStep:
    step = scope.amount(place / "per", value.per or "1", source.scale)
    if value.give is None and scope.findings.sound(place):
        scope.findings.key_error(place, "missing-key", "the key 'give' is missing: how much for every step")
    if step <= 0:
        scope.findings.error(place / "per", "amount-not-positive", "a step must be larger than nothing")
    give = scope.amount(place / "give", value.give or "1", scale)
    cap = _cap(value, place, scope, scale)
    return PerStep(step=max(step, 1), give=give, of=f"event.{source.name}", cap=cap)
