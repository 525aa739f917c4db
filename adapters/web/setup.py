"""
Putting the mall into a host's application.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Flask, Response, g, request, url_for

from quanyi.adapters.brake import Brake, GuessBrake
from quanyi.adapters.web.actions import add_actions
from quanyi.adapters.web.failures import add_failures
from quanyi.adapters.web.inbox import Inbox
from quanyi.adapters.web.kinds.builtin import PAGES
from quanyi.adapters.web.kinds.pages import KindPages, mount
from quanyi.adapters.web.listing import add_listing
from quanyi.adapters.web.messages import add_messages
from quanyi.adapters.web.pages import add_pages
from quanyi.adapters.web.rights import add_rights
from quanyi.adapters.web.safety import add_safety, content_policy
from quanyi.adapters.web.shown import add_showings
from quanyi.adapters.web.statics import add_statics
from quanyi.adapters.web.steps import page_above, step_here
from quanyi.adapters.web.visit import (
    EXTENSION,
    LANGUAGE_COOKIE,
    Host,
    Visit,
    Way,
    other_locale,
    visit,
)
from quanyi.adapters.words import LOCALES
from quanyi.campaigns.mall import Mall
from quanyi.campaigns.requests import Context
from quanyi.campaigns.views import EntitlementView
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.records import Deal

__all__ = ["init_app"]

_YEAR = 365 * 24 * 3600
_UNSAID: Any = object()


def init_app(  # noqa: PLR0913  (each is a question only the host can answer)
    app: Flask,
    mall: Mall,
    *,
    current_user: Callable[[], str | None],
    context: Callable[[], Context] | None = None,
    csrf: Callable[[], str] | None = _UNSAID,
    csrf_token: Callable[[], str] | None = None,
    url_prefix: str = "/mall",
    locale: Callable[[], str | None] | None = None,
    pay: Callable[[Deal], str] | None = None,
    sign_in: Callable[[str], str] | None = None,
    ways: Callable[[str, str], Sequence[Way]] | None = None,
    texts: Mapping[str, Mapping[str, str]] | None = None,
    inbox: Inbox | None = None,
    check_in: Callable[[str], str | None] | None = None,
    goal: Callable[[str, str], str | None] | None = None,
    invite_link: Callable[[str], str] | None = None,
    name_of: Callable[[str, str], str] | None = None,
    use: Callable[[EntitlementView], str | None] | None = None,
    leads_to: Sequence[str] = (),
    shows_from: Sequence[str] = (),
    csp: str | None = "",
    brake: Brake | None = _UNSAID,
    pages: Sequence[KindPages] = PAGES,
) -> None:
    """
    Mount the mall's pages under *url_prefix*.

    Args:
        current_user: The id of the person who is signed in; None for nobody.
        context: How this request came, by the names that ``context:`` of `mall.yaml` declares: its address,
            its device. Every write of the pages carries it, so that limits and conditions can use it.
        csrf: The token of the host's CSRF protection, such as Flask-WTF's ``generate_csrf``; forms post it as
            ``csrf_token``, and the host checks it. None, written out, mounts the mall without protection.
        csrf_token: The same by another name.
        locale: The person's language, ``zh`` or ``en``; None leaves it to the pages.
        pay: The address of the host's own pay page for a deal. Without it, what costs money is
            shown but cannot be ordered.
        sign_in: The address at which to sign in and come back to the given path.
        ways: What a person can do to earn: called with user and language.
        texts: Texts to replace, ``{"zh": {"page.mall": "福利社"}}``; ``reason.<word>`` says a no that a
            campaign gives a word of its own.
        check_in: The address that takes the host's own form for marking a day, for each streak.
        goal: Where to do something for a task's goal: called with campaign and goal.
        invite_link: The address that brings a friend with this code; without it there is no link.
        name_of: What somebody is called: called with user and language; shown masked.
        use: The address where an entitlement is used, behind a button on its page. Where it is left out or returns None, the
            catalogue's ``use: {go: …}`` is that address; without either there is no button.
        inbox: Where messages and reminders are kept; without it those pages answer 404.
        leads_to: Origins outside this site that `pay` or `sign_in` lead to, ``["https://pay.example"]``:
            browsers follow a sent form to no others.
        shows_from: Origins outside this site from which the catalogue's pictures and videos come,
            ``["https://cdn.example"]``: browsers show none from elsewhere.
        csp: A Content-Security-Policy in place of the mall's own; None leaves that header to the host.
        brake: What slows down those who guess codes: ten wrong ones in ten minutes, counted in this process,
            unless a host counts for all of its processes. None counts nothing.
        pages: What kinds of campaigns add to the mall; a host that brings kinds adds theirs: ``[*PAGES, RAFFLE_PAGES]``.

    Raises:
        InputError: Nothing was said about CSRF protection.
        RuntimeError: A mall is mounted in this application already.
    """
    token = _token(csrf, csrf_token)
    if EXTENSION in app.extensions:
        raise RuntimeError("this application has a mall already; init_app may be called once")
    app.extensions[EXTENSION] = Host(
        mall=mall,
        current_user=current_user,
        context=context,
        csrf_token=token,
        locale=locale,
        pay=pay,
        sign_in=sign_in,
        ways=ways,
        texts=_texts(pages, texts or {}),
        inbox=inbox,
        check_in=check_in,
        goal=goal,
        invite_link=invite_link,
        name_of=name_of,
        use=use,
        csp=content_policy(leads_to, shows_from) if csp == "" else csp,
        brake=GuessBrake() if brake is _UNSAID else brake,
    )
    mount(app, pages)
    app.register_blueprint(_blueprint(pages, everywhere=bool(url_prefix.strip("/"))), url_prefix=url_prefix)


def _token(csrf: Callable[[], str] | None, csrf_token: Callable[[], str] | None) -> Callable[[], str] | None:
    """What gives the token of the host's CSRF protection; None only where the host has written so."""
    if csrf is _UNSAID and csrf_token is None:
        raise InputError(
            "init_app needs csrf=, the function that gives the token of your CSRF protection (Flask-WTF: generate_csrf);"
            " csrf=None mounts the mall without protection"
        )
    return csrf_token if csrf is _UNSAID else csrf


