"""
The floor's tables: what a careful developer keeps of a claim.

A person (the host's id stands there alone, all else knows the holder), the key with its answer, the stock row, a row per
limit and user, a budget, the deal, the entitlement, the journal, the outbox, the timer.
"""

from __future__ import annotations

__all__ = ["PAY", "TABLES", "sqlite_tables"]

PAY = 569900

TABLES = """
create table person (user_id text primary key, holder text not null unique, since timestamptz not null);
create table stock (item text primary key, remaining bigint not null check (remaining >= 0));
create table used (limit_name text, period text, holder text, times bigint not null,
    primary key (limit_name, period, holder));
create table budget (name text primary key, spent bigint not null, most bigint not null, check (spent <= most));
create table key (command text, key text, content text not null, answer jsonb not null, at timestamptz not null,
    primary key (command, key));
create table deal (id text primary key, holder text not null, item text not null, phase text not null,
    pieces bigint not null, pay bigint not null, placed_at timestamptz not null, due_at timestamptz, body jsonb not null);
create index deal_holder on deal (holder, placed_at);
create table journal (id bigint generated always as identity primary key, deal text not null, source text not null,
    destination text not null, amount bigint not null, label text not null, at timestamptz not null);
create table outbox (id bigint generated always as identity primary key, event text not null, data jsonb not null,
    at timestamptz not null);
create table timer (deal text primary key, event text not null, due_at timestamptz not null);
create index timer_due on timer (due_at);
create table entitlement (id text primary key, holder text not null, item text not null, deal text not null,
    phase text not null, got_at timestamptz not null, ends_at timestamptz);
create index entitlement_holder on entitlement (holder, item);
create table orders (id text primary key, user_id text not null, total bigint not null);
create table bare (id bigint generated always as identity primary key, item text, user_id text, unique (item, user_id));
"""

_TYPES = (
    ("bigint generated always as identity", "integer"),
    ("timestamptz", "text"),
    ("jsonb", "text"),
)


def sqlite_tables() -> str:
    """The same in the words of SQLite."""
    tables = TABLES
    for postgres, sqlite in _TYPES:
        tables = tables.replace(postgres, sqlite)
    return tables
