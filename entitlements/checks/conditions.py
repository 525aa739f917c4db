"""
Conditions: a native tree that can say what is missing, with CEL as a leaf.

The tree compares values found by path in the input's attributes (``amount`` or
``event.amount``) or the subject's profile (``user.registered``). It answers not only yes or
no, but which test failed, with the values compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Literal

import attrs

from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.errors import NotEligible
from quanyi.entitlements.expressions import ExpressionFailed
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.time import Duration, local_start, zone_of

__all__ = [
    "AllOf",
    "AnyOf",
    "Condition",
    "Evaluate",
    "Expression",
    "Not",
    "Operator",
    "Test",
    "equalities",
    "judge",
    "value_at",
    "values_of",
]

Evaluate = Callable[[str, Mapping[str, Any]], Any]
"""Gives an expression's value, or raises `ExpressionFailed`."""

Operator = Literal["has", "in", "is", "less_than", "max", "min", "missing", "more_than", "not", "within"]


def _fixed(value: Any) -> Any:
    """Lists can't be changed any more."""
    return tuple(value) if isinstance(value, list) else value


@attrs.frozen(kw_only=True)
class Test:
    """
    One comparison.

    Attributes:
        path: ``event.amount``, ``user.level``.
        value: What it is compared with; a list for ``in``, a Duration text for ``within``.
        scale: Decimal places of the value, for showing it.
        unit: What the value is an amount of; empty for anything else.
        zone: In which days and months of ``within`` are reckoned, and dates begin.
    """

    path: str
    op: Operator
    value: Any = attrs.field(default=None, converter=_fixed)
    scale: int = 0
    unit: str = ""
    zone: str = "UTC"
    where: str = ""

    @property
    def reason(self) -> str:
        """What a no is called: the last word of the path and the test, ``amount-min``."""
        return f"{self.path.rpartition('.')[2]}-{self.op}".replace("_", "-")


@attrs.frozen(kw_only=True)
class AllOf:
    """
    Every part holds; the first that fails gives the reason, unless the campaign has its own word.

    Attributes:
        reason: What the campaign calls this no; empty for the word of the part that fails.
        says: What the user is told then, by language; empty for the sentence of the code.
    """

    parts: tuple[Condition, ...]
    reason: str = ""
    says: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class AnyOf:
    """At least one part holds; the last that fails gives the reason."""

    parts: tuple[Condition, ...]


@attrs.frozen(kw_only=True)
class Not:
    """The part does not hold."""

    part: Condition


@attrs.frozen(kw_only=True)
class Expression:
    """A CEL expression of type bool; an error at run time means no."""

    text: str
    where: str = ""


Condition = AllOf | AnyOf | Not | Test | Expression
"""What an input or a person must be like."""


def judge(condition: Condition, ask: Input, evaluate: Evaluate) -> None:
    """
    Pass if *condition* holds for *ask*.

    Args:
        evaluate: Gives the value of an expression, see `values_of`.

    Raises:
        NotEligible: It does not hold. The reason names the test that failed (``amount-min``), and
            `shows` the values compared: ``{"amount": …, "min": …, "missing": …}``.
    """
    match condition:
        case AllOf():
            _judge_all(condition, ask, evaluate)
        case AnyOf(parts=parts):
            _judge_any(parts, ask, evaluate)
        case Not(part=part):
            _judge_not(part, ask, evaluate)
        case Expression():
            _judge_expression(condition, ask, evaluate)
        case Test():
            _judge_test(condition, ask)


def equalities(condition: Condition | None) -> dict[str, Any]:
    """
    What must be equal for *condition* to hold at all, by path: the keys of the engine's index.

    >>> equalities(AllOf(parts=(Test(path="event.sku", op="is", value="a"), Test(path="event.qty", op="min", value=2))))
    {'event.sku': 'a'}
    """
    match condition:
        case AllOf(parts=parts, reason=""):  # a no with a word of its own has to be said
            return {path: value for part in reversed(parts) for path, value in equalities(part).items()}
        case Test(path=path, op="is", value=value):
            return {path: value}
    return {}


def value_at(path: str, ask: Input) -> Any:
    """What stands at ``event.amount`` or ``user.level``; None if nothing does."""
    root, _, name = path.rpartition(".")
    if root == "user":
        return ask.facts.get(name)
    return ask.data[name] if name in ask.data else ask.personal.get(name)


