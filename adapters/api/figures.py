"""
What the operation that reads figures asks of the mall: all of them, or those of the one brand that a key is for.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from quanyi.adapters.api.caller import Call
from quanyi.adapters.wiring import OpenMall
from quanyi.entitlements.errors import InputError, NotFound

__all__ = ["read_figures"]


def read_figures(call: Call) -> Any:
    """Figures; a key of one brand has those of its things alone, and is not told what they cost the mall."""
    said, mall, brand = call.said, call.mall, call.caller.brand
    if not isinstance(mall, OpenMall):
        raise NotFound("a mall inside a transaction keeps no figures")
    asked: dict[str, Any] = {"campaign": said.campaign, "item": said.item, "brand": brand}
    found = mall.figures(by=said.by or "", first=_day(said.first), last=_day(said.last), **asked).to_dict()
    if brand is not None:
        for row in (*found["rows"], found["total"]):
            row["cost"] = None
    return found


def _day(text: str | None) -> date | None:
    """A day as it is written; InputError for one that there is not."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise InputError(f"there is no day {text}") from None
