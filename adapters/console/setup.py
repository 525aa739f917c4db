"""
Putting the console into a host's application.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, g, redirect, request
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response as AnyResponse

from quanyi.adapters.console.acting import act
from quanyi.adapters.console.all_screens import SCREENS
from quanyi.adapters.console.failures import add_failures
from quanyi.adapters.console.form_bounds import insist_on_size
from quanyi.adapters.console.operators import Operator
from quanyi.adapters.console.screens import Action, Screen
from quanyi.adapters.console.showing import shown
from quanyi.adapters.console.visit import EXTENSION, Console, ConsoleHost, console, texts_of
from quanyi.adapters.web.fields import check_address
from quanyi.adapters.web.safety import content_policy
from quanyi.adapters.web.statics import add_statics
from quanyi.adapters.web.visit import LANGUAGE_COOKIE, Host
from quanyi.adapters.words import LOCALES
from quanyi.entitlements.errors import InputError

if TYPE_CHECKING:
    from quanyi.adapters.web.inbox import Inbox
    from quanyi.adapters.wiring import OpenMall

__all__ = ["init_console"]

_YEAR = 365 * 24 * 3600
_UNSAID: Any = object()
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": content_policy(framed=False),
}


def init_console(  # noqa: PLR0913  (each is a question only the host can answer)
    app: Flask,
    mall: OpenMall,
    *,
    operator: Callable[[], Operator | None],
    csrf: Callable[[], str] | None = _UNSAID,
    url_prefix: str = "/ops",
    locale: Callable[[], str | None] | None = None,
    texts: Mapping[str, Mapping[str, str]] | None = None,
    home: Callable[[], str] | None = None,
    sign_in: Callable[[str], str] | None = None,
    name_of: Callable[[str, str], str] | None = None,
    operator_name: Callable[[str, str], str] | None = None,
    inbox: Inbox | None = None,
    screens: Sequence[Screen] = SCREENS,
) -> None:
    """
    Mount the operators' console under *url_prefix*. It needs no other pages of the mall.

    Args:
        operator: Who works here, with their roles, as your own sign-in knows; None is answered with 403.
        csrf: The token of the host's CSRF protection, such as Flask-WTF's ``generate_csrf``; forms post it as
            ``csrf_token``, and the host checks it. None, written out, mounts the console without protection.
        locale: The operator's language, ``zh`` or ``en``; None leaves it to the address, the cookie and the browser.
        texts: Texts to replace, ``{"zh": {"ops.title": "运营台"}}``.
        home: The address of the host's own pages, for a link back.
        sign_in: The address at which operators sign in, or as somebody else, and come back to the given path.
        name_of: What somebody is called: called with user and language; shown beside their id.
        operator_name: What one of your operators is called, with their id and a language; else pages show the id of everybody but
            the one who looks.
        inbox: The messages that you keep for people, the same as for the mall's own pages: a person's page shows what they were told.
        screens: What there is to see and to do; a host that brings screens adds theirs: ``[*SCREENS, STOCKTAKING]``.

    Raises:
        InputError: Nothing was said about CSRF protection; or two screens have the same name.
        RuntimeError: A console is mounted in this application already.
    """
    if csrf is _UNSAID:
        raise InputError(
            "init_console needs csrf=, the function that gives the token of your CSRF protection (Flask-WTF:"
            " generate_csrf); csrf=None mounts the console without protection"
        )
    if EXTENSION in app.extensions:
        raise RuntimeError("this application has a console already; init_console may be called once")
    if len({screen.name for screen in screens}) < len(screens):
        raise InputError("each screen has a name of its own")
    given = {lang: {**texts_of(lang), **(texts or {}).get(lang, {})} for lang in LOCALES}
    pages = Host(mall=mall, current_user=_nobody, csrf_token=csrf, locale=locale, texts=given, name_of=name_of)
    app.extensions[EXTENSION] = ConsoleHost(
        mall=mall,
        operator=operator,
        doors=_doors(screens),
        pages=pages,
        operator_name=operator_name,
        inbox=inbox,
        home=home,
        sign_in=sign_in,
    )
    app.register_blueprint(_blueprint(screens), url_prefix=url_prefix)


def _doors(screens: Sequence[Screen]) -> dict[str, frozenset[str]]:
    actions = {f"{screen.name}.{action.name}": action.roles for screen in screens for action in screen.actions}
    return {**{screen.name: screen.roles for screen in screens}, **actions}


def _nobody() -> None:
    """No page of the console is its visitor's own."""


