"""
The reference page of all keys of campaign files, made from the models' descriptions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from quanyi.campaigns.project.publish import json_schema

__all__ = ["PAGE", "keys_page"]

PAGE = "docs/reference/keys.md"

_HEAD = """# Every key

Made from the schemas by `python -m quanyi.campaigns.project.reference`; a test holds it current. What the keys mean
together, with examples, is told in [campaign-files.md](campaign-files.md); stories in [stories.md](stories.md).
"""
_TOLD_ELSEWHERE = {"GivenMap", "StepMap", "StoryFile"}
"""Documents that have a page of their own: stories."""


def keys_page() -> str:
    """The page as Markdown: files first, then the maps that stand inside them."""
    models: Mapping[str, Any] = json.loads(json_schema())["$defs"]
    order = sorted(models.keys() - _TOLD_ELSEWHERE, key=lambda name: (not name.endswith("File"), name))
    return "\n".join([_HEAD, *(part for name in order for part in _section(name, models[name]))])


def _section(name: str, model: Mapping[str, Any]) -> Iterator[str]:
    keys = model.get("properties", {})
    if not keys:
        return
    yield f"## {_title(name, keys)}\n"
    yield "| key | needed | means |\n|---|---|---|"
    required = model.get("required", ())
    for key, what in keys.items():
        needed = "yes" if key in required else _default(what)
        means = what.get("description") or f"`{what.get('const', '')}`"
        yield f"| `{key}` | {needed} | {_cell(means)} |"
    yield ""


def _title(name: str, keys: Mapping[str, Any]) -> str:
    """``kind: reward`` for a campaign, ``mall.yaml`` for a file, ``limit`` for a map inside."""
    kind = keys.get("kind", {}).get("const")
    if kind:
        return f"kind: {kind}"
    base = name.removesuffix("File").removesuffix("Map").lower()
    return f"{base} file" if name.endswith("File") else base


def _default(what: Mapping[str, Any]) -> str:
    default = what.get("default")
    return "" if default in (None, [], {}, "") else f"`{json.dumps(default, ensure_ascii=False)}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    Path(PAGE).write_text(keys_page(), encoding="utf-8")
