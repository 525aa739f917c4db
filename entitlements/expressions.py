"""
The port for the campaign language's expressions: what decisions ask of an evaluator.
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
    """An expression has no value for this input: an attribute is missing, a number overflows, and the like."""


class NoExpressions:
    """The evaluator used where none is wired: every expression fails."""

    def evaluate(self, text: str, values: Mapping[str, Any]) -> Any:
        """Always fail."""
        raise ExpressionFailed(text)
