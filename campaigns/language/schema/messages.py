"""
Turns mistakes that pydantic found into findings, with what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from pydantic_core import ErrorDetails

from quanyi.campaigns.language.findings import Findings, did_you_mean, one_of
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.repairs import foreign
from quanyi.campaigns.language.schema.base import Strict, said, shape_of
from quanyi.campaigns.language.schema.hints import date_meant, duration_meant, value_meant

__all__ = ["Translation"]

_ELSEWHERE = {"benefits", "campaign", "events", "goods", "mall", "pools", "story"}
_SYNONYMS = {
    "audience": "for", "condition": "only_if", "conditions": "only_if", "currency_scale": "scale", "days": "in",
    "delay": "after", "description": "text", "duration": "lasts", "end": "until", "ends": "until", "gift": "give",
    "gifts": "give", "id": "campaign", "if": "only_if", "items": "sells", "label": "title", "limit": "at_most",
    "limits": "at_most", "max": "count", "name": "title", "on": "when", "period": "in", "price": "sells",
    "prices": "sells", "reward": "give", "rewards": "give", "schedule": "open", "start": "from", "starts": "from",
    "stock": "quota", "timezone": "zone", "to": "until", "trigger": "when", "type": "kind", "tz": "zone",
    "value": "amount", "window": "in",
}  # fmt: skip
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
_EXAMPLE = re.compile(r"`([^`]+)`")


class Translation:
    """
    One mistake that pydantic found, on its way to a finding.

    Args:
        models: Which model read which map.
        meant: The key that an unknown one is read as.
    """

    def __init__(self, place: Place, error: ErrorDetails, models: dict[int, type[Strict]], meant: str | None) -> None:
        self.place = place
        self.type = error["type"]
        self.error = error
        self.context: dict[str, Any] = error.get("ctx", {})
        self.models = models
        self.meant = meant

    def note(self, findings: Findings) -> None:
        special = {
            "extra_forbidden": self.unknown_key,
            "missing": self.missing_key,
            "union_tag_invalid": self.wrong_shape,
            "literal_error": self.unknown_word,
        }.get(self.type)
        if special is not None:
            special(findings)
        elif "message" in self.context:
            self.found(findings, self.type, self.context["message"], self.context["hint"])
        else:
            self.found(findings, _code(self.type), self.said(), self.example())

    def found(self, findings: Findings, code: str, message: str, hint: str) -> None:
        in_key = "[key]" in self.error["loc"][-1:]
        note = findings.key_error if in_key else findings.error
        text = self.place.path[-1] if in_key and self.place.path else self.place.data
        note(self.place, code, message, (foreign(text) if isinstance(text, str) else "") or hint)

    def said(self) -> str:
        message = self.error["msg"]
        plain = f"{message[0].lower()}{message[1:]}".replace("input should", "should")
        plain = _SAID.get(self.type, plain)
        if not plain.startswith("expected"):
            return plain
        return Message("{expected}, found {found}", expected=Message(plain), found=said(self.place.data))

    def example(self) -> str:
        """The example in the key's description."""
        if self.type == "bool_type":
            return "write true or false"
        data = self.place.data
        meant = self.meant_here(data)
        if meant:
            return Message("write {meant}", meant=meant)
        if self.type == "tuple_type" and isinstance(data, str | int):
            return Message("write [{data}]", data=data)
        return self.like(self.place.parent, self.place.path[-1]) if self.place.path else ""

    def meant_here(self, data: Any) -> str:
        """What a value in everyday words would be here, under its key."""
        if not self.place.path:
            return ""
        beside, key = self.place.parent.data, self.place.path[-1]
        if self.place.path[-2:-1] == ("goals",):
            key = "mark"
        if self.place.path[-2:-1] == ("quota",) or self.place.path[-3:-2] == ("quota",):
            key = "pieces"
        meant = value_meant(str(key), data, beside if isinstance(beside, dict) else {})
        return meant.replace("{on:", "{when:") if self.place.path[-2:-1] == ("goals",) else meant

    def like(self, holder: Place, key: str | int) -> str:
        """The first example in a key's description."""
        model = self.models.get(id(holder.data))
        found = _EXAMPLE.search(model.about(str(key))) if model is not None else None
        if found is None:
            return ""
        return Message(
            "write something like {example}",
            example=found[1] if found[1].startswith(f"{key}:") else f"{key}: {found[1]}",
        )

    def unknown_key(self, findings: Findings) -> None:
        word = str(self.place.path[-1])
        holder = self.models.get(id(self.place.parent.data))
        known = holder.keys() if holder else ()
        if self.meant is not None:
            hint: str = Message("did you mean {meant}?", meant=self.meant)
        elif word in _ELSEWHERE and len(self.place.path) == 1:
            hint = "put --- on a line of its own before it: it begins a document"
        elif self.special(word, known):
            hint = self.special(word, known)
        elif _SYNONYMS.get(word.lower()) in known:
            hint = Message("did you mean {meant}?", meant=_SYNONYMS[word.lower()])
        else:
            hint = foreign(word) or did_you_mean(word, known)
        findings.key_error(self.place, "unknown-key", Message("there is no key {word!r} here", word=word), hint)

    def special(self, word: str, known: Collection[str]) -> str:
        """The hint where another word is the key, or where the number itself is."""
        value = self.place.data
        if word in ("end", "ends", "to", "until") and "through" in known and date_meant(str(value)):
            return Message("write through: {date}", date=date_meant(str(value)))
        if word in ("give", "reward", "rewards", "gift", "gifts", "done") and "all_done" in known:
            return "did you mean all_done?"
        if word.isdigit() and {"days", "give"} <= set(known) and not isinstance(value, list):
            return Message("write {{days: {word}, give: {gift}}}", word=word, gift=_flow(value))
        return ""

    def missing_key(self, findings: Findings) -> None:
        name = str(self.error["loc"][-1])
        hint = self.like(self.place, name)
        findings.key_error(self.place / name, "missing-key", Message("the key {name!r} is missing", name=name), hint)

    def wrong_shape(self, findings: Findings) -> None:
        expected = [tag.strip("'") for tag in self.context["expected_tags"].split(", ")]
        data = self.place.data
        shape = Message("nothing" if data is None else f"a {shape_of(data)}")
        self.found(
            findings,
            "wrong-type",
            Message("expected {expected}, found {found}", expected=Message.any_of(map(Message, expected)), found=shape),
            self.example(),
        )

    def unknown_word(self, findings: Findings) -> None:
        words = self.context["expected"].replace(" or ", ", ").replace("'", "").split(", ")
        found = self.place.data
        meant = self.meant_here(found)
        if meant:
            hint: str = Message("write {meant}", meant=meant)
        elif isinstance(found, str) and not duration_meant(found):
            hint = did_you_mean(found, words)
        else:
            hint = one_of(words)
        self.found(findings, "unknown-word", Message("{found} is not possible here", found=said(found)), hint)


def _flow(value: Any) -> str:
    """A value in one line of YAML."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_flow(item)}' for key, item in value.items())}}}"
    return said(value)


def _code(error: str) -> str:
    if error.startswith(("greater_than", "less_than", "too_long", "string_too_long")):
        return "out-of-range"
    if error in ("too_short", "string_too_short"):
        return "empty"
    if error == "string_pattern_mismatch":
        return "bad-id"
    return "wrong-type"
