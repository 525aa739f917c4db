"""
Compares the stored texts of the campaigns in force with what was applied.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from quanyi.adapters.sql.engine import Finding
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.tables import tables_of
from quanyi.campaigns.engine.in_force import CampaignsInForce
from quanyi.campaigns.kinds.builtin import BUILTIN
from quanyi.campaigns.kinds.registry import Kinds
from quanyi.campaigns.project.versions import structure_play

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["damaged"]


def damaged(
    engine: Engine, *, prefix: str = "quanyi_", schema: str | None = None, kinds: Kinds = BUILTIN
) -> Iterator[Finding]:
    """A finding for every campaign in force, of any mall, whose stored text can't be used."""
    release = tables_of(prefix, schema).release
    with engine.connect() as connection:
        malls = connection.scalars(select(release.c.mall).distinct().order_by(release.c.mall)).all()
    for mall in malls:
        store = SqlStore(engine, mall, prefix=prefix, schema=schema)
        in_force = CampaignsInForce(store, partial(structure_play, kinds=kinds), {})
        in_force.reload()
        for why in in_force.damaged().values():
            yield Finding(
                code="damaged-campaign", message=f"{mall}: {why}", hint="bring it into force again: quanyi apply"
            )
