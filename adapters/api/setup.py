"""
Putting the API into a host's application.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from zlib import crc32

import attrs
from flask import Blueprint, Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from quanyi.adapters.api.caller import Call
from quanyi.adapters.api.document import document_of
from quanyi.adapters.api.incoming import check_size, read_body, read_key, read_path, read_query
from quanyi.adapters.api.operations import OPERATIONS, Operation
from quanyi.adapters.api.problems import Problem, problem_of
from quanyi.adapters.api.rates import Rates
from quanyi.adapters.api.titles import LOCALES
from quanyi.adapters.api.webhooks import WebhookSource, checked_sources, take_message
from quanyi.adapters.api_keys import ApiKey, ApiKeys, key_of
from quanyi.adapters.brake import Brake, GuessBrake
from quanyi.adapters.ids import RandomIds
from quanyi.adapters.web.shown import note_shown
from quanyi.campaigns.mall import Mall
from quanyi.campaigns.requests import Context
from quanyi.entitlements.errors import InputError, QuanyiError

if TYPE_CHECKING:
    from limits.storage import Storage

__all__ = ["init_api"]

_log = logging.getLogger("quanyi.api")
_NAME = "quanyi_api"
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE")
_UNSAID: Any = object()
_STATUSES = {404: "not-found", 405: "method-not-allowed", 413: "too-large", 415: "unsupported-media-type"}


@attrs.frozen(kw_only=True)
class _Host:
    """What the host handed over."""

    mall: Mall
    keys: ApiKeys
    rates: Rates | None
    context: Callable[[], Context] | None
    brake: Brake | None
    webhooks: Mapping[str, WebhookSource]


def init_api(  # noqa: PLR0913  (each is a question only the host can answer)
    app: Flask,
    mall: Mall,
    *,
    keys: ApiKeys | None = None,
    context: Callable[[], Context] | None = None,
    rate: str | None = "600/minute",
    wrong_keys: str = "30/minute",
    rate_storage: Storage | str = "memory://",
    brake: Brake | None = _UNSAID,
    webhooks: Mapping[str, WebhookSource] | None = None,
    url_prefix: str = "/api",
) -> Blueprint:
    """
    Mount the HTTP API under *url_prefix*. It reads no cookie, so a host's CSRF protection exempts what is returned.

    Args:
        keys: Where API keys are kept; the mall's own table, which ``quanyi api-keys`` looks after, unless given.
        context: How a request came, by the names that ``context:`` of `mall.yaml` declares; said of requests that say
            nothing themselves.
        rate: How many requests one key may send, ``600/minute``; None for any number.
        wrong_keys: How many requests without a valid key one address may send.
        rate_storage: Where these are counted, as the library `limits` names it: ``redis://…``, or a storage of that
            library. By default in this process, so that several processes count apart.
        brake: What slows down those who guess coupon codes; ten wrong ones in ten minutes, counted in this process,
            unless given. None counts nothing.
        webhooks: Whose messages are taken at ``/webhooks/<name>``, by name: ``{"pay": WebhookSource(secrets=[…])}``.

    Returns:
        The blueprint, as in ``csrf.exempt(init_api(app, mall))``.

    Raises:
        InputError: No `keys` are given, and the mall has no database; or a rate is none.
        RuntimeError: An API is mounted in this application already.
    """
    if _NAME in app.extensions:
        raise RuntimeError("this application has an API already; init_api may be called once")
    host = _Host(
        mall=mall,
        keys=_kept(mall) if keys is None else keys,
        rates=None if rate is None else Rates(rate, wrong_keys, rate_storage),
        context=context,
        brake=GuessBrake() if brake is _UNSAID else brake,
        webhooks=checked_sources(webhooks),
    )
    app.extensions[_NAME] = host
    blueprint = _blueprint(host, url_prefix)
    app.register_blueprint(blueprint, url_prefix=url_prefix)
    return blueprint


def _kept(mall: Mall) -> ApiKeys:
    """The keys in the mall's own table."""
    from quanyi.adapters.sql.api_keys import SqlApiKeys
    from quanyi.adapters.sql.store import SqlStore
    from quanyi.adapters.wiring import OpenMall

    store = mall.ports.store if isinstance(mall, OpenMall) else None
    if not isinstance(store, SqlStore):
        raise InputError("a mall without a database has no table of keys: say keys=")
    return SqlApiKeys(store)


def _blueprint(host: _Host, prefix: str) -> Blueprint:
    blueprint = Blueprint(_NAME, __name__)
    for operation in OPERATIONS:
        view = _view(host, operation)
        blueprint.add_url_rule(operation.rule, operation.id, view, methods=[operation.method])
    if host.webhooks:
        blueprint.add_url_rule("/webhooks/<source>", "takeWebhook", _messages(host), methods=["POST"])
    blueprint.add_url_rule("/openapi.json", "openapi", _document(host, prefix))
    for rule in ("/", "/<path:rest>"):
        blueprint.add_url_rule(rule, "nowhere", _nowhere, methods=list(_METHODS))
    blueprint.register_error_handler(Exception, _Failures(host).answer)
    blueprint.after_request(_marked)
    return blueprint


