"""
What a host's transaction that stays open costs everybody else: ``python -m tests.bench.held``.

A host reports into a budget inside its transaction and keeps it open; meanwhile others report into the
same budget, and others check in. Seconds until they are answered, on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep
from uuid import uuid4

from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session

from quanyi import Conflict, prepare_engine
from quanyi.adapters.clock import SystemClock
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from tests.conftest import POSTGRES_URL
from tests.engine.conftest import FOLDER, sql_store

OPEN_SECONDS = 4.0
CALLERS = 8


def measure(engine: Engine) -> None:
    mall = wire(load_project(FOLDER), sql_store(engine), clock=SystemClock())
    mall.desk.apply()
    mall.report("points.granted", user="first", key="first", data={"points": 1})
    with ThreadPoolExecutor(2 * CALLERS) as hands, Session(engine) as db:
        mall.within(db).report("points.granted", user="host", key="host", data={"points": 1})
        same = [hands.submit(timed, mall, "points.granted", f"s{n}", {"points": 1}) for n in range(CALLERS)]
        others = [hands.submit(timed, mall, "check_in", f"o{n}", {}) for n in range(CALLERS)]
        sleep(OPEN_SECONDS)
        db.commit()
        for what, futures in (("same budget", same), ("other rows", others)):
            took, answers = zip(*[future.result() for future in futures], strict=True)
            sys.stdout.write(f"{engine.dialect.name:10} {what:11} {max(took):5.2f} s at most  {sorted(set(answers))}\n")


def timed(mall: OpenMall, type_: str, user: str, data: dict[str, int]) -> tuple[float, str]:
    began = monotonic()
    try:
        mall.report(type_, user=user, key=user, data=data)
    except Conflict as late:
        return monotonic() - began, type(late).__name__
    return monotonic() - began, "answered"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = prepare_engine(create_engine(f"sqlite:///{folder}/held.db"))
        measure(engine)
        engine.dispose()
    schema = f"bench_{uuid4().hex[:12]}"
    admin = create_engine(POSTGRES_URL, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"create schema {schema}"))
    engine = create_engine(make_url(POSTGRES_URL).update_query_dict({"options": f"-csearch_path={schema}"}))
    try:
        measure(engine)
    finally:
        engine.dispose()
        with admin.connect() as connection:
            connection.execute(text(f"drop schema {schema} cascade"))
        admin.dispose()


if __name__ == "__main__":
    main()
