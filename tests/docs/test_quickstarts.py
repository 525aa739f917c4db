"""The quickstarts of FastAPI and Django are built as the pages say, word for word, and used by somebody."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, titled_blocks

DOCS = ROOT / "docs"

FILM_IS_ROLLED_BACK = """
import host
from host import app, engine, mall, Order, quanyi
from sqlalchemy.orm import Session
from fastapi.testclient import TestClient
eve = TestClient(app, headers={"X-User": "eve"})
deal = eve.post("/claim/film", headers={"Idempotency-Key": "c1"}).json()["deal"]
bob = TestClient(app, headers={"X-User": "bob"})
assert bob.post(f"/paid/{deal}").status_code == 404
assert eve.post("/claim/nothing", headers={"Idempotency-Key": "c2"}).status_code in (404, 422)
def broken(*given, **more): raise RuntimeError("the order can't be written")
whole, Session.merge = Session.merge, broken
try: eve.post(f"/paid/{deal}")
except RuntimeError: pass
assert mall.deal(deal).phase == "placed"
Session.merge = whole
class Late:
    settle = broken
within, mall.__class__.within = mall.__class__.within, lambda mall, db: Late()
try: eve.post(f"/paid/{deal}")
except RuntimeError: pass
with Session(engine) as db: assert db.get(Order, deal) is None
mall.__class__.within = within
assert bob.post("/claim/film", headers={"Idempotency-Key": "c1"}).status_code == 200
assert eve.post("/claim/coffee", headers={"Idempotency-Key": "c1"}).json()["code"] == "key-reused"
assert [eve.post(f"/paid/{deal}").json() for _ in "12"] == [{"film": 1}, {"film": 1}]
with Session(engine) as db: assert [(row.id, row.paid) for row in db.query(Order).filter_by(id=deal)] == [(deal, 990)]
"""

DJANGO_VISIT = """
import os, re
os.environ["DJANGO_SETTINGS_MODULE"] = "site_.settings"
import django; django.setup()
from django.conf import settings; settings.ALLOWED_HOSTS = ["testserver"]
from django.test import Client
from shop import views
from shop.mall import mall
from shop.models import Order
ann = Client(enforce_csrf_checks=True)
assert "Open /enter/ann" in ann.get("/").content.decode()
page = ann.get("/enter/ann", follow=True).content.decode()
assert "ann has 100 points." in page
def press(path):
    page = ann.get("/").content.decode()
    form = re.search(f'action="{path}[^"]*".*?</form>', page, re.DOTALL)[0]
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]+)"', form))
    return ann.post(re.search('action="([^"]+)"', form)[1], fields, follow=True).content.decode()
assert "ann has 40 points, Coffee" in press("/take/coffee-corner/coffee")
assert "Limit" in ann.get("/").content.decode()
assert "Pay for film" in press("/take/film-sale/film")
deal = mall.deals("ann", phase="placed")[0].id
assert Client().post(f"/pay/{deal}").status_code == 404
eve = Client(); eve.get("/enter/eve")
assert eve.post(f"/pay/{deal}").status_code == 404
within, views.within = views.within, lambda mall: 1 / 0
try: press("/pay/")
except ZeroDivisionError: pass
assert Order.objects.count() == 0 and mall.deal(deal).phase == "placed"
views.within = within
assert "Film pass" in press("/pay/")
assert [order.paid for order in Order.objects.all()] == [990]
assert eve.post("/take/nothing/film", {"key": "1"}).status_code == 404
assert eve.post("/take/film-sale/nothing", {"key": "1"}).status_code == 404
bob = Client(); bob.get("/enter/bob")
for buyer in (bob, eve): buyer.post("/take/film-sale/film", {"key": "1"})
gone = mall.deals("bob", phase="placed")[0].id
assert mall.deals("eve", phase="placed")
mall.release(gone, key="given-up", user="bob")
assert "closed" in bob.post(f"/pay/{gone}", follow=True).content.decode()
assert Order.objects.count() == 1
assert sorted(right.benefit.id for right in mall.entitlements("ann")) == ["coffee", "film"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the mall of the quickstarts and a command `quanyi`."""
    shutil.copytree(DOCS / "quickstart" / "mall", tmp_path / "mall")
    for name, program in {
        "quanyi": "quanyi.adapters.cli:main",
        "django-admin": "django.core.management:execute_from_command_line",
    }.items():
        module, function = program.split(":")
        (tmp_path / name).write_text(f"#!{sys.executable}\nfrom {module} import {function}\n{function}()\n")
        (tmp_path / name).chmod(0o755)
    return tmp_path


def written(folder: Path, page: str) -> None:
    """Save the page's files."""
    for title, body in titled_blocks(DOCS / page).items():
        if "." in title:
            (folder / title).parent.mkdir(parents=True, exist_ok=True)
            (folder / title).write_text(body, encoding="utf-8")


def ran(folder: Path, *command: str) -> str:
    """What a program prints that ends well."""
    python = folder / "python"
    if not python.exists():
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        python.chmod(0o755)
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(folder), *sys.path]),
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "PYTHONWARNINGS": "ignore",
    }
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False, env=env)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    return done.stdout


def test_the_mall_of_the_page_is_the_one_that_is_copied() -> None:
    shown = titled_blocks(DOCS / "quickstart.md")
    files = {path.relative_to(DOCS / "quickstart").as_posix(): path for path in (DOCS / "quickstart").rglob("*.yaml")}

    assert {title for title in shown if title.startswith("mall/")} == set(files)
    assert all(path.read_text(encoding="utf-8") == shown[title] for title, path in files.items())


def test_what_is_copied_is_copied_from_there_and_has_no_mistake(folder: Path) -> None:
    """The last two lines of what the page has typed."""
    copy, check = titled_blocks(DOCS / "quickstart.md")["get"].splitlines()[-2:]
    shutil.rmtree(folder / "mall")
    (folder / "quanyi.repository").symlink_to(ROOT)

    ran(folder, "sh", "-ec", copy.replace("quanyi/", "quanyi.repository/"))
    assert ran(folder, "sh", "-ec", check) == "no mistakes\n"


def test_a_fastapi_host_sells(folder: Path) -> None:
    """The page's visit prints what the page shows; the day in its text is not of today."""
    pytest.importorskip("fastapi")
    pytest.importorskip("httpx")
    written(folder, "quickstart-fastapi.md")

    assert ran(folder, sys.executable, "visit.py") == titled_blocks(DOCS / "quickstart-fastapi.md")["visit.out"]


def test_order_and_settlement_of_the_fastapi_host_stand_or_fall_together(folder: Path) -> None:
    pytest.importorskip("fastapi")
    pytest.importorskip("httpx")
    written(folder, "quickstart-fastapi.md")

    assert ran(folder, sys.executable, "-c", FILM_IS_ROLLED_BACK) == ""


def test_a_django_host_sells(folder: Path) -> None:
    """The project is begun, written and prepared as the page says; Ann takes, claims and pays, and Eve can't."""
    pytest.importorskip("django")
    blocks = titled_blocks(DOCS / "quickstart-django.md")
    ran(folder, "sh", "-ec", blocks["begin"])
    written(folder, "quickstart-django.md")
    settings = folder / "site_" / "settings.py"
    settings.write_text(re.sub(r"INSTALLED_APPS = \[", 'INSTALLED_APPS = ["shop",', settings.read_text()))
    ran(folder, "sh", "-ec", blocks["prepare"])

    assert ran(folder, sys.executable, "-c", DJANGO_VISIT) == ""