def values_of(ask: Input) -> dict[str, Any]:
    """The names that an expression may use: ``event``, ``user``, ``now``; and the input's type."""
    event = {**ask.personal, **ask.data}
    return {"event": event, "user": dict(ask.facts), "now": ask.at, "type": ask.type}


# --- one kind of condition each ----------------------------------------------------------------


def _judge_all(condition: AllOf, ask: Input, evaluate: Evaluate) -> None:
    try:
        for part in condition.parts:
            judge(part, ask, evaluate)
    except NotEligible as no:
        if not condition.reason:
            raise
        shows = {**no.shows, **({"says": dict(condition.says)} if condition.says else {})}
        raise NotEligible(reason=condition.reason, shows=shows).at(no.clause, no.where) from no


def _judge_any(parts: tuple[Condition, ...], ask: Input, evaluate: Evaluate) -> None:
    refusal = NotEligible()
    for part in parts:
        try:
            return judge(part, ask, evaluate)
        except NotEligible as no:
            refusal = no
    raise refusal


def _judge_not(part: Condition, ask: Input, evaluate: Evaluate) -> None:
    try:
        judge(part, ask, evaluate)
    except NotEligible as no:
        if "failed" in no.shows:  # an expression without a value is a no, whichever way it is asked
            raise
        return
    raise NotEligible(reason=f"not-{part.reason}" if isinstance(part, Test) else None, shows=_compared(part, ask))


def _judge_expression(condition: Expression, ask: Input, evaluate: Evaluate) -> None:
    shows = {"expression": condition.text, "where": condition.where}
    try:
        holds = evaluate(condition.text, values_of(ask))
    except ExpressionFailed as no:
        raise NotEligible(shows={**shows, "failed": str(no)}).at("expression", condition.where) from no
    if holds is not True:
        raise NotEligible(shows=shows).at("expression", condition.where)


def _judge_test(test: Test, ask: Input) -> None:
    found = value_at(test.path, ask)
    if not _holds(test, found, ask.at):
        raise NotEligible(reason=test.reason, shows=_shown(test, found)).at(test.reason, test.where)


def _holds(test: Test, found: Any, now: datetime) -> bool:
    if test.op == "missing":
        return (found is None) is bool(test.value)
    if found is None:
        return test.op == "not"
    try:
        return _is_within(found, test, now) if test.op == "within" else bool(_TESTS[test.op](found, test.value))
    except (TypeError, ValueError):  # values of two kinds: an older campaign meets a newer event
        return False


_TESTS: Mapping[str, Callable[[Any, Any], Any]] = {
    "has": lambda found, value: value in found,
    "in": lambda found, value: found in value,
    "is": lambda found, value: found == value,
    "less_than": lambda found, value: found < value,
    "max": lambda found, value: found <= value,
    "min": lambda found, value: found >= value,
    "more_than": lambda found, value: found > value,
    "not": lambda found, value: found != value,
}


def _is_within(found: str, test: Test, now: datetime) -> bool:
    """Whether an instant or a date lies at most so long back; what is still to come does not."""
    zone = zone_of(test.zone)
    moment = datetime.fromisoformat(found) if len(found) > len("2026-05-01") else None
    start = moment or local_start(date.fromisoformat(found), zone)
    return start <= now < Duration.parse(test.value).after(start.astimezone(UTC), zone)


def _shown(test: Test, found: Any) -> dict[str, Any]:
    name = test.path.rpartition(".")[2]
    shows = {name: _amount(test, found), test.op: _amount(test, test.value)}
    if test.op in ("min", "more_than") and isinstance(test.value, int):
        least = test.value + (test.op == "more_than")
        shows["missing"] = _amount(test, least - (found if isinstance(found, int) else 0))
    return shows


def _amount(test: Test, value: Any) -> Any:
    counts = test.unit and isinstance(value, int) and not isinstance(value, bool)
    return Amount(value, test.unit, test.scale) if counts else value


def _compared(part: Condition, ask: Input) -> dict[str, Any]:
    return _shown(part, value_at(part.path, ask)) if isinstance(part, Test) else {}
