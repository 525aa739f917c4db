"""
Compiles the `context:` of `mall.yaml`: what a request may say about how it came.
"""

from __future__ import annotations

import attrs

from quanyi.campaigns.figures.dimensions import COLUMNS, DIMENSIONS
from quanyi.campaigns.language.compile.mall import MallParts, attribute_of
from quanyi.campaigns.language.context import RESERVED
from quanyi.campaigns.language.events import Attribute
from quanyi.campaigns.language.findings import Findings, did_you_mean
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.schema.mall import ContextMap

__all__ = ["compile_context"]

_COUNTED = frozenset({"bool", "id", "text"})


def compile_context(context: ContextMap, place: Place, parts: MallParts, findings: Findings) -> None:
    """Add the attributes of `context:` to *parts*. A request may leave out any of them."""
    declared = context.__pydantic_extra__ or {}
    for name, text in declared.items():
        found = attribute_of(name, text, place / name, parts, findings, personal=name in context.personal)
        if _fits(found, place / name, parts, findings):
            parts.context[name] = attrs.evolve(found, optional=True, context=True)
    for name in context.personal:
        if name not in declared:
            hint = did_you_mean(name, declared)
            findings.error(
                place / "personal", "unknown-attribute", Message("the context has no {name!r}", name=name), hint
            )
    parts.counted = tuple(name for name in context.counted if _is_counted(name, context, place, parts, findings))


def _is_counted(name: str, context: ContextMap, place: Place, parts: MallParts, findings: Findings) -> bool:
    """Whether figures can be told apart by this attribute: it is declared, about nobody, and a text or a yes and no."""
    declared, here = context.__pydantic_extra__ or {}, place / "counted"
    if name not in declared:
        findings.error(
            here, "unknown-attribute", Message("the context has no {name!r}", name=name), did_you_mean(name, declared)
        )
    elif name in context.personal:
        findings.error(
            here,
            "personal-key",
            Message("{name!r} is personal and must not be counted by", name=name),
            "count by another one",
        )
    elif name in DIMENSIONS | COLUMNS:
        findings.error(
            here,
            "reserved-word",
            Message("{name!r} has a meaning of its own in figures", name=name),
            Message("call it client_{name}", name=name),
        )
    elif name in parts.context and (parts.context[name].type not in _COUNTED or parts.context[name].many):
        hint = "count by a text or a yes and no"
        findings.error(here, "unknown-type", Message("{name!r} is of a type that has too many values", name=name), hint)
    else:
        return name in parts.context
    return False


def _fits(found: Attribute, place: Place, parts: MallParts, findings: Findings) -> bool:
    """Whether a context may have this attribute: its name is free, and it does not name another person."""
    asked = {name for event in parts.events.values() if event.built_in for name in event.attributes}
    if found.name in RESERVED | asked:
        message = Message("{name!r} has a meaning of its own in requests", name=found.name)
        findings.key_error(place, "reserved-word", message, Message("call it client_{name}", name=found.name))
        return False
    if found.type == "user":
        findings.error(place, "unknown-type", "the context names nobody", "declare it as an attribute of an event")
        return False
    return True
