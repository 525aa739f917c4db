"""The page about figures: its programs and commands run as they are written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, titled_blocks
from tests.docs.test_worker_page import EVENT, START, python, ran

PAGE = ROOT / "docs" / "figures.md"


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """A folder with the programs of this page and of the worker's, and a mall."""
    import sys

    for page in (ROOT / "docs" / "worker.md", PAGE):
        for title, body in titled_blocks(page).items():
            (tmp_path / title).write_text(body, encoding="utf-8")
    shutil.copytree(ROOT / "tests" / "malls" / "basic", tmp_path / "mall")
    command = tmp_path / "quanyi"
    command.write_text(f"#!{sys.executable}\nfrom quanyi.adapters.cli import main\nmain(prog_name='quanyi')\n")
    command.chmod(0o755)
    return tmp_path


def test_the_program_and_the_commands_run(host: Path) -> None:
    python(host, START, EVENT)
    said = python(host, "import how")
    ran(host, "sh", "-ec", (host / "figures.sh").read_text())
    days = (host / "days.csv").read_text().splitlines()

    assert said.splitlines()[-1] == "0 False"
    assert len(days) == 1 + 28 + 1


def test_every_figure_is_explained() -> None:
    from quanyi.campaigns.figures.figures import COUNTED, SHOWN

    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in (*SHOWN, *COUNTED) if f"`{name}`" not in text] == []
