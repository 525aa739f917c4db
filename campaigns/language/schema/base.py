"""
The base of all models of campaign files: strict maps, and values of several shapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar

import attrs
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    StrictBool,
    StrictInt,
    StringConstraints,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError, core_schema

from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.schema.key_texts import field_docstrings

__all__ = [
    "BY_SHAPE",
    "SOME",
    "Event",
    "Flag",
    "Id",
    "Reading",
    "Strict",
    "Texts",
    "Whole",
    "Word",
    "said",
    "shape_of",
    "wrong",
]

_LARGEST = 10**12


def wrong(code: str, message: str, hint: str = "") -> PydanticCustomError:
    """An error that becomes a finding with *code*."""
    return PydanticCustomError(code, "{message}", {"message": message, "hint": hint})


@attrs.define
class Reading:
    """
    Notes that are taken while a document is validated.

    Attributes:
        models: Which model read which map, by the map's identity, so that a finding can name its keys.
        again: Whether this is a second reading, of the rest, with stand-ins for what was wrong.
    """

    models: dict[int, type[Strict]] = attrs.field(factory=dict)
    again: bool = False


class Strict(BaseModel):
    """
    A map in a campaign file: unknown keys are mistakes.

    Attributes:
        stand_ins: A harmless value for a required key, so that the others are checked where it is wrong.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    stand_ins: ClassVar[Mapping[str, Any]] = {}

    @model_validator(mode="before")
    @classmethod
    def _remember(cls, data: Any, info: core_schema.ValidationInfo) -> Any:
        """Note which model reads which map."""
        if isinstance(info.context, Reading) and isinstance(data, dict):
            info.context.models[id(data)] = cls
        return data

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """The keys as they are written in files."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())

    @classmethod
    def about(cls, key: str) -> str:
        """The description of a key, here or in a parent; empty for an unknown key."""
        names = (name for name, field in cls.model_fields.items() if key == (field.alias or name))
        return next(
            (text for name in names for model in cls.__mro__ if (text := field_docstrings(model).get(name))), ""
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The schema for editors: each key has what stands under it, in the class that declares it last."""
        found = handler(schema)
        keys = handler.resolve_ref_schema(found).get("properties", {})
        for name, field in cls.model_fields.items():
            home = next(model for model in cls.__mro__ if name in vars(model).get("__annotations__", {}))
            if name in field_docstrings(home):
                keys[field.alias or name].setdefault("description", field_docstrings(home)[name])
        return found


def shape_of(value: Any) -> str:
    """The shape of a value: text, number, flag, list or map."""
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
        hint = (
            Message('write "{value}", if it is meant as text', value=said(value))
            if isinstance(value, bool | Decimal | int)
            else ""
        )
        raise wrong("wrong-type", Message("expected a word, found {found}", found=said(value)), hint)
    return value


def said(value: Any) -> str:
    """A value as a message names it."""
    names = {"map": Message("a map"), "list": Message("a list")}
    if isinstance(value, bool):
        return str(value).lower()
    return Message("nothing") if value is None else names.get(shape_of(value), str(value))


def _some(value: Any, info: core_schema.ValidationInfo) -> Any:
    if not value and not (isinstance(info.context, Reading) and info.context.again):
        raise wrong("empty", "there must be at least one")
    return value


SOME = AfterValidator(_some)
"""Refuses an empty map or list."""

Flag = StrictBool
Whole = Annotated[StrictInt, Field(ge=-_LARGEST, le=_LARGEST)]
# Constraints stand before what is called, so that pydantic's core checks them without calling anything.
Word = Annotated[str, StringConstraints(min_length=1, max_length=2000), BeforeValidator(_text)]
Id = Annotated[Word, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=64)]
Event = Annotated[Word, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$", max_length=64)]
Texts = Annotated[Annotated[Word, Tag("text")] | Annotated[dict[str, Word], Tag("map")], BY_SHAPE]
