"""
Compiles limits, in their short and long form, and budgets.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, cast, get_args

from quanyi.campaigns.language.compile.scope import Scope
from quanyi.campaigns.language.compile.times import window
from quanyi.campaigns.language.events import Attribute, EventType
from quanyi.campaigns.language.findings import closest, did_you_mean
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.schema.clauses import (
    BudgetMap,
    LimitMap,
    Limits,
    SessionWord,
    SomeLimits,
    WindowMap,
)
from quanyi.campaigns.language.schema.values import LIMIT
from quanyi.entitlements.clauses import Ending, Limit
from quanyi.entitlements.time import Window, WindowName

__all__ = ["at_most", "budget", "limits", "window_of"]

_COUNTED = {"time": "times", "times": "times", "piece": "pieces", "pieces": "pieces"}
_LATER = ("at_payout", "goals")
"""Limits that count after the request, when its context and personal attributes are gone."""
_EVERY_ENDING: tuple[Ending, ...] = get_args(Ending)


def at_most(value: Limits, place: Place, scope: Scope) -> tuple[Limit, ...]:
    """The limits of `at_most`; empty for the word ``none``, by which a campaign has no limits on purpose."""
    return () if value == "none" else limits(value, place, scope, "at_most")


def limits(value: SomeLimits, place: Place, scope: Scope, name: str, *, of: str | None = None) -> tuple[Limit, ...]:
    """
    Compile one limit or a list of them.

    Args:
        name: The key they stand under, part of what tells them from others.
        of: For a budget: the unit it is in, so that its limits need not say.
    """
    if isinstance(value, str | LimitMap):
        found = [_limit(_long(value), place, scope, name, of)]
    else:
        found = [_limit(_long(item), place / n, scope, name, of) for n, item in enumerate(value)]
    return tuple(found)


def window_of(value: SessionWord | WindowMap, place: Place, scope: Scope) -> Window:
    """The window of a limit or a quota. A session is a finding in a campaign without openings."""
    if value != "session":
        return window(value, place / "in", scope)
    if not scope.opens:
        hint = "write open: [daily 10:00-12:00, daily 20:00-22:00], or in: day"
        scope.findings.error(place, "session-without-open", "a session is an opening, and there is no open:", hint)
    return Window("session", opens=scope.opens)


def budget(value: BudgetMap, place: Place, scope: Scope) -> tuple[Limit, ...]:
    """The limits of a `budget`: what a campaign may cost, unit by unit."""
    found: tuple[Limit, ...] = ()
    for word, items in value.items():
        unit = scope.unit(word) or (word if word in scope.mall.benefits else None)
        if unit is None:
            known = ["money", *scope.mall.units, *scope.mall.benefits]
            guess = scope.thing(
                place / word, word, known, "unknown-unit", Message("there is no unit {word!r}", word=word)
            )
            unit = scope.unit(guess) or guess
        found += limits(items, place / word, scope, "budget", of=unit or word)
    return found


def _long(value: str | LimitMap) -> LimitMap:
    """``2 per user per month`` as a map."""
    if isinstance(value, LimitMap):
        return value
    return _in_words(value)


@lru_cache(maxsize=1024)  # thousands of campaigns have the same few limits
def _in_words(value: str) -> LimitMap:
    match = LIMIT.fullmatch(value)
    assert match is not None  # the schema has read it already
    word = cast("SessionWord", match["window"] or "ever")
    keys = tuple(match["keys"].split(" and "))
    return LimitMap.model_validate({"amount": match["amount"], "of": match["of"] or "times", "per": keys, "in": word})


def _limit(value: LimitMap, place: Place, scope: Scope, name: str, of: str | None) -> Limit:
    counted = of or _counted(value.of, place, scope)
    count = _cap(value, place, scope, scope.scale(counted))
    later = name.rpartition("/")[2] in _LATER
    per = _keys(value, place, scope, everybody=of is not None, later=later)
    counted_in = window_of(value.in_, place, scope)
    return Limit(
        id=value.id or _identity(scope, name, counted, per, counted_in),
        count=count,
        of=counted,
        per=per,
        window=counted_in,
        back=_back(value),
        over=_over(value, place, scope, name, counted),
        at_least=scope.amount(place / "at_least", value.at_least, scope.scale(counted)) if value.at_least else 1,
        reason=value.reason or "",
        where=place.where,
        hidden=(hidden := tuple(key for key in per if _is_personal(key, scope))),
        salt=scope.mall.mall if hidden else "",
    )


def _is_personal(key: str, scope: Scope) -> bool:
    """Whether any event of the campaign declares the attribute personal; then only a digest of it is stored."""
    found = (event.attributes.get(key) for event in scope.events)
    return key not in ("user", *scope.roles) and any(
        attribute is not None and attribute.personal for attribute in found
    )


def _identity(scope: Scope, name: str, counted: str, per: tuple[str, ...], counted_in: Window) -> str:
    """
    The id of a limit that names none: a digest of what it counts, without the cap.

    So a new cap goes on with the count, and counting something else begins at 0.
    """
    start = [] if counted_in.start is None else [counted_in.start.isoformat()]
    calendar = [] if counted_in.name == "ever" else [str(counted_in), *start, scope.zone]
    return "/".join([scope.campaign, name, counted, "+".join(per), *calendar])


def _counted(word: str, place: Place, scope: Scope) -> str:
    found = _COUNTED.get(word) or scope.unit(word) or (word if word in scope.mall.benefits else None)
    if found is not None:
        return found
    known = ["times", "pieces", "money", *scope.mall.units, *scope.mall.benefits]
    guess = closest(word, known)
    if guess is not None or not scope.mall.unsure(word):
        scope.findings.error(
            place / "of",
            "unknown-unit",
            Message("nothing is counted as {word!r}", word=word),
            did_you_mean(word, known),
        )
    return "times" if guess is None else _COUNTED.get(guess) or scope.unit(guess) or guess


def _cap(value: LimitMap, place: Place, scope: Scope, scale: int) -> int:
    if (value.count is None) == (value.amount is None):
        if not scope.findings.sound(place):
            return 1
        hint = "{count: 2, per: user} or {amount: 500.00, in: month}"
        scope.findings.key_error(place, "bad-limit", "a limit has either a count or an amount", hint)
        return 1
    if value.count is not None:
        cap = value.count * int(10**scale)
    else:
        cap = scope.amount(place / "amount", value.amount or "0", scale)
    if cap < 0:
        scope.findings.error(place, "amount-not-positive", "a limit can't be below zero")
    return cap


def _keys(value: LimitMap, place: Place, scope: Scope, *, everybody: bool, later: bool) -> tuple[str, ...]:
    if value.per is None:
        return ("campaign",) if everybody else ("user",)
    names = (value.per,) if isinstance(value.per, str) else tuple(value.per)
    for name in names:
        if name not in ("user", "campaign", *scope.roles):
            _key(name, place / "per", scope, later=later)
    return tuple(name.removeprefix("event.") for name in names)


def _key(name: str, place: Place, scope: Scope, *, later: bool) -> None:
    for event in scope.events:
        found = event.attributes.get(name.removeprefix("event."))
        if found is None:
            hint = did_you_mean(name, ["user", "campaign", *scope.roles, *event.attributes])
            if name in (*get_args(WindowName), "session"):
                hint = Message("say whose place it is, then the window: 1 per user per {name}", name=name)
            if not scope.mall.unsure(event.id):
                scope.findings.error(
                    place,
                    "unknown-key-of-limit",
                    Message("{id} has no attribute {name!r}", id=event.id, name=name),
                    hint,
                )
            return
        unknown_later = later and (found.personal or found.context)
        if found.many or (found.optional and not found.context) or found.default == "" or unknown_later:
            message, hint = _unfit(name, found, event)
            scope.findings.error(place, "bad-key-of-limit", message, hint)
            return


def _unfit(name: str, found: Attribute, event: EventType) -> tuple[str, str]:
    """Why an attribute can't be a limit's key."""
    if found.many:
        return Message("{name!r} is a list, and can't say whose place is used", name=name), ""
    if found.personal or found.context:
        return Message("{name!r} is known only while it is asked, and this counts later", name=name), "use an id"
    hint = "" if event.built_in else Message("declare it without the question mark in {where}", where=event.where)
    return Message("{name!r} may be missing, and all who lack it would share one place", name=name), hint


def _back(value: LimitMap) -> tuple[Ending, ...]:
    if value.back == "always":
        return _EVERY_ENDING
    return () if value.back == "never" else tuple(value.back)


def _over(
    value: LimitMap, place: Place, scope: Scope, name: str, counted: str
) -> Literal["clip", "flag", "lapse", "refuse", "skip"]:
    if value.over == "clip" and counted in ("times", "pieces"):
        hint = "clip gives what is left of an amount; use refuse or skip"
        scope.findings.error(
            place / "over", "clip-counts", Message("{counted} can't be given in part", counted=counted), hint
        )
    if value.at_least is not None and value.over != "clip":
        scope.findings.key_error(place / "at_least", "at-least-without-clip", "at_least belongs to over: clip")
    if value.over is not None:
        return value.over
    if name == "at_payout":
        return "lapse"
    return "refuse" if scope.is_command else "skip"
