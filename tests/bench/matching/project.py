"""The rules as a mall's campaigns: written as files, and loaded as any host loads them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import attrs

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
give: {{points: {gives}}}
at_most: [1000 per user]
"""
_IN_ONE_FILE = 100
_IN_ONE_PART = 500


@cache
def project_of(count: int) -> Project:
    """
    A project of so many campaigns, one for each rule.

    It is read in parts, for the checks of a project compare each of its campaigns with all others.
    """
    parts = [_read(count, first) for first in range(0, count, _IN_ONE_PART)]
    campaigns = {name: campaign for part in parts for name, campaign in part.campaigns.items()}
    return attrs.evolve(parts[0], campaigns=campaigns)


def _read(count: int, first: int) -> Project:
    with tempfile.TemporaryDirectory() as folder:
        write_mall(Path(folder), rules(count)[first : first + _IN_ONE_PART])
        return load_project(folder)


def write_mall(folder: Path, known: Sequence[Mapping[str, Any]], *, gives: int = 1) -> None:
    """The files of a project with a campaign for each of these rules, which gives so many points."""
    attributes = "{channel: text, amount: int, level: int}"
    events = "".join(f"  t{number}: {attributes}\n" for number in range(TYPES))
    (folder / "mall.yaml").write_text(MALL, encoding="utf-8")
    for name, text in (("events", f"events:\n{events}"), *_campaigns(known, gives)):
        file = folder / f"{name}.yaml" if "/" in name else folder / name / "host.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _campaigns(known: Sequence[Mapping[str, Any]], gives: int) -> list[tuple[str, str]]:
    texts = [CAMPAIGN.format(**rule, gives=gives) for rule in known]
    return [
        (f"campaigns/rules-{first}", "---\n".join(texts[first : first + _IN_ONE_FILE]))
        for first in range(0, len(texts), _IN_ONE_FILE)
    ]
