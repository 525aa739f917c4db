"""
From a document to its model, every mistake as a finding with line and column.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from quanyi.campaigns.documents import Document, Place
from quanyi.campaigns.findings import Findings, did_you_mean, one_of
from quanyi.campaigns.schema.base import Strict

__all__ = ["check_structure"]

Model = TypeVar("Model")


def check_structure(document: Document, model: TypeAdapter[Model], findings: Findings) -> Model | None:
    """Read *document* as *model*; None if it can't be, with what is wrong in *findings*."""
    models: dict[int, type[Strict]] = {}
    try:
        return model.validate_python(document.data, context=models)
    except ValidationError as no:
        for error in no.errors(include_url=False):
            _Translation(document, error, models).note(findings)
        return None


class _Translation:
    """One mistake that pydantic found, as a finding."""

    def __init__(self, document: Document, error: ErrorDetails, models: dict[int, type[Strict]]) -> None:
        self.place = _place(document, error["loc"])
        self.type = error["type"]
        self.error = error
        self.context: dict[str, Any] = error.get("ctx", {})
        self.models = models

    def note(self, findings: Findings) -> None:
        special = {
            "extra_forbidden": self.unknown_key,
            "missing": self.missing_key,
            "union_tag_invalid": self.wrong_tag,
            "union_tag_not_found": self.missing_kind,
            "literal_error": self.unknown_word,
        }.get(self.type)
        if special is not None:
            special(findings)
        elif "message" in self.context:
            self.found_in(findings)(self.place, self.type, self.context["message"], self.context["hint"])
        else:
            self.found_in(findings)(self.place, _code(self.type), self.said(), "")

    def found_in(self, findings: Findings) -> Callable[[Place, str, str, str], None]:
        return findings.key_error if "[key]" in self.error["loc"][-1:] else findings.error

    def said(self) -> str:
        message = self.error["msg"]
        plain = f"{message[0].lower()}{message[1:]}".replace("input should", "should")
        return _SAID.get(self.type, plain)

    def unknown_key(self, findings: Findings) -> None:
        holder = self.models.get(id(self.place.parent.data))
        hint = did_you_mean(str(self.place.path[-1]), holder.keys() if holder else ())
        findings.key_error(self.place, "unknown-key", f"there is no key {self.place.path[-1]!r} here", hint)

    def missing_key(self, findings: Findings) -> None:
        findings.key_error(self.place, "missing-key", f"the key {self.error['loc'][-1]!r} is missing")

    def wrong_tag(self, findings: Findings) -> None:
        expected = [tag.strip("'") for tag in self.context["expected_tags"].split(", ")]
        if self.context["discriminator"] == "'kind'":
            kind = self.context["tag"] if isinstance(self.place.data["kind"], str) else "nothing"
            hint = did_you_mean(kind, expected)
            findings.error(self.place / "kind", "unknown-kind", f"there is no kind {kind!r}", hint)
            return
        found = "nothing" if self.place.data is None else f"a {self.context['tag']}"
        findings.error(self.place, "wrong-type", f"expected {' or '.join(expected)}, found {found}")

    def missing_kind(self, findings: Findings) -> None:
        if isinstance(self.place.data, dict):
            findings.key_error(self.place, "missing-key", "the key 'kind' is missing")
        else:
            findings.error(self.place, "wrong-type", "expected a map of keys")

    def unknown_word(self, findings: Findings) -> None:
        words = self.context["expected"].replace(" or ", ", ").replace("'", "").split(", ")
        found = self.place.data
        hint = did_you_mean(found, words) if isinstance(found, str) else one_of(words)
        findings.error(self.place, "unknown-word", f"{found!s} is not possible here", hint)


_SAID = {
    "bool_type": "expected true or false",
    "dict_type": "expected a map",
    "int_type": "expected a whole number",
    "model_attributes_type": "expected a map of keys",
    "model_type": "expected a map of keys",
    "string_pattern_mismatch": "not a name: a letter first, then letters, digits and _",
    "string_too_short": "there is nothing here",
    "too_short": "there must be at least one",
    "tuple_type": "expected a list",
}


def _place(document: Document, loc: tuple[int | str, ...]) -> Place:
    """The spot that pydantic means; steps that are names of alternatives are left out."""
    place = document.root
    for step in loc:
        data = place.data
        if (isinstance(data, dict) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and step < len(data)
        ):
            place /= step
    return place


def _code(error: str) -> str:
    if error.startswith(("greater_than", "less_than", "too_long")):
        return "out-of-range"
    if error in ("too_short", "string_too_short"):
        return "empty"
    if error == "string_pattern_mismatch":
        return "bad-id"
    return "wrong-type"
