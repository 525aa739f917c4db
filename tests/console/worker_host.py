"""One worker process of a host with the mall, its console and its API, behind a proxy that takes a prefix away."""

from __future__ import annotations

import sys
from pathlib import Path

from flask import Flask, redirect, session, url_for
from flask_wtf.csrf import CSRFProtect, generate_csrf
from sqlalchemy import create_engine
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.serving import make_server

import quanyi
from quanyi.adapters.api import init_api

FOLDER = Path(__file__).parents[1] / "malls" / "engine"
ROLES = ("viewer", "operator", "approver", "auditor")


def host(database: str) -> Flask:
    """The application; every worker makes its own, on the same database and with the same secret."""
    app = Flask("host")
    app.config.update(SECRET_KEY="of a test", SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_HTTPONLY=True)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1, x_prefix=1)  # type: ignore[method-assign]
    csrf = CSRFProtect(app)
    engine = quanyi.prepare_engine(create_engine(database))
    quanyi.upgrade(engine)
    vault = quanyi.SealingVault(quanyi.KeyRing.for_development())
    mall = quanyi.open_mall(FOLDER, engine, vault=vault)
    mall.desk.apply()

    @app.get("/enter")
    def enter() -> object:
        session["me"] = "ann"
        return redirect(url_for("quanyi.home"))

    def operator() -> quanyi.Operator | None:
        return quanyi.Operator(id="7", name="Zhou Ye", roles=ROLES) if "me" in session else None

    quanyi.init_app(
        app,
        mall,
        current_user=lambda: session.get("me"),
        csrf=generate_csrf,
        sign_in=lambda path: url_for("enter", next=path),
        pay=lambda deal: f"/till/{deal.id}",
    )
    quanyi.init_console(
        app, mall, operator=operator, csrf=generate_csrf, sign_in=lambda path: url_for("enter", next=path)
    )
    csrf.exempt(init_api(app, mall))
    return app


if __name__ == "__main__":
    server = make_server("127.0.0.1", 0, host(sys.argv[1]), threaded=True)
    print(server.server_port, flush=True)
    server.serve_forever()
