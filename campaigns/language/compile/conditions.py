"""
Compiles conditions: maps of tests, `any`, `all`, `not`, and CEL expressions.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal, get_args

import attrs

from quanyi.campaigns.language.compile.mall import texts
from quanyi.campaigns.language.compile.scope import Scope
from quanyi.campaigns.language.compile.times import instant
from quanyi.campaigns.language.events import Attribute
from quanyi.campaigns.language.expressions import bad_pattern, check_expression
from quanyi.campaigns.language.findings import did_you_mean
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.repairs import foreign
from quanyi.campaigns.language.schema.base import said
from quanyi.entitlements.amounts import parse_amount
from quanyi.entitlements.checks.conditions import AllOf, AnyOf, Condition, Expression, Not, Operator, Test
from quanyi.entitlements.time import Duration, zone_of

__all__ = ["check_cel", "condition"]

_OPERATORS: tuple[str, ...] = (*get_args(Operator), "matches")
_ASSIGNED = re.compile(r"([A-Za-z][\w.]*) ?={1,2} ?(\S+)")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,40}")
_SOME_TIME = datetime(2024, 1, 1, tzinfo=UTC)
_NUMERIC = ("less_than", "max", "min", "more_than")
_MEANT = {
    ">": "more_than", ">=": "min", "<": "less_than", "<=": "max", "==": "is", "=": "is", "!=": "not",
    "above": "more_than", "at_least": "min", "at_most": "max", "below": "less_than", "contains": "has",
    "eq": "is", "equals": "is", "from": "min", "ge": "min", "greater_than": "more_than", "gt": "more_than",
    "gte": "min", "includes": "has", "le": "max", "like": "matches", "lt": "less_than", "lte": "max",
    "minimum": "min", "maximum": "max", "ne": "not", "neq": "not", "one_of": "in", "over": "more_than",
    "regex": "matches", "under": "less_than", "up_to": "max",
}  # fmt: skip
_OWN_WORDS = ("reason", "says")
_REASON = re.compile(r"[a-z][a-z0-9]{0,30}(-[a-z0-9]{1,30}){0,8}")
_COMPARED = re.compile(r"(>=|<=|==|!=|>|<|=)\s*(\S{1,40})")
_COUNTERS = re.compile(r"\b(balance|count|distinct|held|last|lifetime|pending|room|sum|used)\(")


def condition(value: Any, place: Place, scope: Scope, *, profile: bool = False) -> Condition | None:
    """
    Compile a condition; None if there is none.

    Args:
        profile: Whether a bare name is a value of the profile (`for`), not of the event (`only_if`).
    """
    if isinstance(value, str):
        return _expression(value, place, scope, profile=profile)
    if not isinstance(value, dict):
        hint = "write {level: gold} or an expression in quotes"
        scope.findings.error(
            place, "bad-condition", Message("expected a condition, found {value}", value=said(value)), hint
        )
        return None
    reader = _Reader(scope=scope, profile=profile)
    own = {name: value[name] for name in _OWN_WORDS if name in value and not reader.declares(name)}
    parts = [part for key, item in value.items() if key not in own for part in _entry(key, item, place / key, reader)]
    if own and parts:
        return _named(own, tuple(parts), place, scope)
    if len(parts) == 1:
        return parts[0]
    return AllOf(parts=tuple(parts)) if parts else None


def _named(own: dict[str, Any], parts: tuple[Condition, ...], place: Place, scope: Scope) -> AllOf:
    """A condition with the campaign's own reason, and its own sentence for the refusal."""
    word = own.get("reason")
    if not isinstance(word, str) or not _REASON.fullmatch(word):
        hint = "write reason: too-small"
        message = (
            "says needs a word for the no"
            if "reason" not in own
            else Message("{word} is not a word for a no", word=said(word))
        )
        scope.findings.key_error(place / next(iter(own)), "bad-condition", message, hint)
        return AllOf(parts=parts)
    told, spot = own.get("says"), place / "says"
    if "says" in own and not (told and isinstance(told, str | dict) and all(map(_is_text, _texts_of(told)))):
        scope.findings.error(
            spot, "wrong-type", "expected a text", "write {zh: 满 20 元可参加, en: For orders of 20 and more}"
        )
        return AllOf(parts=parts, reason=word)
    return AllOf(parts=parts, reason=word, says=texts(told, spot, scope.mall, scope.findings))


