"""
Rate limits: how many requests one key may send, and how many wrong keys one address.

They protect the machine and decide nothing that the mall decides, so they count by the library's own clock. Where the
counts can't be read, requests are let through and the log says so: a cache that is down stops no sale.
"""

from __future__ import annotations

import logging
from math import ceil

import attrs
from limits import RateLimitItem, parse
from limits.errors import ConfigurationError
from limits.storage import MovingWindowSupport, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from quanyi.adapters.addresses import network_of
from quanyi.adapters.api.problems import Problem
from quanyi.adapters.clock import SystemClock
from quanyi.entitlements.errors import InputError

__all__ = ["Rate", "Rates"]

_log = logging.getLogger("quanyi.api")


@attrs.frozen(kw_only=True)
class Rate:
    """How much of a rate is left, as the headers ``RateLimit`` and ``RateLimit-Policy`` say it."""

    name: str
    rate: RateLimitItem
    left: int
    seconds: int

    def headers(self) -> dict[str, str]:
        """The two headers."""
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.rate.amount};w={self.rate.get_expiry()}',
            "RateLimit": f'"{self.name}";r={self.left};t={self.seconds}',
        }


class Rates:
    """
    Two rates on one storage.

    Args:
        requests: What one key may send, as the library `limits` writes it: ``600/minute``.
        wrong_keys: How many requests without a valid key one address may send.
        storage: Where counts are kept: an address such as ``redis://host``, or a storage of that library.
            ``memory://`` counts in each process apart.
    """

    def __init__(self, requests: str, wrong_keys: str, storage: Storage | str) -> None:
        try:
            self._requests, self._wrong = parse(requests), parse(wrong_keys)
        except ValueError:
            raise InputError(f"{requests!r} or {wrong_keys!r} is no rate; write 600/minute") from None
        try:
            kept = storage_from_string(storage) if isinstance(storage, str) else storage
        except ConfigurationError:  # an address may hold a password, so it is not repeated
            raise InputError("rate_storage is no address of a storage that is known; write redis://host:6379") from None
        if not isinstance(kept, MovingWindowSupport):
            raise InputError(f"a storage of the type {type(kept).__name__} can't count in a moving window")
        self._counts = MovingWindowRateLimiter(kept)

    def take(self, key: str) -> Rate | None:
        """
        Count a request of *key*.

        Returns:
            What is left; None where the counts can't be read.

        Raises:
            Problem: 429, with when to come again.
        """
        return self._take("key", self._requests, key)

    def miss(self, address: str) -> None:
        """Count a request without a valid key; all addresses of one network of IPv6 together."""
        self._take("wrong-keys", self._wrong, network_of(address))

    def _take(self, name: str, rate: RateLimitItem, whose: str) -> Rate | None:
        try:
            taken = self._counts.hit(rate, "quanyi-api", name, whose)
            window = self._counts.get_window_stats(rate, "quanyi-api", name, whose)
        except Exception:  # noqa: BLE001  (whatever a storage raises, requests go on)
            _log.warning("the counts of rates can't be read; requests are let through", exc_info=True)
            return None
        room = Rate(
            name=name, rate=rate, left=max(0, window.remaining), seconds=max(0, ceil(window.reset_time - _now()))
        )
        if not taken:
            again = {"Retry-After": str(max(1, room.seconds))}
            raise Problem(429, "too-many-requests", headers={**room.headers(), **again})
        return room


def _now() -> float:
    """The library's time: its windows end by this process's clock, whatever the mall's says."""
    return SystemClock().now().timestamp()
