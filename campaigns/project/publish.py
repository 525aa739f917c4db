"""
The JSON Schema of campaign files, for editors.

Put this on the first line of a file, and an editor with a YAML language server completes its keys::

    # yaml-language-server: $schema=…/quanyi.schema.json
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from quanyi.campaigns.kinds.builtin import BUILTIN
from quanyi.campaigns.kinds.registry import Kinds
from quanyi.campaigns.language.schema.mall import CatalogueFile, EventsFile, MallFile
from quanyi.campaigns.language.schema.story import StoryFile
from quanyi.campaigns.language.schema.suppliers import SupplierFile

__all__ = ["SCHEMA_FILE", "json_schema", "published_schema"]

SCHEMA_FILE = "quanyi.schema.json"


def json_schema(kinds: Kinds = BUILTIN) -> str:
    """The schema of every document of a mall project, made from the models of *kinds* and the mall's own."""
    documents: Any = kinds.any_file() | MallFile | EventsFile | CatalogueFile | StoryFile | SupplierFile
    schema = TypeAdapter(documents).json_schema(by_alias=True, mode="validation")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "quanyi mall project",
        "description": "One document of a mall project: a campaign, the mall, its events, its catalogue, a supplier, or a story.",
    }
    return json.dumps({**head, **schema}, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def published_schema() -> str:
    """The schema file that is shipped."""
    return files("quanyi.campaigns.project").joinpath(SCHEMA_FILE).read_text(encoding="utf-8")


if __name__ == "__main__":
    Path(__file__).with_name(SCHEMA_FILE).write_text(json_schema(), encoding="utf-8")
