"""What stands in code blocks of the documentation."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["ROOT", "titled_blocks"]

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```\w+ title=(\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def titled_blocks(page: Path) -> dict[str, str]:
    """The blocks that say which file they are, by that file's name."""
    return dict(_BLOCK.findall(page.read_text(encoding="utf-8")))
