"""
The screens of releases: what was in force, who brought it into force, and going back to it.
"""

from __future__ import annotations

from quanyi.adapters.console.campaigns import SEES_CAMPAIGNS
from quanyi.adapters.console.screens import Action, Booking, Done, Mistyped, Screen, Shown
from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.visit import Console
from quanyi.adapters.sql.past_releases import PastRelease
from quanyi.adapters.web.fields import sent
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.parsing import parse_whole

__all__ = ["RELEASE_SCREENS", "release_seen"]

_SHOWN = 6
"""How many names of campaigns a row of the list has."""


def _list(to: Console) -> Shown:
    before = None if to.after is None else _number(to.after)
    found = to.books.desk.editing.releases(before=before, limit=to.limit)
    titles = ("release", "when", "what", "who", "changes", "campaigns")
    columns = [
        Column(to.words(f"releases.{title}"), main=title == "release", number=title == "campaigns") for title in titles
    ]
    table = Table(
        name="releases",
        caption=to.words("screen.releases"),
        columns=columns,
        rows=[_row(release, to) for release in found],
        next=str(found[-1].epoch) if len(found) == to.limit and found[-1].epoch > 1 else None,
        empty=(to.words("releases.empty"), to.words("releases.empty_hint")),
    )
    return Shown(template="quanyi_console/list.html", table=table)


def _row(release: PastRelease, to: Console) -> list[Cell]:
    return [
        Cell(str(release.epoch), href=to.url("release", release=release.epoch), raw=release.epoch),
        Cell("" if release.at is None else to.dates.moment_alone(release.at), raw=release.at),
        Cell(to.words(f"releases.rule_{release.rule}"), raw=release.rule),
        Cell(to.who(release.by), raw=release.by),
        Cell(_changes(release, to)),
        Cell(str(release.campaigns), raw=release.campaigns),
    ]


def _changes(release: PastRelease, to: Console) -> str:
    """What a release changed, in a line: the first few names of each sort."""
    parts = []
    for what in ("added", "changed", "retired", "paused", "resumed"):
        names: tuple[str, ...] = getattr(release, what)
        if names:
            more = to.words("releases.more", count=len(names) - _SHOWN) if len(names) > _SHOWN else ""
            called = to.listed([to.campaign_title(name) or name for name in names[:_SHOWN]])
            parts.append(to.words(f"releases.{what}", names=called + more))
    return to.words("releases.and").join(parts) or to.words("releases.nothing")


def _one(to: Console) -> Shown:
    editing, epoch = to.books.desk.editing, _number(to.path["release"])
    found = [each for each in editing.releases(before=epoch + 1, limit=1) if each.epoch == epoch]
    if not found:
        raise NotFound(f"there was no release {epoch}")
    present = editing.epoch
    plan = editing.plan(editing.as_released(epoch), to.locale) if epoch != present else None
    said = {"release": found[0], "plan": plan, "onto": present, "changes": _changes(found[0], to)}
    return Shown(template="quanyi_console/release.html", title=to.words("releases.one", epoch=epoch), said=said)


def _number(text: str) -> int:
    try:
        found = parse_whole(text)
    except ValueError:
        raise NotFound("a release has a number") from None
    if not 0 < found < 10**15:
        raise NotFound("a release has a number")
    return found


def release_seen(to: Console) -> int:
    """The release that a form was filled in on, as its page says it."""
    try:
        return parse_whole(sent("onto"))
    except ValueError:
        raise Mistyped({"onto": to.words("releases.onto_missing")}) from None


def _restore(to: Console, onto: int, booking: Booking) -> Done:
    editing = to.books.desk.editing
    editing.bring(editing.as_released(_number(to.path["release"])), onto=onto, by=booking.by, reason=booking.reason)
    return Done(goes=to.url("releases"))


RELEASE_SCREENS = (
    Screen(name="releases", path="/releases", roles=SEES_CAMPAIGNS, view=_list),
    Screen(
        name="release",
        path="/releases/<release>",
        roles=SEES_CAMPAIGNS,
        view=_one,
        under="releases",
        actions=(Action(name="restore", roles={"approver"}, read=release_seen, run=_restore),),
    ),
)
