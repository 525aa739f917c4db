"""How long a mall takes to open, and campaigns to come into force; how long a cold `quanyi validate` takes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

import quanyi.demo_app
from quanyi import OpenMall, open_mall
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.wiring import wire
from quanyi.campaigns.project.load import load_project
from tests.bench.contest import Bound
from tests.bench.malls.large import write_large
from tests.bench.matching.project import project_of, write_mall
from tests.bench.matching.rules import rules
from tests.bench.servers import host_engine, scratch, sqlite_file
from tests.bench.waits.timing import COMMAND, as_installed, children_seconds, once

__all__ = ["ROWS"]

FEW, MANY = 1_000, 10_000
DEMO = Path(quanyi.demo_app.__file__).parent / "mall"


@contextmanager
def _folder() -> Iterator[tuple[Path, Engine]]:
    """The files of a thousand campaigns, and a database to open them on."""
    with scratch() as folder, sqlite_file() as url:
        write_mall(folder, rules(FEW))
        engine = host_engine(url)
        try:
            yield folder, engine
        finally:
            engine.dispose()


def _open(prepared: tuple[Path, Engine]) -> int:
    return len(open_mall(*prepared).project.campaigns)


@contextmanager
def _wired() -> Iterator[OpenMall]:
    """A mall of ten thousand campaigns, of which none is in force."""
    project = project_of(MANY)
    with sqlite_file() as url:
        engine = host_engine(url)
        try:
            yield wire(project, SqlStore(engine, project.mall, records=project.kinds.records))
        finally:
            engine.dispose()


def _apply(mall: OpenMall) -> int:
    mall.desk.apply()
    return len(mall.ports.store.release().campaigns)


@contextmanager
def _large() -> Iterator[Path]:
    """The files of ten thousand benefits on offer in three hundred campaigns."""
    with scratch() as folder:
        write_large(folder)
        yield folder


@contextmanager
def _applied() -> Iterator[tuple[Path, str]]:
    """The same, in force on a database."""
    with _large() as folder, sqlite_file() as url:
        engine, project = host_engine(url), load_project(folder)
        wire(project, SqlStore(engine, project.mall, records=project.kinds.records)).desk.apply()
        engine.dispose()
        yield folder, url.render_as_string()


def _plan(prepared: tuple[Path, str]) -> str:
    folder, url = prepared
    return _said("plan", str(folder), "--db", url)


@contextmanager
def _demo() -> Iterator[Path]:
    yield DEMO


def _validate(folder: Path) -> str:
    return _said("validate", str(folder))


def _said(*words: str) -> str:
    """What a command complains of; nothing if it ends well."""
    command = [sys.executable, "-c", COMMAND, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=as_installed())
    return done.stderr if done.returncode else ""


def _is(wanted: Any) -> Any:
    def wrong(found: Any) -> Sequence[str]:
        return [] if found == wanted else [f"{found!r} instead of {wanted!r}"]

    return wrong


ROWS = (
    Bound(
        name="wait.open_mall.1k",
        unit="s",
        side=once(_open, _folder, wrong=_is(FEW)),
        bound=1.0,
        checked=f"{FEW} campaigns were read",
    ),
    Bound(
        name="wait.apply.10k",
        unit="s",
        side=once(_apply, _wired, wrong=_is(MANY)),
        bound=5.0,
        checked=f"{MANY} campaigns are in force",
    ),
    Bound(
        name="wait.validate",
        unit="CPU s",
        side=once(_validate, _demo, clock=children_seconds, wrong=_is("")),
        bound=0.7,
        checked="the demo's mall has no mistake",
    ),
    Bound(
        name="wait.validate.10k",
        unit="CPU s",
        side=once(_validate, _large, clock=children_seconds, wrong=_is("")),
        bound=6.0,
        checked="10,000 benefits and 300 campaigns have no mistake",
    ),
    Bound(
        name="wait.plan.10k",
        unit="CPU s",
        side=once(_plan, _applied, clock=children_seconds, wrong=_is("")),
        bound=3.0,
        checked="10,000 benefits and 300 campaigns are in force already",
    ),
)
