"""A host that differs wherever a host may: templates and variables of the same names, strict ones, a deep prefix, its own errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Flask
from jinja2 import StrictUndefined

__all__ = ["CLASHES", "strange_host"]

CLASHES = (
    "base.html", "parts.html", "layout.html", "frame.html", "console/base.html", "console/parts.html", "console/acts.html",
    "console/error.html", "mall/base.html", "error.html",
)  # fmt: skip
"""Templates that such a host has of its own."""

VARIABLES = (
    "t", "to", "csrf", "now", "dates", "nav", "screen", "noted", "table", "tabs", "page_title", "title", "parts", "said", "url",
    "zone_name", "other_locale", "user", "state", "fields", "name", "text", "plan", "links", "items", "offers", "visit", "more",
)  # fmt: skip
"""Names that its own pages have on every page."""


def strange_host(folder: Path) -> Flask:
    """The host, before a mall or a console is mounted in it; its templates stand in *folder*."""
    for name in CLASHES:
        path = folder / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("the host's own", encoding="utf-8")
    (folder / "static").mkdir(exist_ok=True)
    (folder / "static" / "console.css").write_text("the host's own", encoding="utf-8")
    app = Flask("strange", root_path=str(folder))
    app.config.update(SECRET_KEY="of a test", PROPAGATE_EXCEPTIONS=False, MAX_CONTENT_LENGTH=1000)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.url_map.strict_slashes = False
    mine: Any = dict.fromkeys(VARIABLES, _own)
    app.context_processor(lambda: mine)
    app.jinja_env.globals.update(mine)
    for name in ("quanyi_shop", "console", "people", "site"):
        app.register_blueprint(_blueprint(name))
    app.register_error_handler(404, lambda _: ("the host's own 404", 404))
    app.register_error_handler(500, lambda _: ("the host's own 500", 500))
    app.add_url_rule("/", "front", lambda: "the host's own front")
    app.add_url_rule("/static/quanyi.css", "home", lambda: "the host's own style")
    return app


def _own(*_: object, **__: object) -> str:
    raise AssertionError("a page asked a variable of the host")


def _blueprint(name: str) -> Blueprint:
    """A part of the host with endpoints of the usual names."""
    mine = Blueprint(name, name)
    for endpoint in ("front", "home", "overview", "people", "acts", "nowhere"):
        mine.add_url_rule(f"/{name}/{endpoint}", endpoint, lambda: "the host's own")
    return mine
