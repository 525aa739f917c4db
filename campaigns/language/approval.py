"""
Approval: which changes of campaigns, and which help by hand, need the yes of somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

__all__ = ["ApprovalRule"]


@attrs.frozen(kw_only=True)
class ApprovalRule:
    """
    What a mall says about approval; nothing needs it unless something is said.

    Attributes:
        changes: Kinds of change that always need it: ``new``, ``changed``.
        above: The most that a campaign may cost without it, by unit or currency, in the smallest part.
        by_hand: The most that an operator may give somebody at once without it, likewise; a benefit counts with what it costs.
    """

    changes: frozenset[str] = frozenset()
    above: Mapping[str, int] = attrs.field(factory=dict)
    by_hand: Mapping[str, int] = attrs.field(factory=dict)
