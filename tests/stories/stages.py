"""Where stories are told: in memory, and in tables whose books are verified afterwards."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.stages import sql_stage
from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.tools.stories import read_stories

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine

    from quanyi.campaigns.project.model import Project
    from quanyi.campaigns.tools.sandbox import Sandbox, StageFactory
    from quanyi.campaigns.tools.stories import Story
    from quanyi.entitlements.ports import Facts


def stories_of(folder: Path) -> tuple[Project, tuple[Story, ...]]:
    """A project and its stories, neither of which has a mistake."""
    project, findings = load_project(folder), Findings()
    stories = read_stories(folder, project, findings)
    assert not findings.items, findings.sorted()
    return project, stories


def verified_stage(engine: Engine) -> StageFactory:
    """Stages in a database whose books must come out before they are taken down."""
    upgrade(engine)

    @contextmanager
    def put_up(project: Project, facts: Facts, at: datetime) -> Iterator[Sandbox]:
        with sql_stage(engine)(project, facts, at) as stage:
            yield stage
            report = verify(engine, stage.store.mall)
            assert report.good, report.differences

    return put_up
