"""
Why: how each campaign takes a person now, and what an earlier call was answered.
"""

from __future__ import annotations

from typing import Any

from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.visit import Console
from quanyi.adapters.web.visit import pick
from quanyi.campaigns.eligibility import Eligibility
from quanyi.campaigns.tools.explain import explanation

__all__ = ["eligibility_table", "past_decisions"]

_TONES = {"granted": "good", "promised": "good", "refused": "bad", "failed": "bad"}


def eligibility_table(to: Console) -> Table:
    """Every campaign in force, with whether this person may take part now, and why not."""
    titles = ("campaign", "kind", "state", "why")
    return Table(
        name="eligible",
        caption=to.words("person.tab_eligible"),
        columns=[Column(to.words(f"person.{title}"), main=title == "campaign") for title in titles],
        rows=[_row(one, to) for one in to.mall.eligible(to.person)],
        empty=(to.words("person.no_campaigns"), to.words("person.no_campaigns_hint")),
    )


def _row(one: Eligibility, to: Console) -> list[Cell]:
    """The place in the file stands below the sentence, for whoever can change it."""
    no = one.why_not
    code = f"kind.{one.kind}"
    return [
        Cell(pick(one.title, to.locale) or one.campaign, hint=one.campaign),
        Cell(to.words(code) if code in to.words else one.kind),
        Cell(to.words(f"person.may_{'yes' if one.eligible else 'no'}"), tone="good" if one.eligible else "soft"),
        Cell("" if no is None else no.message(to.locale), hint="" if no is None else no.reason),
    ]


def past_decisions(to: Console, key: str, type_: str) -> dict[str, Any] | None:
    """What was answered under a key: each campaign's decision, in a sentence; None if nothing was booked under it."""
    receipt = to.mall.ask(key, type_)
    if receipt is None:
        return None
    told = [explanation(decision, to.mall.project, to.locale) for decision in receipt.decisions]
    titles = ("campaign", "state", "why", "version")
    rows = [
        [
            Cell(to.campaign_title(one["campaign"]) or one["campaign"] or type_, hint=one["rule"]),
            Cell(_outcome(one["outcome"], to), tone=_TONES.get(one["outcome"], "soft")),
            Cell(one["sentence"], hint=one["reason"]),
            Cell(one["version"][:12]),
        ]
        for one in told
    ]
    table = Table(
        caption=to.words("person.past"),
        columns=[Column(to.words(f"person.{title}"), main=title == "campaign") for title in titles],
        rows=rows,
        empty=(to.words("person.past_nobody"), to.words("person.past_nobody_hint")),
    )
    return {"at": receipt.at, "by": to.who(receipt.by), "table": table}


def _outcome(outcome: str, to: Console) -> str:
    return to.words(f"person.outcome_{outcome}")
