"""The rules as a mall's campaigns: written as files, and loaded as any host loads them."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.project.model import Project
from tests.bench.matching.rules import TYPES, rules

__all__ = ["project_of", "write_mall"]

MALL = """\
mall: bench
zone: Asia/Shanghai
currency: CNY
units:
  points: {title: {zh: 积分, en: points}}
"""
CAMPAIGN = """\
campaign: rule-{id}
kind: reward
when: {type}
only_if: {{channel: {channel}, amount: {{min: {min}}}}}
give: {{points: 1}}
at_most: [1000 per user]
"""
_IN_ONE_FILE = 100


@cache
def project_of(count: int) -> Project:
    """A project of so many campaigns, one for each rule."""
    with tempfile.TemporaryDirectory() as folder:
        write_mall(Path(folder), count)
        return load_project(folder)


def write_mall(folder: Path, count: int) -> None:
    """The files of such a project."""
    attributes = "{channel: text, amount: int, level: int}"
    events = "".join(f"  t{number}: {attributes}\n" for number in range(TYPES))
    (folder / "mall.yaml").write_text(MALL, encoding="utf-8")
    for name, text in (("events", f"events:\n{events}"), *_campaigns(count)):
        file = folder / f"{name}.yaml" if "/" in name else folder / name / "host.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _campaigns(count: int) -> list[tuple[str, str]]:
    texts = [CAMPAIGN.format(**rule) for rule in rules(count)]
    return [
        (f"campaigns/rules-{first}", "---\n".join(texts[first : first + _IN_ONE_FILE]))
        for first in range(0, count, _IN_ONE_FILE)
    ]
