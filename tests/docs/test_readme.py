"""The README's host is built as written, beside folders of its own called like ours."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```(\w+) title=(\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)

OWN_TABLE = """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
class Base(DeclarativeBase): pass
class Order(Base):
    __tablename__ = "orders"
    id: Mapped[str] = mapped_column(primary_key=True)
    hold: Mapped[str]
    amount: Mapped[int]
Base.metadata.create_all(engine)
"""


def blocks() -> dict[str, str]:
    """The README's titled pieces, by title."""
    return {title: body for _, title, body in _BLOCK.findall((ROOT / "README.md").read_text())}


def test_a_host_written_from_the_readme_works(tmp_path: Path) -> None:
    """The files and the code, word for word, in a project that has its own adapters/ and campaigns/."""
    pieces = blocks()
    for title, body in pieces.items():
        if title.startswith("mall/"):
            (tmp_path / title).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / title).write_text(body)
    for name in ("adapters", "campaigns"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("OURS = False\n")
    code = "\n".join(
        [pieces["setup"], OWN_TABLE, pieces["use"], pieces["order"], "import adapters; assert not adapters.OURS"]
    )
    (tmp_path / "host.py").write_text(code + "\nprint('phones left', mall.offer('phone-sale', 'phone').left)\n")
    run = subprocess.run(
        [sys.executable, "host.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )

    assert run.returncode == 0, run.stderr
    assert "insufficient-points 10" in run.stdout
    assert run.stdout.rstrip().endswith("phones left 19")
