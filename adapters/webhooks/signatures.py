"""
Signatures of Standard Webhooks (https://www.standardwebhooks.com): what is signed, how it is written, how it is checked.

Signed are the id, the instant and the body, so that nobody can send an old message as a new one or another body under its id.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import attrs

from quanyi.adapters.chance import random_bytes
from quanyi.entitlements.errors import InputError

__all__ = ["TOLERANCE", "SignatureError", "Signed", "new_secret", "read_signed", "secret_bytes", "signed_headers"]

TOLERANCE = timedelta(minutes=5)
"""How far a message's instant may be from ours, before and behind."""

_PREFIX = "whsec_"
_VERSION = "v1"
_BYTES = 32
_SHORTEST, _LONGEST = 24, 64
_MOST_SIGNATURES = 20
_ID = re.compile(r"[\x21-\x2d\x2f-\x7e]{1,128}", re.ASCII)  # no dot, which parts what is signed
_SECONDS = re.compile(r"[0-9]{1,11}", re.ASCII)


class SignatureError(Exception):
    """A message that is not what somebody with the secret has sent just now; the text says why and has no secret."""


@attrs.frozen(kw_only=True)
class Signed:
    """
    A message whose signature was found right.

    Attributes:
        id: The same each time the message is sent.
        at: When it was sent, this time.
    """

    id: str
    at: datetime


def new_secret(entropy: Callable[[int], bytes] = random_bytes) -> str:
    """
    A secret of 32 random bytes, as the standard writes it.

    >>> new_secret(lambda count: bytes(count))
    'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='
    """
    return _PREFIX + b64encode(entropy(_BYTES)).decode()


def secret_bytes(secret: str) -> bytes:
    """
    The key that a secret is written for; padding may be left out.

    Raises:
        InputError: It is not ``whsec_`` and 24 to 64 bytes in base64. The text is not repeated.
    """
    bare = secret.removeprefix(_PREFIX) if isinstance(secret, str) else ""
    try:
        key = b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except ValueError:
        key = b""
    if not (isinstance(secret, str) and secret.startswith(_PREFIX) and _SHORTEST <= len(key) <= _LONGEST):
        raise InputError(f"a webhook's secret is {_PREFIX} and {_SHORTEST} to {_LONGEST} bytes in base64")
    return key


def signed_headers(secrets: Iterable[str], *, id: str, at: datetime, body: bytes) -> dict[str, str]:  # noqa: A002
    """
    The three headers of a message, with one signature for each secret.

    Args:
        secrets: Those that are valid now: two while a new one takes the place of an old one.
        id: The same each time the message is sent.
        at: When it is sent, this time.
    """
    seconds = str(int(at.timestamp()))
    signatures = (f"{_VERSION},{_signature(secret_bytes(secret), id, seconds, body)}" for secret in secrets)
    return {"webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": " ".join(signatures)}


def read_signed(secrets: Iterable[str], headers: Mapping[str, str], body: bytes, *, now: datetime) -> Signed:
    """
    The id and instant of a message, if one of its signatures is right under one of the secrets.

    Args:
        headers: By name in small letters.

    Raises:
        SignatureError: A header is missing or no such header, the message is more than five minutes away from *now*, or
            no signature is right.
    """
    id_, seconds, signatures = (headers.get(f"webhook-{name}") or "" for name in ("id", "timestamp", "signature"))
    if not _ID.fullmatch(id_):
        raise SignatureError("webhook-id is missing, or not 1 to 128 visible characters of ASCII without a dot")
    if not _SECONDS.fullmatch(seconds):
        raise SignatureError("webhook-timestamp is missing, or no number of seconds")
    at = datetime.fromtimestamp(int(seconds), UTC)
    if abs(now - at) > TOLERANCE:
        raise SignatureError("webhook-timestamp is more than five minutes away")
    said = [each.encode() for each in signatures.split(" ")[:_MOST_SIGNATURES]]
    right = [f"{_VERSION},{_signature(secret_bytes(secret), id_, seconds, body)}".encode() for secret in secrets]
    if not any([hmac.compare_digest(one, other) for one in said for other in right]):  # noqa: C419  (all are compared)
        raise SignatureError("no signature in webhook-signature is right")
    return Signed(id=id_, at=at)


def _signature(key: bytes, id_: str, seconds: str, body: bytes) -> str:
    digest = hmac.new(key, f"{id_}.{seconds}.".encode() + body, sha256).digest()
    return b64encode(digest).decode()
