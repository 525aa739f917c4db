"""The page about a host's tests: its tests pass as they are written."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.docs.pages import ROOT, titled_blocks

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs" / "testing.md"


def test_the_tests_of_the_page_pass_word_for_word(tmp_path: Path) -> None:
    for title, body in titled_blocks(PAGE).items():
        (tmp_path / title).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / title).write_text(body, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)

    assert run.returncode == 0, run.stdout
    assert re.search(r"^2 passed", run.stdout, re.MULTILINE)
