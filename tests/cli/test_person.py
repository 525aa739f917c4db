"""`quanyi person`: a copy of what the books keep of somebody."""

from __future__ import annotations

from sqlalchemy import create_engine

from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.wiring import wire
from quanyi.campaigns.project.load import load_project


def mall_on(folder, url):
    """The mall of the project, opened beside the command."""
    project = load_project(folder)
    return wire(project, SqlStore(create_engine(url), project.mall))


def test_a_copy_is_printed_and_noted(quanyi, folder, applied):
    """Balances, history and records, as the desk has them; who asked and why stands among the acts."""
    mall = mall_on(folder, applied)
    unit = next(iter(mall.project.units))
    mall.desk.adjust("ann", unit, 5, key="a/1", reason="welcome")
    answer = quanyi("person", "export", "ann", "--db", applied, "--by", "ops/7", "--why", "ann asked for it")
    (act,) = mall.desk.acts(user="ann")

    assert (answer.code, answer.json["user"]) == (0, "ann")
    assert [entry["amount"] for entry in answer.json["history"]] == [5]
    assert (act.name, act.phase, act.by, act.reason) == ("people.copy", "done", "ops/7", "ann asked for it")


def test_of_a_stranger_there_is_no_copy(quanyi, folder, applied):
    """One line, and nothing noted."""
    answer = quanyi("person", "export", "nobody", "--db", applied, "--by", "ops/7", "--why", "asked")

    assert (answer.code, answer.out) == (2, "")
    assert "nobody of this id" in answer.err
    assert mall_on(folder, applied).desk.acts() == []
