"""
The screens of trials: the stories of a campaign, and the stories and the back-test of a draft, run by a button.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from quanyi.adapters.console.campaign import campaign_here, campaign_tabs
from quanyi.adapters.console.campaigns import SEES_CAMPAIGNS, title_of
from quanyi.adapters.console.people.search import name_of
from quanyi.adapters.console.screens import Action, Booking, Done, Mistyped, Screen, Shown
from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.visit import Console
from quanyi.adapters.trial_runs import MOST_EVENTS
from quanyi.adapters.web.fields import sent
from quanyi.adapters.web.visit import money_text, number_text
from quanyi.entitlements.errors import CampaignFileError, NotFound

__all__ = ["TRIAL_SCREENS", "trials_in_short"]

_SEES = ("operator", "approver", "auditor")
_RUNS = ("operator", "approver")
_DAYS = ("7", "30", "90")


# --- the screens -----------------------------------------------------------------------------------


def _stories(to: Console) -> Shown:
    campaign = campaign_here(to)
    subject = f"campaign/{campaign.id}"
    said = {"name": campaign.id, "tabs": campaign_tabs(to, "stories"), "stories": _of(to, subject, "stories")}
    return Shown(template="quanyi_console/stories.html", title=title_of(campaign.head, to), said=said)


def _trials(to: Console) -> Shown:
    proposal = to.books.desk.editing.proposals.find(to.path["proposal"])
    if proposal is None:
        raise NotFound("there is no such proposal")
    subject, runs = f"proposal/{proposal.id}", to.books.desk.trials
    lived = _of(to, subject, "backtest")
    days = None if lived is None or not lived.get("days") else _days(lived, to)
    said = {
        "proposal": proposal,
        "stories": _of(to, subject, "stories"),
        "lived": lived,
        "differences": {} if lived is None else _differences(lived, to),
        "records": runs.records,
        "choices": [(days, to.words("trials.days", n=days)) for days in _DAYS],
        "most": f"{MOST_EVENTS:,}",
    }
    named = to.words("list.comma").join(proposal.campaigns) or to.words("proposals.nameless")
    return Shown(template="quanyi_console/trials.html", title=to.words("trials.of", name=named), said=said, table=days)


def trials_in_short(to: Console, subject: str) -> list[tuple[str, str]]:
    """What came of the trials of a proposal, each in a line with its tone; what was not run is said as well."""
    found = {sort: _of(to, subject, sort) for sort in ("stories", "backtest")}
    return [(_tone(trial), _short(sort, trial, to)) for sort, trial in found.items()]


def _tone(trial: Mapping[str, Any] | None) -> str:
    if trial is None or trial["state"] == "asked" or trial["old"]:
        return "soft"
    return "bad" if trial["state"] == "failed" or trial.get("failed") else "good"


def _short(sort: str, trial: Mapping[str, Any] | None, to: Console) -> str:
    if trial is None:
        return to.words(f"trials.short_{sort}_none")
    if trial["state"] != "done":
        return to.words(f"trials.short_{sort}_{trial['state']}")
    old = to.words("trials.short_old") if trial["old"] else ""
    counts = {name: trial.get(name, 0) for name in ("good", "failed", "events")}
    return to.words(f"trials.short_{sort}", **counts) + old


def _of(to: Console, subject: str, sort: str) -> dict[str, Any] | None:
    """The last trial of a subject as pages show it; None if there was none."""
    runs = to.books.desk.trials
    trial = runs.find(subject, sort)
    if trial is None:
        return None
    told: list[dict[str, Any]] = list(trial.result.get("stories", ()))
    return {
        **trial.result,
        "state": trial.state,
        "when": trial.done_at or trial.asked_at,
        "who": to.who(trial.asked_by),
        "old": trial.state == "done" and trial.content != runs.content(subject),
        "wanted": trial.days,
        "stories": [_story(one, to) for one in told],
        "good": sum(one["good"] for one in told),
        "failed": sum(not one["good"] for one in told),
    }


def _story(one: Mapping[str, Any], to: Console) -> dict[str, Any]:
    """A story with its steps as one language says them."""
    steps = [{**step, "says": step["says"][to.locale]} for step in one["steps"]]
    problems = [{**problem, "says": problem["says"][to.locale]} for problem in one["problems"]]
    return {
        **one,
        "steps": steps,
        "problems": problems,
        "verdict": to.words(f"trials.story_{'good' if one['good'] else 'failed'}"),
    }


# --- what a recording came to ------------------------------------------------------------------------


def _days(lived: Mapping[str, Any], to: Console) -> Table:
    titles = ("day", "claims_before", "claims_after", "cost_before", "cost_after", "cost_more")
    rows = [_day(one, to) for one in lived["days"]]
    total = {
        "day": "",
        **{name: [sum(one[name][n] for one in lived["days"]) for n in (0, 1)] for name in ("claims", "cost")},
    }
    return Table(
        name="backtest",
        caption=to.words("trials.by_day"),
        columns=[Column(to.words(f"trials.{title}"), number=title != "day", main=title == "day") for title in titles],
        rows=[_day(total, to), *rows],
        empty=(to.words("trials.nothing"), to.words("trials.nothing_hint")),
    )


def _day(one: Mapping[str, Any], to: Console) -> list[Cell]:
    (before, after), (cost, now) = one["claims"], one["cost"]
    return [
        Cell(one["day"] or to.words("figures.total"), raw=one["day"]),
        Cell(f"{before:,}", raw=before),
        Cell(f"{after:,}", raw=after),
        Cell(_money(cost, to), raw=cost),
        Cell(_money(now, to), raw=now),
        Cell(_signed(now - cost, _money(abs(now - cost), to)), raw=now - cost),
    ]


def _differences(lived: Mapping[str, Any], to: Console) -> dict[str, list[list[Cell]]]:
    """What is given otherwise, decided otherwise, and to whom, as rows of tables."""
    return {
        "given": [_given(one, to) for one in lived.get("given", ())],
        "decisions": [_decided(one, to) for one in lived.get("decisions", ())],
        "people": list(_people(lived, to)),
        "moved": [_moved(one, to) for one in lived.get("moved", ())],
        "misread": [[Cell(mistake), Cell(f"{n:,}", raw=n)] for mistake, n in lived.get("misread", ())],
    }


def _given(one: Mapping[str, Any], to: Console) -> list[Cell]:
    thing = one["what"][0]
    return [_campaign(one["campaign"], to), Cell(_thing(thing, to), raw=thing), *_both(one, thing, to)]


def _decided(one: Mapping[str, Any], to: Console) -> list[Cell]:
    outcome, reason = one["what"]
    before, after = one["before"], one["after"]
    return [
        _campaign(one["campaign"], to),
        Cell(to.words(f"person.outcome_{outcome}"), raw=outcome, hint=reason),
        Cell(f"{before:,}", raw=before),
        Cell(f"{after:,}", raw=after),
    ]


def _people(lived: Mapping[str, Any], to: Console) -> Iterator[list[Cell]]:
    for one in lived.get("people", ()):
        for count, most, code in ((one["more"], one["most_more"], "more"), (one["less"], one["most_less"], "less")):
            if count:
                said = {"n": count, "most": _number(most, one["thing"], to)}
                yield [Cell(_thing(one["thing"], to)), Cell(to.words(f"trials.people_{code}", **said))]


def _moved(one: Mapping[str, Any], to: Console) -> list[Cell]:
    """A person by their id in the books: whoever was erased since has no name here."""
    user = to.books.ports.user_of(one["holder"]) if to.sees("person") else ""
    href = to.url("person", holder=one["holder"]) if user else ""
    named = (name_of(user, to) or user) if user else to.words("acts.erased")
    return [Cell(named, href=href), Cell(_thing(one["thing"], to)), *_both(one, one["thing"], to)]


def _both(one: Mapping[str, Any], thing: str, to: Console) -> list[Cell]:
    return [Cell(_number(one[name], thing, to), raw=one[name]) for name in ("before", "after")]


def _campaign(name: str, to: Console) -> Cell:
    return Cell(to.campaign_title(name) or name or to.words("figures.of_the_mall"), raw=name)


def _thing(thing: str, to: Console) -> str:
    return to.unit_name(thing) if thing in to.mall.project.units else to.thing_title(thing) or thing


def _number(number: int, thing: str, to: Console) -> str:
    return number_text(number, to.mall.project.scale_of(thing))


def _money(value: int, to: Console) -> str:
    return money_text(value, to.mall.project.currency.id, to.mall.project.currency.scale)


def _signed(number: int, text: str) -> str:
    return text if number == 0 else f"+{text}" if number > 0 else f"−{text}"


# --- running them ----------------------------------------------------------------------------------


def _tell_campaign(to: Console, _: None, booking: Booking) -> Done:
    return _told(to, f"campaign/{to.path['campaign']}", booking)


def _tell_proposal(to: Console, _: None, booking: Booking) -> Done:
    return _told(to, f"proposal/{to.path['proposal']}", booking)


def _told(to: Console, subject: str, booking: Booking) -> Done:
    try:
        to.books.desk.trials.stories(subject, by=booking.by)
    except CampaignFileError:
        raise Mistyped({"stories": to.words("proposals.mistaken")}) from None
    return Done()


def _how_long(_: Console) -> int:
    days = sent("days")
    return int(days if days in _DAYS else _DAYS[0])


def _live(to: Console, days: int, booking: Booking) -> Done:
    try:
        to.books.desk.trials.backtest(f"proposal/{to.path['proposal']}", days=days, by=booking.by)
    except CampaignFileError:
        raise Mistyped({"backtest": to.words("proposals.mistaken")}) from None
    return Done()


TRIAL_SCREENS = (
    Screen(
        name="stories",
        path="/campaigns/<campaign>/stories",
        roles=SEES_CAMPAIGNS,
        view=_stories,
        under="campaigns",
        actions=(Action(name="run", roles=_RUNS, run=_tell_campaign, noted=False),),
    ),
    Screen(
        name="trials",
        path="/proposals/<proposal>/trials",
        roles=_SEES,
        view=_trials,
        under="proposals",
        actions=(
            Action(name="stories", roles=_RUNS, run=_tell_proposal, noted=False),
            Action(name="backtest", roles=_RUNS, read=_how_long, run=_live, noted=False),
        ),
    ),
)
