"""
Equal entitlements are shown together, as one stack.
"""

from __future__ import annotations

from collections.abc import Iterable

from quanyi.campaigns.views import EntitlementView

__all__ = ["stacked"]


def stacked(rights: Iterable[EntitlementView]) -> list[list[EntitlementView]]:
    """
    *rights* in stacks, each in the order given: those of one benefit, in one phase, with as many uses left.

    One whose code was revealed is a stack of its own as long as it is usable, so that nobody takes it for a new one.
    """
    stacks: dict[tuple[object, ...], list[EntitlementView]] = {}
    for right in rights:
        fresh = right.revealed_at is None and right.phase == "usable"
        alone = right.phase == "usable" and not fresh
        key = (right.benefit.id, right.phase, right.uses, right.id if alone else "")
        stacks.setdefault(key, []).append(right)
    return list(stacks.values())
