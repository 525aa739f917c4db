"""
Compiles texts with values of ours in them, as a supplier's description writes them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from quanyi.campaigns.language.findings import Findings, did_you_mean
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.suppliers import Template

__all__ = ["compile_send", "compile_template"]

_ACCOUNT, _SECRET = "account.", "secret."


def compile_template(
    text: str, place: Place, names: Collection[str], secrets: Mapping[str, str], findings: Findings
) -> Template:
    """The template of *text*; a placeholder that is none of *names*, nor ``secret.`` and one of *secrets*, is a finding."""
    template = Template.parse(text)
    for name in template.names():
        if name.startswith(_SECRET):
            if name.removeprefix(_SECRET) not in secrets:
                message = Message("there is no secret {name!r} here", name=name.removeprefix(_SECRET))
                findings.error(place, "unknown-secret", message, "write secrets: {sign: ACME_SECRET}")
        elif name not in names and not (name.startswith(_ACCOUNT) and _ACCOUNT in names):
            message = Message("there is no value {name!r} here", name=f"{{{name}}}")
            findings.error(place, "unknown-placeholder", message, did_you_mean(name, names))
    return template


def compile_send(
    value: Any, place: Place, names: Collection[str], secrets: Mapping[str, str], findings: Findings
) -> Any:
    """What is sent: templates for texts, numbers and flags as they are, in maps and lists of the same shape."""
    if isinstance(value, dict):
        return {key: compile_send(each, place / key, names, secrets, findings) for key, each in value.items()}
    if isinstance(value, list):
        return tuple(compile_send(each, place / n, names, secrets, findings) for n, each in enumerate(value))
    if isinstance(value, str):
        return compile_template(value, place, names, secrets, findings)
    return float(value) if isinstance(value, Decimal) else value
