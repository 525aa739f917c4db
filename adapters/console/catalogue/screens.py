"""
The screens of the catalogue: its list, and one change of many things as a plan that is published and taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
from flask import g, request

from quanyi.adapters.bulk_editing import MOST_LINES, BulkLine, BulkLines
from quanyi.adapters.catalogue.edits import EDITS, ROUNDINGS
from quanyi.adapters.catalogue.finding import STATES, FoundPage, cursor_of, state_of
from quanyi.adapters.catalogue.lists import text_of
from quanyi.adapters.catalogue.texts import EntryTexts, price_raw
from quanyi.adapters.console.approvals import approval_told, proposal_here, proposal_seen, publish
from quanyi.adapters.console.campaigns import SEES_CAMPAIGNS
from quanyi.adapters.console.catalogue.asking import FIELDS, TONES, choices, said_here, search_of
from quanyi.adapters.console.catalogue.changing import changes_sent, listed_changes
from quanyi.adapters.console.releases import release_seen
from quanyi.adapters.console.screens import Action, Booking, Done, Screen, Shown
from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.visit import Console
from quanyi.adapters.proposals import Proposal
from quanyi.adapters.web.pictures import picture_of
from quanyi.adapters.web.visit import number_text, pick
from quanyi.campaigns.bulk.entries import Entry
from quanyi.campaigns.catalogue.thing import Thing
from quanyi.campaigns.language.findings import Finding
from quanyi.campaigns.language.translation import in_language
from quanyi.campaigns.project.proposal import ReadProposal
from quanyi.entitlements.errors import Outdated
from quanyi.entitlements.plays.sale.view import Offer

__all__ = ["CATALOGUE_SCREENS"]

_WRITES = ("operator", "approver")
_ON_A_PAGE = 50
_MOST_SHOWN = 200
_TITLES = ("thing", "price", "stock", "left", "taken", "state", "from", "until")


# --- the list ------------------------------------------------------------------------------------


def _list(to: Console) -> Shown:
    again = to.typed if "edit" in to.typed else None
    to.after = again.get("after") if again is not None else to.after
    said = said_here(again)
    found = search_of(said, to).page(to.books.ports, to.now, to.after, max(to.limit, _ON_A_PAGE))
    table = Table(
        name="catalogue",
        caption=to.words("screen.catalogue"),
        columns=[_column(title, to) for title in _TITLES],
        rows=_rows(found, to),
        next=found.next,
        empty=_empty(found, to),
    )
    narrowed = {**choices(to.books.ports.catalogue().things, to), **_words(to)}
    told = {"query": said, "found": found, "ticks": _ticks(found, to), "most": MOST_LINES, "fields": FIELDS}
    return Shown(template="quanyi_console/catalogue.html", said={**told, "choices": narrowed}, table=table)


def _rows(found: FoundPage, to: Console) -> list[list[Cell]]:
    bulk = to.books.desk.bulk
    known = bulk.entries()
    entries = [known.get(_name(thing)) for thing, _ in found.things]
    taken = bulk.taken(entry for entry in entries if entry is not None)
    return [
        _row(thing, entry, offer, taken.get(_name(thing)), to)
        for (thing, offer), entry in zip(found.things, entries, strict=True)
    ]


def _ticks(found: FoundPage, to: Console) -> list[tuple[str, Any]]:
    return [(cursor_of(thing), picture_of(thing.item, to)) for thing, _ in found.things]


def _empty(found: FoundPage, to: Console) -> tuple[str, str]:
    """What an empty page says: nothing is found, or nothing yet."""
    code = "none_yet" if found.next is not None else "empty"
    return to.words(f"catalogue.{code}", n=found.looked), to.words(f"catalogue.{code}_hint")


def _words(to: Console) -> dict[str, list[tuple[str, str]]]:
    """What the fields of choice of the forms offer."""
    currency = to.mall.project.currency.id
    units = [(currency, to.words("catalogue.money")), *((unit, to.unit_name(unit)) for unit in to.mall.project.units)]
    return {
        "state": [(name, to.words(f"catalogue.state_{name}")) for name in STATES],
        "unit": units,
        "edit": [(name, to.words(f"catalogue.edit_{name}")) for name in EDITS],
        "rounding": [(name, to.words(f"catalogue.rounding_{name}")) for name in ROUNDINGS],
    }


def _column(title: str, to: Console) -> Column:
    number = title in ("price", "stock", "left", "taken")
    return Column(to.words(f"catalogue.{title}"), number=number, main=title == "thing")


def _row(thing: Thing, entry: Entry | None, offer: Offer | None, taken: int | None, to: Console) -> list[Cell]:
    name = pick(thing.said.title, to.locale) or thing.item
    state, texts = state_of(thing, offer, to.now), _texts(to)
    left, total = (None, None) if offer is None else (offer.left, offer.total)
    starts, ends = (None, None) if entry is None else (entry.span.start, entry.span.end)
    quota = None if entry is None else entry.quota
    shop = to.campaign_title(thing.campaign) or thing.campaign
    return [
        Cell(name, href=to.url("campaign", campaign=thing.campaign), raw=cursor_of(thing), hint=shop),
        Cell(texts.price(entry), raw=price_raw(entry, to.mall.project)),
        Cell(
            to.words("catalogue.unlimited") if total is None else number_text(total), raw="" if quota is None else quota
        ),
        Cell("" if left is None else number_text(left), raw="" if left is None else left),
        Cell("" if taken is None else number_text(taken), raw="" if taken is None else taken),
        Cell(to.words(f"catalogue.state_{state}"), tone=TONES[state], raw=state),
        Cell("" if starts is None else to.dates.moment_alone(starts), raw="" if starts is None else starts),
        Cell("" if ends is None else to.dates.moment_alone(ends), raw="" if ends is None else ends),
    ]


def _texts(to: Console) -> EntryTexts:
    return EntryTexts(
        words=to.words,
        project=to.mall.project,
        moment=to.dates.moment,
        starts=to.dates.start,
        ends=to.dates.end,
    )


def _name(thing: Thing) -> tuple[str, str]:
    return thing.campaign, thing.item


# --- making a plan -------------------------------------------------------------------------------


def _change(to: Console, _: None, booking: Booking) -> Done:
    kept = ("csrf_token", "token", "without")
    fields = [(name, text) for name, texts in request.form.lists() if name not in kept for text in texts]
    return _planned(to.books.desk.bulk.check(changes_sent(to)), "catalogue:change", to, booking, fields=fields)


def _upload(to: Console, _: None, booking: Booking) -> Done:
    listed, asked = listed_changes(to)
    found = to.books.desk.bulk.check(asked)
    lines = [attrs.evolve(line, place=one.line) for line, one in zip(found.lines, listed, strict=True)]
    found = attrs.evolve(found, lines=tuple(lines))
    return _planned(found, "catalogue:upload", to, booking, fields=[("list", text_of(listed))])


def _planned(
    found: BulkLines, form: str, to: Console, booking: Booking, *, fields: Sequence[tuple[str, str]], **where: str
) -> Done:
    """The plan of what was asked; with mistakes a page that tells them first, until the form says to leave them out."""
    if (found.mistakes and to.typed.get("without") != "yes") or not found.changed:
        return Done(shown=_told(found, to.url(form, **where), fields, to))
    proposal = to.books.desk.bulk.begin(found, by=booking.by)
    return Done(goes=to.url("change", proposal=proposal.id))


def _told(found: BulkLines, address: str, fields: Sequence[tuple[str, str]], to: Console) -> Shown:
    """What can't be done, line by line, and a form that goes on without it."""
    said = {"found": found, "sound": len(found.changed), "most": _MOST_SHOWN, "fields": fields, "address": address}
    return Shown(
        template="quanyi_console/catalogue_mistakes.html",
        title=to.words("catalogue.mistakes"),
        said=said,
        table=_mistakes(found.mistakes[:_MOST_SHOWN], to),
    )


