"""
Which keys of a campaign file the checks look at, as `show` points at them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quanyi.entitlements.checks.check import Check

__all__ = ["looked_at"]


def looked_at(checks: Mapping[str, Check[Any]], **looks: object) -> dict[str, str]:
    """
    The first key that each check looks at; empty for those of *looks* that are false: they look at nothing here.

    >>> looked_at({"stock": Check(name="stock", run=print, keys=("give",))}, stock=False)
    {'stock': ''}
    """
    return {name: check.keys[0] if looks.get(name, True) else "" for name, check in checks.items()}
