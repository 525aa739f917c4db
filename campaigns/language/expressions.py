"""
Expressions in CEL: type-checked before launch, and evaluated without ever raising into a campaign.

There are two environments of the one language. Before launch every attribute has its declared type, so a
misspelt name or a comparison of text with a number is found, with line and column. At run time attributes
are found by name, so a missing one only means that the expression has no value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfoNotFoundError

import attrs
from cel_expr_python import cel

from quanyi.campaigns.language.events import Attribute, EventType
from quanyi.campaigns.language.findings import did_you_mean
from quanyi.campaigns.language.message import Message
from quanyi.entitlements.amounts import Rounding, parse_amount, round_to
from quanyi.entitlements.expressions import ExpressionFailed
from quanyi.entitlements.parsing import parse_decimal, quoted
from quanyi.entitlements.time import zone_of

__all__ = ["CelExpressions", "CelMistake", "bad_pattern", "check_expression"]

_LONGEST = 2000


@attrs.frozen(kw_only=True)
class CelMistake:
    """What is wrong with an expression. Line and column are inside its text, from 1."""

    line: int
    column: int
    message: str
    hint: str = ""


class CelExpressions:
    """
    Evaluates expressions at run time; implements `quanyi.entitlements.expressions.Expressions`.

    >>> evaluator = CelExpressions({}, {}, {"money": 2}, "UTC")
    >>> evaluator.evaluate("percent(event.amount, '2.5', 'down')", {"event": {"amount": 1990}, "type": "order.paid"})
    49

    Args:
        events: Declared types, so that instants are compared as instants.
        scales: Decimal places by unit, the currency as ``money``, for ``amt()`` and ``u()``.
        zone: The zone of ``day()``.
    """

    def __init__(
        self,
        events: Mapping[str, EventType],
        profile: Mapping[str, Attribute],
        scales: Mapping[str, int],
        zone: str = "UTC",
    ) -> None:
        self._instants = {name: _instants(event.attributes) for name, event in events.items()}
        self._facts = _instants(profile)
        maps = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
        names = {"event": maps, "user": maps, "now": cel.Type.TIMESTAMP}
        self._env = cel.NewEnv(variables=names, functions=_functions(scales, zone))
        self._compiled = lru_cache(maxsize=4096)(self._compile)

    def evaluate(self, text: str, values: Mapping[str, Any]) -> Any:
        """
        The value of *text*.

        Args:
            values: ``event``, ``user``, ``now``, and ``type``: the event type's id.

        Raises:
            ExpressionFailed: An attribute is missing, a number overflows, a type is not as declared.
        """
        data = {name: values[name] for name in ("event", "user", "now") if name in values}
        try:
            found = self._compiled(text, values.get("type", "")).eval(data=data)
        except (RuntimeError, TypeError, ValueError, OverflowError) as no:
            raise ExpressionFailed(_first_line(str(no))) from no
        if found.type() == cel.Type.ERROR:
            raise ExpressionFailed(_first_line(str(found.value())))
        return found.plain_value()

    def _compile(self, text: str, event: str) -> cel.Expression:
        """Compile *text*. Instants are stored as text, so each mention of one is wrapped to be read as an instant."""
        names = {f"event.{name}" for name in self._instants.get(event, ())} | {f"user.{name}" for name in self._facts}
        return self._env.compile(_NAME.sub(lambda found: _as_instant(found, names), text))


def check_expression(
    text: str,
    *,
    wanted: Literal["bool", "int"],
    event: EventType | None,
    profile: Mapping[str, Attribute],
    scales: Mapping[str, int],
) -> CelMistake | None:
    """
    Type-check *text* against declared attributes.

    Returns:
        The first mistake; None if there is none.
    """
    if len(text) > _LONGEST:
        return CelMistake(line=1, column=1, message=Message("longer than {most} characters", most=_LONGEST))
    names = {f"event.{name}": _type_of(found) for name, found in (event.attributes if event else {}).items()}
    names |= {f"user.{name}": _type_of(found) for name, found in profile.items()}
    names["now"] = cel.Type.TIMESTAMP
    env = cel.NewEnv(variables=names, functions=_functions(scales, "UTC"))
    try:
        found = env.compile(_HAS.sub(_known_is_true(names), text)).return_type()
    except RuntimeError as no:
        return _meant(text, event, scales) or _mistake(str(no), names)
    if found.name() != wanted.upper():
        return CelMistake(
            line=1,
            column=1,
            message=Message("is {found}, not {wanted}", found=_said(found.name()), wanted=_said(wanted)),
        )
    return _bad_literal(text, scales)


def bad_pattern(pattern: str) -> str | None:
    """
    Why *pattern* can't be used with CEL's `matches`, which takes linear time; None if it can.

    >>> bad_pattern("[0-9]{4}") is None, bad_pattern("(") is None
    (True, False)
    """
    env = cel.NewEnv(variables={"pattern": cel.Type.STRING})
    found = env.compile("''.matches(pattern)").eval(data={"pattern": pattern})
    return _first_line(str(found.value())) if found.type() == cel.Type.ERROR else None


# --- types -----------------------------------------------------------------------------------------

_HAS = re.compile(r"has\(\s*((?:event|user)\.\w+)\s*\)")
_TYPES = {
    "bool": cel.Type.BOOL,
    "date": cel.Type.STRING,
    "id": cel.Type.STRING,
    "text": cel.Type.STRING,
    "user": cel.Type.STRING,
}


def _type_of(attribute: Attribute) -> cel.Type:
    if attribute.type == "instant":
        return cel.Type.List(cel.Type.STRING) if attribute.many else cel.Type.TIMESTAMP
    one = _TYPES.get(attribute.type, cel.Type.INT)
    return cel.Type.List(one) if attribute.many else one


def _known_is_true(names: Mapping[str, Any]) -> Callable[[re.Match[str]], str]:
    """Replace ``has(event.x)`` for declared names, which the typed environment can't test; every column stays."""

    def replace(match: re.Match[str]) -> str:
        return "true".ljust(len(match[0])) if match[1] in names else match[0]

    return replace


