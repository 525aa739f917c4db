"""The engine's test mall behind the API, in an application of its own, with a key of the host and one of ann's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import attrs
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from werkzeug.test import TestResponse

import quanyi
from quanyi.adapters.api import SCOPES, init_api, issue_key
from quanyi.adapters.sql.api_keys import SqlApiKeys

FOLDER = Path(__file__).parents[1] / "malls" / "engine"
START = datetime(2026, 3, 8, 4, tzinfo=UTC)
USERS_SCOPES = tuple(name for name, scope in SCOPES.items() if not scope.host)


@attrs.define
class There:
    """A mall behind its API; `call` sends a request with a key, which is the host's unless another is given."""

    mall: quanyi.OpenMall
    clock: quanyi.FixedClock
    app: Flask
    keys: SqlApiKeys
    host: str = ""
    numbers: Iterator[int] = attrs.field(factory=lambda: count(1))

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def token(self, *scopes: str, user: str | None = None, **more: Any) -> str:
        return issue_key(self.keys, "of a test", scopes, user=user, now=self.mall.now(), **more).token

    def call(
        self,
        method: str,
        path: str,
        said: Any = None,
        *,
        token: str | None = None,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> TestResponse:
        sent = {"Authorization": f"Bearer {token or self.host}", "Accept-Language": "en"}
        if method == "POST":
            sent["Idempotency-Key"] = key or f"k{next(self.numbers)}"
        return self.client.open(f"/api{path}", method=method, json=said, headers={**sent, **(headers or {})})

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.call("GET", path, **more)

    def post(self, path: str, said: Any, **more: Any) -> TestResponse:
        return self.call("POST", path, said, **more)


@pytest.fixture
def open_api(tmp_path: Path) -> Iterator[Callable[..., There]]:
    """Open the mall on SQLite behind the API; options go to `init_api`."""
    with ExitStack() as stack:

        def opened(**options: Any) -> There:
            engine = quanyi.prepare_engine(create_engine(f"sqlite:///{tmp_path / 'api.db'}"))
            stack.callback(engine.dispose)
            quanyi.upgrade(engine)
            clock = quanyi.FixedClock(START)
            mall = quanyi.open_mall(FOLDER, engine, clock=clock)
            mall.desk.apply()
            app = Flask("host")
            init_api(app, mall, **{"rate": None, **options})
            there = There(mall, clock, app, SqlApiKeys(mall.ports.store))
            there.host = there.token(*SCOPES)
            return there

        yield opened


@pytest.fixture
def there(open_api: Callable[..., There]) -> There:
    return open_api()


@pytest.fixture
def ann(there: There) -> str:
    """The token of a key that acts for ann, with every scope that such a key can have."""
    return there.token(*USERS_SCOPES, user="ann")
