"""
The demo's world: a folder with one database, the mall in it, and the clock of both.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs
from flask import g, has_request_context
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

import quanyi
from quanyi.demo_app.clock import DemoClock
from quanyi.demo_app.models import Base, User

__all__ = ["World", "default_folder", "open_world", "remove_world"]

_MALL = Path(__file__).parent / "mall"
_DATABASE = "lumen.db"


@attrs.frozen(kw_only=True)
class World:
    """Everything that the pages and the commands stand on."""

    engine: Engine
    mall: quanyi.OpenMall
    clock: DemoClock

    def session(self) -> Session:
        """A session that reads."""
        return Session(self.engine)

    def writing(self) -> Session:
        """A session that writes: its transaction is the writer from its start."""
        return Session(self.engine.execution_options(quanyi_begin="immediate"))


def default_folder() -> Path:
    """Where the demo keeps its data."""
    return Path(os.environ.get("QUANYI_DEMO_DIR", ".demo"))


def open_world(folder: Path) -> World:
    """Open the world in *folder*, and make its tables if there are none."""
    folder.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{folder / _DATABASE}")
    quanyi.prepare_engine(engine)
    quanyi.upgrade(engine)
    Base.metadata.create_all(engine)
    clock = DemoClock(engine)
    vault = quanyi.SealingVault(quanyi.KeyRing.for_development())
    mall = quanyi.open_mall(_MALL, engine, clock=clock, facts=_facts(engine), vault=vault)
    return World(engine=engine, mall=mall, clock=clock)


def remove_world(folder: Path) -> None:
    """Remove the demo's data, and nothing else that may stand in the folder."""
    for path in folder.glob(f"{_DATABASE}*"):
        path.unlink()
    if folder.is_dir() and not any(folder.iterdir()):
        shutil.rmtree(folder)


def _facts(engine: Engine) -> Callable[[str], Mapping[str, Any]]:
    """What the product knows about its users, for the mall's conditions."""

    def facts(user: str) -> Mapping[str, Any]:
        here = g.get("me") if has_request_context() else None
        if here is not None and here.id == user:  # read with this request already
            return {"joined_at": here.joined_at, "level": here.level}
        with engine.connect() as db:
            found = db.execute(select(User.joined_at, User.level).where(User.id == user)).first()
            return {"joined_at": found.joined_at, "level": found.level} if found else {}

    return facts
