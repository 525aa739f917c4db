"""
What all models of campaign files share: strict maps, values of several shapes, and words.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    StrictBool,
    StrictInt,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError, core_schema

__all__ = ["BY_SHAPE", "Event", "Flag", "Id", "Strict", "Texts", "Whole", "Word", "shape_of", "wrong"]


def wrong(code: str, message: str, hint: str = "") -> PydanticCustomError:
    """A mistake that becomes a finding of its own code."""
    return PydanticCustomError(code, "{message}", {"message": message, "hint": hint})


class Strict(BaseModel):
    """A map in a campaign file: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _remember(cls, data: Any, info: core_schema.ValidationInfo) -> Any:
        """Note which model read which map, so that a finding can name the keys it has."""
        if info.context is not None and isinstance(data, dict):
            info.context[id(data)] = cls
        return data

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """The keys as they are written in files."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())


def shape_of(value: Any) -> str:
    """How a value is written: text, number, flag, list or map."""
    if isinstance(value, dict | BaseModel):
        return "map"
    if isinstance(value, list | tuple):
        return "list"
    if isinstance(value, bool):
        return "flag"
    return "number" if isinstance(value, int | Decimal) else "text"


BY_SHAPE = Discriminator(shape_of)
"""Chooses between the short and the long form of a value."""


def _text(value: Any) -> Any:
    if value is None or isinstance(value, dict | list | bool | Decimal | int):
        hint = "quote it, if it is meant as text" if isinstance(value, bool | Decimal | int) else ""
        raise wrong("wrong-type", f"expected a word, found {_said(value)}", hint)
    return value


def _said(value: Any) -> str:
    names = {"map": "a map", "list": "a list"}
    return "nothing" if value is None else names.get(shape_of(value), str(value))


Flag = StrictBool
Whole = StrictInt
Word = Annotated[str, BeforeValidator(_text), StringConstraints(min_length=1, max_length=2000)]
Id = Annotated[Word, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=64)]
Event = Annotated[Word, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$", max_length=64)]
Texts = Word | dict[str, Word]
