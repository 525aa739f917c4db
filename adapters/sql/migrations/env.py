"""The script that Alembic runs; connection and tables come from `quanyi.adapters.sql.migrate`."""

from __future__ import annotations

from alembic import context

from quanyi.adapters.sql.migrate import options

_given = context.config.attributes

if context.is_offline_mode():
    context.configure(dialect_name=_given["dialect"], literal_binds=True, **options(_given["tables"]))
else:
    context.configure(connection=_given["connection"], **options(_given["tables"]))

with context.begin_transaction():
    context.run_migrations()