def _texts_of(told: str | dict[str, Any]) -> list[Any]:
    return [told] if isinstance(told, str) else list(told.values())


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def check_cel(text: str, place: Place, scope: Scope, wanted: Literal["bool", "int"]) -> None:
    """Type-check an expression against every event of the campaign."""
    counter = _COUNTERS.search(text)
    if counter is not None:
        message: str = Message("{call}() only reads; two at once would both pass it", call=counter[1])
        hint = "a condition reads, a limit guards: write at_most, like 2 per user per month"
        before = text[: counter.start()]
        at = (before.count("\n") + 1, counter.start() - (before.rfind("\n") + 1) + 1)
        scope.findings.error_inside(place, at, "counter-in-condition", message, hint)
        return
    if not scope.events and "event." in text:
        return  # nobody knows its attributes: the event itself is the mistake
    for event in scope.events or (None,):
        mistake = check_expression(text, wanted=wanted, event=event, profile=scope.mall.profile, scales=scope.scales())
        if mistake is not None:
            message, at = mistake.message, (mistake.line, mistake.column)
            if event and len(scope.events) > 1:
                message = Message("{mistake} ({event})", mistake=Message.of(message), event=event.id)
            scope.findings.error_inside(place, at, "cel", message, mistake.hint)
            return


@attrs.frozen(kw_only=True)
class _Reader:
    """Looks up the names in one condition."""

    scope: Scope
    profile: bool

    def declares(self, name: str) -> bool:
        """Whether a bare name is an attribute here."""
        if self.profile:
            return name in self.scope.mall.profile
        return any(name in event.attributes for event in self.scope.events)

    def resolve(self, name: str, place: Place) -> tuple[str, Attribute] | None:
        """The full path of a name and its declaration."""
        if name.startswith("user.") or (self.profile and not name.startswith("event.")):
            found = self.scope.fact(place, name)
            return None if found is None else (f"user.{found.name}", found)
        found = self.scope.attribute(place, name, as_key=True)
        return None if found is None else (f"event.{found.name}", found)


def _expression(text: str, place: Place, scope: Scope, *, profile: bool) -> Expression | None:
    if _WORD.fullmatch(text) and text not in ("true", "false"):
        names = [name for name, found in scope.mall.profile.items() if profile and found.type in ("id", "text")]
        hint = Message("write {{{name}: {text}}}", name=names[0] if names else "name", text=text)
        scope.findings.error(place, "bad-condition", Message("{text!r} alone is no condition", text=text), hint)
        return None
    check_cel(text, place, scope, "bool")
    return Expression(text=text.strip(), where=place.where)


def _entry(key: str, value: Any, place: Place, reader: _Reader) -> list[Condition]:
    if key in ("any", "all"):
        return _several(key, value, place, reader)
    if key == "not":
        part = condition(value, place, reader.scope, profile=reader.profile)
        return [] if part is None else [Not(part=part)]
    sign = _ASSIGNED.fullmatch(key[:100])
    if sign is not None and value in (None, ""):
        hint = Message("write {{{name}: {value}}}", name=sign[1], value=sign[2])
        reader.scope.findings.key_error(place, "bad-condition", Message("{key!r} is one word here", key=key), hint)
        return []
    found = reader.resolve(key, place)
    if found is None:
        return []
    path, attribute = found
    tests = value if isinstance(value, dict) else {"has" if attribute.many else "is": value}
    compiled = [_compare(path, attribute, op, tests[op], place, reader.scope, short=tests is not value) for op in tests]
    return [test for test in compiled if test is not None]


def _several(key: str, value: Any, place: Place, reader: _Reader) -> list[Condition]:
    if not isinstance(value, list) or not value:
        reader.scope.findings.error(
            place,
            "bad-condition",
            Message("{key} takes a list of conditions", key=key),
            Message("write {key}: [{{level: gold}}, …]", key=key),
        )
        return []
    parts = [condition(item, place / n, reader.scope, profile=reader.profile) for n, item in enumerate(value)]
    found = tuple(part for part in parts if part is not None)
    if len(found) == 1:  # any or all of one is that one
        return list(found)
    return [AnyOf(parts=found) if key == "any" else AllOf(parts=found)] if found else []


def _compare(
    path: str, attribute: Attribute, op: str, value: Any, place: Place, scope: Scope, *, short: bool
) -> Condition | None:
    spot = place if short else place / op
    if op not in _OPERATORS:
        hint = Message("did you mean {meant}?", meant=_MEANT[op]) if op in _MEANT else did_you_mean(op, _OPERATORS)
        scope.findings.key_error(spot, "unknown-test", Message("there is no test {op!r}", op=op), hint)
        return None
    if not _fits(op, attribute):
        message = Message(
            "{op} does not fit {name}, which is {type}", op=op, name=attribute.name, type=_said(attribute)
        )
        scope.findings.key_error(spot, "test-does-not-fit", message)
        return None
    if op == "matches":
        return _pattern(path, value, spot, scope)
    unit = _unit_of(attribute, scope)
    kind: Operator = op  # type: ignore[assignment]
    read = _value(attribute, kind, value, spot, scope)
    if read is None:
        return None
    zone = scope.zone if kind == "within" else "UTC"
    return Test(path=path, op=kind, value=read, scale=attribute.scale, unit=unit, zone=zone, where=spot.where)