def _mistakes(lines: Sequence[BulkLine], to: Console) -> Table:
    rows = [
        [
            Cell(number_text(line.place), raw=line.place),
            Cell(_thing_title(line, to), hint="/".join(filter(None, line.name))),
            Cell(_texts(to).mistake(line)),
        ]
        for line in lines
    ]
    columns = [
        Column(to.words(f"catalogue.{title}"), number=title == "line", main=title == "thing")
        for title in ("line", "thing", "why")
    ]
    return Table(caption=to.words("catalogue.mistakes"), columns=columns, rows=rows, empty=("", ""))


def _thing_title(line: BulkLine, to: Console) -> str:
    return to.thing_title(line.name[1]) if line.before is not None else line.name[1] or to.words("catalogue.nameless")


# --- one plan ------------------------------------------------------------------------------------


def _one(to: Console) -> Shown:
    proposal, editing = proposal_here(to), to.books.desk.editing
    changes, read = _changes(proposal, to)
    behind = [pair for pair in changes if "/".join(pair[1].name) > (to.after or "")]
    page = behind[: max(to.limit, _ON_A_PAGE)]
    following = "/".join(page[-1][1].name) if len(behind) > len(page) else None
    table = Table(
        name="changes",
        caption=to.words("catalogue.changes"),
        columns=[
            Column(to.words(f"catalogue.{title}"), main=title == "thing")
            for title in ("thing", "price", "stock", "times")
        ],
        rows=[_difference(before, after, to) for before, after in page],
        next=following,
        empty=(to.words("catalogue.no_changes"), to.words("catalogue.no_changes_hint")),
    )
    open_ = proposal.state == "open"
    project = read.project if read is not None else None
    plan = editing.plan(project, to.locale) if open_ and project is not None else None
    said = {
        "proposal": proposal,
        "open": open_,
        "count": len(changes),
        "findings": [] if read is None else _findings(read, to),
        "plan": plan,
        "campaigns": [] if plan is None else [_campaign(change, to) for change in plan.changes[:_MOST_SHOWN]],
        "onto": editing.epoch,
        "outdated": open_ and any(editing.version(name) != version for name, version in proposal.base.items()),
    }
    said |= {"approval": {"needed": [], "stops": False}} if read is None else approval_told(to, proposal, read)
    return Shown(template="quanyi_console/change.html", title=to.words("screen.change"), said=said, table=table)


