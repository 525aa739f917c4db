"""
API keys: who may call, for whom, and to do what.

A key is a token of random bytes. Only its digest is stored, so that nobody reads a token out of a database or a
backup; since the secret has 256 random bits, a plain SHA-256 protects it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Protocol

import attrs

from quanyi.adapters.chance import random_bytes
from quanyi.adapters.figures.asking import known_brand
from quanyi.adapters.scopes import scopes_of
from quanyi.entitlements.arguments import a_text
from quanyi.entitlements.errors import InputError, NotFound
from quanyi.entitlements.identifiers import identifier_or_none
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.time import aware, aware_or_none

__all__ = ["ApiKey", "ApiKeys", "IssuedKey", "KeysInMemory", "issue_key", "key_of", "revoke_key", "rotate_key"]

_TOKEN = re.compile(r"qyk_([0-9a-f]{16})_([0-9a-f]{64})", re.ASCII)
_NOBODY = sha256(b"").digest()
_OVERLAP = timedelta(days=1)


@attrs.frozen(kw_only=True)
class ApiKey(Plain):
    """
    One key as it is stored.

    Attributes:
        id: What it is called in logs, lists and the journal (``by`` is ``api/<id>``); no secret.
        name: What it is for, in the host's words.
        user: The only user that it acts for; None for a program of the host, which acts for all of them.
        brand: The only brand whose figures it reads: a key for who stands behind that brand.
        ends_at: From when on it is refused: its end, or when it was revoked.
        digest: The SHA-256 of its secret.
    """

    id: str
    name: str
    scopes: frozenset[str]
    user: str | None = None
    brand: str | None = None
    made_at: datetime = attrs.field(validator=aware)
    ends_at: datetime | None = attrs.field(default=None, validator=aware_or_none)
    digest: bytes = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class IssuedKey:
    """A new key with its token, which is told this once."""

    key: ApiKey
    token: str = attrs.field(repr=False)


class ApiKeys(Protocol):
    """
    Where keys are kept. A host with keys of its own brings an object with these four methods.

    Only `find` is asked by requests, once for each.
    """

    def find(self, id: str) -> ApiKey | None:  # noqa: A002  (the word for it)
        """The key called *id*; None if there is none."""
        ...

    def all(self) -> list[ApiKey]:
        """Every key, those that have ended too, in the order in which they were made."""
        ...

    def add(self, key: ApiKey) -> None:
        """Keep a new key."""
        ...

    def end(self, id: str, at: datetime) -> bool:  # noqa: A002  (the word for it)
        """Let a key end at *at*, unless it ends sooner already; whether there is such a key."""
        ...


class KeysInMemory:
    """Keys in this process's memory: for tests, and for hosts that read theirs from a secret store at the start."""

    def __init__(self, keys: Iterable[ApiKey] = ()) -> None:
        self._keys = {key.id: key for key in keys}

    def find(self, id: str) -> ApiKey | None:  # noqa: A002  (the word for it)
        """The key called *id*; None if there is none."""
        return self._keys.get(id)

    def all(self) -> list[ApiKey]:
        """Every key, in the order in which they were added."""
        return list(self._keys.values())

    def add(self, key: ApiKey) -> None:
        """Keep a new key."""
        self._keys[key.id] = key

    def end(self, id: str, at: datetime) -> bool:  # noqa: A002  (the word for it)
        """Let a key end at *at*, unless it ends sooner already; whether there is such a key."""
        key = self._keys.get(id)
        if key is not None and (key.ends_at is None or key.ends_at > at):
            self._keys[id] = attrs.evolve(key, ends_at=at)
        return key is not None


def issue_key(
    keys: ApiKeys,
    name: str,
    scopes: Iterable[str],
    *,
    now: datetime,
    user: str | None = None,
    brand: str | None = None,
    brands: Collection[str] | None = None,
    ends_at: datetime | None = None,
) -> IssuedKey:
    """
    Make a key and keep it.

    Args:
        name: What it is for: ``till``, ``ann's phone``.
        scopes: What it may do; names of `SCOPES`.
        user: The only user that it acts for: a key for an app in that user's hands.
        brand: The only brand whose figures it reads; such a key has the scope ``figures:read`` alone.
        brands: The brands that there are, such as `Project.brand_names`; None for any.
        ends_at: When it ends by itself.

    Returns:
        The key with its token, which is stored nowhere.

    Raises:
        InputError: A name is no scope, a scope is the host's alone and the key acts for one user, or nothing is of
            this brand.
    """
    whose, of = identifier_or_none(user, "user"), identifier_or_none(brand, "brand")
    if of is not None and brands is not None:
        known_brand(of, brands)
    secret, id_ = random_bytes(32).hex(), random_bytes(8).hex()
    key = ApiKey(
        id=id_,
        name=a_text(name, "name"),
        scopes=scopes_of(scopes, user=whose, brand=of),
        user=whose,
        brand=of,
        made_at=now,
        ends_at=ends_at,
        digest=_digest(secret),
    )
    if key.ends_at is not None and key.ends_at <= now:
        raise InputError("a key ends after it begins")
    keys.add(key)
    return IssuedKey(key=key, token=f"qyk_{id_}_{secret}")


def rotate_key(keys: ApiKeys, id: str, *, now: datetime, overlap: timedelta = _OVERLAP) -> IssuedKey:  # noqa: A002
    """
    Make a key with the name, scopes, user and end of another, which ends after *overlap*.

    Raises:
        NotFound: There is no such key, or it has ended.
    """
    old = keys.find(id)
    if old is None or not _lives(old, now):
        raise NotFound(f"no key {id} is valid now")
    new = issue_key(keys, old.name, old.scopes, now=now, user=old.user, brand=old.brand, ends_at=old.ends_at)
    keys.end(id, now + overlap)
    return new


def revoke_key(keys: ApiKeys, id: str, *, now: datetime) -> None:  # noqa: A002
    """
    End a key at once. A request with it that comes later is refused.

    Raises:
        NotFound: There is no such key.
    """
    if not keys.end(id, now):
        raise NotFound(f"no key is called {id}")


def key_of(keys: ApiKeys, token: str, now: datetime) -> ApiKey | None:
    """The key that *token* opens, if it is valid at *now*; None for any other, whatever is wrong with it."""
    read = _TOKEN.fullmatch(token)
    if read is None:
        return None
    key = keys.find(read[1])
    right = compare_digest(_digest(read[2]), _NOBODY if key is None else key.digest)
    return key if key is not None and right and _lives(key, now) else None


def _lives(key: ApiKey, now: datetime) -> bool:
    return key.ends_at is None or now < key.ends_at


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
