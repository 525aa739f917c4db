"""
Endpoints: addresses to which a mall's events are sent, each with the types that it wants and secrets of its own.

A secret is sealed under the vault's keys, bound to its endpoint, and told once: when it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import attrs

from quanyi.adapters.chance import random_bytes
from quanyi.adapters.sinks import Sinks
from quanyi.adapters.webhooks.addresses import Resolve, resolved
from quanyi.adapters.webhooks.signatures import new_secret
from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.errors import InputError, NotFound
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.time import aware, aware_or_none

if TYPE_CHECKING:
    from quanyi.entitlements.ports import Vault

__all__ = [
    "Endpoint",
    "Endpoints",
    "NewSecret",
    "SealedSecret",
    "add_endpoint",
    "endpoint_named",
    "open_secrets",
    "pool_of",
    "rotate_secret",
]

_OVERLAP = timedelta(days=1)


@attrs.frozen(kw_only=True)
class SealedSecret:
    """
    A secret as it is stored.

    Attributes:
        ends_at: From when on nothing is signed with it; None for the newest.
    """

    code: SealedCode = attrs.field(repr=False)
    ends_at: datetime | None = attrs.field(default=None, validator=aware_or_none)


@attrs.frozen(kw_only=True)
class Endpoint(Plain):
    """
    One address that takes events.

    Attributes:
        types: The events that it takes: ``deal.paid``, ``deal.*``, or ``*``.
        secrets: The newest first, and those that are still valid beside it.
    """

    id: str
    url: str
    types: tuple[str, ...]
    made_at: datetime = attrs.field(validator=aware)
    secrets: tuple[SealedSecret, ...] = attrs.field(repr=False)

    @property
    def sink(self) -> str:
        """The sink in which its events wait."""
        return f"webhook-{self.id}"


class Endpoints(Protocol):
    """Where endpoints are kept; see `quanyi.adapters.sql.endpoints`."""

    def add(self, endpoint: Endpoint) -> None:
        """Keep a new endpoint."""
        ...

    def change(self, id: str, changed: Callable[[Endpoint], Endpoint]) -> Endpoint:  # noqa: A002  (the word for it)
        """Replace an endpoint by what *changed* makes of it; NotFound if there is none."""
        ...


@attrs.frozen(kw_only=True)
class NewSecret:
    """An endpoint with the secret that was made for it, which is told this once."""

    endpoint: Endpoint
    secret: str = attrs.field(repr=False)


def add_endpoint(
    endpoints: Endpoints,
    vault: Vault,
    url: str,
    types: Iterable[str],
    *,
    now: datetime,
    loopback: bool = False,
    resolve: Resolve | None = None,
    entropy: Callable[[int], bytes] = random_bytes,
) -> NewSecret:
    """
    Keep an address that takes events from now on.

    Args:
        types: What it takes: ``deal.paid``, ``deal.*``, or ``*``.
        loopback: Whether it may be this machine itself.

    Raises:
        InputError: A type is none, the URL is none, or it leads to a private network.
    """
    wanted = tuple(types)
    if not wanted:
        raise InputError("an endpoint takes some events: name their types, or *")
    Sinks.of({"endpoint": wanted})
    try:
        resolved(url, loopback=loopback, resolve=resolve)
    except OSError:
        raise InputError("the host of this address can't be found") from None
    id_, secret = entropy(8).hex(), new_secret(entropy)
    kept = (SealedSecret(code=_sealed(vault, id_, secret)),)
    endpoint = Endpoint(id=id_, url=url, types=wanted, made_at=now, secrets=kept)
    endpoints.add(endpoint)
    return NewSecret(endpoint=endpoint, secret=secret)


def rotate_secret(
    endpoints: Endpoints,
    vault: Vault,
    id: str,  # noqa: A002  (the word for it)
    *,
    now: datetime,
    overlap: timedelta = _OVERLAP,
    entropy: Callable[[int], bytes] = random_bytes,
) -> NewSecret:
    """
    Make a new secret for an endpoint; what was valid is so for *overlap* still, and messages have a signature for each.

    Raises:
        NotFound: There is no such endpoint.
    """
    secret = new_secret(entropy)
    first = SealedSecret(code=_sealed(vault, id, secret))

    def rotated(old: Endpoint) -> Endpoint:
        ends = now + overlap
        left = (attrs.evolve(each, ends_at=min(each.ends_at or ends, ends)) for each in old.secrets)
        return attrs.evolve(old, secrets=(first, *(each for each in left if _valid(each, now))))

    return NewSecret(endpoint=endpoints.change(id, rotated), secret=secret)


def open_secrets(vault: Vault | None, endpoint: Endpoint, now: datetime) -> list[str]:
    """
    The secrets with which a message is signed now, the newest first.

    Raises:
        InputError: There is no vault.
        StorageError: One was sealed under a key that the vault lacks, or belongs to another endpoint.
    """
    if vault is None:
        raise InputError("the secrets of webhooks are sealed, and this mall was opened without a vault")
    return [vault.open(each.code) for each in endpoint.secrets if _valid(each, now)]


def endpoint_named(found: Endpoint | None, id: str) -> Endpoint:  # noqa: A002  (the word for it)
    """*found*, or NotFound."""
    if found is None:
        raise NotFound(f"no endpoint is called {id}")
    return found


def pool_of(id: str) -> str:  # noqa: A002  (the word for it)
    """What the secrets of an endpoint are bound to, in the place of a card code's pool."""
    return f"webhook/{id}"


def _sealed(vault: Vault, id_: str, secret: str) -> SealedCode:
    (code,) = vault.seal(pool_of(id_), [secret])
    return code


def _valid(secret: SealedSecret, now: datetime) -> bool:
    return secret.ends_at is None or now < secret.ends_at
