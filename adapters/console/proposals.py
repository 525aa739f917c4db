"""
The screens of proposals: campaigns written from a template or as text, with mistakes, sentence and plan beside them.
"""

from __future__ import annotations

from typing import Any

from flask import request

from quanyi.adapters.console.approvals import APPROVALS, approval_told, proposal_here, proposal_seen, publish
from quanyi.adapters.console.campaigns import campaign_cell, told_of
from quanyi.adapters.console.releases import release_seen
from quanyi.adapters.console.screens import Action, Booking, Done, Mistyped, Screen, Shown
from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.trials import trials_in_short
from quanyi.adapters.console.visit import Console
from quanyi.adapters.proposals import Proposal
from quanyi.adapters.web.fields import asked
from quanyi.campaigns.language.translation import in_language
from quanyi.campaigns.project.proposal import ReadProposal
from quanyi.campaigns.templates.asking import Field
from quanyi.campaigns.templates.templates import Template, TemplateAnswersError, choices, template, templates

__all__ = ["PROPOSAL_SCREENS"]

_WRITES = ("operator", "approver")
_SEES = ("operator", "approver", "auditor")
_TONES = {"open": "warn", "applied": "good", "discarded": "soft"}
_LONGEST = 200_000


# --- proposals ----------------------------------------------------------------------------------


def _list(to: Console) -> Shown:
    state = asked("state")
    kept = to.books.desk.editing.proposals
    found = kept.all(to.limit + 1, state=state if state in _TONES else None, after=to.after)
    page = found[: to.limit]
    titles = ("proposal", "state", "changed", "by")
    table = Table(
        name="proposals",
        caption=to.words("screen.proposals"),
        columns=[Column(to.words(f"proposals.{title}"), main=title == "proposal") for title in titles],
        rows=[_row(proposal, to) for proposal in page],
        next=page[-1].place if len(found) > to.limit else None,
        empty=(to.words("proposals.empty"), to.words("proposals.empty_hint")),
    )
    tabs = [
        {
            "name": to.words(f"proposals.state_{name or 'all'}"),
            "href": to.link(state=name or None, after=None),
            "here": name == state,
        }
        for name in ("", *_TONES)
    ]
    return Shown(template="quanyi_console/proposals.html", said={"tabs": tabs}, table=table)


def _row(proposal: Proposal, to: Console) -> list[Cell]:
    names = to.words("list.comma").join(proposal.campaigns) or to.words("proposals.nameless")
    return [
        Cell(names, href=to.url("proposal", proposal=proposal.id)),
        Cell(to.words(f"proposals.state_{proposal.state}"), tone=_TONES[proposal.state], raw=proposal.state),
        Cell(to.dates.moment_alone(proposal.changed_at), raw=proposal.changed_at),
        Cell(to.who(proposal.changed_by), raw=proposal.changed_by),
    ]


def _one(to: Console) -> Shown:
    proposal = proposal_here(to)
    text = to.was("text", proposal.text)
    read = to.books.desk.editing.read(text)
    title = to.words("list.comma").join(proposal.campaigns) or to.words("proposals.nameless")
    said = {"proposal": proposal, "text": text, "open": proposal.state == "open", **_told(to, read)}
    said |= approval_told(to, proposal, to.books.desk.editing.read(proposal.text) if to.typed else read)
    said["trials"] = trials_in_short(to, f"proposal/{proposal.id}") if to.sees("trials") else []
    links = [campaign_cell(name, to) for name in proposal.campaigns if name in proposal.base]
    return Shown(template="quanyi_console/proposal.html", title=title, said={**said, "links": links})


def _told(to: Console, read: ReadProposal) -> dict[str, Any]:
    """What is beside a text: its mistakes, or its campaigns in words and what bringing them into force changes."""
    editing = to.books.desk.editing
    onto = editing.epoch
    findings = [in_language(found, to.locale) for found in read.findings]
    if read.project is None:
        return {"findings": findings, "told": [], "plan": None, "onto": onto}
    told = [(name, told_of(read.project, name, to)) for name in read.campaigns]
    return {"findings": findings, "told": told, "plan": editing.plan(read.project, to.locale), "onto": onto}


def _text(to: Console) -> str:
    """The text that was sent, with ends of lines as files have them."""
    text = request.form.get("text", "")
    if len(text) > _LONGEST:
        raise Mistyped({"text": to.words("proposals.too_long")})
    return text.replace("\r\n", "\n")


