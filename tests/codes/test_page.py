"""What the page of codes shows comes to what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook

from quanyi import KeyRing, SealingVault, open_mall, prepare_engine, upgrade

if TYPE_CHECKING:
    import pytest
    from sqlalchemy import Engine

PAGE = (Path(__file__).parents[2] / "docs" / "codes.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


class Printer:
    """Where the page sends its codes."""

    def __init__(self) -> None:
        self.printed: list[str] = []

    def print(self, code: str) -> None:
        self.printed.append(code)


def test_the_page_is_run_from_top_to_bottom(
    tmp_path: Path, sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = BLOCK.findall(PAGE)
    (catalogue,) = (text for language, text in blocks if language == "yaml")
    (tmp_path / "mall" / "catalogue").mkdir(parents=True)
    (tmp_path / "mall" / "mall.yaml").write_text("mall: codes\nzone: Asia/Shanghai\ncurrency: CNY\n", encoding="utf-8")
    (tmp_path / "mall" / "catalogue" / "codes.yaml").write_text(catalogue, encoding="utf-8")
    book = Workbook()
    for row in (["code", "channel"], ["KQ-0001", "app"], ["KQ-0002", "web"], ["KQ-0001", "app"]):
        book.active.append(row)
    book.save(tmp_path / "may.xlsx")
    monkeypatch.chdir(tmp_path)
    prepare_engine(sqlite_engine)
    upgrade(sqlite_engine)
    vault = SealingVault(KeyRing.for_development())
    names: dict[str, Any] = {
        "mall": open_mall("mall", sqlite_engine, vault=vault),
        "printer": Printer(),
        "text": "KQ-0001",
    }
    names["mall"].desk.apply()

    for language, text in blocks:
        if language == "python":
            exec(text, names)

    assert len(set(names["printer"].printed)) == 5000
    assert "2 1 0 0 0" in capsys.readouterr().out
