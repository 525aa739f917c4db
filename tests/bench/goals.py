"""
What each row means, and where its limit is thought to be: the sentences of docs/performance.md.

Figures are never written here or there by hand: `python -m tests.bench.page` takes them from build/bench.json.
"""

from __future__ import annotations

import attrs

__all__ = ["GOALS", "Goal"]


@attrs.frozen
class Goal:
    """
    One row of the page.

    Attributes:
        unit: What one unit of ours is, and of the floor.
        least: The ratio below which the row is not good enough; `goal` the one that is aimed at. None for rows
            that are reported beside others.
    """

    unit: str
    least: float | None = None
    goal: float | None = None


_BY_HAND = "the same duties by hand, one transaction each, the stock row `FOR UPDATE`"
_NEWCOMERS = "the same by people nobody knows yet: both sides write a person row for each"

GOALS: dict[str, Goal] = {
    "claims.pg.lone": Goal("median latency of a claimant who is alone; by hand", 0.75, 1),
    "claims.pg.16": Goal(
        f"durable flash-sale claims on one hot stock row by 16 threads of known people, one each; {_BY_HAND}", 4.3, 8
    ),
    "claims.pg.16.newcomers": Goal(_NEWCOMERS),
    "claims.pg.64": Goal("the same by 64 threads; p99 at most a tenth of the floor's", 9, 15),
    "claims.pg.64.newcomers": Goal(_NEWCOMERS),
    "claims.pg.64.guarded": Goal("64 threads under a second limit, in a month, and a budget; the same by hand"),
    "claims.pg.256": Goal("the same by 256 threads, which share 64 connections on the floor's side", 13, 20),
    "claims.pg.256.newcomers": Goal(_NEWCOMERS),
    "claims.pg.processes": Goal("two processes of 32 threads each; the floor has 64 threads in one", 10, 16),
    "claims.pg.joined": Goal(
        "reserved by us, paid inside the host's own order transaction, which gives the ticket, 16 threads; the host doing"
        " all of it through its SQLAlchemy Session in one transaction",
        1.5,
        3,
    ),
    "claims.sqlite.64": Goal(
        "the claims of 64 threads on SQLite `synchronous=FULL`; by hand, queued in the process", 1.2, 2
    ),
    "claims.sqlite.64.newcomers": Goal(_NEWCOMERS),
    "claims.vs_redis.64": Goal(
        "`claims.pg.64`; a Lua gate in Redis (key, one per user, stock), no SQL row, synced every second", None, 1
    ),
    "peer.embedded.lone": Goal(
        "claims on SQLite by one caller, all duties; stock reservations (stock and reservation row only) of"
        " stateset-embedded by its own settings, `bare`: synced as ours is",
        0.35,
        0.8,
    ),
    "peer.embedded.32": Goal("the same by 32 threads", 1.3, 2.5),
    "exchange.pg": Goal(
        "whole exchanges of points by one client: audience, limit, points, stock, entitlement, journal, outbox; whole"
        " voucher redemptions of django-oscar (basket, voucher, offer, order)",
        20,
        40,
    ),
    "events.pg.16": Goal("`report` of a fact that three campaigns hear, one with a budget, 16 threads; by hand", 2, 5),
    "points.pg.hot.100": Goal(
        "facts that give points from one budget, 100 in a batch, each answered; by hand, 16 threads, one transaction each",
        6,
        12,
    ),
    "points.pg.hot.1000": Goal("the same, 1,000 in a batch", 10, 20),
    "points.read.history": Goal(
        "reading the balance and lots of somebody with 10,000 lines of history; of somebody with 10", 0.7, 1
    ),
    "engine.vs_rule_engine.10k": Goal(
        "events matched against 10,000 campaigns (type, channel, least amount); rule-engine, a compiled rule for each",
        2_000,
        10_000,
    ),
    "engine.vs_zen.10k": Goal("the same; zen-engine, one compiled decision table", 20, 20),
    "engine.growth.10k": Goal("cost of an event at 10,000 live campaigns of which 5 match; at 10", 0.5, 0.9),
    "engine.growth.10k.ranges": Goal("the same, where campaigns are told apart by ranges", 0.5, 0.9),
    "engine.growth.100k": Goal("the same at 100,000 campaigns", None, 0.1),
    "engine.compile.10k": Goal("10,000 campaigns compiled from parsed files; 1 s", None, 1),
    "backtest.vs_live": Goal(
        "recorded events through two sets of 100 campaigns in `quanyi backtest`; through one in `quanyi run` on SQLite",
        None,
        3,
    ),
    "catalogue.page.10k": Goal(
        "the first page of everything in a mall of 10,000 things in 300 campaigns on SQLite, 24 of them with why not, for somebody signed "
        "in; 40 ms of processor time",
        1,
        2,
    ),
    "catalogue.search.10k": Goal("a page of the same that a search by pinyin found; 40 ms of processor time", 1, 2),
    "catalogue.item.10k": Goal("the page of one of the things; 10 ms of processor time", 1, 2),
    "figures.overview.1m": Goal(
        "the console's overview on a history of 1,000,000 changes in 60 campaigns over a year on SQLite, counted by the worker's job;"
        " 50 ms",
        1,
        2,
    ),
    "figures.year.1m": Goal("the figures of that whole year by campaign; 50 ms", 1, 2),
    "figures.channels.1m": Goal("the same by channel; 50 ms", 1, 2),
    "verify.rows": Goal("journal rows that `quanyi verify` checks; plain SHA-256 over the same rows", None, 0.3),
    "wait.run.memory": Goal(
        "recorded events of the demo's life in `quanyi run --memory`; at least 2,000 a second", None, 1
    ),
    "wait.run.sqlite": Goal("the same on SQLite; at least 600 a second", None, 1),
    "wait.backtest": Goal("the same in `quanyi backtest`, which lives them twice; at least 2,000 a second", None, 1),
    "wait.verify": Goal("rows of all tables that `quanyi verify` checks; at least 100,000 a second", None, 1),
    "wait.open_mall.1k": Goal("`open_mall` of a folder with 1,000 campaigns; at most 1 s", None, 1),
    "wait.apply.10k": Goal("`apply` of 10,000 new campaigns on SQLite; at most 5 s", None, 1),
    "wait.validate": Goal("a cold `quanyi validate` of the demo's mall; at most 0.7 s of processor time", None, 1),
    "wait.validate.10k": Goal(
        "the same of 10,000 benefits on offer in 300 campaigns; at most 6 s of processor time", None, 1
    ),
    "wait.plan.10k": Goal(
        "`quanyi plan` of the same on SQLite, where it is in force; at most 3 s of processor time", None, 1
    ),
    "wait.demo.seed": Goal("seeding the demo's months of life; at most 5 s of processor time", None, 1),
    "wait.page.mall.cpu": Goal("the demo's mall page for somebody signed in; at most 20 ms of processor time", None, 1),
    "wait.page.mall.statements": Goal("statements for the same page; at most 25", None, 1),
}
