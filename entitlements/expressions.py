"""
What evaluates the expressions of the campaign language, as decisions see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

__all__ = ["ExpressionFailed", "Expressions", "NoExpressions"]


class Expressions(Protocol):
    """Evaluates expressions of the campaign language; pure, typed and bounded in cost."""

    def evaluate(self, text: str, values: Mapping[str, Any]) -> Any:
        """The expression's value; `ExpressionFailed` where it has none."""
        ...


class ExpressionFailed(Exception):  # noqa: N818  (an answer, not an accident)
    """An expression has no value for this input: an attribute is missing, a number overflows…"""


class NoExpressions:
    """Where no evaluator is wired, no expression has a value."""

    def evaluate(self, text: str, values: Mapping[str, Any]) -> Any:
        """Always fail."""
        raise ExpressionFailed(text)
