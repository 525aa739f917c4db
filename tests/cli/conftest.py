"""The command line in this process, a small project, and a database that is ready."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from click.testing import CliRunner

from quanyi.adapters.cli import main
from tests.stories.samples import write_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@attrs.frozen
class Answer:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def quanyi() -> Callable[..., Answer]:
    """Call a command: `quanyi("validate", folder)`."""

    def call(*arguments: object, **options: Any) -> Answer:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="quanyi", **options)
        assert "Traceback" not in result.stderr
        return Answer(result.exit_code, result.stdout, result.stderr)

    return call


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project without mistakes, with stories that come true."""
    return write_project(tmp_path / "small")


@pytest.fixture
def db(tmp_path: Path, quanyi: Callable[..., Answer]) -> str:
    """A database with tables."""
    url = f"sqlite:///{tmp_path / 'small.db'}"
    assert quanyi("db", "upgrade", "--db", url).code == 0
    return url


@pytest.fixture
def applied(folder: Path, db: str, quanyi: Callable[..., Answer]) -> str:
    """A database in which the project is in force."""
    assert quanyi("apply", folder, "--db", db, "--yes").code == 0
    return db
