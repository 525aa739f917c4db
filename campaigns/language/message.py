"""
A sentence of ours with parts, which remembers its template so that it can be said in another language.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any, Self

__all__ = ["Message"]


class Message(str):
    """
    A text in English that knows the template and the parts it was made of.

    It is an ordinary text everywhere else. Its template is found in the table of `campaigns.language.translation`;
    parts are said as they are, unless they are messages themselves.

    Args:
        template: In the form of `str.format`; a template without parts is taken word for word.

    >>> found = Message("there is no unit {word!r}", word="pionts")
    >>> found, found.template
    ("there is no unit 'pionts'", 'there is no unit {word!r}')
    """

    __slots__ = ("parts", "template")

    parts: dict[str, Any]
    template: str

    def __new__(cls, template: str, /, **parts: Any) -> Self:
        self = super().__new__(cls, template.format(**parts) if parts else template)
        self.template = template
        self.parts = parts
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        return (self.template,), self.parts

    @classmethod
    def of(cls, text: str) -> Message:
        """A text as a part that is said in the reader's language, too."""
        return text if isinstance(text, Message) else cls(text)

    @classmethod
    def all_of(cls, words: Iterable[str]) -> str:
        """
        Words joined with *and*.

        >>> Message.all_of(["count", "sum", "reach"])
        'count and sum and reach'
        """
        return reduce(lambda one, other: cls("{one} and {other}", one=one, other=other), words)

    @classmethod
    def any_of(cls, words: Iterable[str]) -> str:
        """
        Words joined with *or*.

        >>> Message.any_of(["text", "map"])
        'text or map'
        """
        return reduce(lambda one, other: cls("{one} or {other}", one=one, other=other), words)
