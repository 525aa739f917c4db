"""
What a step's `then` says: every value as one expectation, with its place in the file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from quanyi.campaigns.kinds.expectation import Expectation
from quanyi.campaigns.kinds.reader import Reader
from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.tools.stories.checks import checks_of, has_check
from quanyi.campaigns.tools.stories.state import read_unit

__all__ = ["read_then"]


def read_then(
    then: Mapping[str, Any],
    place: Place,
    project: Project,
    zone: str,
    findings: Findings,
    *,
    campaigns: Collection[str] = (),
) -> tuple[Expectation, ...]:
    """
    Read what must be true; unknown names are noted.

    Args:
        campaigns: Those in force in the story; all of the project if none is named.
    """
    in_force = campaigns or tuple(project.campaigns)
    reader = Reader(
        project=project, zone=zone, findings=findings, campaigns=in_force, has=partial(has_check, project.kinds)
    )
    checks, expectations = checks_of(project), list[Expectation]()
    for name, value in then.items():
        if name in project.units:
            expectations += read_unit(reader, name, value, place / name)
        elif reader.known("check", name, {**checks, **dict.fromkeys(project.units)}, place / name):
            expectations += checks[name].expectations(reader, name, value, place / name)
    return tuple(expectations)
