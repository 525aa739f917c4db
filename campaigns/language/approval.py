"""
Approval: which changes of campaigns need the yes of somebody who did not write them.
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
    """

    changes: frozenset[str] = frozenset()
    above: Mapping[str, int] = attrs.field(factory=dict)