def _fits(op: str, attribute: Attribute) -> bool:
    moment = attribute.type in ("date", "instant") and not attribute.many
    if op in _NUMERIC:
        return attribute.is_number or moment
    if op == "has":
        return attribute.many
    if op == "matches":
        return attribute.type in ("id", "text", "user") and not attribute.many
    return moment if op == "within" else True


def _unit_of(attribute: Attribute, scope: Scope) -> str:
    if not attribute.is_amount:
        return ""
    return scope.mall.currency.id if attribute.type in ("money", "decimal") else attribute.type


def _said(attribute: Attribute) -> str:
    return Message("a list of {type}", type=attribute.type) if attribute.many else attribute.type


def _value(attribute: Attribute, op: Operator, value: Any, place: Place, scope: Scope) -> Any:
    """The value of a test, in the attribute's own plain form; None after a finding."""
    if op == "in":
        if not isinstance(value, list) or not value:
            scope.findings.error(place, "wrong-type", "in takes a list of values")
            return None
        items = [_one(attribute, item, place / n, scope) for n, item in enumerate(value)]
        return None if None in items else tuple(items)
    if op == "missing":
        return _flag(value, place, scope)
    if op == "within":
        return _length(value, place, scope)
    return _one(attribute, value, place, scope)


def _one(attribute: Attribute, value: Any, place: Place, scope: Scope) -> Any:
    if attribute.is_amount or attribute.type == "int":
        return _number(attribute, value, place, scope)
    if attribute.type == "bool":
        return _flag(value, place, scope)
    if attribute.type in ("date", "instant"):
        return _moment(attribute, value, place, scope)
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
        return str(value)
    hint = "a list stands under in: {in: [a, b]}" if isinstance(value, list) else ""
    scope.findings.error(place, "wrong-type", Message("expected text, found {value}", value=said(value)), hint)
    return None


def _flag(value: Any, place: Place, scope: Scope) -> bool | None:
    if isinstance(value, bool):
        return value
    scope.findings.error(
        place, "wrong-type", Message("expected true or false, found {value}", value=said(value)), "write true or false"
    )
    return None


def _number(attribute: Attribute, value: Any, place: Place, scope: Scope) -> int | None:
    try:
        return parse_amount(said(value) if isinstance(value, bool | list | dict) else value, attribute.scale)
    except ValueError as no:
        hint = (
            Message("{name} has {scale} decimal places", name=attribute.name, scale=attribute.scale)
            if attribute.scale
            else "write a whole number"
        )
        scope.findings.error(place, "too-many-places", str(no), hint)
    except ArithmeticError:
        compared = _COMPARED.fullmatch(value[:60].strip()) if isinstance(value, str) else None
        plain = Message("write {{{test}: {value}}}", test=_MEANT[compared[1]], value=compared[2]) if compared else ""
        hint = plain or (foreign(value) if isinstance(value, str) else "") or "write digits, like 300 or 19.90"
        scope.findings.error(place, "wrong-type", Message("expected a number, found {value}", value=said(value)), hint)
    return None


def _moment(attribute: Attribute, value: Any, place: Place, scope: Scope) -> str | None:
    try:
        found = instant(str(value), place, scope)
    except (ValueError, OverflowError):
        hint = 'write "2026-05-01" or "2026-05-01 10:00"'
        scope.findings.error(place, "bad-time", Message("{value} is not a date or an instant", value=value), hint)
        return None
    return str(value)[:10] if attribute.type == "date" else found.isoformat()


def _pattern(path: str, value: Any, place: Place, scope: Scope) -> Expression | None:
    """A pattern as a CEL expression: CEL matches any pattern in linear time."""
    mistake = bad_pattern(value) if isinstance(value, str) else "not text"
    if mistake is not None:
        scope.findings.error(
            place,
            "bad-pattern",
            Message("{value!r} is not a pattern: {mistake}", value=value, mistake=Message(mistake)),
        )
        return None
    whole = json.dumps(f"^(?:{value})$", ensure_ascii=False)
    return Expression(text=f"{path}.matches({whole})", where=place.where)


def _length(value: Any, place: Place, scope: Scope) -> str | None:
    try:
        Duration.parse(str(value)).after(_SOME_TIME, zone_of("UTC"))
    except OverflowError:
        scope.findings.error(place, "bad-duration", Message("{value} is longer than time is reckoned", value=value))
        return None
    except ValueError as no:
        text, _, hint = str(no).partition("; ")
        scope.findings.error(place, "bad-duration", text, hint)
        return None
    return str(value)
