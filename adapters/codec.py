"""
Values to JSON and back, for rows and files.

Records and receipts are attrs classes; cattrs turns them. What is declared as `Any` (facts,
answers, data of events) may hold instants, dates, decimals, amounts, bytes and tuples: these
are written as ``{"$at": …}`` and read back as what they were. Fields that have their default
are left out.

Every record kind has a `shape` number. A body of an older shape is brought up, step by step,
by the upcasters that were passed in. Until every process reads the newest one, the kind itself
brings what is written down to the shape that all of them read.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, cast

import attrs
from cattrs import Converter
from cattrs.errors import ForbiddenExtraKeysError
from cattrs.gen import make_dict_unstructure_fn

from quanyi.campaigns.project.strict import read_strictly
from quanyi.entitlements.accounts import Account, Kind
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.changes import (
    CallOff,
    Changes,
    CodesSeen,
    Counted,
    Draw,
    Emit,
    Erase,
    InContext,
    InForce,
    Posting,
    Put,
    Stash,
)
from quanyi.entitlements.errors import StorageError
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.plays.records import BUILTIN_RECORDS
from quanyi.entitlements.records import Record, RecordKey

__all__ = [
    "Codec",
    "Upcaster",
    "account_in",
    "account_out",
    "dump",
    "load",
    "plain_in",
    "plain_out",
    "posting_in",
]

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]

_encoder = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
# The standard library makes its encoder in C anew for every text; ours is made once.
_make: Any = json.encoder.c_make_encoder  # type: ignore[attr-defined]
_chunks = _make and _make(None, _encoder.default, json.encoder.encode_basestring, None, ":", ",", 0, 0, 1)


def dump(value: Any) -> str:
    """Compact JSON text."""
    return "".join(_chunks(value, 0)) if _chunks else _encoder.encode(value)


_scan: Any = json.JSONDecoder().scan_once  # type: ignore[attr-defined]


def load(text: str | bytes) -> Any:
    """The value of a JSON text; ValueError if it is none."""
    if type(text) is str:
        try:  # without the library's search for space around it, which nothing of ours has
            value, end = _scan(text, 0)
        except StopIteration:
            end = -1
        if end == len(text):
            return value
    return json.loads(text)


_SIMPLE = frozenset({str, int, bool, float, type(None)})


# --- values of any type ------------------------------------------------------------------------


def plain_out(value: Any) -> Any:
    """
    Say any permitted value in JSON's own types; TypeError for others.

    >>> plain_out({"missing": Amount(5, "points"), "left": (1, 2)})
    {'missing': {'$amount': [5, 'points', 0]}, 'left': {'$tuple': [1, 2]}}
    """
    kind = type(value)
    if kind in _SIMPLE:
        return value
    if kind is dict or isinstance(value, Mapping):
        return _mapping_out(value)
    for cls, write in _WRITERS:
        if isinstance(value, cls):
            return write(value)
    msg = f"{kind.__name__} can't be kept: {value!r}"
    raise TypeError(msg)


def plain_in(value: Any) -> Any:
    """
    Read what `plain_out` said.

    >>> plain_in({"$tuple": [1, {"$date": "2026-03-08"}]})
    (1, datetime.date(2026, 3, 8))
    """
    if type(value) is list:
        return [plain_in(item) for item in value]
    if type(value) is not dict:
        return value
    if len(value) == 1:
        ((tag, body),) = value.items()
        if tag in _READERS:
            return _READERS[tag](body)
    return {key: plain_in(item) for key, item in value.items()}


def _mapping_out(value: Mapping[str, Any]) -> Any:
    body = {key: item if type(item) in _SIMPLE else plain_out(item) for key, item in value.items()}
    for key in body:
        if key[:1] == "$":
            return {"$map": list(body.items())}
    return body


def _list_out(value: Iterable[Any]) -> list[Any]:
    return [plain_out(item) for item in value]


def _list_in(body: Iterable[Any]) -> list[Any]:
    return [plain_in(item) for item in body]


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        msg = f"{value!r} has no zone"
        raise TypeError(msg)
    return value.astimezone(UTC).isoformat()


# The first class that fits writes: datetime before date, bool and int are simple already.
_WRITERS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (datetime, lambda value: {"$at": _instant(value)}),
    (date, lambda value: {"$date": value.isoformat()}),
    (Decimal, lambda value: {"$decimal": str(value)}),
    (Amount, lambda value: {"$amount": [value.value, value.unit, value.scale]}),
    (bytes, lambda value: {"$bytes": b64encode(value).decode()}),
    (tuple, lambda value: {"$tuple": _list_out(value)}),
    (frozenset, lambda value: {"$set": sorted(_list_out(value))}),
    (list, _list_out),
    (str, str),
    (int, int),
)
_READERS: Mapping[str, Callable[[Any], Any]] = {
    "$at": datetime.fromisoformat,
    "$date": date.fromisoformat,
    "$decimal": Decimal,
    "$amount": lambda body: Amount(*body),
    "$bytes": b64decode,
    "$tuple": lambda body: tuple(_list_in(body)),
    "$set": lambda body: frozenset(_list_in(body)),
    "$map": lambda body: {key: plain_in(item) for key, item in body},
}


# --- accounts, keys, lines -----------------------------------------------------------------------


def account_out(account: Account) -> list[str]:
    """An account as a list: kind, unit, parts."""
    return [account.kind, account.unit, *account.parts]


def account_in(row: list[str]) -> Account:
    """The account that `account_out` wrote."""
    kind, unit, *parts = row
    return Account(kind=cast("Kind", kind), unit=unit, parts=tuple(parts))


def posting_in(row: list[Any]) -> Posting:
    """A posting as the journal keeps it: ``["post", source, destination, amount, label, cap]``."""
    _, source, destination, amount, label, *cap = row
    return Posting(
        source=account_in(source),
        destination=account_in(destination),
        amount=amount,
        label=label,
        cap=cap[0] if cap else None,
    )


def _key_in(row: list[str]) -> RecordKey:
    kind, *parts = row
    return RecordKey(kind=kind, parts=tuple(parts))


def _post_out(line: Posting) -> list[Any]:
    row = ["post", account_out(line.source), account_out(line.destination), line.amount, line.label]
    return row if line.cap is None else [*row, line.cap]


def _put_out(line: Put) -> list[Any]:
    # The key's digest, never its parts: who a person is must stay erasable.
    return ["put", line.record.kind, line.record.key.id.hex(), line.expected, line.record.phase]


def _draw_out(line: Draw) -> list[Any]:
    return ["draw", line.pool, line.count, line.owner]


def _stash_out(line: Stash) -> list[Any]:
    return ["stash", *((code.pool, code.id) for code in line.codes)]


def _emit_out(line: Emit) -> list[Any]:
    if line.at is None:
        return ["emit", line.event]
    of = [] if line.of is None else [line.of.kind, line.of.id.hex()]
    return ["emit", line.event, _instant(line.at), *of]


def _in_force_out(line: InForce) -> list[Any]:
    return ["in_force", line.epoch, line.campaigns, line.paused]


def _call_off_out(line: CallOff) -> list[Any]:
    return ["off", line.record.kind, line.record.id.hex()]


_LINES: Mapping[type, Callable[[Any], list[Any]]] = {
    Posting: _post_out,
    Put: _put_out,
    Draw: _draw_out,
    Stash: _stash_out,
    Emit: _emit_out,
    InForce: _in_force_out,
    CallOff: _call_off_out,
    Counted: lambda line: ["counted", line.figure, line.amount],
    InContext: lambda line: ["context", *line.values],
    CodesSeen: lambda line: ["seen", line.owner],
    Erase: lambda line: ["gone", *(id_.hex() for id_ in line.records)],
}


# --- records and receipts ------------------------------------------------------------------------


class Codec:
    """
    Everything a store keeps as text.

    Args:
        records: The kinds of records it knows; a host's plays add theirs.
        upcasters: By kind and shape: what turns a body of that shape into one of the next.
        format_: The format that all processes read, as far as is known; None for the newest.
    """

    def __init__(
        self,
        records: Iterable[type[Record]] = BUILTIN_RECORDS,
        upcasters: Mapping[tuple[str, int], Upcaster] | None = None,
        format_: int | None = None,
    ) -> None:
        self._kinds = {kind.kind: kind for kind in records}
        self._upcasters = dict(upcasters or {})
        self._converter = _converter()
        self._written: dict[str, int] = {}
        if format_ is not None:
            self.write_as(format_)

    def write_as(self, format_: int) -> None:
        """Write from now on in *format_*, which all processes read."""
        self._written = {name: cls.shape_in(format_) for name, cls in self._kinds.items()}

    def shape_out(self, record: Record) -> int:
        """The shape in which `record_out` writes now."""
        return self._written.get(record.kind, record.shape)

    def record_out(self, record: Record) -> str:
        """The record's body in the shape of `shape_out`; kind and shape are kept beside it."""
        body = self._converter.unstructure(record)
        written = self.shape_out(record)
        return dump(body if written == record.shape else self._down(record, written, body))

    def record_in(self, kind: str, shape: int, body: str) -> Record:
        """The record, brought up to today's shape; StorageError where nobody knows how."""
        cls = self._kinds.get(kind)
        if cls is None:
            msg = f"a record of the unknown kind {kind!r}; pass its class to the store"
            raise StorageError(msg)
        with _readable(f"a {kind}"):
            return self._converter.structure(self._today(cls, shape, load(body)), cls)

    def receipt_out(self, receipt: Receipt) -> str:
        """The receipt as text."""
        return dump(self._converter.unstructure(receipt))

    def receipt_in(self, body: str) -> Receipt:
        """The receipt that was kept."""
        with _readable("a receipt"):
            return self._converter.structure(load(body), Receipt)

    def lines_out(self, changes: Changes) -> str:
        """The lines as the journal keeps them: one short list each."""
        return dump([_LINES[type(line)](line) for line in changes.lines])

    def lines_in(self, body: str) -> list[list[Any]]:
        """The lists of `lines_out`; `posting_in` reads those that begin with ``post``."""
        return cast("list[list[Any]]", load(body))

    def data_out(self, data: Mapping[str, Any]) -> str:
        """Data of an event as text."""
        return dump(plain_out(data))

    def data_in(self, body: str) -> Mapping[str, Any]:
        """Data of an event."""
        return cast("Mapping[str, Any]", plain_in(load(body)))

    def _today(self, cls: type[Record], shape: int, body: dict[str, Any]) -> dict[str, Any]:
        if shape > cls.shape:
            msg = f"a {cls.kind} of shape {shape}, written by a newer program: this one knows {cls.shape}; upgrade it"
            raise StorageError(msg)
        while shape != cls.shape:
            step = self._upcasters.get((cls.kind, shape))
            if step is None:
                msg = f"a {cls.kind} of shape {shape}; this program knows shape {cls.shape} and no way there"
                raise StorageError(msg)
            body, shape = step(body), shape + 1
        return body

    def _down(self, record: Record, written: int, body: dict[str, Any]) -> dict[str, Any]:
        for shape in range(record.shape, written, -1):
            step = record.shapes_down.get(shape)
            if step is None:
                msg = f"a {record.kind} of shape {shape}; older processes read {written}, and there is no way there"
                raise StorageError(msg)
            body = step(body)
        return body


