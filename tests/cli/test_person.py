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


def test_an_erasure_is_done_and_told(quanyi, folder, applied):
    """What was done, as JSON; afterwards the books know nobody of the id."""
    mall = mall_on(folder, applied)
    unit = next(iter(mall.project.units))
    mall.desk.adjust("ann", unit, 5, key="fix/ann", reason="instead of ann's parcel")
    order = ("person", "erase", "ann", "--db", applied, "--by", "ops/7", "--why", "asked", "--yes")
    refused, answer = quanyi(*order), quanyi(*order, "--drop-events")
    again = quanyi(*order)

    assert (refused.code, "event points.changed" in refused.err) == (2, True)
    assert (answer.code, answer.json["keys_forgotten"], answer.json["untold"]) == (0, 1, 1)
    assert [one["values"] for one in answer.json["stays"]] == [["instead of ann's parcel"]]
    assert (again.code, "nobody of this id" in again.err) == (2, True)
    assert quanyi("verify", "--db", applied).code == 0