def _findings(read: ReadProposal, to: Console) -> list[Finding]:
    """The mistakes of a text, in the language of the page."""
    return [in_language(found, to.locale) for found in read.findings if found.level == "error"]


def _changes(proposal: Proposal, to: Console) -> tuple[list[tuple[Entry, Entry]], ReadProposal | None]:
    """The things that change, and the proposal as it reads; worked out once for a page, and for all pages of a file."""
    if "quanyi_changes" not in g:
        editing = to.books.desk.editing
        read = editing.read(proposal.text) if proposal.state == "open" else None
        changes = sorted(to.books.desk.bulk.changes(proposal, read), key=lambda pair: "/".join(pair[1].name))
        g.quanyi_changes = (changes, read)
    found: tuple[list[tuple[Entry, Entry]], ReadProposal | None] = g.quanyi_changes
    return found


def _campaign(change: Any, to: Console) -> dict[str, Any]:
    """A campaign that changes: its file, and what that means for what it can cost at most."""
    word = to.words("catalogue.exposure_word")
    says = [line for line in change.says if line.startswith(word)]
    return {"name": change.campaign, "where": change.where, "says": says or [to.words("catalogue.same_exposure")]}


def _difference(before: Entry, after: Entry, to: Console) -> list[Cell]:
    shop, texts = to.campaign_title(after.campaign) or after.campaign, _texts(to)
    return [
        Cell(to.thing_title(after.item), hint=shop, raw="/".join(after.name)),
        Cell(texts.both(texts.price(before), texts.price(after))),
        Cell(texts.both(texts.quota(before), texts.quota(after))),
        Cell(texts.both(texts.span(before), texts.span(after))),
    ]


def _to_apply(to: Console) -> tuple[Proposal, int]:
    return proposal_seen(to), release_seen(to)


def _discard(to: Console, _: None, booking: Booking) -> Done:
    to.books.desk.editing.discard(proposal_here(to), by=booking.by)
    return Done(goes=to.url("catalogue"))


def _undo(to: Console, _: None, booking: Booking) -> Done:
    proposal = proposal_here(to)
    if proposal.state != "applied":
        raise Outdated("only what is published can be taken back")
    found = to.books.desk.bulk.undo(proposal)
    return _planned(found, "change:undo", to, booking, fields=[], proposal=proposal.id)


CATALOGUE_SCREENS = (
    Screen(
        name="catalogue",
        path="/catalogue",
        roles=SEES_CAMPAIGNS,
        view=_list,
        actions=(
            Action(name="change", roles=_WRITES, run=_change, noted=False),
            Action(name="upload", roles=_WRITES, run=_upload, noted=False),
        ),
    ),
    Screen(
        name="change",
        path="/catalogue/changes/<proposal>",
        roles=SEES_CAMPAIGNS,
        view=_one,
        under="catalogue",
        actions=(
            Action(name="discard", roles=_WRITES, run=_discard, noted=False),
            Action(name="undo", roles=_WRITES, run=_undo, noted=False),
            Action(name="apply", roles={"approver"}, read=_to_apply, run=publish),
        ),
    ),
)
