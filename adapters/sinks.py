"""
Sinks: which consumer takes which of the mall's events.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

import attrs

from quanyi.entitlements.errors import InputError

__all__ = ["HOST", "WEBHOOKS", "Sinks"]

HOST = "host"
"""The sink of the host itself, which takes every event unless it is told otherwise."""

WEBHOOKS = "webhooks"
"""The sink from which a worker gives events to the endpoints of webhooks; a host that has some declares it."""

_ENDPOINT = "webhook-"
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,49}")
_TAKES = re.compile(r"\*|[a-z][a-z0-9_]*(\.[a-z0-9_]+)*(\.\*)?")


@attrs.frozen(slots=False)
class Sinks:
    """
    The consumers of events by name, each with the event types that it takes.

    An event gets a row for each sink that takes it at the moment when it is booked. A sink that is
    added later gets only what happens from then on.

    >>> sinks = Sinks.of({"orders": ["deal.paid", "bundle.*"]})
    >>> sinks.taking("deal.paid"), sinks.taking("deal.placed")
    (('host', 'orders'), ('host',))

    Attributes:
        takes: By sink: exact types (``deal.paid``), all of a family (``deal.*``), or all (``*``).
    """

    takes: Mapping[str, tuple[str, ...]] = attrs.field(factory=lambda: {HOST: ("*",)})

    @classmethod
    def of(cls, takes: Mapping[str, Iterable[str]] | None) -> Sinks:
        """
        The sinks that a host declares, and the host's own sink ``host``, which takes everything unless it is declared.

        Raises:
            InputError: A name is not made of small letters, digits, ``-`` and ``_``, or what it takes is
                no list of types and ``family.*``.
        """
        given = {name: _taken(name, types) for name, types in (takes or {}).items()}
        return cls({HOST: ("*",), **given})

    def taking(self, event: str) -> tuple[str, ...]:
        """The names of the sinks that take *event*, sorted."""
        known = self._known
        if event not in known:
            known[event] = tuple(sorted(s for s, types in self.takes.items() if any(_fits(t, event) for t in types)))
        return known[event]

    @cached_property
    def _known(self) -> dict[str, tuple[str, ...]]:
        """A cache: a mall emits a few dozen types."""
        return {}


def _fits(taken: str, event: str) -> bool:
    return taken in {"*", event} or (taken.endswith(".*") and event.startswith(taken[:-1]))


def _taken(name: str, types: Iterable[str]) -> tuple[str, ...]:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InputError(f"a sink is named by small letters, digits, - and _, at most 50, not {name!r}")
    if name.startswith(_ENDPOINT):
        raise InputError(f"a sink whose name begins with {_ENDPOINT} belongs to an endpoint of webhooks")
    if isinstance(types, str) or not isinstance(types, Iterable):
        raise InputError(f"sink {name}: give a list of event types, not {types!r}")
    found = tuple(types)
    wrong = [taken for taken in found if not isinstance(taken, str) or not _TAKES.fullmatch(taken)]
    if wrong:
        raise InputError(f"sink {name}: {wrong[0]!r} is no event type; write deal.paid, deal.* or *")
    return found
