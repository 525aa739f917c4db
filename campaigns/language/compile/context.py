"""
Compiles the `context:` of `mall.yaml`: what a request may say about how it came.
"""

from __future__ import annotations

import attrs

from quanyi.campaigns.language.compile.mall import MallParts, attribute_of
from quanyi.campaigns.language.context import RESERVED
from quanyi.campaigns.language.events import Attribute
from quanyi.campaigns.language.findings import Findings, did_you_mean
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.schema.mall import ContextMap

__all__ = ["compile_context"]


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
            findings.error(place / "personal", "unknown-attribute", f"the context has no {name!r}", hint)


def _fits(found: Attribute, place: Place, parts: MallParts, findings: Findings) -> bool:
    """Whether a context may have this attribute: its name is free, and it does not name another person."""
    asked = {name for event in parts.events.values() if event.built_in for name in event.attributes}
    if found.name in RESERVED | asked:
        message = f"{found.name!r} has a meaning of its own in requests"
        findings.key_error(place, "reserved-word", message, f"call it client_{found.name}")
        return False
    if found.type == "user":
        findings.error(place, "unknown-type", "the context names nobody", "declare it as an attribute of an event")
        return False
    return True
