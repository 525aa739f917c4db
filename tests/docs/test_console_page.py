"""The console's page: its host is built beside the quickstart's files, word for word, and used."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from quanyi.adapters.console import ROLES, SCREENS
from quanyi.adapters.console.visit import texts_of
from quanyi.campaigns.project.load import load_project
from tests.docs.pages import ROOT, titled_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = ROOT / "docs" / "console.md"


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    for title, body in {**titled_blocks(ROOT / "docs" / "quickstart.md"), **titled_blocks(PAGE)}.items():
        (tmp_path / title).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / title).write_text(body, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names = runpy.run_path("ops.py")
    yield names
    names["engine"].dispose()


def test_the_host_of_the_page_works(host: dict[str, Any]) -> None:
    """Nobody is let in; an operator corrects a balance with a reason; the log has it."""
    mall, client = host["mall"], host["app"].test_client()
    mall.report("joined", user="ann", key="joined/ann")
    assert client.get("/ops/people").status_code == 403
    client.get("/enter-as/xu")
    found = re.search(r"/ops/people/[\w-]{8,}", client.get("/ops/people?q=ann&lang=en").text)
    assert found
    form = {"token": "t1", "unit": "points", "amount": "7", "reason": "a late parcel"}
    client.post(f"{found[0]}/adjust", data=form)

    assert mall.wallet("ann").units["points"].balance == 107
    assert [(act.by, act.phase, act.reason) for act in mall.desk.acts(user="ann")] == [
        ("ops/xu", "done", "a late parcel")
    ]


def test_the_page_names_every_role_and_screen_of_people() -> None:
    text = PAGE.read_text(encoding="utf-8")
    ours = ("acts", "bulk", "codes", "deal", "events", "people", "person")

    assert [role for role in ROLES if f"`{role}`" not in text] == []
    assert {screen.name for screen in SCREENS} >= set(ours)
    assert [name for name in ours if f"| {texts_of('en')[f'screen.{name}']} |" not in text] == []


def test_the_rule_of_the_page_is_read(tmp_path):
    """Appended to a mall of points and money, it says what the page says of it."""
    (rule,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "mall.yaml").write_text(f"mall: m\nzone: UTC\ncurrency: CNY\nunits: {{points: {{}}}}\n{rule}")
    found = load_project(tmp_path).approval

    assert (found.changes, dict(found.above)) == ({"new"}, {"CNY": 500_000, "points": 100_000})
