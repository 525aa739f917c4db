"""The engine's test mall behind its console, in an application of its own, with an operator of any roles."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

import quanyi
from quanyi.adapters.console import Operator, init_console
from quanyi.adapters.sql.verify import verify

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).parents[1] / "malls" / "engine"
START = datetime(2026, 3, 8, 4, tzinfo=UTC)
PHONE, DESKTOP = 360, 1280
RULE = "approval: {changes: [changed]}\n"


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


@pytest.fixture
def two(tmp_path, open_console):
    """A mall whose changes need a second pair of eyes, with a story and a recording; operators change by `me`."""
    folder = tmp_path / "mall"
    shutil.copytree(FOLDER, folder)
    (folder / "mall.yaml").write_text((folder / "mall.yaml").read_text() + RULE)
    (folder / "stories").mkdir(exist_ok=True)
    (folder / "stories" / "daily.yaml").write_text(
        "story: ten points a day\ncampaigns: [check-in]\nsteps:\n"
        '  - {at: "2026-03-08 10:00", who: ann, do: check_in, then: {points: {ann: 10}}}\n'
    )
    (tmp_path / "events.jsonl").write_text(
        '{"at": "2026-03-07 10:00", "type": "check_in", "user": "ann", "key": "k1"}\n'
        '{"at": "2026-03-07 11:00", "type": "order.paid", "user": "ann", "key": "no amount", "data": {"order": "o1"}}\n'
    )
    engine = quanyi.prepare_engine(create_engine(f"sqlite:///{tmp_path / 'two.db'}"))
    quanyi.upgrade(engine)
    mall = quanyi.open_mall(folder, engine, clock=quanyi.FixedClock(START), recording=tmp_path / "events.jsonl")
    mall.desk.apply(by="files", reason="the beginning")
    me = {"id": "7"}
    there = open_console(
        mall, operator=lambda: Operator(id=me["id"], name="Zhou Ye", roles={"operator", "approver", "viewer"})
    )
    there.me = me
    yield there
    engine.dispose()


@pytest.fixture
def lived(request):
    """For the flow of two people their mall; else the usual one."""
    if "two" in request.fixturenames:
        return request.getfixturevalue("two")
    there = request.getfixturevalue("there")
    there.mall.desk.adjust("ann", "points", 1000, key="stake", reason="to begin with")
    there.mall.desk.adjust("bob", "points", 1000, key="stake/bob", reason="to begin with")
    there.mall.exchange("coffee", user="ann", key="x/1")
    return there.as_("operator", "approver", "auditor", "viewer", "merchant", "brand", "partner")


@pytest.fixture
def page_of(browser: Browser, lived: Any) -> Iterator[Callable[..., Page]]:
    """Pages of the console behind a real server with threads."""
    server = make_server("127.0.0.1", 0, lived.app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    contexts = []

    def page_of(lang: str = "zh", width: int = DESKTOP, scheme: str = "light", *, script: bool = True) -> Page:
        context = browser.new_context(
            base_url=f"http://127.0.0.1:{server.server_port}",
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            java_script_enabled=script,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.goto(f"/ops/acts?lang={lang}")
        return page

    yield page_of
    for context in contexts:
        context.close()
    server.shutdown()
    thread.join(10)
    server.server_close()
