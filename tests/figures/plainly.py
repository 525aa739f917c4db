"""
The figures of a database, counted a second time in another way: each figure by itself, from rows as they stand in the tables.

It shares no code with the product, so that a mistake there is not made here too.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC
from zoneinfo import ZoneInfo

from sqlalchemy import text


def recounted(store, project):
    """By (day, campaign, item, figure): what it comes to."""
    with store.engine.connect() as db:
        journal = (
            db.execute(store.tables.journal.select().where(store.tables.journal.c.mall == store.mall)).mappings().all()
        )
        bodies = db.execute(text("select id, kind, campaign, campaign_version, item, body from quanyi_record"))
        records = {bytes(r.id).hex(): (r.kind, r.campaign, r.item, json.loads(r.body)) for r in bodies}
    sums = Counter()
    for change in journal:
        at = change["decided_at"]
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        day = at.astimezone(ZoneInfo(project.zone)).date().isoformat()
        for campaign, item, figure, amount in _of(change, json.loads(change["lines"]), records, project):
            sums[day, campaign, item, figure] += amount
    return {key: amount for key, amount in sums.items() if amount}


def _of(change, lines, records, project):
    puts = [(line[1], line[2], line[3] is None) for line in lines if line[0] == "put"]
    events = [line[1] for line in lines if line[0] == "emit" and len(line) == 2]
    deals = {id_: records[id_] for kind, id_, _ in puts if kind == "deal"}
    rights = [(records[id_], new) for kind, id_, new in puts if kind == "entitlement"]
    mine = bool(change["campaign"]) and not deals
    mine = mine and not any(line[0] == "put" and line[1] == "promise" and line[4] == "kept" for line in lines)
    for _, campaign, item, body in (deals[id_] for kind, id_, new in puts if kind == "deal" and new):
        yield campaign, item, "claims", 1
        yield campaign, item, "claimed", body.get("pieces", 1)
    for _, campaign, item, body in deals.values():
        if "deal.paid" in events:
            yield campaign, item, "paid", body.get("pay", 0)
            yield campaign, item, "discount", max(body.get("list_price", 0) - body.get("pay", 0), 0)
            yield campaign, item, "delivered", 0 if item in project.benefits else body.get("pieces", 1)
        elif "deal.closed" in events:
            yield campaign, item, "closed", 1
        yield campaign, item, "refunds", events.count("deal.refunded")
        yield campaign, item, "refunded", sum(line[2] for line in lines if line[:2] == ["counted", "refunded"])
    yield from _of_rights(rights, events, project, mine)
    for kind, id_, new in puts:
        if kind == "promise" and new:
            yield records[id_][1], records[id_][2], "claims", 1
            yield records[id_][1], records[id_][2], "claimed", 1
        if kind == "rating":
            for line in lines:
                if line[0] == "counted":
                    yield records[id_][1], records[id_][2], line[1], line[2]
    yield from _of_points(change, lines, mine)


def _of_rights(rights, events, project, mine):
    for (_, campaign, item, _), new in rights:
        cost = project.benefits[item].cost
        if new:
            yield campaign, item, "delivered", 1
            yield campaign, item, "granted", 1
            yield campaign, item, "cost", cost
            yield campaign, item, "claimed", 1 if mine else 0
    if mine:
        for campaign, item in {(campaign, item) for (_, campaign, item, _), new in rights if new}:
            yield campaign, item, "claims", 1
    used, gone = events.count("entitlement.used"), events.count("entitlement.withdrawn")
    old = [record for record, new in rights if not new]
    for _, campaign, item, body in old[: used + gone]:
        yield campaign, item, "redeemed", 1 if used else 0
        yield campaign, item, "withdrawn", 1 if gone else 0
        yield campaign, item, "cost", -project.benefits[item].cost if gone and not body.get("pool") else 0


def _of_points(change, lines, mine):
    posts = [line[1:5] for line in lines if line[0] == "post"]
    for unit in {taken[1] for taken, *_ in posts}:
        out = sum(n for source, _, n, _ in posts if source == ["outside", unit, "issued"])
        yield (
            change["campaign"],
            unit,
            "issued",
            out - sum(n for _, to, n, _ in posts if to == ["outside", unit, "issued"]),
        )
        spent = sum(n for _, to, n, _ in posts if to == ["outside", unit, "revenue"])
        yield (
            change["campaign"],
            unit,
            "spent",
            spent - sum(n for s, _, n, _ in posts if s == ["outside", unit, "revenue"]),
        )
        if any(source == ["outside", unit, "issued"] and label == "earn" for source, _, _, label in posts):
            yield change["campaign"], unit, "delivered", 1
            yield change["campaign"], unit, "claims", 1 if mine else 0
            yield change["campaign"], unit, "claimed", 1 if mine else 0
