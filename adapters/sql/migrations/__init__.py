"""Alembic's scripts; `quanyi.adapters.sql.migrate` runs them."""
