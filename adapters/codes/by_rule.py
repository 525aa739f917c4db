"""
Codes that the mall makes itself, by the rule of their pool.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from quanyi.adapters.codes.stash import PART, Stashing
from quanyi.campaigns.stashing import sealed_codes
from quanyi.entitlements.errors import InputError

__all__ = ["generate"]


def generate(stashing: Stashing, count: int, told: Callable[[int], object], **marks: Any) -> None:
    """
    Bring *count* new codes into the pool. One that is there already is left out, and another one is drawn for it.

    What was cut off goes on where it was when it is called again with the same key.

    Args:
        told: Is told how many there are, after each part.
        marks: What all of them say besides: ``channel``, ``region``, ``ends_at``.

    Raises:
        InputError: The pool has no rule, or more codes would be alive than its rule allows for.
    """
    ports, rule = stashing.requests.ports, stashing.pool.generate
    if rule is None:
        raise InputError(f"the pool {stashing.pool.id!r} has no rule to generate codes by; give it `generate: {{}}`")
    _insist_on_room(stashing, count, rule.live)
    made, part = 0, 0
    while made < count:
        wanted = min(PART, count - made)
        codes = rule.codes(wanted, ports.random_bytes)
        sealed = sealed_codes(
            codes,
            stashing.pool.id,
            ignore_case=stashing.pool.ignore_case,
            vault=ports.code_vault(),
            store=ports.store,
            now=ports.now(),
        )
        said = {"count": wanted, **{name: str(mark) for name, mark in marks.items() if mark is not None}}
        marked = [attrs.evolve(code, batch=stashing.id, **marks) for code in sealed]
        made += stashing.part(part, marked, said, last=wanted == count - made).answer["added"]
        part += 1
        told(made)


def _insist_on_room(stashing: Stashing, count: int, most: int) -> None:
    """As many codes alive as the rule allows for, with those that this call makes."""
    ports = stashing.requests.ports
    counts = ports.store.code_counts(stashing.pool.id, ports.now())
    alive = sum(each.live for batch, each in counts.items() if batch != stashing.id)
    if alive + count > most:
        raise InputError(
            f"{alive} codes of {stashing.pool.id!r} are alive, and its rule is strong enough for {most}: generate at most"
            f" {max(most - alive, 0)}, or raise `live` (which may need a greater `length`)"
        )
