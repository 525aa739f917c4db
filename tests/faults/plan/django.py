"""Faults in joining a Django host's transaction."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["DJANGO"]

_HOSTS = "tests/engine/test_django_hosts.py::"
_HELPER = "adapters/django.py"

DJANGO = (
    Fault(
        name="django-block-not-asked-for",
        promise="in a Django host nothing is booked outside a transaction.atomic() that is open",
        tests=(f"{_HOSTS}test_outside_a_transaction_nothing_joins[sqlite]",),
        edits=(Edit(_HELPER, "if not django.in_atomic_block or", "if"),),
    ),
    Fault(
        name="django-converters-not-met",
        promise="on SQLite instants are read whether Django's converters have been at them or not",
        tests=(f"{_HOSTS}test_instants_are_the_same_inside_whatever_zone_django_reads_in[sqlite-None]",),
        edits=(Edit("adapters/sql/types.py", "value if isinstance(value, datetime) else read(value)", "read(value)"),),
    ),
    Fault(
        name="django-zone-cut-off",
        promise="an instant inside a Django host's transaction is the same whatever zone Django reads in",
        tests=(f"{_HOSTS}test_instants_are_the_same_inside_whatever_zone_django_reads_in[postgres-None]",),
        edits=(Edit(_HELPER, '    cursor.adapters.register_loader("timestamptz", TimestamptzLoader)\n', ""),),
    ),
    Fault(
        name="django-other-database",
        promise="a mall in another database than Django's joins nothing",
        tests=(f"{_HOSTS}test_a_mall_in_another_database_is_not_joined[sqlite]",),
        edits=(Edit(_HELPER, "if _place(connection) != lender.place:", "if False:"),),
    ),
)
