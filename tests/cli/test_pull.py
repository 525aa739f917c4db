"""`quanyi new`, `releases` and `pull`: from a form to a file, back to an earlier set, and from the database to the files."""

from __future__ import annotations

import random
import shutil

import pytest
from sqlalchemy import create_engine

from quanyi import prepare_engine
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.wiring import wire
from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.project.pulling import file_changes

TEA = "campaign: tea-time\nkind: sale\nsells: {coffee: 3.00}\nopen: daily 09:00-10:00\nat_most: [1 piece per user]\n"


@pytest.fixture
def brought(folder, applied):
    """Bring a text into force without the files."""

    def bring(text=None, without=None):
        engine = prepare_engine(create_engine(applied))
        editing = wire(load_project(folder), SqlStore(engine, "small")).desk.editing
        wanted = editing.read(text).sound() if text else editing.without(without)
        editing.bring(wanted, onto=editing.epoch, by="ops/7")
        engine.dispose()

    return bring


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.yaml")}


def test_what_was_written_at_the_console_comes_into_the_files(quanyi, folder, applied, brought):
    before = files(folder)
    brought(TEA)
    brought(before["campaigns/coffee.yaml"].replace("9.90", "8.80"))
    brought(without="thanks")
    planned = quanyi("plan", folder, "--db", applied, "--json").json
    pulled = quanyi("pull", folder, "--db", applied, "--yes")
    after = files(folder)

    assert {change["campaign"] for change in planned["changes"]} == {"tea-time", "coffee-hour", "thanks"}
    assert pulled.code == 0
    assert "-sells: {coffee: 9.90}" in pulled.out
    assert "+sells: {coffee: 8.80}" in pulled.out
    assert after["campaigns/tea-time.yaml"] == TEA
    assert "campaigns/thanks.yaml" not in after
    assert quanyi("plan", folder, "--db", applied, "--json").json["changes"] == []
    assert quanyi("pull", folder, "--db", applied).code == 1
    assert files(folder) == after


def test_nothing_is_written_without_a_yes(quanyi, folder, applied, brought):
    before = files(folder)
    brought(TEA)
    quanyi("pull", folder, "--db", applied, input="n\n")

    assert files(folder) == before


def test_what_stands_around_a_campaign_stays(folder):
    """Comments, other documents and their order; whatever is replaced or left out."""
    chance = random.Random(7)
    names = ["one", "two", "three", "four"]
    parts = [
        f"# about {n}\ncampaign: {n}\nkind: reward\nwhen: order.paid\ngive: {{points: 1}}\nat_most: [1 per user]\n# end of {n}\n"
        for n in names
    ]
    path = folder / "campaigns" / "many.yaml"
    for _ in range(12):
        path.write_text("---\n".join(parts))
        found = load_project(folder)
        gone = set(chance.sample(names, chance.randint(0, 3)))
        newer = {
            n: found.campaigns[n].source.replace("points: 1", "points: 2")
            for n in names
            if n not in gone and chance.random() < 0.5
        }
        present = {n: campaign.version for n, campaign in found.campaigns.items() if n not in gone}
        for change in file_changes(found, present, newer):
            change.write(folder)
        after = load_project(folder)
        kept = path.read_text()

        assert after.campaigns.keys() == present.keys()
        assert all(("points: 2" in after.campaigns[n].source) is (n in newer) for n in names if n not in gone)
        assert [f"# about {n}" in kept for n in names] == [n not in gone for n in names]
        assert [f"# end of {n}" in kept for n in names] == [n not in gone for n in names]


def test_an_earlier_set_is_listed_and_brought_back(quanyi, folder, applied, brought):
    brought(TEA)
    listed = quanyi("releases", "list", folder, "--db", applied)
    restored = quanyi("releases", "restore", folder, 1, "--db", applied, "--yes", "--lang", "en", "--by", "me")
    read = quanyi("releases", "list", folder, "--db", applied, "--json").json["releases"]

    assert "ops/7" in listed.out
    assert "+tea-time" in listed.out
    assert "retired tea-time" in restored.out
    assert (read[0]["by"], read[0]["retired"], read[0]["epoch"]) == ("me", ["tea-time"], 3)
    assert quanyi("releases", "restore", folder, 77, "--db", applied, "--yes").code == 2


def test_a_campaign_is_written_from_a_template(quanyi, folder):
    answers = {
        "campaign": "noon",
        "title_en": "Noon",
        "thing": "coffee",
        "price": "5",
        "starts": "2031-01-01",
    }
    said = [word for name, text in answers.items() for word in ("--set", f"{name}={text}")]
    asked = quanyi("new", "flash-sale", folder, *said)
    shutil.rmtree(folder / "campaigns")
    made = quanyi("new", "flash-sale", folder, *said, "--set", "quota=3")

    assert asked.code == 2
    assert "missing: quota" in asked.err
    assert (made.code, made.out.splitlines()[0]) == (0, f"wrote {folder / 'campaigns' / 'noon.yaml'}")
    assert load_project(folder).campaigns["noon"].head.kind == "flash_sale"
    assert quanyi("new", "flash-sale", folder, *said, "--set", "quota=3").code == 2
    assert "flash-sale" in quanyi("new").out
    assert "thing" in quanyi("new", "sale").out
