"""What is published about the language is what the language is."""

from __future__ import annotations

import json
import re
from pathlib import Path

from quanyi.campaigns.kinds.builtin import BUILTIN
from quanyi.campaigns.language.schema.base import Strict
from quanyi.campaigns.language.schema.clauses import CampaignHead
from quanyi.campaigns.language.schema.mall import CatalogueFile, EventsFile, MallFile
from quanyi.campaigns.project.publish import json_schema, published_schema

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference" / "campaign-files.md"
IN_REFERENCE = {"bundle", "campaign", "clauses", "mall", "referral", "streak", "task"}


def test_the_published_schema_is_current():
    """Made from the models; `python -m quanyi.campaigns.project.publish` writes it anew."""
    assert published_schema() == json_schema()


def test_the_schema_knows_every_kind():
    """Editors complete a campaign by its kind."""
    schema = json.loads(json_schema())

    kinds = {
        part["properties"]["kind"].get("const") for part in schema["$defs"].values() if "kind" in part["properties"]
    }
    assert (
        kinds - {None} == set(BUILTIN.by_word) >= {"reward", "sale", "flash_sale", "points_exchange", "streak", "task"}
    )


def test_every_key_is_described():
    """The reference page names each key that files may have."""
    words = set(re.findall(r"[a-z_]+", REFERENCE.read_text(encoding="utf-8")))
    keys = {key for model in models() for key in model.keys()}  # noqa: SIM118  (a method of ours)

    assert keys <= words


def test_every_key_says_what_it_is_for():
    """Editors show a key's description as help; its first example is what a finding's hint says to write."""
    silent = {
        f"{model.__name__}.{key}"
        for model in models()
        for key in model.keys()  # noqa: SIM118  (a method of ours)
        if not model.about(key)
    }

    assert silent == set()


def models() -> list[type[Strict]]:
    """Every model of a mall project's files; stories have a page of their own."""
    found, todo = [], [CampaignHead, MallFile, EventsFile, CatalogueFile, Strict]
    while todo:
        model = todo.pop()
        todo += model.__subclasses__()
        if model is not Strict and model.__module__.rpartition(".")[2] in IN_REFERENCE:
            found.append(model)
    return found
