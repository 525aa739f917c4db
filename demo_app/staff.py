"""
Who works at Lumen Isle: four people at the operators' console, each with roles of their own, and one of a brand that it sells.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from quanyi import Operator
from quanyi.demo_app.people import current_locale, safe_path
from quanyi.demo_app.words import word

__all__ = ["console_sign_in", "current_operator", "operator_called", "staff"]

staff = Blueprint("staff", __name__)

_AT_WORK = "at_work"
_ROLES: dict[str, tuple[str, ...]] = {
    "care": ("operator",),
    "lead": ("operator", "approver", "viewer"),
    "audit": ("auditor", "viewer"),
    "look": ("viewer",),
    "tide": ("brand",),
}
"""Who there is, and what they may do; their names stand in the texts."""
_BRANDS: dict[str, tuple[str, ...]] = {"tide": ("tidewater",)}
"""Whose figures those see who are of a brand."""


def current_operator() -> Operator | None:
    """Who works at the console in this browser; None for nobody."""
    name = str(session.get(_AT_WORK, ""))
    roles = _ROLES.get(name)
    if roles is None:
        return None
    called = operator_called(name, current_locale())
    return Operator(id=name, name=called, roles=roles, brands=_BRANDS.get(name, ()))


def operator_called(name: str, locale: str) -> str:
    """What somebody who works here is called; empty for nobody who does."""
    return word(locale, f"staff.{name}") if name in _ROLES else ""


def console_sign_in(path: str) -> str:
    """Where to choose whom to work as, and come back to *path*."""
    return url_for("staff.choose", next=path)


@staff.get("/staff", endpoint="choose")
def _choose() -> str:
    """Choose one of those who work here."""
    return render_template("lumen/staff.html", names=tuple(_ROLES), next=safe_path(request.args.get("next", "")))


@staff.post("/staff", endpoint="enter")
def _enter() -> Response:
    """Work as that person from now on; as nobody where no such person works here."""
    name = request.form.get("name", "")
    session.pop(_AT_WORK, None)
    if name not in _ROLES:
        return redirect(url_for("staff.choose"), 303)
    session[_AT_WORK] = name
    return redirect(safe_path(request.form.get("next", "")) or url_for("quanyi_console.front"), 303)
