"""What an earlier release wrote, on the databases that it knew: none ever ran on MariaDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sqlalchemy import Engine


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """The same test on each of them."""
    return request.getfixturevalue(f"{request.param}_engine")