def _instants(attributes: Mapping[str, Attribute]) -> frozenset[str]:
    return frozenset(name for name, found in attributes.items() if found.type == "instant" and not found.many)


_NAME = re.compile(r"has\([^)]*\)|'[^']*'|\"[^\"]*\"|(?<![\w.])(?:event|user)\.\w+")


def _as_instant(found: re.Match[str], names: set[str]) -> str:
    return f"timestamp({found[0]})" if found[0] in names else found[0]


# --- what was meant ---

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_DECIMAL = re.compile(r"(?<![\w.])\d{1,15}\.\d{1,9}(?![\w.])")
_SIGNS = (
    (re.compile(r"(?<![=!<>])=(?!=)"), "=="),
    (re.compile(r"(?<![\w.])and(?![\w.(])", re.IGNORECASE), "&&"),
    (re.compile(r"(?<![\w.])or(?![\w.(])", re.IGNORECASE), "||"),
    (re.compile(r"(?<![\w.])not(?= )", re.IGNORECASE), "!"),
    (re.compile(r"<>"), "!="),
)


def _meant(text: str, event: EventType | None, scales: Mapping[str, int]) -> CelMistake | None:
    """A sign or number written as in another language, with how it is written here; None if there is none."""
    bare = _QUOTED.sub(lambda found: "_" * len(found[0]), text)
    for sign, here in _SIGNS:
        found = sign.search(bare)
        if found is not None:
            return _literal_at(
                text,
                found,
                Message("{sign} is no sign of an expression", sign=found[0]),
                Message("write {here}", here=here),
            )
    number = _DECIMAL.search(bare)
    if number is None:
        return None
    named = re.findall(r"event\.(\w+)", bare[: number.start()]) or re.findall(r"event\.(\w+)", bare)
    attribute = event.attributes.get(named[-1]) if event is not None and named else None
    unit = attribute.type if attribute is not None and attribute.type in scales else "money"
    amount = f"amt('{number[0]}')" if unit == "money" else f"u('{unit}', '{number[0]}')"
    return _literal_at(
        text, number, "an amount is written as text in an expression", Message("write {amount}", amount=amount)
    )


# --- messages --------------------------------------------------------------------------------------

_ERROR = re.compile(r"<input>:(\d+):(\d+): (.*)")
_SAID = {"BOOL": "true or false", "INT": "a whole number", "STRING": "text", "DOUBLE": "a decimal"}