def _view(host: _Host, operation: Operation) -> Callable[..., Response]:
    """What answers the requests of one operation."""

    def view(**path: Any) -> Response:
        check_size()
        caller = _caller(host)
        _insist_on_scope(caller, operation)
        ids = read_path(path)
        key = read_key(caller.user) if operation.key else ""
        said = read_query(operation.said) if operation.method == "GET" else read_body(operation.said)
        call = Call(
            mall=host.mall,
            caller=caller,
            path=ids,
            said=said,
            key=key,
            shown_key=request.headers.get("Idempotency-Key", "").strip('"'),
            around=host.context() if host.context else None,
            brake=host.brake,
        )
        answer = operation.answer.model_validate(operation.run(call))
        response = Response(answer.model_dump_json(), mimetype="application/json")
        if call.shown:
            note_shown(response, host.mall, call.shown, call.around)
        return response

    return view


def _caller(host: _Host) -> ApiKey:
    """The key that the request came with, counted against its rate."""
    said = request.authorization
    token = said.token if said is not None and said.type == "bearer" else None
    key = None if token is None else key_of(host.keys, token, host.mall.now())
    if key is None:
        if host.rates is not None:
            host.rates.miss(request.remote_addr or "")
        error = "" if token is None else ', error="invalid_token"'
        raise Problem(401, "unauthenticated", headers={"WWW-Authenticate": f'Bearer realm="quanyi"{error}'})
    g.quanyi_key = key.id
    g.quanyi_room = None if host.rates is None else host.rates.take(key.id)
    return key


def _insist_on_scope(caller: ApiKey, operation: Operation) -> None:
    if operation.scope not in caller.scopes:
        told = f'Bearer realm="quanyi", error="insufficient_scope", scope="{operation.scope}"'
        raise Problem(403, "scope-missing", operation.scope, headers={"WWW-Authenticate": told})


def _messages(host: _Host) -> Callable[..., Response]:
    """What answers messages of others; wrong signatures are counted by address, as wrong keys are."""

    def view(source: str) -> Response:
        check_size()
        if source not in host.webhooks:
            raise Problem(404, "not-found")
        try:
            answer = take_message(host.mall, source, host.webhooks[source])
        except Problem as problem:
            if problem.code == "unsigned" and host.rates is not None:
                host.rates.miss(request.remote_addr or "")
            raise
        return Response(answer.model_dump_json(), mimetype="application/json")

    return view


def _document(host: _Host, prefix: str) -> Callable[[], Response]:
    """The document; behind a proxy that takes a prefix away, its addresses begin with that prefix."""
    below = prefix.rstrip("/")
    document = document_of(host.mall.project, below or "/", sources=sorted(host.webhooks))

    def view() -> Response:
        servers = [{"url": f"{request.script_root}{below}" or "/"}]
        return Response(json.dumps({**document, "servers": servers}, ensure_ascii=False), mimetype="application/json")

    return view


def _nowhere(**_: str) -> Response:
    """404 for an address that leads nowhere, 405 for one that is asked in a wrong way."""
    paths = current_app.create_url_adapter(request)
    allowed = [method for method in _METHODS if _leads(paths, method)]
    if allowed:
        raise MethodNotAllowed(valid_methods=allowed)
    raise Problem(404, "not-found")


def _leads(paths: Any, method: str) -> bool:
    try:
        return bool(paths.match(method=method)[0] != f"{_NAME}.nowhere")
    except HTTPException:
        return False


@attrs.frozen
class _Failures:
    """Answers everything that goes wrong, as a problem with a number that stands in the log, too."""

    host: _Host

    def answer(self, error: Exception) -> Response:
        """Answer *error*, whatever it is."""
        locale = request.accept_languages.best_match(LOCALES) or LOCALES[0]
        problem = self._problem(error, locale)
        number = f"{crc32(RandomIds().new().encode()) % 10**8:08d}"
        # Addresses name people, so the log has the operation and the key.
        level = logging.ERROR if problem.status == 500 else logging.INFO  # noqa: PLR2004  (the status)
        told = (number, problem.status, problem.code, request.endpoint, g.get("quanyi_key", "-"))
        _log.log(level, "error %s: %d %s at %s by %s", *told, exc_info=error if problem.status == 500 else None)  # noqa: PLR2004
        response = Response(problem.document(locale, number), problem.status, mimetype="application/problem+json")
        response.headers.update({"Content-Language": locale, "Vary": "Accept-Language", **problem.headers})
        return response

    def _problem(self, error: Exception, locale: str) -> Problem:
        if isinstance(error, Problem):
            return error
        if isinstance(error, QuanyiError):
            return problem_of(error, locale, self.host.mall.now)
        if isinstance(error, HTTPException) and error.code is not None:
            return _of_http(error, error.code)
        return Problem(500, "failed")


def _of_http(error: HTTPException, status: int) -> Problem:
    headers: Mapping[str, str] = {}
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers = {"Allow": ", ".join(error.valid_methods)}
    return Problem(status, _STATUSES.get(status, "failed" if status >= 500 else "invalid-request"), headers=headers)  # noqa: PLR2004


def _marked(response: Response) -> Response:
    """What every answer says: nobody on the way keeps it, nobody guesses its type, and how much of the rate is left."""
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers["Cache-Control"] = "no-store"
    room = g.get("quanyi_room")
    if room is not None:
        for name, value in room.headers().items():
            response.headers.setdefault(name, value)
    return response
