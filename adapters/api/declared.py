"""
What a mall's own files declare, as JSON Schema: the attributes of its events, and the context of requests.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter

from quanyi.adapters.api.bodies import Identifier
from quanyi.campaigns.language.events import Attribute, EventType
from quanyi.campaigns.project.model import Project
from quanyi.entitlements.parsing import LARGEST

__all__ = ["context_schema", "events_schema"]

_ID = TypeAdapter(Identifier).json_schema()
_WHOLE = {"type": "integer", "minimum": -LARGEST, "maximum": LARGEST}
_SCHEMAS: Mapping[str, dict[str, Any]] = {
    "bool": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "id": _ID,
    "instant": {"type": "string", "format": "date-time"},
    "int": _WHOLE,
    "text": {"type": "string", "maxLength": 10_000},
    "user": _ID,
}


def events_schema(project: Project, *, commands: bool) -> list[dict[str, Any]]:
    """
    For each type what a body says, beside its other fields.

    Args:
        commands: Whether the commands of the kinds are among them, which are explained and not reported.
    """
    told = (event for event in project.events.values() if not event.inner)
    return [_event(each) for each in told if commands or not (each.command and each.built_in)]


def context_schema(project: Project) -> dict[str, Any]:
    """What a request may say of how it came."""
    return _map(project.context.values(), needed=False)


def _event(event: EventType) -> dict[str, Any]:
    data = _map(event.own.values())
    needed = ["type", *(["data"] if data.get("required") else [])]
    return {"properties": {"type": {"const": event.id}, "data": data}, "required": needed}


def _map(attributes: Iterable[Attribute], *, needed: bool = True) -> dict[str, Any]:
    found = list(attributes)
    required = [each.name for each in found if needed and not each.optional and each.default is None]
    fields = {each.name: _attribute(each) for each in found}
    return {"type": "object", "properties": fields, "additionalProperties": False, "required": required}


def _attribute(attribute: Attribute) -> dict[str, Any]:
    one = _amount(attribute) if attribute.is_amount else _SCHEMAS[attribute.type]
    return {"type": "array", "items": one, "maxItems": 1000} if attribute.many else one


def _amount(attribute: Attribute) -> dict[str, Any]:
    """Whole numbers of the smallest part, or decimals as text."""
    point = rf"(\.[0-9]{{1,{attribute.scale}}})?" if attribute.scale else ""
    return {"anyOf": [_WHOLE, {"type": "string", "pattern": rf"^-?[0-9]{{1,9}}{point}$"}]}
