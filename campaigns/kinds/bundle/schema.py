"""
The form of a bundle's file.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from quanyi.campaigns.kinds.bundle.clauses import PartMap
from quanyi.campaigns.kinds.sale.schema import OfferFile
from quanyi.campaigns.language.schema.base import SOME, Id

__all__ = ["BundleFile"]


class BundleFile(OfferFile):
    """A sale of one thing with companions, each given by itself."""

    stand_ins: ClassVar[dict[str, Any]] = {**OfferFile.stand_ins, "parts": {}}

    kind: Literal["bundle"]
    parts: Annotated[dict[Id, PartMap], SOME] = Field(json_schema_extra={"minProperties": 1})
    """What comes with it, by name: `{tea: {give: tea}, later: {give: {points: 100}, after: 1 month}}`."""
