"""
Which model a campaign's document is read as: by its kind, or by its keys where the kind is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from quanyi.campaigns.kinds.registry import Kinds
from quanyi.campaigns.language.findings import Findings, closest, did_you_mean, one_of
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Document
from quanyi.campaigns.language.schema.base import said
from quanyi.campaigns.language.schema.clauses import CampaignHead
from quanyi.campaigns.language.schema.hints import kind_meant
from quanyi.entitlements.parsing import quoted

__all__ = ["model_of"]

_Models = Mapping[str, type[Any]]
"""The model of each kind's files, by the kind's word."""


def model_of(document: Document, kinds: Kinds, findings: Findings) -> tuple[type[Any], Document] | None:
    """
    The model to read a campaign with, and the document with a kind that fits it.

    A wrong kind is noted, and the campaign is read as the kind that was probably meant; None if
    nobody can say.
    """
    data, models = document.data, {kind.word: kind.file for kind in kinds}
    if not isinstance(data, dict):
        message = Message("expected a campaign, found {found}", found=said(data))
        findings.error(document.root, "wrong-type", message, "write campaign: and kind:, each on a line of its own")
        return None
    kind = data["kind"] if "kind" in data else _misspelt(data, models)
    if isinstance(kind, str) and kind in models:
        return models[kind], document
    _note(kind, document, models, findings)
    guess = closest(kind, models) if isinstance(kind, str) else None
    meant, same = kind_meant(kind) if isinstance(kind, str) else ("", False)
    if meant and not same:
        return None  # whatever it is read as, its own keys would be called mistakes
    guess = guess or meant or _by_keys(data, models)
    return None if guess is None else (models[guess], attrs.evolve(document, data={**data, "kind": guess}))


def _misspelt(data: dict[str, Any], models: _Models) -> Any:
    """The value of a misspelt key ``kind``."""
    key = closest("kind", data)
    found = data[key] if key is not None else None
    return found if isinstance(found, str) and found in models else None


def _note(kind: Any, document: Document, kinds: _Models, findings: Findings) -> None:
    place = document.root / "kind"
    if "kind" not in document.data:
        if not document.patched:
            findings.key_error(place, "missing-key", "the key 'kind' is missing", one_of(kinds))
    elif isinstance(kind, str):
        meant, same = kind_meant(kind)
        if meant and not same:
            message = Message("there is no kind {kind} yet", kind=quoted(kind))
            findings.error(
                place,
                "unknown-kind",
                message,
                Message("the nearest is {meant}; {known}", meant=meant, known=one_of(kinds)),
            )
        else:
            hint = (
                Message("did you mean {meant}?", meant=meant)
                if meant and closest(kind, kinds) is None
                else did_you_mean(kind, kinds)
            )
            findings.error(place, "unknown-kind", Message("there is no kind {kind}", kind=quoted(kind)), hint)
    else:
        findings.error(
            place,
            "unknown-kind",
            Message("expected the word for a kind, found {found}", found=said(kind)),
            one_of(kinds),
        )


def _by_keys(data: dict[str, Any], models: _Models) -> str | None:
    """The kind whose own keys these are; of several the one that asks for least."""
    own = {kind: set(model.keys()) - set(CampaignHead.keys()) for kind, model in models.items()}
    hits = {kind: len(keys & data.keys()) for kind, keys in own.items()}
    best = max(hits.values(), default=0)
    required = {
        kind: sum(field.is_required() for field in model.model_fields.values()) for kind, model in models.items()
    }
    return min((kind for kind in hits if hits[kind] == best), key=lambda kind: required[kind]) if best else None
