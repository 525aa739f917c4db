"""
What a decision says for the figures alone.
"""

from __future__ import annotations

from quanyi.entitlements.changes import Counted
from quanyi.entitlements.picture import Draft

__all__ = ["count"]


def count(draft: Draft, figure: str, amount: int) -> None:
    """Say by how much a figure changes, where no other line of the decision does; nothing for 0."""
    if amount:
        draft.lines.append(Counted(figure=figure, amount=amount))
