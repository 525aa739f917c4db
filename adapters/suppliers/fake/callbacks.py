"""
Call-backs of the fake supplier: signed, sent, and sent again until they are taken.
"""

from __future__ import annotations

import hmac
import json
import logging
from datetime import datetime, timedelta
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import attrs

from quanyi.adapters.chance import random_bytes
from quanyi.adapters.clock import SystemClock
from quanyi.adapters.suppliers.fake.book import Book, DueCallback
from quanyi.adapters.suppliers.fake.sales import FakeSales, shown
from quanyi.adapters.webhooks.addresses import resolved
from quanyi.adapters.webhooks.post import NotTaken, post
from quanyi.entitlements.errors import InputError

__all__ = ["FakeWorker", "sign"]

_TRIES = 5
_AGAIN = timedelta(seconds=1)
_STALE = timedelta(hours=1)
_PAUSE, _SECONDS = 0.05, 5.0
_LOG = logging.getLogger("quanyi.suppliers.fake")


def sign(secret: str, method: str, path: str, body: bytes, at: datetime, nonce: str) -> dict[str, str]:
    """The headers of a signed request, to the fake and from it: an HMAC-SHA256 over five lines."""
    stamp = str(int(at.timestamp()))
    text = f"{method}\n{path}\n{stamp}\n{nonce}\n".encode() + body
    found = hmac.new(secret.encode(), text, "sha256").hexdigest()
    return {"X-Fake-Timestamp": stamp, "X-Fake-Nonce": nonce, "X-Fake-Signature": found}


class FakeWorker:
    """
    What the fake does by itself: delivers what is due, and sends call-backs.

    Args:
        secret: What signs the call-backs.
    """

    def __init__(self, book: Book, secret: str) -> None:
        self._book, self._secret = book, secret
        self._sale, self._clock = FakeSales(book), SystemClock()
        self.stopped = Event()

    def run(self) -> None:
        """Go on until `stopped` is set."""
        while not self.stopped.wait(_PAUSE):
            try:
                self.step()
            except Exception:  # noqa: BLE001  (whatever it was: the others go on)
                _LOG.exception("the fake supplier stumbled, and goes on")

    def step(self) -> None:
        """Do what is due now, once."""
        self._sale.go_on(self._clock.now())
        for id_, callback in self._book.due_callbacks(self._clock.now()):
            sent = self.send(callback)
            with self._book.change():
                self._book.drop_callback(id_)
                if not sent and not callback.wrong and callback.tries + 1 < _TRIES:
                    later = self._clock.now() + _AGAIN * 2**callback.tries
                    self._book.add_callback(attrs.evolve(callback, tries=callback.tries + 1), later)

    def send(self, callback: DueCallback) -> bool:
        """Send one call-back, as often as it has copies; whether the first of them was taken."""
        purchase, url = self._book.purchase(callback.reference), self._book.switches.callback
        if purchase is None or not url:
            return True
        said: dict[str, Any] = shown(purchase)
        if callback.wrong == "forged":
            said |= {"state": "DELIVERED", "codes": [{"code": "FORGED-0000"}], "error": None}
        body = json.dumps(said).encode()
        at = self._clock.now() - (_STALE if callback.wrong == "stale" else timedelta())
        secret = "somebody else's" if callback.wrong == "forged" else self._secret
        headers = sign(secret, "POST", urlsplit(url).path, body, at, random_bytes(16).hex())
        taken = [_sent(url, body, headers) for _ in range(callback.copies)]
        return taken[0]


def _sent(url: str, body: bytes, headers: dict[str, str]) -> bool:
    try:
        target = resolved(url, loopback=True, private=True, whose="a receiver")
        post(target, body, {"Content-Type": "application/json", **headers}, seconds=_SECONDS)
    except (NotTaken, InputError, OSError) as no:
        _LOG.info("a call-back was not taken: %s", no)
        return False
    return True