def _blueprint(screens: Sequence[Screen]) -> Blueprint:
    blueprint = Blueprint(EXTENSION, __name__, template_folder="templates")
    blueprint.url_value_preprocessor(_bounded)
    blueprint.before_request(_at_the_door)
    add_statics(blueprint, __package__)
    for screen in screens:
        blueprint.add_url_rule(screen.path, screen.name, _view(screen), methods=["GET"])
        for action in screen.actions:
            path = f"{screen.path.rstrip('/')}/{action.name}"
            blueprint.add_url_rule(path, f"{screen.name}:{action.name}", _doer(screen, action), methods=["POST"])
    blueprint.add_url_rule("/", "front", _front(screens), methods=["GET"])
    blueprint.add_url_rule("/<path:rest>", "nowhere", _nowhere, methods=["GET", "POST"])
    add_failures(blueprint)
    blueprint.context_processor(partial(_words_for_templates, screens))
    blueprint.after_request(_marked)
    return blueprint


def _bounded(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Before anybody reads the form."""
    insist_on_size()
    check_address(values)


def _at_the_door() -> None:
    if request.endpoint != f"{EXTENSION}.static" and console().operator is None:
        raise Forbidden


_Answers = Callable[..., AnyResponse]
"""A view; a real function, since protections of hosts ask views for their names."""


def _view(screen: Screen) -> _Answers:
    """What shows a screen."""

    def view(**_: str) -> AnyResponse:
        to = console()
        if not to.may(screen.roles):
            raise Forbidden
        return shown(to, screen)

    return view


def _doer(screen: Screen, action: Action) -> _Answers:
    """What answers the form of an action."""

    def view(**_: str) -> AnyResponse:
        return act(console(), screen, action)

    return view


def _front(screens: Sequence[Screen]) -> _Answers:
    """What leads to the first screen that the operator may see."""

    def view() -> AnyResponse:
        to = console()
        first = next((screen for screen in screens if not screen.under and to.may(screen.roles)), None)
        if first is None:
            raise Forbidden
        return redirect(to.url(first.name))

    return view


def _nowhere(rest: str) -> AnyResponse:
    raise NotFound(f"nothing is at {rest[:60]}")


def _words_for_templates(screens: Sequence[Screen]) -> dict[str, Any]:
    to, lost = console(), "quanyi_console_failed" in g
    return {
        "to": to,
        "t": to.words,
        "dates": to.dates,
        "now": to.now,
        "zone_name": to.zone_name,
        "csrf": to.host.csrf_token() if to.host.csrf_token else None,
        "nav": [] if to.operator is None else _nav(screens, to),
        "other_locale": next(lang for lang in LOCALES if lang != to.locale),
        "noted": None if lost else _noted(to),
        "screen": _screen_name(),
    }


def _screen_name() -> str:
    return str(request.endpoint).rpartition(".")[2].partition(":")[0]


def _nav(screens: Sequence[Screen], to: Console) -> list[dict[str, Any]]:
    """The screens with a place of their own that the operator may see."""
    here = next((screen for screen in screens if screen.name == _screen_name()), None)
    standing = (here.under or here.name) if here else ""
    return [
        {
            "name": to.words(f"screen.{screen.name}"),
            "href": to.url(screen.name),
            "here": screen.name == standing,
            "count": 0 if screen.count is None else screen.count(to),
        }
        for screen in screens
        if not screen.under and to.may(screen.roles)
    ]


def _noted(to: Console) -> Any:
    """The act that the address names, if it is the operator's own: what was done a moment ago."""
    number = request.args.get("act", "")
    found = to.books.desk.act(number) if 0 < len(number) <= 64 and number.isprintable() else None  # noqa: PLR2004
    return found if found is not None and to.operator is not None and found.by == to.operator.by else None


def _marked(response: Response) -> Response:
    """What every answer says to browsers about safety. One operator's page: nobody on the way may keep it."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != f"{EXTENSION}.static":
        response.headers["Cache-Control"] = "private, no-store"
    wish = request.args.get("lang")
    if wish in LOCALES:
        response.set_cookie(
            LANGUAGE_COOKIE, wish, max_age=_YEAR, samesite="Lax", httponly=True, secure=request.is_secure
        )
    return response
