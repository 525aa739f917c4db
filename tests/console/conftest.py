"""The engine's test mall behind its console, in an application of its own, with an operator of any roles."""

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
from quanyi.adapters.console import Operator, init_console
from quanyi.adapters.sql.verify import verify

FOLDER = Path(__file__).parents[1] / "malls" / "engine"
START = datetime(2026, 3, 8, 4, tzinfo=UTC)


@attrs.define
class There:
    """A mall behind its console; requests come from an operator with `roles`, or from nobody where they are None."""

    mall: quanyi.OpenMall
    clock: quanyi.FixedClock
    app: Flask
    roles: frozenset[str] | None = frozenset({"operator"})
    numbers: Iterator[int] = attrs.field(factory=lambda: count(1))
    me: dict[str, str] = attrs.field(factory=dict)

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def as_(self, *roles: str) -> There:
        """The same with an operator of these roles; nobody without any."""
        self.roles = frozenset(roles) or None
        return self

    def get(self, path: str, **query: str) -> TestResponse:
        return self.client.get(f"/ops{path}", query_string={"lang": "en", **query})

    def post(self, path: str, said: Mapping[str, Any] | None = None, **more: Any) -> TestResponse:
        form = {"token": f"t{next(self.numbers)}", "reason": "a parcel came late", **(said or {}), **more}
        return self.client.post(f"/ops{path}?lang=en", data=form)

    def holder(self, user: str) -> str:
        return self.mall.ports.holder(user)

    def differences(self) -> tuple[Any, ...]:
        """What `verify` finds."""
        store: Any = self.mall.ports.store
        report = verify(store.engine, store.mall)
        assert report.rows["journal"]
        return report.differences

    def acts(self, **filters: Any) -> list[tuple[str, str, str]]:
        return [(act.name, act.phase, act.why) for act in self.mall.desk.acts(**filters)]


@pytest.fixture
def open_console(tmp_path: Path) -> Iterator[Callable[..., There]]:
    """Open the mall on SQLite behind the console; options go to `init_console`."""
    with ExitStack() as stack:

        def opened(mall: quanyi.OpenMall | None = None, **options: Any) -> There:
            clock = quanyi.FixedClock(START)
            if mall is None:
                engine = quanyi.prepare_engine(create_engine(f"sqlite:///{tmp_path / 'console.db'}"))
                stack.callback(engine.dispose)
                quanyi.upgrade(engine)
                vault = quanyi.SealingVault(quanyi.KeyRing.for_development())
                mall = quanyi.open_mall(FOLDER, engine, clock=clock, vault=vault)
                mall.desk.apply()
            app = Flask("host")
            app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
            there = There(mall, clock, app)

            def operator() -> Operator | None:
                return None if there.roles is None else Operator(id="7", name="Zhou Ye", roles=there.roles)

            init_console(app, mall, **{"operator": operator, "csrf": None, **options})
            return there

        yield opened


@pytest.fixture
def there(open_console: Callable[..., There]) -> There:
    return open_console()
