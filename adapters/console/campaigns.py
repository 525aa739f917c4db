"""
The list of campaigns, and what every screen says of one: its title, its state, and its rules in words.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from quanyi.adapters.console.screens import Screen, Shown
from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.visit import Console
from quanyi.adapters.web.fields import asked
from quanyi.campaigns.project.model import Campaign, Project
from quanyi.campaigns.project.proposal import in_force_of
from quanyi.campaigns.tools.show import show_data
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.time import zone_of

__all__ = [
    "CAMPAIGNS_SCREENS",
    "SEES_CAMPAIGNS",
    "campaign_cell",
    "present_project",
    "run_in_words",
    "state_cell",
    "title_of",
    "told_of",
]

SEES_CAMPAIGNS = ("viewer", "operator", "approver", "auditor")
"""Who may see what is in force."""

_STATES = ("open", "closed", "upcoming", "over", "paused", "damaged")
_TONES = {"open": "good", "closed": "soft", "upcoming": "soft", "over": "soft", "paused": "warn", "damaged": "bad"}


def _list(to: Console) -> Shown:
    project, words = present_project(to), asked("q").casefold()
    state = asked("state")
    found = [
        campaign
        for campaign in sorted(project.campaigns.values(), key=lambda each: each.id)
        if campaign.id > (to.after or "")
        and words in f"{campaign.id} {' '.join(campaign.head.title.values())}".casefold()
        and state in ("", _state(campaign.head, to))
    ]
    page = found[: to.limit]
    following = page[-1].id if len(found) > to.limit else None
    columns = [
        Column(to.words(f"campaigns.{title}"), main=title == "title") for title in ("title", "kind", "state", "runs")
    ]
    table = Table(
        name="campaigns",
        caption=to.words("screen.campaigns"),
        columns=columns,
        rows=[*(_row(campaign, to) for campaign in page), *([] if following else _damaged(to, words, state))],
        next=following,
        empty=(to.words("campaigns.empty"), to.words("campaigns.empty_hint")),
    )
    tabs = [
        {
            "name": to.words(f"campaigns.state_{name or 'all'}"),
            "href": to.link(state=name or None, after=None),
            "here": name == state,
        }
        for name in ("", *_STATES)
    ]
    return Shown(template="quanyi_console/campaigns.html", said={"tabs": tabs, "q": asked("q")}, table=table)


def _row(campaign: Campaign, to: Console) -> list[Cell]:
    return [
        campaign_cell(campaign.id, to, title_of(campaign.head, to)),
        Cell(to.words(f"kind.{campaign.head.kind}"), raw=campaign.head.kind),
        state_cell(campaign.head, to),
        Cell(run_in_words(campaign.head, to), raw=_run(campaign.head, to.dates.exact, to.dates.exact, to)),
    ]


def _damaged(to: Console, words: str, state: str) -> list[list[Cell]]:
    """Campaigns in force whose stored text can't be used."""
    found = to.books.ports.transactions.in_force.damaged() if state in ("", "damaged") else {}
    word = Cell(to.words("campaigns.state_damaged"), tone="bad")
    return [[Cell(name), Cell(""), word, Cell(why)] for name, why in found.items() if name and words in name]


def campaign_cell(name: str, to: Console, title: str = "") -> Cell:
    """A campaign by its title, with its id below; it leads to its screen."""
    href = to.url("campaign", campaign=name) if to.sees("campaign") else ""
    return Cell(title or to.campaign_title(name) or name, href=href, raw=name, hint=name)


def state_cell(head: Head, to: Console) -> Cell:
    """Whether a campaign takes requests at this moment."""
    state = _state(head, to)
    return Cell(to.words(f"campaigns.state_{state}"), tone=_TONES[state], raw=state)


def _state(head: Head, to: Console) -> str:
    runs, now = head.runs, to.now
    if to.books.ports.transactions.in_force.paused(head.campaign):
        return "paused"
    if runs.start is not None and now < runs.start:
        return "upcoming"
    if runs.end is not None and now >= runs.end:
        return "over"
    zone = zone_of(head.zone)
    return "open" if not head.open or any(each.is_open(now, zone) for each in head.open) else "closed"


def run_in_words(head: Head, to: Console) -> str:
    """From when to when it runs, in words; whole days without a clock."""
    said = _run(head, to.dates.start, to.dates.end, to)
    return said[:1].upper() + said[1:]


def _run(head: Head, start: Callable[[datetime], str], end: Callable[[datetime], str], to: Console) -> str:
    begins, ends = head.runs.start and start(head.runs.start), head.runs.end and end(head.runs.end)
    if begins and ends:
        return to.words("campaigns.from_until", begins=begins, ends=ends)
    if begins or ends:
        return to.words("campaigns.from", begins=begins) if begins else to.words("campaigns.until", ends=ends)
    return to.words("campaigns.always")


def title_of(head: Head, to: Console) -> str:
    """What a campaign is called."""
    return head.title.get(to.locale) or next(iter(head.title.values()), head.campaign)


def present_project(to: Console) -> Project:
    """The project with the campaigns that are in force by now."""
    ports = to.books.ports
    ports.plays()  # which takes over what others have brought into force
    return in_force_of(ports.project, ports.transactions.in_force)


def told_of(project: Project, campaign: str, to: Console) -> dict[str, object]:
    """A campaign in words: its sentence, what it can cost, its limits, the order of its checks."""
    data = show_data(project, campaign, to.locale)
    return {
        "sentence": data["sentence"][to.locale],
        "exposure": [part["says"] for part in data["exposure"]],
        "limits": [limit["says"] for limit in data["limits"]],
        "checks": [check["says"] for check in data["checks"]],
        "kind": to.words(f"kind.{data['kind']}"),
    }


CAMPAIGNS_SCREENS = (Screen(name="campaigns", path="/campaigns", roles=SEES_CAMPAIGNS, view=_list),)