def _mistake(message: str, names: Iterable[str]) -> CelMistake:
    match = _ERROR.search(message)
    if match is None:
        return CelMistake(line=1, column=1, message=_first_line(message))
    line, column, said = match.groups()
    said = re.sub(r" \(in container ''\)", "", said)
    said = re.sub(r"mismatched input '<EOF>' expecting .*", "the expression ends too early", said)
    said = re.sub(r",? expecting \{.*", "", said)
    unknown = re.search(r"undeclared reference to '([\w.]+)'", said)
    hint = did_you_mean(unknown[1], names) if unknown else ""
    start = int(column) if unknown is None or "." not in unknown[1] else int(column) - unknown[1].rindex(".")
    return CelMistake(line=int(line), column=max(start, 1), message=said.strip(), hint=hint)


def _said(name: str) -> str:
    return Message(_SAID.get(name.upper(), name.lower()))


def _first_line(text: str) -> str:
    line = text.splitlines()[0] if text else "no value"
    return re.sub(r"^[A-Z_]+: ", "", line).removeprefix("invalid regular expression: ")


# --- functions -------------------------------------------------------------------------------------

_LITERAL = re.compile(
    r"\b(?:amt\(\s*(['\"])(?P<money>[^'\"]*)\1|u\(\s*(['\"])(?P<unit>[^'\"]*)\3\s*,\s*(['\"])(?P<text>[^'\"]*)\5)"
)


def _bad_literal(text: str, scales: Mapping[str, int]) -> CelMistake | None:
    """A mistake in an amount that is written out in an expression; None if there is none."""
    for match in _LITERAL.finditer(text):
        try:
            if match["money"] is not None:
                parse_amount(match["money"], scales["money"])
            else:
                parse_amount(match["text"], scales[match["unit"]])
        except KeyError:
            return _literal_at(text, match, Message("there is no unit {word!r}", word=match["unit"]))
        except (ValueError, ArithmeticError) as no:
            return _literal_at(text, match, str(no) or "not an amount")
    return None


def _literal_at(text: str, match: re.Match[str], message: str, hint: str = "") -> CelMistake:
    before = text[: match.start()]
    column = match.start() - (before.rfind("\n") + 1) + 1
    return CelMistake(line=before.count("\n") + 1, column=column, message=message, hint=hint)


def _functions(scales: Mapping[str, int], zone: str) -> list[cel.FunctionDecl]:
    text, whole, moment = cel.Type.STRING, cel.Type.INT, cel.Type.TIMESTAMP
    kinds: list[tuple[str, list[Any], Any, Callable[..., Any]]] = [
        ("amt", [text], whole, lambda value: parse_amount(value, scales["money"])),
        ("u", [text, text], whole, lambda unit, value: parse_amount(value, scales[unit])),
        ("percent", [whole, text], whole, _percent),
        ("percent", [whole, text, text], whole, _percent),
        ("ratio", [whole, whole, whole], whole, _ratio),
        ("ratio", [whole, whole, whole, text], whole, _ratio),
        ("per", [whole, whole, whole], whole, _per),
        ("min", [whole, whole], whole, min),
        ("max", [whole, whole], whole, max),
        ("day", [moment], text, lambda at: _day(at, zone)),
        ("day", [moment, text], text, _day),
    ]
    grouped: dict[str, list[cel.Overload]] = {}
    for name, parameters, result, function in kinds:
        overload = cel.Overload(f"{name}_{len(parameters)}", result, parameters, is_member=False, impl=function)
        grouped.setdefault(name, []).append(overload)
    return [cel.FunctionDecl(name, overloads) for name, overloads in grouped.items()]


def _percent(amount: int, percent: str, rounding: str = "half_up") -> int:
    return round_to(Fraction(amount) * Fraction(parse_decimal(percent)) / 100, _rounding(rounding))


def _ratio(amount: int, times: int, by: int, rounding: str = "half_up") -> int:
    return round_to(Fraction(amount * times, by), _rounding(rounding))


def _per(amount: int, step: int, give: int) -> int:
    return amount // step * give


def _rounding(word: str) -> Rounding:
    if word not in get_args(Rounding):
        raise ValueError(f"{word!r} is not a rounding")
    return word  # type: ignore[return-value]


def _day(at: datetime, zone: str) -> str:
    try:
        return at.astimezone(zone_of(zone)).date().isoformat()
    except (ZoneInfoNotFoundError, OSError) as no:
        raise ValueError(f"no zone is called {quoted(zone)}") from no
