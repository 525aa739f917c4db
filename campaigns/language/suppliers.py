"""
Descriptions of suppliers: how one is reached over HTTP, how requests are signed, and where in its answers stands what.

A description is data alone, compiled from a file `suppliers/NAME.yaml`. It holds names of secrets, never a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Literal, TypeAlias

import attrs

__all__ = [
    "AccountReading",
    "Algorithm",
    "BalanceReading",
    "CallbackRules",
    "CatalogueReading",
    "CodesAt",
    "Kind",
    "Operation",
    "Path",
    "Placeholder",
    "Reading",
    "Send",
    "Signing",
    "Slot",
    "Stamp",
    "SupplierDescription",
    "Template",
    "Word",
    "Written",
]

Algorithm = Literal["hmac-sha256", "hmac-sha1", "hmac-md5", "sha256", "sha1", "md5"]
Kind = Literal["accepted", "delivered", "refused", "unknown"]
"""What a state of the supplier's says of a purchase."""
Word = Literal["ok", "refused", "busy", "absent"]
"""What a word of the supplier's says of a request; ``ok`` is no error at all."""

Written = Literal["seconds", "milliseconds", "compact", "plain"]

_MOST_STEPS = 16
_STEP = re.compile(r"(?:^|\.)([A-Za-z_][A-Za-z0-9_-]*)|\[([0-9]{1,4})?\]")
_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*|\[[0-9]{0,4}\])*")
_HOLE = re.compile(r"\{([a-z_][A-Za-z0-9_.]*)(\?)?\}")


@attrs.frozen
class Path:
    """
    A place in a document of maps and lists.

    Attributes:
        steps: Names of keys, places in a list, and None for each item of a list.

    >>> Path.parse("data.cards[].code")
    Path(text='data.cards[].code', steps=('data', 'cards', None, 'code'))
    """

    text: str
    steps: tuple[str | int | None, ...]

    @classmethod
    def parse(cls, text: str) -> Path:
        """Read a path; ValueError where it is none, or has more than 16 steps."""
        if len(text) > 200 or not _PATH.fullmatch(text):  # noqa: PLR2004
            raise ValueError(f"{text[:60]!r} is no path into an answer")
        steps = tuple(found[1] or (None if found[2] is None else int(found[2])) for found in _STEP.finditer(text))
        if len(steps) > _MOST_STEPS:
            raise ValueError(f"a path has at most {_MOST_STEPS} steps")
        return cls(text, steps)


@attrs.frozen
class Placeholder:
    """The name of a value of ours inside a `Template`; what is optional is left out where we have none."""

    name: str
    optional: bool = False


@attrs.frozen
class Template:
    """
    A text with values of ours in it.

    >>> Template.parse("/orders/{reference}").parts
    ('/orders/', Placeholder(name='reference', optional=False))
    """

    parts: tuple[str | Placeholder, ...]

    @classmethod
    def parse(cls, text: str) -> Template:
        """Read a text; ``{name}`` is a value, ``{name?}`` an optional one, and other braces stand for themselves."""
        parts: list[str | Placeholder] = []
        end = 0
        for hole in _HOLE.finditer(text):
            parts += [text[end : hole.start()]] if hole.start() > end else []
            parts.append(Placeholder(hole[1], optional=hole[2] is not None))
            end = hole.end()
        return cls((*parts, text[end:]) if end < len(text) else tuple(parts))

    @property
    def alone(self) -> Placeholder | None:
        """The placeholder, if the template is nothing else: its value then keeps its type."""
        return self.parts[0] if len(self.parts) == 1 and isinstance(self.parts[0], Placeholder) else None

    def names(self) -> Iterator[str]:
        """The names of its placeholders."""
        return (part.name for part in self.parts if isinstance(part, Placeholder))


Send: TypeAlias = Mapping[str, Any]
"""What is sent, by the supplier's names: templates, plain values, and maps and lists of them."""


@attrs.frozen
class Slot:
    """Where in a request something stands: a header, or a field of what is sent."""

    where: Literal["header", "field"]
    name: str


@attrs.frozen(kw_only=True)
class Stamp:
    """
    Where the instant of a request stands.

    Attributes:
        written: ``seconds`` or ``milliseconds`` since 1970; or of the local time in `zone` ``compact``, 20260501100000,
            or ``plain``, 2026-05-01 10:00:00.
    """

    slot: Slot
    written: Written = "seconds"
    zone: str = "UTC"