def _save(to: Console, text: str, booking: Booking) -> Done:
    to.books.desk.editing.write(proposal_seen(to), text, by=booking.by)
    return Done()


def _check(to: Console, text: str, _: Booking) -> Done:
    """The same beside another text, which is not kept."""
    read = to.books.desk.editing.read(text)
    return Done(shown=Shown(template="quanyi_console/proposal_told.html", said=_told(to, read)))


def _to_apply(to: Console) -> tuple[Proposal, int]:
    proposal = proposal_seen(to)
    if to.books.desk.editing.read(proposal.text).project is None:
        raise Mistyped({"text": to.words("proposals.mistaken")})
    return proposal, release_seen(to)


def _discard(to: Console, _: None, booking: Booking) -> Done:
    to.books.desk.editing.discard(proposal_here(to), by=booking.by)
    return Done(goes=to.url("proposals"))


# --- templates -------------------------------------------------------------------------------


def _templates(_: Console) -> Shown:
    return Shown(template="quanyi_console/new.html", said={"templates": templates()})


def _template(to: Console) -> Shown:
    found, project = template(to.path["template"]), to.books.project
    fields = [_asked(field, choices(field, project), to) for field in found.fields(project.locales)]
    title = found.zh if to.locale == "zh" else found.en
    return Shown(template="quanyi_console/template.html", title=title, said={"fields": fields, "name": found.name})


def _asked(field: Field, words: tuple[str, ...], to: Console) -> dict[str, Any]:
    """A field as the page asks for it."""
    zh = to.locale == "zh"
    label = field.asks.zh if zh else field.asks.en
    options = [("", "")] if not field.required or not field.default else []
    options += [(word, _word(word, field, to)) for word in words]
    return {
        "name": field.name,
        "label": label if field.required or field.default else to.words("templates.optional", label=label),
        "hint": field.asks.hint_zh if zh else field.asks.hint_en,
        "sort": field.asks.sort,
        "default": field.default,
        "options": options if words else None,
    }


def _word(word: str, field: Field, to: Console) -> str:
    """One of the words that a field may be, as people call it."""
    project = to.books.project
    if field.asks.sort == "choice":
        return to.words(f"templates.per_{word}")
    named: Any = {**project.benefits, **project.goods, **project.units}.get(word)
    title = getattr(named, "title", {}).get(to.locale) if named is not None else None
    return f"{title} ({word})" if title else word


def _answers(to: Console) -> str:
    """The campaign that the form's answers make."""
    found, locales = template(to.path["template"]), to.books.project.locales
    sent = {field.name: request.form.get(field.name, "")[:500] for field in found.fields(locales)}
    sent |= {field.name: _moment(sent[field.name]) for field in found.fields(locales) if field.asks.sort == "moment"}
    try:
        return found.write(sent, locales)
    except TemplateAnswersError as no:
        raise Mistyped({name: _why(found, name, sent, to) for name in no.problems}) from None


def _moment(text: str) -> str:
    """A moment as browsers send it, as campaign files write it."""
    return text.replace("T", " ")


def _why(found: Template, name: str, sent: dict[str, str], to: Console) -> str:
    field = next((each for each in found.fields() if each.name == name), None)
    if field is None or not sent.get(name, "").strip():
        return to.words("templates.missing")
    return to.words(f"templates.wrong_{'id' if name == 'campaign' else field.asks.sort}")


def _write(to: Console, text: str, booking: Booking) -> Done:
    proposal = to.books.desk.editing.begin(text, by=booking.by)
    return Done(goes=to.url("proposal", proposal=proposal.id))


PROPOSAL_SCREENS = (
    Screen(name="proposals", path="/proposals", roles=_SEES, view=_list),
    Screen(
        name="proposal",
        path="/proposals/<proposal>",
        roles=_SEES,
        view=_one,
        under="proposals",
        actions=(
            Action(name="save", roles=_WRITES, read=_text, run=_save, noted=False),
            Action(name="check", roles=_WRITES, read=_text, run=_check, noted=False),
            Action(name="discard", roles=_WRITES, run=_discard, noted=False),
            Action(name="apply", roles={"approver"}, read=_to_apply, run=publish),
            *APPROVALS,
        ),
    ),
    Screen(name="new", path="/new", roles=_WRITES, view=_templates, under="proposals"),
    Screen(
        name="template",
        path="/new/<template>",
        roles=_WRITES,
        view=_template,
        under="proposals",
        actions=(Action(name="write", roles=_WRITES, read=_answers, run=_write, noted=False),),
    ),
)
