"""
How a kind's campaigns are shown to people who write campaigns, as a value; and what several kinds show alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import attrs

from quanyi.campaigns.language.speaker import Speaker
from quanyi.entitlements.checks.check import Check

__all__ = ["Show", "looked_at", "run"]


def looked_at(checks: Mapping[str, Check[Any]], **looks: object) -> dict[str, str]:
    """
    The first key that each check looks at; empty for those of *looks* that are false: they look at nothing here.

    >>> looked_at({"stock": Check(name="stock", run=print, keys=("give",))}, stock=False)
    {'stock': ''}
    """
    return {name: check.keys[0] if looks.get(name, True) else "" for name, check in checks.items()}


def run(play: Any, speaker: Speaker) -> Iterator[dict[str, str]]:
    """When the campaign begins and ends, as a deadline; nothing for one that always runs."""
    head = play.head
    if head.runs.start or head.runs.end:
        yield {"says": speaker.span(head.runs, head.zone), "where": head.where.get("runs", "")}


def _keys(play: Any) -> dict[str, str]:
    return looked_at(play.all_checks)


@attrs.frozen(kw_only=True)
class Show:
    """
    How the campaigns of one kind are shown. Each function is called with the play.

    Attributes:
        sentence: The campaign in one sentence.
        phases: A table of phases against inputs: ``inputs``, and ``rows`` of ``phase`` and ``cells``.
        looks_at: The key that each check looks at; empty for one that has nothing to look at in this campaign.
        deadlines: What ends when: ``says`` and ``where``.
        checks: What each check says that no other kind has, by name: in Chinese and English.
    """

    sentence: Callable[[Any, Speaker], str]
    phases: Callable[[Any, Speaker], dict[str, Any]]
    looks_at: Callable[[Any], Mapping[str, str]] = _keys
    deadlines: Callable[[Any, Speaker], Iterable[dict[str, str]]] = run
    checks: Mapping[str, tuple[str, str]] = attrs.field(factory=dict)