def _texts(pages: Sequence[KindPages], own: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """The texts that kinds bring, and over them the host's own."""
    found: dict[str, dict[str, str]] = {}
    for texts in (*(each.texts for each in pages), own):
        for locale, by_code in texts.items():
            found.setdefault(locale, {}).update(by_code)
    return found


def _blueprint(pages: Sequence[KindPages], *, everywhere: bool) -> Blueprint:
    blueprint = Blueprint("quanyi", __name__, template_folder="templates")
    add_safety(blueprint)
    add_statics(blueprint)
    add_showings(blueprint)
    add_listing(blueprint)
    add_pages(blueprint)
    add_actions(blueprint)
    add_rights(blueprint)
    add_messages(blueprint)
    for each in pages:
        each.add(blueprint)
        if each.templates is not None:
            blueprint.register_blueprint(Blueprint(each.name, __name__, template_folder=each.templates))
    add_failures(blueprint, everywhere=everywhere)
    blueprint.context_processor(_words_for_templates)
    blueprint.after_request(_keep_language)
    return blueprint


def _words_for_templates() -> dict[str, Any]:
    now = visit()
    return {
        "t": now.words,
        "dates": now.dates,
        "now": now.now,
        "zone_name": now.zone_name,
        "csrf": now.host.csrf_token() if now.host.csrf_token else None,
        "here": _here,
        "other_language": _other_language,
        "other_locale": other_locale(),
        "section": "",
        "above": None if "quanyi_failed" in g else page_above(),
        "unread": _unread(now),
    }


def _unread(now: Visit) -> int | None:
    """How many messages are new; None where there are none to show, as on the page of an error."""
    if now.host.inbox is None or "quanyi_failed" in g or now.user is None:
        return None
    return now.host.inbox.unread(now.user)


def _other_language() -> str:
    """The address of this page in the other language."""
    lang = other_locale()
    return url_for("quanyi.home", lang=lang) if "quanyi_failed" in g else step_here(lang=lang)


def _here() -> str:
    """The address of this page, for forms that come back to it."""
    return step_here()


def _keep_language(response: Response) -> Response:
    wish = request.args.get("lang")
    if wish in LOCALES:
        response.set_cookie(
            LANGUAGE_COOKIE, wish, max_age=_YEAR, samesite="Lax", httponly=True, secure=request.is_secure
        )
    return response