@contextmanager
def _readable(what: str) -> Iterator[None]:
    """Whatever a stored body can't be read for is a StorageError."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, ForbiddenExtraKeysError) as error:
        msg = f"{what} can't be read: {type(error).__name__}: {error}"
        raise StorageError(msg) from error


def _converter() -> Converter:
    made = Converter(detailed_validation=False)
    read_strictly(made)
    for cls, write, read in (
        (datetime, _instant, datetime.fromisoformat),
        (bytes, bytes.hex, bytes.fromhex),
        (Account, account_out, account_in),
        (RecordKey, lambda key: [key.kind, *key.parts], _key_in),
    ):
        made.register_unstructure_hook(cls, write)
        made.register_structure_hook(cls, partial(_read, read))
    for test in (_is_any, _is_plain_mapping):
        made.register_unstructure_hook_func(test, plain_out)
        made.register_structure_hook_func(test, partial(_read, plain_in))
    made.register_unstructure_hook_factory(attrs.has, partial(_without_defaults, made))
    return made


def _read(read: Callable[[Any], Any], value: Any, _cls: Any) -> Any:
    return read(value)


def _is_any(cls: Any) -> bool:
    return cls is Any


def _is_plain_mapping(cls: Any) -> bool:
    return bool(cls == Mapping[str, Any])


def _without_defaults(made: Converter, cls: Any) -> Callable[[Any], Any]:
    return make_dict_unstructure_fn(cls, made, _cattrs_omit_if_default=True)
