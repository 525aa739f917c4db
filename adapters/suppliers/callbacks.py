"""
Call-backs in a Flask host: an address for each supplier, whose requests are believed or refused.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping

import attrs
from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from quanyi.adapters.clock import SystemClock
from quanyi.adapters.suppliers.nonces import MemoryNonces, Nonces
from quanyi.adapters.suppliers.verifying import LARGEST_CALLBACK
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.ports import Clock
from quanyi.entitlements.supply.port import REFUSALS, Callback, CallbackRefused, CallbackRequest, Capability, Supplier

__all__ = ["Receive", "init_callbacks"]

Receive = Callable[[str, Callback], None]
"""Takes a call-back of a supplier that was believed; CallbackRefused where it is about nothing that is known."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_BLUEPRINT = "quanyi_callbacks"
_LOG = logging.getLogger("quanyi.suppliers.callbacks")


def init_callbacks(
    app: Flask,
    suppliers: Mapping[str, Supplier],
    receive: Receive,
    *,
    refused: Callable[[str, str], None] | None = None,
    nonces: Nonces | None = None,
    clock: Clock | None = None,
    url_prefix: str = "/callbacks",
) -> Blueprint:
    """
    Mount ``POST /callbacks/NAME`` (and GET, for suppliers that call so) for each supplier that sends call-backs.

    A request is believed by the supplier's `read_callback`, and then handed to *receive*, which books it: once or twice
    comes to the same. Whatever is refused changes nothing, is logged with its reason alone, and answered by the status of
    `REFUSALS` and that reason. If *receive* fails, the answer is 500, so that the supplier sends the call-back again.

    Args:
        suppliers: By the name in the address. Those without the capability ``callback`` have none.
        receive: Called with the supplier's name and what it said.
        refused: Called with the supplier's name and the reason of each refusal, for counting and alarms.
        nonces: What remembers requests that were taken; this process alone unless given.

    Returns:
        The blueprint, as in `csrf.exempt(init_callbacks(app, …))`: the signature takes the place of a token.

    Raises:
        InputError: A name can't stand in an address, what is given is no supplier, or call-backs are mounted already.
    """
    if _BLUEPRINT in app.blueprints:
        raise InputError("call-backs are mounted already: give all suppliers at once")
    desk = _Desk(
        suppliers=_checked(suppliers),
        receive=receive,
        refused=refused or _uncounted,
        nonces=nonces or MemoryNonces(),
        clock=clock or SystemClock(),
    )
    blueprint = Blueprint(_BLUEPRINT, __name__, url_prefix=url_prefix)
    blueprint.add_url_rule("/<name>", "take", desk.take, methods=["GET", "POST"])
    app.register_blueprint(blueprint)
    return blueprint


def _checked(suppliers: Mapping[str, Supplier]) -> dict[str, Supplier]:
    for name, supplier in suppliers.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise InputError(f"a supplier is named by letters, digits, - and _, not {name!r}")
        if not isinstance(supplier, Supplier):
            raise InputError(f"{name} is no supplier: it lacks what the port Supplier asks for")
    return {name: each for name, each in suppliers.items() if Capability.CALLBACK in each.capabilities}


def _uncounted(supplier: str, reason: str) -> None:
    """What is done with a refusal that nobody counts."""


@attrs.frozen(kw_only=True)
class _Desk:
    """Where call-backs come in."""

    suppliers: Mapping[str, Supplier]
    receive: Receive
    refused: Callable[[str, str], None]
    nonces: Nonces
    clock: Clock

    def take(self, name: str) -> Response:
        supplier = self.suppliers.get(name)
        if supplier is None:
            return Response("unknown_supplier", 404, content_type="text/plain; charset=utf-8")
        try:
            callback = supplier.read_callback(self.request())
            self.hand_on(name, callback)
        except CallbackRefused as no:
            return self.no(name, no)
        except Exception as error:  # noqa: BLE001  (whatever it was: the supplier sends the call-back again)
            _LOG.error("a call-back of %s could not be taken: %s", name, type(error).__name__)
            return Response("failed", 500, content_type="text/plain; charset=utf-8")
        answer = callback.answer
        return Response(answer.text, answer.status, content_type=answer.type)

    def request(self) -> CallbackRequest:
        request.max_content_length = LARGEST_CALLBACK
        try:
            body = request.get_data(cache=False)
        except RequestEntityTooLarge:
            raise CallbackRefused("too_large") from None
        query = request.query_string.decode("ascii", "replace")
        path = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.path
        path = str(path).partition("?")[0] + (f"?{query}" if query else "")
        headers = {name.lower(): value for name, value in request.headers.items()}
        return CallbackRequest(method=request.method, path=path, headers=headers, body=body, at=self.clock.now())

    def hand_on(self, name: str, callback: Callback) -> None:
        """Give a believed call-back to the host, unless the very request was taken before."""
        if not callback.nonce or callback.until is None:
            self.receive(name, callback)
            return
        if not self.nonces.take(name, callback.nonce, until=callback.until, now=self.clock.now()):
            raise CallbackRefused("replayed")
        try:
            self.receive(name, callback)
        except BaseException:
            self.nonces.give_back(name, callback.nonce)
            raise

    def no(self, name: str, no: CallbackRefused) -> Response:
        _LOG.warning("a call-back of %s is refused: %s", name, no.reason)
        self.refused(name, no.reason)
        return Response(no.reason, REFUSALS[no.reason], content_type="text/plain; charset=utf-8")
