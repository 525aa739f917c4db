"""A Django host for tests: configured once in a process, connected to one test's database at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL

__all__ = ["connected", "database"]


def database(url: URL, **options: Any) -> dict[str, Any]:
    """An entry of Django's ``DATABASES`` for the same database."""
    if url.drivername == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.database, "OPTIONS": options}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.database,
        "USER": url.username or "",
        "PASSWORD": url.password or "",
        "HOST": url.host or "",
        "PORT": str(url.port or ""),
        "OPTIONS": {**url.query, **options},
    }


@contextmanager
def connected(url: URL, *, time_zone: str | None = "UTC", autocommit: bool = True, **options: Any) -> Iterator[None]:
    """Django's default database is this one, for a while; without a time zone it knows none (``USE_TZ = False``)."""
    import django
    from django.conf import settings
    from django.db import connections
    from django.test import override_settings

    if not settings.configured:
        settings.configure(DATABASES={}, INSTALLED_APPS=[], USE_TZ=True, TIME_ZONE="UTC")
        django.setup()
    entry = {**database(url, **options), "AUTOCOMMIT": autocommit}
    zone = {"USE_TZ": time_zone is not None, "TIME_ZONE": time_zone or "America/New_York"}
    before = connections.settings
    with override_settings(**zone):
        connections.settings = connections.configure_settings({"default": entry})
        if hasattr(connections._connections, "default"):
            del connections["default"]
        try:
            yield
        finally:
            connections["default"].close()
            del connections["default"]
            connections.settings = before
