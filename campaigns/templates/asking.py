"""
What a template asks for: the fields of its form, each with a label in both languages and what it may be.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any, Literal

import attrs
from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from quanyi.campaigns.language.schema.base import Id

__all__ = ["Asks", "Field", "Sort", "TemplateForm", "asks", "fields_of"]

Sort = Literal["text", "whole", "amount", "moment", "thing", "unit", "event", "choice"]


@attrs.frozen
class Asks:
    """
    How a field of a form is asked for.

    Attributes:
        zh: Its label in Chinese; `en` in English.
        sort: What it is: a text, a whole number, an amount with decimal places, a moment of the mall's zone, the name of
            a benefit or goods, of a unit, of an event, or one of a few words.
        hint_zh: What to think of, in one sentence; empty for nothing. `hint_en` in English.
        language: The language that its answer is in. A mall that speaks it needs an answer, another one is not asked.
    """

    zh: str
    en: str
    sort: Sort = "text"
    hint_zh: str = ""
    hint_en: str = ""
    language: str = ""


def asks(zh: str, en: str, sort: Sort = "text", hint_zh: str = "", hint_en: str = "", language: str = "") -> Asks:
    """The same, written shortly beside a field."""
    return Asks(zh, en, sort, hint_zh, hint_en, language)


@attrs.frozen(kw_only=True)
class Field:
    """
    One field of a form.

    Attributes:
        name: How answers call it.
        required: Whether it needs an answer.
        default: What stands there before anybody answers, as text.
        words: What it may be, where that is one of a few words.
    """

    name: str
    asks: Asks
    required: bool
    default: str
    words: tuple[str, ...] = ()


class TemplateForm(BaseModel):
    """What every template asks for: what the campaign is called, and under which name it is kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    campaign: Annotated[
        Id,
        asks(
            "编号",
            "Id",
            hint_zh="以字母开头，可用字母、数字、连字符和下划线；之后不能改",
            hint_en="Letters, digits, hyphens and underscores, beginning with a letter; it can’t be changed later",
        ),
    ]
    title_zh: Annotated[str | None, asks("中文标题", "Title in Chinese", language="zh")] = None
    title_en: Annotated[str | None, asks("英文标题", "Title in English", language="en")] = None


def fields_of(form: type[TemplateForm], locales: Collection[str]) -> tuple[Field, ...]:
    """The fields that a mall which speaks *locales* is asked for, in order."""
    fields = (_field(name, info) for name, info in form.model_fields.items())
    return tuple(field for field in fields if field.asks.language in ("", *locales))


def _field(name: str, info: FieldInfo) -> Field:
    asked = next(item for item in info.metadata if isinstance(item, Asks))
    required = info.is_required() or bool(asked.language)
    default = "" if required or info.default is None else str(info.default)
    return Field(name=name, asks=asked, required=required, default=default, words=_words(info.annotation))


def _words(annotation: Any) -> tuple[str, ...]:
    return tuple(getattr(annotation, "__args__", ())) if getattr(annotation, "__origin__", None) is Literal else ()
