"""The comparison of stores complains of what is wrong, and of nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from tests.life.__main__ import main
from tests.life.lived import Lived, complaints, live_on

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import URL

MEMORY = Lived(place="memory", digest="d1", inputs=30, reach=[])
SQLITE = Lived(place="SQLite", digest="d1", inputs=30, rows=9)


def part(**more: Any) -> dict[str, Any]:
    return {"campaign": "c1", "part": "says no", "name": "quota", "count": 3, "wanted": True, "why": "", **more}


def found(*lives: Lived) -> list[str]:
    return list(complaints(lives, least=3, inputs=30))


def test_stores_that_agree_and_meet_everything_are_fine() -> None:
    good = attrs.evolve(MEMORY, reach=[part(), part(count=0, wanted=False, why="it is a budget")])

    assert found(good, SQLITE) == []


@pytest.mark.parametrize(
    ("lives", "complaint"),
    [
        ((MEMORY, attrs.evolve(SQLITE, digest="d2")), "SQLite decided otherwise than memory: d2 and d1"),
        ((MEMORY, attrs.evolve(SQLITE, differences=["a lot is 3"])), "SQLite: a lot is 3"),
        ((attrs.evolve(MEMORY, inputs=29),), "the life has 29 inputs, and must have 30"),
        (
            (attrs.evolve(MEMORY, reach=[part(count=2)]),),
            "c1 says no quota was met 2 times, and is wanted 3 times",
        ),
        (
            (attrs.evolve(MEMORY, reach=[part(wanted=False, why="it is a budget")]),),
            "c1 says no quota was met 3 times, though it is a budget",
        ),
    ],
)
def test_whatever_is_wrong_is_named(lives: tuple[Lived, ...], complaint: str) -> None:
    assert found(*lives) == [complaint]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_short_life_is_lived_on_every_store(
    tmp_path: Path, postgres_url: URL, mariadb_url: URL, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command from end to end; so short a life meets little, and nothing is asked of it."""
    servers = [url.render_as_string(hide_password=False) for url in (postgres_url, mariadb_url)]
    given = ["--postgres", servers[0], "--mariadb", servers[1]]

    code = main(["--events", "150", "--least", "0", "--folder", str(tmp_path), *given])

    said = capsys.readouterr().out
    assert code == 0, said
    assert said.count("rows verified, 0 differences") == 3
    assert "met least" in said


def test_a_key_that_is_used_again_for_something_else_stops_no_life(tmp_path: Path) -> None:
    """The command that lives it ends with 1, and has lived it all the same."""
    events = tmp_path / "life.jsonl"
    lines = [{"at": f"2026-03-0{n}T10:00:00+08:00", "type": "check_in", "user": "ann", "key": "k"} for n in (1, 2)]
    events.write_text("".join(json.dumps({**line, "user": u}) + "\n" for line, u in zip(lines, "ab", strict=True)))

    assert live_on("memory", None, events).inputs == 2
