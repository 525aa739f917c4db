"""
Why a play books something: its campaign, the rule, and what caused it.
"""

from __future__ import annotations

from itertools import chain
from typing import Protocol

from quanyi.entitlements.changes import Because
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.inputs import Input

__all__ = ["because"]


class _Headed(Protocol):
    """A play, as far as it says which campaign it is."""

    @property
    def head(self) -> Head: ...


def because(play: _Headed, ask: Input, rule: str) -> Because:
    """The *rule* of *play* decided *ask*; its place in the file is that of the rule's key, or of the campaign."""
    head = play.head
    where = head.where.get(rule, head.where.get("campaign", ""))
    source = tuple(chain.from_iterable(ask.source))
    return Because(campaign=head.campaign, version=head.version, rule=rule, source=source, where=where)
