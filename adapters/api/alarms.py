"""
What the operation that lists alarms asks of the mall.
"""

from __future__ import annotations

from typing import Any

from quanyi.adapters.api.caller import Call
from quanyi.adapters.api.paging import page_answer, place_at, turned
from quanyi.adapters.wiring import OpenMall
from quanyi.entitlements.errors import NotFound

__all__ = ["read_alarms"]


def read_alarms(call: Call) -> Any:
    """Alarms, newest first."""
    said, mall = call.said, call.mall
    if not isinstance(mall, OpenMall):
        raise NotFound("a mall inside a transaction keeps no alarms")
    alarms = mall.desk.alarms
    found = turned(lambda: alarms.list(phase=said.phase, after=place_at(said.cursor), limit=said.limit + 1))
    page = found[: said.limit]
    answer = page_answer(page, page[-1].id if len(found) > said.limit else None)
    for item, alarm in zip(answer["items"], page, strict=True):
        item["id"] = alarm.id
    return answer
