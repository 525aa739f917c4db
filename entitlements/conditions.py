"""
Conditions: a native tree that can say what is missing, with CEL as a leaf.

The tree compares values found by path in the input's attributes (``amount`` or
``event.amount``) or the subject's profile (``user.registered``). It answers not only yes or
no, but which test failed, with the values compared.
"""

from __future__ import annotations

from typing import Any, Literal

import attrs

__all__ = ["AllOf", "AnyOf", "Condition", "Expression", "Not", "Test"]

Operator = Literal["has", "in", "is", "less_than", "matches", "max", "min", "missing", "more_than", "not", "within"]


@attrs.frozen(kw_only=True)
class Test:
    """
    One comparison.

    Attributes:
        path: ``event.amount``, ``user.level``.
        value: What it is compared with; a list for ``in``, a Duration text for ``within``.
        scale: Decimal places of the value, for showing it.
    """

    path: str
    op: Operator
    value: Any = None
    scale: int = 0
    where: str = ""


@attrs.frozen(kw_only=True)
class AllOf:
    """Every part holds; the first that fails gives the reason."""

    parts: tuple[Condition, ...]


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
