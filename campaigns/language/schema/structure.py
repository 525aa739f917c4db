"""
Reads a document into its model; every mistake is a finding with line and column.

The first reading notes what is wrong. Then the document is read again without that: a misspelt key
counts as the one it is close to, what is malformed is left out, a required key gets a harmless
stand-in. So the sound rest is read too, and its mistakes are found in the same run.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Document
from quanyi.campaigns.language.schema.base import Reading, Strict
from quanyi.campaigns.language.schema.messages import Translation
from quanyi.campaigns.language.schema.recovery import Recovery, place_of

__all__ = ["check_structure", "read_model"]

Model = TypeVar("Model")
StrictModel = TypeVar("StrictModel", bound=Strict)

_ROUNDS = 12

_MOST_MISTAKES = 200
"""How many mistakes of one document are reported; with more, it is hardly a campaign file."""


def check_structure(document: Document, model: TypeAdapter[Model], findings: Findings) -> Model | None:
    """Read *document* as *model*. None, with findings, if it has mistakes."""
    reading = Reading()
    try:
        return model.validate_python(document.data, context=reading)
    except ValidationError as no:
        recovery = Recovery(unclean=findings.doubts_of(document.root))
        _note(document, no.errors(include_url=False), reading, recovery, findings)
        return None


def read_model(document: Document, model: type[StrictModel], findings: Findings) -> tuple[StrictModel, Document] | None:
    """
    Read what is sound of *document* as *model*, together with the document that was read: without the rest.

    Mistakes are noted in *findings*, and their places are in doubt there. None if nothing can be read.
    """
    recovery = Recovery(unclean=findings.doubts_of(document.root))
    for n in range(_ROUNDS):
        reading = Reading(again=n > 0)
        try:
            return _adapter(model).validate_python(document.data, context=reading), document
        except ValidationError as no:
            errors = no.errors(include_url=False)
        if len(errors) > _MOST_MISTAKES:
            _note(document, errors[:_MOST_MISTAKES], reading, recovery, findings)
            _give_up(document, len(errors) - _MOST_MISTAKES, findings)
            return None
        recovery.begin(document, errors, reading)
        _note(document, errors, reading, recovery, findings)
        mended = recovery.mended(document, errors, reading, findings)
        if mended is None:
            return None
        document = mended
    return None


def _give_up(document: Document, untold: int, findings: Findings) -> None:
    """Note how many more mistakes there are, and treat nothing that the document declares as known."""
    findings.unread.add(document.file)
    message = Message("{untold} more mistakes in this document", untold=untold)
    findings.key_error(document.root, "too-many", message, "mend those that are named, then look again")


def _note(
    document: Document, errors: Sequence[ErrorDetails], reading: Reading, recovery: Recovery, findings: Findings
) -> None:
    """Note mistakes, without those that follow from one noted before."""
    own = Findings()
    for error in errors:
        place = place_of(document, error["loc"])
        if not recovery.explains(place, error):
            Translation(place, error, reading.models, recovery.named.get(place.path)).note(own)
    findings.items.extend(own.items)  # their doubts are the recovery's to say: it knows what was left out


@lru_cache(maxsize=32)
def _adapter(model: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(model)
