"""
The screen of a campaign's versions: who brought each into force, when and why, and what differs between two of them.
"""

from __future__ import annotations

from quanyi.adapters.console.campaign import campaign_tabs
from quanyi.adapters.console.campaigns import SEES_CAMPAIGNS
from quanyi.adapters.console.screens import Screen, Shown
from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.visit import Console
from quanyi.adapters.sql.past_releases import CampaignVersion
from quanyi.adapters.web.fields import asked
from quanyi.entitlements.errors import DataError, NotFound

__all__ = ["VERSION_SCREENS"]

_TONES = {"added": "good", "changed": "warn", "retired": "bad", "paused": "warn", "resumed": "good"}
_SHORT = 12
"""How many characters of a version a page shows."""


def _versions(to: Console) -> Shown:
    campaign = to.path["campaign"]
    found, following = to.books.desk.editing.versions(campaign, before=to.number_after())
    if not found and not to.after and following is None:
        raise NotFound(f"no campaign was ever called {campaign!r}")
    titles = ("version", "what", "when", "who", "reason", "release")
    table = Table(
        name="versions",
        caption=to.words("screen.versions"),
        columns=[Column(to.words(f"versions.{title}"), main=title == "version") for title in titles],
        rows=[_row(one, to) for one in found],
        next=None if following is None else str(following),
        empty=(to.words("versions.empty"), to.words("versions.empty_hint")),
    )
    choices = list(dict.fromkeys(one.version for one in found))
    said = {"name": campaign, "tabs": campaign_tabs(to, "versions"), **_comparison(to, choices)}
    named = to.campaign_title(campaign) or campaign
    said["choices"] = [(version, _choice(version, found, to)) for version in choices]
    return Shown(template="quanyi_console/versions.html", title=named, said=said, table=table)


def _row(one: CampaignVersion, to: Console) -> list[Cell]:
    return [
        Cell(one.version[:_SHORT], raw=one.version),
        Cell(to.words(f"versions.what_{one.what}"), tone=_TONES[one.what], raw=one.what),
        Cell("" if one.at is None else to.dates.moment_alone(one.at), raw=one.at),
        Cell(to.who(one.by), raw=one.by),
        Cell(one.reason),
        Cell(str(one.epoch), href=to.url("release", release=one.epoch), raw=one.epoch),
    ]


def _choice(version: str, found: list[CampaignVersion], to: Console) -> str:
    """A version as a list of choices names it: by the last day on which it came into force."""
    at = next((one.at for one in found if one.version == version and one.at is not None), None)
    return f"{version[:_SHORT]} · {to.dates.moment_alone(at)}" if at is not None else version[:_SHORT]


def _comparison(to: Console, choices: list[str]) -> dict[str, object]:
    """The two versions that are compared, and what differs; of the newest two unless the address names others."""
    newer, older = asked("newer") or next(iter(choices), ""), asked("older") or next(iter(choices[1:]), "")
    said: dict[str, object] = {"newer": newer, "older": older, "differences": None, "unreadable": False}
    if not (newer and older) or newer == older:
        return said
    try:
        found = to.books.desk.editing.compared(to.path["campaign"], (older, newer), to.locale)
    except DataError:
        return {**said, "unreadable": True}
    return {**said, "differences": found}


VERSION_SCREENS = (
    Screen(
        name="versions", path="/campaigns/<campaign>/versions", roles=SEES_CAMPAIGNS, view=_versions, under="campaigns"
    ),
)
