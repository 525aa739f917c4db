"""
What the host knows about a user, given as a port or as a callable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from quanyi.entitlements.ports import Facts

__all__ = ["facts_of"]


def facts_of(given: Facts | Callable[[str], Mapping[str, Any]] | None) -> Facts | None:
    """
    The port that answers what *given* answers; None for None.

    >>> facts_of(lambda user: {"city": "Shanghai"}).facts("ann")
    {'city': 'Shanghai'}
    """
    if given is None or hasattr(given, "facts"):
        return given
    return _FactsOf(given)


@attrs.frozen
class _FactsOf:
    """A callable as the facts port."""

    ask: Callable[[str], Mapping[str, Any]]

    def facts(self, user: str) -> Mapping[str, Any]:
        """What the callable says."""
        return self.ask(user)
