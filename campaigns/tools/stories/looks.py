"""
What each check of a story looks at, by its word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from quanyi.campaigns.tools.stories.scene import Scene
from quanyi.campaigns.tools.stories.standing import LOOKS

__all__ = ["look"]


def look(scene: Scene, what: str, about: tuple[str, ...]) -> Any:
    """The value that a check compares with what is wanted."""
    return _LOOKS[what](scene, *about)


_LOOKS: Mapping[str, Callable[..., Any]] = {
    **LOOKS,
    "balance": Scene.balance,
    "best": Scene.best,
    "bond": Scene.bond,
    "codes": Scene.codes,
    "duplicate": Scene.duplicate,
    "flags": Scene.flags,
    "has": Scene.has,
    "lapsed": Scene.lapsed,
    "left": Scene.left,
    "moved": Scene.moved,
    "order": Scene.order,
    "outcome": Scene.outcome,
    "parts": Scene.parts,
    "pay": lambda scene: scene.told("pay"),
    "price": Scene.price,
    "progress": Scene.progress,
    "promises": Scene.promises,
    "refunds": Scene.refunds,
    "refund": lambda scene: scene.told("refund"),
    "refused": Scene.refused,
    "shows": Scene.shows,
    "skipped": Scene.skipped,
    "stock": Scene.stock,
    "streak": Scene.streak,
    "total": Scene.total,
    "why": Scene.why,
}
