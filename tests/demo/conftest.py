"""
A seeded demo for each test: seeded once, copied for every test, served on a port of its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient

from quanyi.demo_app.app import create_app
from quanyi.demo_app.seed import seed
from quanyi.demo_app.serving import server_of
from quanyi.demo_app.world import World, open_world

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from playwright.sync_api import Browser, Page

PHONE = {"width": 360, "height": 800}
DESKTOP = {"width": 1280, "height": 800}


@dataclass
class Served:
    """A demo that answers on an address."""

    url: str
    world: World


@pytest.fixture(scope="session")
def seeded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a seeded demo, closed."""
    folder = tmp_path_factory.mktemp("seeded")
    with opened(folder) as there:
        seed(there)
    return folder


@pytest.fixture
def folder(seeded_folder: Path, tmp_path: Path) -> Path:
    """A demo's folder of this test alone."""
    target = tmp_path / "demo"
    shutil.copytree(seeded_folder, target)
    return target


@pytest.fixture
def world(folder: Path) -> Iterator[World]:
    """The seeded world; its time goes on from the Friday evening it was seeded to."""
    with opened(folder) as there:
        there.clock.resume()
        yield there


@contextmanager
def opened(folder: Path) -> Iterator[World]:
    there = open_world(folder)
    with closing(_Closing(there)):
        yield there


@dataclass
class _Closing:
    world: World

    def close(self) -> None:
        self.world.engine.dispose()


@pytest.fixture
def app(world: World) -> Flask:
    app = create_app(world, secret_key="for tests")
    app.config.update(WTF_CSRF_ENABLED=False, TESTING=True)
    return app


@pytest.fixture
def client_of(app: Flask) -> Callable[[str], FlaskClient]:
    """A client that is signed in as somebody."""

    def client_of(user: str) -> FlaskClient:
        client = app.test_client()
        client.post("/sign-in", data={"user": user})
        return client

    return client_of


@pytest.fixture
def served(world: World) -> Iterator[Served]:
    """The demo behind a real server with threads and CSRF checks."""
    server = server_of(create_app(world, secret_key="for tests"))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Served(f"http://127.0.0.1:{server.server_port}", world)
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.fixture
def page_of(browser: Browser, served: Served) -> Iterator[Callable[..., Page]]:
    """Pages of people: signed in, in a language, on a phone unless said otherwise."""
    contexts = []

    def page_of(user: str | None = "lin", *, lang: str = "zh", script: bool = True, wide: bool = False) -> Page:
        context = browser.new_context(
            base_url=served.url,
            viewport=DESKTOP if wide else PHONE,
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.goto(f"/?lang={lang}")
        if user:
            page.goto("/sign-in")
            page.click(f"button[value={user}]")
        return page

    yield page_of
    for context in contexts:
        context.close()
