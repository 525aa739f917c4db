"""
Builds the request of an operation: its values filled in, its instant and nonce set, signed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import attrs

from quanyi.adapters.suppliers.documents import MISSING, written
from quanyi.adapters.suppliers.exchange import Request
from quanyi.adapters.suppliers.signatures import Secrets, Signed, fields_text, signature, write_stamp
from quanyi.campaigns.language.suppliers import Operation, Placeholder, Signing, Slot, SupplierDescription, Template
from quanyi.entitlements.errors import InputError

__all__ = ["build_request", "order_values"]

_TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded"}
_OF_SECRETS = "secret."
_MAY_LACK = frozenset({"after", "price"})
"""Values that there need not be: of a first page, of an order without a bound."""


def order_values(description: SupplierDescription, price: int | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an order, with its price as the supplier writes amounts."""
    if price is None:
        return dict(values)
    if description.amounts == "smallest" or not description.scale:
        return {**values, "price": price}
    whole, part = divmod(price, 10**description.scale)
    return {**values, "price": f"{whole}.{part:0{description.scale}d}"}


def build_request(
    description: SupplierDescription,
    operation: Operation,
    values: Mapping[str, Any],
    *,
    secrets: Secrets,
    at: datetime,
    nonce: str,
) -> Request:
    """
    The request of *operation*.

    Args:
        values: Our values by the names of placeholders: ``reference``, ``account.phone``.

    Raises:
        InputError: A value is missing, or can't stand where it is to be sent.
    """
    known = {**values, **{f"{_OF_SECRETS}{name}": found[0] for name, found in secrets.items()}}
    draft = _Draft(
        method=operation.method,
        url=description.url + _path(operation.path, known),
        kind=operation.body,
        fields=_filled(operation.send, known),
        headers={name: _text(text, known) for name, text in operation.headers.items()},
    )
    if description.signing is not None:
        draft.sign(description.signing, {name: found[0] for name, found in secrets.items()}, at=at, nonce=nonce)
    return draft.request()


@attrs.define(kw_only=True)
class _Draft:
    """A request before it is sent; `fields` is what it says."""

    method: str
    url: str
    kind: str
    fields: dict[str, Any]
    headers: dict[str, str]

    def sign(self, signing: Signing, secret: Mapping[str, str], *, at: datetime, nonce: str) -> None:
        """Set the instant, the nonce, and then the signature over all of it."""
        stamp = "" if signing.timestamp is None else write_stamp(signing.timestamp, at)
        if signing.timestamp is not None:
            self.put(signing.timestamp.slot, stamp)
        if signing.nonce is not None:
            self.put(signing.nonce, nonce)
        about = Signed(
            method=self.method,
            path=urlsplit(self.url).path,
            query=self.query(),
            body=self.body(),
            fields=fields_text(signing, self.fields),
            timestamp=stamp,
            nonce=nonce,
        )
        self.put(signing.slot, signature(signing, about, secret))

    def put(self, slot: Slot, text: str) -> None:
        if slot.where == "header":
            self.headers[slot.name] = text
        else:
            self.fields[slot.name] = text

    def query(self) -> str:
        return self.encoded() if self.kind == "query" else ""

    def body(self) -> bytes:
        if self.kind == "query" or (not self.fields and self.method in ("GET", "DELETE")):
            return b""
        if self.kind == "form":
            return self.encoded().encode()
        return json.dumps(self.fields, ensure_ascii=False, separators=(",", ":")).encode()

    def encoded(self) -> str:
        return urlencode({name: written(value) for name, value in self.fields.items()})

    def request(self) -> Request:
        body, query = self.body(), self.query()
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "quanyi", **self.headers}
        if body:
            headers["Content-Type"] = _TYPES[self.kind]
        for name, value in headers.items():
            if not value.isascii() or not value.isprintable():
                raise InputError(f"the header {name} of a request can't be sent: it has a character that is not ASCII")
        url = f"{self.url}?{query}" if query else self.url
        return Request(method=self.method, url=url, headers=headers, body=body)


def _filled(value: Any, known: Mapping[str, Any]) -> Any:
    """What is sent, with our values in it; what is optional and missing is left out."""
    if isinstance(value, Template):
        alone = value.alone
        return _value(alone, known) if alone is not None else _text(value, known)
    if isinstance(value, Mapping):
        found = {key: _filled(each, known) for key, each in value.items()}
        return {key: each for key, each in found.items() if each is not MISSING}
    if isinstance(value, tuple):
        return [each for each in (_filled(one, known) for one in value) if each is not MISSING]
    return value


def _value(part: Placeholder, known: Mapping[str, Any]) -> Any:
    """Our value for a placeholder; `MISSING` if there is none and none is needed."""
    found = known.get(part.name)
    if found is not None:
        return found
    if part.optional or part.name in _MAY_LACK:
        return MISSING
    name = part.name.replace("account.", "account: ")
    raise InputError(f"the supplier needs {name}, and there is none")


def _text(template: Template, known: Mapping[str, Any]) -> str:
    found = (_value(part, known) if isinstance(part, Placeholder) else part for part in template.parts)
    return "".join("" if each is MISSING else written(each) for each in found)


def _path(template: Template, known: Mapping[str, Any]) -> str:
    """A path, in which a value of ours stays one step: also ``.`` and ``..``, which would lead elsewhere."""
    parts = []
    for part in template.parts:
        text = part if isinstance(part, str) else quote(written(_value(part, known)), safe="")
        if not isinstance(part, str) and text.strip(".") == "":
            raise InputError(f"{part.name} can't stand in an address")
        parts.append(text)
    return "".join(parts)