@attrs.frozen(kw_only=True)
class Signing:
    """
    How a request is signed.

    Attributes:
        text: What is signed: of ``method``, ``path``, ``query``, ``body``, ``body_md5``, ``body_sha256``, ``fields``, ``timestamp``,
            ``nonce`` and ``secret.NAME``.
        key: The name of the secret that keys an HMAC; empty for a plain digest, whose secret stands in `text`.
        written: As hexadecimal digits, large or small, or as base64.
        pair: How one field is written in ``fields``, from ``name`` and ``value``; `joined` stands between two.
        empty: Whether fields without a value take part.
    """

    algorithm: Algorithm
    text: Template
    slot: Slot
    key: str = ""
    written: Literal["hex", "HEX", "base64"] = "hex"
    timestamp: Stamp | None = None
    nonce: Slot | None = None
    pair: Template = Template((Placeholder("name"), "=", Placeholder("value")))
    joined: str = "&"
    empty: bool = False


@attrs.frozen(kw_only=True)
class CodesAt:
    """
    Where codes stand.

    Attributes:
        at: The path to one text, to a list, or to each item of one.
        split: What stands between two codes of one text; empty where each text is one code.
        text: How a code is written from an item that is a map, by paths in it: ``{no} {pin}``.
    """

    at: Path
    split: str = ""
    text: Template | None = None


@attrs.frozen(kw_only=True)
class Reading:
    """
    Where in an answer about a purchase stands what, and what the supplier's states and words mean.

    Attributes:
        states: What each state says of the purchase. One that is not named says nothing.
        words: What each word of an error says of the request. One that is not named says nothing.
        status: What an HTTP status says of the request where there is no word.
        no_state: What an answer with a number and without a state says; None: nothing.
        numbered_refusals: Whether a refusal of an order may carry a number, and is believed all the same.
    """

    number: Path | None = None
    cost: Path | None = None
    codes: CodesAt | None = None
    state: Path | None = None
    word: Path | None = None
    reference: Path | None = None
    after: Path | None = None
    states: Mapping[str, Kind] = attrs.field(factory=dict)
    words: Mapping[str, Word] = attrs.field(factory=dict)
    status: Mapping[int, Word] = attrs.field(factory=dict)
    no_state: Literal["accepted", "delivered"] | None = None
    numbered_refusals: bool = False


@attrs.frozen(kw_only=True)
class CatalogueReading:
    """
    Where in a page of the catalogue stands what; paths but for `items`, `next` and `complete` are those inside an item.

    Attributes:
        unlimited: How a stock without bound is written.
        inactive: What stands at `active` of a thing that can't be ordered.
        complete: Where the page says that the list is whole with it; `complete_at_end`: the last page always is.
    """

    items: Path
    product: Path
    price: Path
    title: Path | None = None
    stock: Path | None = None
    active: Path | None = None
    unlimited: frozenset[str] = frozenset()
    inactive: frozenset[str] = frozenset({"false", "0"})
    next: Path | None = None
    complete: Path | None = None
    complete_at_end: bool = False


@attrs.frozen(kw_only=True)
class BalanceReading:
    """Where in an answer our balance stands."""

    amount: Path


@attrs.frozen(kw_only=True)
class AccountReading:
    """Where in an answer stands whether an account is known, and what says yes and no."""

    state: Path
    known: frozenset[str]
    unknown: frozenset[str] = frozenset()


@attrs.frozen(kw_only=True)
class Operation:
    """
    One request that can be made.

    Attributes:
        body: How `send` is sent: as JSON, as a form, or in the query of the address.
        seconds: How long the whole of it may take.
        reading: Where purchases and errors stand in its answers; `special` what only this operation has.
    """

    method: str
    path: Template
    body: Literal["json", "form", "query"]
    send: Send
    headers: Mapping[str, Template]
    seconds: float
    reading: Reading
    special: CatalogueReading | BalanceReading | AccountReading | None = None


@attrs.frozen(kw_only=True)
class CallbackRules:
    """
    How a call-back is believed and read.

    Attributes:
        body: How what it says is written: as JSON, as a form, or in the query of the address.
        age: How far its instant may be from ours, before and behind; None where it has none.
        status: What is answered once it was taken, with `text`.
    """

    body: Literal["json", "form", "query"]
    signing: Signing
    reading: Reading
    age: timedelta | None
    status: int = 200
    text: str = ""
    type: str = "text/plain; charset=utf-8"


@attrs.frozen(kw_only=True)
class SupplierDescription:
    """
    A supplier as its file describes it.

    Attributes:
        url: What the paths of operations are added to; without a slash at its end.
        currency: In which amounts are; `scale` the decimal places of its smallest part.
        amounts: Whether amounts are written as ``decimal`` (12.50) or as whole ``smallest`` parts (1250).
        variables: The environment's variable for each secret, by the secret's name.
        connect: How many seconds a connection may take to stand.
        repeatable: Whether an order sent again under the same reference is charged once.
    """

    supplier: str
    url: str
    currency: str
    scale: int
    amounts: Literal["decimal", "smallest"]
    variables: Mapping[str, str]
    connect: float
    signing: Signing | None
    operations: Mapping[str, Operation]
    callback: CallbackRules | None
    repeatable: bool
