"""The page about hosting: its examples run as they are written, and it names every logger and exception."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import quanyi
from quanyi import QuanyiError, Refused, SupplierError
from quanyi.entitlements import errors
from tests.docs.pages import ROOT, titled_blocks

PAGE = ROOT / "docs" / "hosting.md"
TEXT = PAGE.read_text(encoding="utf-8")
NOT_FOR_CALLS = {"CampaignFileError", "QuanyiError"}  # told when a mall is opened; the tree's root
CALLED = [name for name in errors.__all__ if not issubclass(getattr(errors, name), SupplierError)]  # no supplier yet

CHECK = """
from sqlalchemy import Column, Integer, MetaData, Table, inspect
from alembic.autogenerate import compare_metadata
import database, keys, writer, jobs, migrations_env, page, things

jobs.mall.desk.apply()
jobs.every_minute()
assert page.page("ann")["points"] == 0
assert things.things(None)["next"] is None
assert things.things("ann", text="nothing of that name")["found"] == 0
assert keys.same == keys.ring
mine = MetaData()
Table("mine", mine, Column("id", Integer, primary_key=True))
mine.create_all(database.engine)
with database.engine.connect() as connection:
    assert compare_metadata(migrations_env.context_of(connection, mine), mine) == []
    assert inspect(connection).has_table("quanyi_journal")
database.engine.dispose()
"""


def test_the_examples_run_as_they_are_written(tmp_path: Path) -> None:
    for title, body in titled_blocks(PAGE).items():
        (tmp_path / title).write_text(body, encoding="utf-8")
    shutil.copytree(ROOT / "tests" / "malls" / "basic", tmp_path / "mall")
    run = subprocess.run(
        [sys.executable, "-c", CHECK], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )

    assert run.returncode == 0, run.stderr[-3000:]


def test_every_logger_of_the_library_is_named() -> None:
    sources = [path for folder in ("entitlements", "campaigns", "adapters") for path in (ROOT / folder).rglob("*.py")]
    found = {name for path in sources for name in re.findall(r'getLogger\("([\w.]+)"\)', path.read_text("utf-8"))}

    assert found == set(re.findall(r"^\| `(quanyi[\w.]*)` \|", TEXT, re.MULTILINE))


@pytest.mark.parametrize("name", [name for name in CALLED if name not in NOT_FOR_CALLS])
def test_every_exception_says_what_to_do(name: str) -> None:
    """A refusal by its parent."""
    cls = getattr(errors, name)
    assert issubclass(cls, QuanyiError)
    told = "Refused" if issubclass(cls, Refused) else name
    table = TEXT.split("| you see |")[1].split("\n\n")[0]

    assert f"`{told}`" in table
    assert hasattr(quanyi, told)
