"""
Signatures of suppliers: what is signed, by which digest, how it is written, how instants are.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import attrs

from quanyi.adapters.suppliers.documents import written
from quanyi.campaigns.language.suppliers import Placeholder, Signing, Stamp, Template
from quanyi.entitlements.parsing import parse_whole
from quanyi.entitlements.time import zone_of

__all__ = ["Secrets", "Signed", "fields_text", "is_right", "read_stamp", "signature", "write_stamp"]

Secrets = Mapping[str, tuple[str, ...]]
"""The secrets by their name in the description: the one that signs, and older ones that are still believed."""

_FORMS = {"compact": "%Y%m%d%H%M%S", "plain": "%Y-%m-%d %H:%M:%S"}
_THOUSAND = 1000


@attrs.frozen(kw_only=True)
class Signed:
    """What a signature can be about; the texts hold what a request says, and no repr shows them."""

    method: str
    path: str
    query: str = attrs.field(default="", repr=False)
    body: bytes = attrs.field(default=b"", repr=False)
    fields: str = attrs.field(default="", repr=False)
    timestamp: str = ""
    nonce: str = ""

    def value(self, name: str, secret: Mapping[str, str]) -> bytes:
        """What stands for a placeholder in the text that is signed."""
        if name == "body":
            return self.body
        if name in ("body_md5", "body_sha256"):
            return hashlib.new(name.removeprefix("body_"), self.body, usedforsecurity=False).hexdigest().encode()
        found = secret[name.removeprefix("secret.")] if name.startswith("secret.") else getattr(self, name)
        return str(found).encode()


def signature(signing: Signing, about: Signed, secret: Mapping[str, str]) -> str:
    """
    The signature of a request.

    Args:
        secret: One secret for each name that the signing needs.
    """
    text = b"".join(
        about.value(part.name, secret) if isinstance(part, Placeholder) else part.encode()
        for part in signing.text.parts
    )
    hmac_of, _, digest = signing.algorithm.rpartition("-")
    if hmac_of:
        found = hmac.new(secret[signing.key].encode(), text, digest).digest()
    else:
        found = hashlib.new(digest, text, usedforsecurity=False).digest()
    if signing.written == "base64":
        return b64encode(found).decode()
    return found.hex().upper() if signing.written == "HEX" else found.hex()


def is_right(signing: Signing, about: Signed, said: str, secrets: Secrets) -> bool:
    """Whether a signature is that of one of the secrets; hexadecimal digits may be large or small."""
    plain = said if signing.written == "base64" else said.lower()
    right = False
    for secret in _choices(signing, secrets):
        wanted = signature(signing, about, secret)
        wanted = wanted if signing.written == "base64" else wanted.lower()
        right |= hmac.compare_digest(wanted.encode(), plain.encode())
    return right


def _choices(signing: Signing, secrets: Secrets) -> Iterator[dict[str, str]]:
    """Each combination of secrets that may have signed: all newest, then all next older ones."""
    names = {name.removeprefix("secret.") for name in signing.text.names() if name.startswith("secret.")}
    names |= {signing.key} if signing.key else set()
    most = max((len(secrets[name]) for name in names), default=1)
    for n in range(most):
        yield {name: secrets[name][min(n, len(secrets[name]) - 1)] for name in names}


def fields_text(signing: Signing, fields: Mapping[str, Any]) -> str:
    """
    The fields of a request as they are signed: sorted by name, without the signature's own.

    >>> from quanyi.campaigns.language.suppliers import Slot
    >>> signing = Signing(algorithm="md5", text=Template.parse("{fields}{secret.k}"), slot=Slot("field", "sign"))
    >>> fields_text(signing, {"b": 2, "a": "x", "sign": "…", "empty": ""})
    'a=x&b=2'
    """
    own = signing.slot.name if signing.slot.where == "field" else None
    said = sorted((name, written(value)) for name, value in fields.items() if name != own)
    pairs = (_pair(signing.pair, name, value) for name, value in said if value or signing.empty)
    return signing.joined.join(pairs)


def _pair(form: Template, name: str, value: str) -> str:
    said = {"name": name, "value": value}
    return "".join(said[part.name] if isinstance(part, Placeholder) else part for part in form.parts)


def write_stamp(stamp: Stamp, at: datetime) -> str:
    """
    An instant as the supplier wants it.

    >>> from quanyi.campaigns.language.suppliers import Slot
    >>> stamp = Stamp(slot=Slot("field", "ts"), written="compact", zone="Asia/Shanghai")
    >>> write_stamp(stamp, datetime(2026, 5, 1, 2, tzinfo=UTC))
    '20260501100000'
    """
    if stamp.written in _FORMS:
        return at.astimezone(zone_of(stamp.zone)).strftime(_FORMS[stamp.written])
    seconds = at.timestamp()
    return str(int(seconds * _THOUSAND) if stamp.written == "milliseconds" else int(seconds))


def read_stamp(stamp: Stamp, text: str) -> datetime:
    """The instant that a text says; ValueError where it says none."""
    if stamp.written in _FORMS:
        return datetime.strptime(text, _FORMS[stamp.written]).replace(tzinfo=zone_of(stamp.zone))
    number = parse_whole(text)
    try:
        return datetime.fromtimestamp(number / _THOUSAND if stamp.written == "milliseconds" else number, UTC)
    except (OverflowError, OSError):
        raise ValueError("no instant") from None
