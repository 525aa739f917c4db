"""A small host of our own: a plain Flask application around a mall made of a few files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine

import quanyi


@pytest.fixture
def open_host(tmp_path) -> Iterator[Callable[..., tuple[quanyi.OpenMall, FlaskClient]]]:
    """Open a mall of *files* on SQLite, with a client in which ann is signed in; the rest goes to `init_app`."""
    with ExitStack() as stack:

        def open_one(
            files: dict[str, str], *, clock: Any = None, vault: Any = None, **host: Any
        ) -> tuple[quanyi.OpenMall, FlaskClient]:
            for name, text in files.items():
                path = tmp_path / "mall" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            engine = quanyi.prepare_engine(create_engine(f"sqlite:///{tmp_path / 'host.db'}"))
            stack.callback(engine.dispose)
            quanyi.upgrade(engine)
            mall = quanyi.open_mall(tmp_path / "mall", engine, vault=vault, **({"clock": clock} if clock else {}))
            mall.desk.apply()
            app = Flask("host")
            quanyi.init_app(app, mall, **{"current_user": lambda: "ann", "csrf": None, **host})
            return mall, app.test_client()

        yield open_one
