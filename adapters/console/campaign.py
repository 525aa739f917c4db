"""
The page of one campaign: how it stands, what happens next, what it does, what it can still cost; stopping and editing it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import request

from quanyi.adapters.console.campaigns import (
    SEES_CAMPAIGNS,
    present_project,
    run_in_words,
    state_cell,
    title_of,
    told_of,
)
from quanyi.adapters.console.figures.screens import figures_of_campaign
from quanyi.adapters.console.screens import Action, Booking, Done, Screen, Shown
from quanyi.adapters.console.visit import Console
from quanyi.adapters.web.visit import pick
from quanyi.campaigns.language.speaker import Speaker
from quanyi.campaigns.project.model import Campaign
from quanyi.campaigns.tools.exposure import Remaining, RemainingBound, remaining
from quanyi.entitlements.checks.openings import state_of
from quanyi.entitlements.errors import NotFound

__all__ = ["CAMPAIGN_SCREENS", "campaign_here", "campaign_tabs"]

_NEARLY = 80
"""From how many percent on a bound is nearly used up."""

_TONES = {"open": "good", "paused": "warn", "sold_out": "warn"}
_ANSWERS = ("worked", "failed", "rated")


def _one(to: Console) -> Shown:
    campaign = campaign_here(to)
    name, left = campaign.id, remaining(campaign, to.books.ports)
    figures, table = figures_of_campaign(to, name)
    paused = to.books.ports.transactions.in_force.paused(name)
    said: dict[str, Any] = {
        "name": name,
        "told": told_of(present_project(to), name, to),
        "state": state_cell(campaign.head, to),
        "paused": paused,
        "span": run_in_words(campaign.head, to),
        "source": to.books.desk.editing.text_in_force(name),
        "version": campaign.version,
        "tabs": campaign_tabs(to, "campaign"),
        "coming": list(_coming(campaign, left, to)),
        "bounds": [_bound(bound, to) for bound in left.bounds],
        "still": _still(left, to),
        "answers": _answers(figures["figures"].total, to),
        **figures,
    }
    return Shown(template="quanyi_console/campaign.html", title=title_of(campaign.head, to), said=said, table=table)


def campaign_here(to: Console) -> Campaign:
    """The campaign that the address names; NotFound if it is not in force."""
    project, name = present_project(to), to.path["campaign"]
    if name not in project.campaigns:
        raise NotFound(f"no campaign in force is called {name!r}")
    return project.campaigns[name]


def campaign_tabs(to: Console, here: str) -> list[dict[str, Any]]:
    """The screens of one campaign that the operator may see."""
    names = [name for name in ("campaign", "versions", "stories") if to.sees(name)]
    campaign = to.path["campaign"]
    return [
        {"name": to.words(f"campaigns.tab_{name}"), "href": to.url(name, campaign=campaign), "here": name == here}
        for name in names
    ]


# --- what happens next -------------------------------------------------------------------------


def _coming(campaign: Campaign, left: Remaining, to: Console) -> Iterator[tuple[str, str]]:
    """What happens next, each in a sentence with its tone: first the run, then what is nearly used up."""
    paused = to.books.ports.transactions.in_force.paused(campaign.id)
    quotas = [bound.left for bound in left.bounds if bound.limit is None]
    pieces = sum(quotas) if quotas else None
    state, ends, opens = state_of(campaign.head, to.now, pieces, paused=paused)
    code = f"campaigns.next_{state}{'_ends' if ends and state in ('open', 'paused') else ''}"
    at = opens if state in ("not_started", "between") else ends
    yield _TONES.get(state, "soft"), to.words(code, at=to.dates.moment(at) if at else "")
    for bound in left.bounds if state == "open" else ():
        if bound.percent >= _NEARLY:
            yield "warn", _used_up(bound, to)


def _used_up(bound: RemainingBound, to: Console) -> str:
    code = "campaigns.next_nearly" if bound.left > 0 else "campaigns.next_used"
    return to.words(code, what=_name(bound, to), percent=bound.percent, left=_amount(bound.left, bound, to))


# --- what it can still cost -----------------------------------------------------------------------


def _still(left: Remaining, to: Console) -> list[str]:
    """The most that it can still cost, unit by unit."""
    speaker = Speaker(project=to.mall.project, locale=to.locale)
    return [speaker.exposure(part) for part in left.exposure]


def _bound(bound: RemainingBound, to: Console) -> dict[str, Any]:
    """A budget, a limit or a quota that all share, with what is left of it."""
    says = {"left": _amount(bound.left, bound, to), "count": _amount(bound.count, bound, to)}
    again = to.words("campaigns.bound_again", at=to.dates.moment(bound.again_at)) if bound.again_at else ""
    return {
        "name": _name(bound, to),
        "left": to.words("campaigns.bound_left", **says),
        "percent": bound.percent,
        "again": again,
    }


def _name(bound: RemainingBound, to: Console) -> str:
    if bound.limit is None:
        return to.words("campaigns.bound_quota", thing=_thing(bound.thing, to))
    says = Speaker(project=to.mall.project, locale=to.locale).limit(bound.limit)
    things = [thing for each in bound.limit.id.split("/") if (thing := _thing(each, to)) != each]
    return to.words("campaigns.bound_of", says=says, thing=things[0]) if things else says


def _thing(thing: str, to: Console) -> str:
    project = to.mall.project
    known = project.benefits.get(thing) or project.goods.get(thing)
    return (pick(known.title, to.locale) if known is not None else "") or thing


def _amount(number: int, bound: RemainingBound, to: Console) -> str:
    if bound.limit is None:
        return f"{max(number, 0):,}"
    return Speaker(project=to.mall.project, locale=to.locale).amount(max(number, 0), bound.thing)


def _answers(total: Any, to: Console) -> list[tuple[str, str]]:
    """What holders say of it: whether it worked, and stars."""
    stars = "–" if total.mean_stars is None else f"{float(total.mean_stars):.1f}"
    works = "–" if total.works_rate is None else f"{float(total.works_rate):.0%}"
    counts = [(to.words(f"campaigns.answer_{name}"), f"{getattr(total, name):,}") for name in _ANSWERS]
    return [(to.words("campaigns.answer_works"), works), *counts, (to.words("campaigns.answer_stars"), stars)]


# --- acts -----------------------------------------------------------------------------------------


def _pause(to: Console, _: None, booking: Booking) -> Done:
    to.books.desk.pause(to.path["campaign"], by=booking.by, reason=booking.reason)
    return Done()


def _resume(to: Console, _: None, booking: Booking) -> Done:
    to.books.desk.resume(to.path["campaign"], by=booking.by, reason=booking.reason)
    return Done()


def _retire(to: Console, _: None, booking: Booking) -> Done:
    editing = to.books.desk.editing
    onto = editing.epoch
    editing.bring(editing.without(to.path["campaign"]), onto=onto, by=booking.by, reason=booking.reason)
    return Done(goes=to.url("campaigns"))


def _version(_: Console) -> str:
    """The version whose text a draft begins with; empty for the one in force."""
    return request.form.get("version", "")[:100]


def _edit(to: Console, version: str, booking: Booking) -> Done:
    editing, campaign = to.books.desk.editing, to.path["campaign"]
    text = editing.text_of(campaign, version) if version else editing.text_in_force(campaign)
    proposal = editing.begin(text, by=booking.by)
    return Done(goes=to.url("proposal", proposal=proposal.id))


CAMPAIGN_SCREENS = (
    Screen(
        name="campaign",
        path="/campaigns/<campaign>",
        roles=SEES_CAMPAIGNS,
        view=_one,
        under="campaigns",
        actions=(
            Action(name="pause", roles={"operator", "approver"}, run=_pause),
            Action(name="resume", roles={"operator", "approver"}, run=_resume),
            Action(name="retire", roles={"approver"}, run=_retire),
            Action(name="edit", roles={"operator", "approver"}, read=_version, run=_edit, noted=False),
        ),
    ),
)
