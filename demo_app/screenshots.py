"""
Takes the pictures of the README from a demo of its own: ``python -m quanyi.demo_app.screenshots docs/images``.

Needs Chromium on the search path and the package playwright (both are there for the tests).
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from quanyi.demo_app.app import create_app
from quanyi.demo_app.seed import seed
from quanyi.demo_app.serving import server_of
from quanyi.demo_app.world import open_world

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["take_pictures"]

_PHONE = {"width": 360, "height": 720}
_DESKTOP = {"width": 1280, "height": 800}
_PAGES = (
    # name, address, language, colours, size
    ("mall-zh", "/mall/", "zh", "light", _PHONE),
    ("sales-zh-dark", "/mall/sales", "zh", "dark", _PHONE),
    ("benefits-en", "/mall/entitlements", "en", "light", _PHONE),
    ("streak-zh", "/mall/streaks/daily-check-in", "zh", "light", _PHONE),
    ("tasks-en", "/mall/tasks", "en", "light", _PHONE),
    ("invites-zh-dark", "/mall/invites", "zh", "dark", _PHONE),
    ("item-zh", "/mall/items/long-evenings/film_month", "zh", "light", _PHONE),
    ("scene-zh", "/mall/scenes/holiday", "zh", "light", _PHONE),
    ("item-desktop-en-dark", "/mall/items/coffee-corner/latte", "en", "dark", _DESKTOP),
    ("mall-desktop-en", "/mall/", "en", "light", _DESKTOP),
)


def take_pictures(folder: Path) -> list[Path]:
    """Take every picture, and say where they are."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with _running_demo() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        pictures = [_picture(browser, url, folder, *page) for page in _PAGES]
        browser.close()
    return pictures


def _picture(
    browser: Browser, url: str, folder: Path, name: str, address: str, lang: str, colours: str, size: dict[str, int]
) -> Path:
    page = browser.new_page(
        base_url=url,
        viewport={"width": size["width"], "height": size["height"]},
        color_scheme="dark" if colours == "dark" else "light",
        reduced_motion="reduce",
    )
    _enter(page, lang)
    page.goto(address)
    target = folder / f"{name}.png"
    page.screenshot(path=target)
    page.close()
    return target


def _enter(page: Page, lang: str) -> None:
    page.goto(f"/sign-in?lang={lang}")
    page.click("button[value=lin]")


@contextmanager
def _running_demo() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        there = open_world(Path(folder))
        seed(there)
        server = server_of(create_app(there, secret_key="for pictures"))  # noqa: S106
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        there.mall.showings.write()  # at the end of the process the folder is gone
        there.engine.dispose()


if __name__ == "__main__":
    for picture in take_pictures(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images")):
        sys.stdout.write(f"{picture}\n")
