"""
Checks for conditions that nothing can meet, because two tests of one value exclude each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.project.model import Campaign
from quanyi.entitlements.checks.conditions import AllOf, Condition, Test

__all__ = ["check_conditions"]

_LOWER, _UPPER = ("min", "more_than"), ("max", "less_than")


def check_conditions(campaign: Campaign, root: Place, findings: Findings) -> None:
    """Note audiences that nobody can belong to, and conditions that no event can meet."""
    for place, condition in _conditions(campaign, root):
        if condition is None or not findings.sound(place):
            continue
        pair = next(_exclusive(list(_all_of(condition))), None)
        if pair is not None:
            one, other = pair
            message = Message("never true: {one} and {other} exclude each other", one=_said(one), other=_said(other))
            hint = "write any: [...] if either will do" if one.op == other.op == "is" else ""
            findings.error(place, "never-true", message, hint)


def _conditions(campaign: Campaign, root: Place) -> Iterator[tuple[Place, Condition | None]]:
    """Every condition of a campaign, with its place."""
    yield root / "for", campaign.head.audience
    yield from campaign.kind.lint.conditions(campaign.play, root)


def _all_of(condition: Condition) -> Iterator[Test]:
    """The tests that all have to hold."""
    if isinstance(condition, Test):
        yield condition
    elif isinstance(condition, AllOf):
        for part in condition.parts:
            yield from _all_of(part)


def _exclusive(tests: list[Test]) -> Iterator[tuple[Test, Test]]:
    for n, other in enumerate(tests):
        for one in tests[:n]:
            if one.path == other.path and (_exclude(one, other) or _exclude(other, one)):
                yield one, other


def _exclude(one: Test, other: Test) -> bool:
    """Whether no value passes both tests; only what is certain counts."""
    possible = _values(one)
    if possible is not None and "missing" not in (one.op, other.op):
        return not any(_passes(value, other) for value in possible)
    if one.op in _LOWER and other.op in _UPPER and isinstance(one.value, int) and isinstance(other.value, int):
        strict = (one.op == "more_than") + (other.op == "less_than")
        return bool(one.value + strict > other.value)
    return False


def _values(test: Test) -> tuple[Any, ...] | None:
    return {"is": (test.value,), "in": test.value}.get(test.op)


def _passes(value: Any, test: Test) -> bool:
    """Whether *value* may pass *test*; True for a test that can't be judged here."""
    if test.op in ("is", "in"):
        return value in (_values(test) or ())
    if test.op == "not":
        return bool(value != test.value)
    if not isinstance(value, int) or not isinstance(test.value, int):
        return True
    least, most = {"min": 0, "more_than": 1}.get(test.op), {"max": 0, "less_than": -1}.get(test.op)
    above = least is None or value >= test.value + least
    return above and (most is None or value <= test.value + most)


def _said(test: Test) -> str:
    value = " or ".join(map(str, test.value)) if isinstance(test.value, tuple) else test.value
    return f"{test.path.rpartition('.')[2]} {test.op.replace('_', ' ')} {value}"
