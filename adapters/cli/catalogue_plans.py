"""
Plans of `quanyi catalogue`: made of a change, shown, published, kept and taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from quanyi.adapters.bulk_editing import MOST_LINES, BulkLine, BulkLines, Edit
from quanyi.adapters.catalogue.edits import changes_of, line_changes
from quanyi.adapters.catalogue.lists import UnreadableListError, things_in
from quanyi.adapters.catalogue.texts import price_raw
from quanyi.adapters.cli.catalogue_lists import texts_of
from quanyi.adapters.cli.group import Trouble
from quanyi.adapters.cli.output import print_json, print_table
from quanyi.adapters.cli.texts import say
from quanyi.adapters.proposals import ApprovalRefused
from quanyi.campaigns.bulk.entries import Entry
from quanyi.campaigns.language.speaker import Speaker

if TYPE_CHECKING:
    from quanyi.adapters.proposals import Proposal
    from quanyi.adapters.wiring import OpenMall
    from quanyi.campaigns.project.approval import Approvable
    from quanyi.campaigns.project.proposal import ReadProposal

__all__ = ["Plans"]

_MOST_SHOWN = 200


@attrs.frozen(kw_only=True)
class Plans:
    """
    The plans of one mall, for who makes and publishes them at a shell.

    Attributes:
        by: Who does it, and `reason` why, for the journal.
        as_json: Whether what is printed is one JSON document, and nothing is asked.
    """

    mall: OpenMall
    by: str
    reason: str
    lang: str
    as_json: bool

    # --- what is asked for ----------------------------------------------------------------------

    def of_file(self, file: Path) -> BulkLines:
        """What the lines of a CSV or XLSX list make, each with its place in the file."""
        bulk = self.mall.desk.bulk
        try:
            listed = things_in(file.read_bytes(), MOST_LINES)
        except UnreadableListError:
            raise Trouble("the list can't be read", "save it as CSV or XLSX") from None
        if not listed or len(listed) > MOST_LINES:
            raise Trouble(f"a list has from 1 to {MOST_LINES} lines, each with an item")
        found = bulk.check(line_changes(listed, bulk.entries(), self.mall.project))
        lines = [attrs.evolve(line, place=one.line) for line, one in zip(found.lines, listed, strict=True)]
        return attrs.evolve(found, lines=tuple(lines))

    def of_things(self, things: Sequence[str], edit: Edit) -> BulkLines:
        """What one change makes of each thing."""
        bulk = self.mall.desk.bulk
        return bulk.check(changes_of(dict.fromkeys(things), edit, bulk.entries()))

    def reverse(self, plan: str) -> BulkLines:
        """What would take a published plan back."""
        proposal = self.named(plan)
        if proposal.state != "applied":
            raise Trouble(f"plan {plan} is {proposal.state}", "only what is published can be taken back")
        return self.mall.desk.bulk.undo(proposal)

    def named(self, plan: str) -> Proposal:
        """The plan of that number."""
        found = self.mall.desk.editing.proposals.find(plan)
        if found is None:
            raise Trouble(f"there is no plan {plan!r}")
        return found

    # --- what comes of it -----------------------------------------------------------------------

    def begun(self, found: BulkLines, *, skip: bool) -> Proposal | None:
        """The plan of what can be done; None, with what is wrong told, where something can't or nothing changes."""
        stops = bool(found.mistakes) and not skip
        if stops or not found.changed:
            self._tell(found)
            return None
        if found.mistakes and not self.as_json:
            self._print_mistakes(found)
            click.echo(say("skipped", self.lang, n=len(found.mistakes)))
        return self.mall.desk.bulk.begin(found, by=self.by)

    def kept(self, proposal: Proposal) -> bool:
        """Print a plan, and leave it for somebody to publish."""
        read = self.mall.desk.editing.read(proposal.text)
        if self.as_json:
            print_json(self._plain(proposal, read, None))
        else:
            self._print(proposal, read)
            click.echo(say("kept", self.lang, plan=proposal.id))
        return True

    def shown_and_published(self, proposal: Proposal, *, yes: bool) -> bool:
        """Print a plan, ask unless it is confirmed, and publish it; whether it is published, or kept for want of a yes in JSON."""
        editing = self.mall.desk.editing
        if self.as_json and not yes:
            return self.kept(proposal)
        onto, read = editing.epoch, editing.read(proposal.text)
        if not self.as_json:
            self._print(proposal, read)
        if not yes and not click.confirm(say("ask", self.lang)):
            editing.discard(proposal, by=self.by)
            click.echo(say("discarded", self.lang, plan=proposal.id))
            return False
        plain = self._plain(proposal, read, None)
        try:
            epoch = editing.apply(proposal, onto=onto, by=self.by, reason=self.reason).epoch
        except ApprovalRefused:
            self._say(plain, "unapproved", plan=proposal.id)
            return False
        self._say({**plain, "release": epoch}, "published", plan=proposal.id, epoch=epoch)
        return True

    # --- printing -------------------------------------------------------------------------------

    def _say(self, plain: dict[str, Any], code: str, **values: Any) -> None:
        if self.as_json:
            print_json(plain)
        else:
            click.echo(say(code, self.lang, **values))

    def _tell(self, found: BulkLines) -> None:
        """Why there is no plan."""
        if self.as_json:
            print_json({"plan": None, "release": None, "changes": [], "mistakes": self._plain_mistakes(found)})
            return
        self._print_mistakes(found)
        if found.mistakes:
            click.echo(say("wrong", self.lang, n=len(found.mistakes)))
            click.echo(say("skip_hint", self.lang))
        else:
            click.echo(say("nothing", self.lang))

    def _print_mistakes(self, found: BulkLines) -> None:
        for line in found.mistakes[:_MOST_SHOWN]:
            place = say("line", self.lang, n=line.place)
            click.echo(f"{place}  {_name(line)}  {self._texts.mistake(line)}")

    def _print(self, proposal: Proposal, read: ReadProposal) -> None:
        """Before and after of each thing, what each campaign can cost then, and whose yes it needs."""
        changes = self.mall.desk.bulk.changes(proposal, read)
        words = self._texts.words
        titles = [words(f"catalogue.{name}") for name in ("thing", "price", "stock", "times")]
        print_table(titles, [self._difference(*pair) for pair in changes[:_MOST_SHOWN]])
        click.echo(say("changes", self.lang, n=len(changes)))
        self._print_exposure(read)
        for one in self.mall.desk.editing.approvable(read):
            click.echo(say("needs", self.lang, why=self._why(one)))

    def _print_exposure(self, read: ReadProposal) -> None:
        if read.project is None:
            return
        word, same = (self._texts.words(f"catalogue.{name}") for name in ("exposure_word", "same_exposure"))
        for change in self.mall.desk.editing.plan(read.project, self.lang).changes[:_MOST_SHOWN]:
            says = [line for line in change.says if line.startswith(word)] or [same]
            click.echo(f"{say('campaign', self.lang, name=change.campaign)} {change.where}: {'; '.join(says)}")

    def _difference(self, before: Entry, after: Entry) -> list[str]:
        texts = self._texts
        pairs = [(texts.price, before, after), (texts.quota, before, after), (texts.span, before, after)]
        return ["/".join(after.name), *(texts.both(how(one), how(other)) for how, one, other in pairs)]

    def _why(self, one: Approvable) -> str:
        if one.why != "above":
            return say(f"why_{one.why}", self.lang, campaign=one.campaign)
        speaker = Speaker(project=self.mall.project, locale=self.lang)
        code = "why_unbounded" if one.most is None else "why_above"
        most = "" if one.most is None else speaker.amount(one.most, one.unit)
        return say(code, self.lang, campaign=one.campaign, most=most, bound=speaker.amount(one.bound, one.unit))

    def _plain(self, proposal: Proposal, read: ReadProposal, release: int | None) -> dict[str, Any]:
        """A plan as plain values."""
        return {
            "plan": proposal.id,
            "release": release,
            "changes": [self._plain_change(*pair) for pair in self.mall.desk.bulk.changes(proposal, read)],
            "needs": [self._why(one) for one in self.mall.desk.editing.approvable(read)],
            "mistakes": [],
        }

    def _plain_change(self, before: Entry, after: Entry) -> dict[str, Any]:
        return {"thing": "/".join(after.name), "before": self._plain_entry(before), "after": self._plain_entry(after)}

    def _plain_entry(self, entry: Entry) -> dict[str, Any]:
        price = price_raw(entry, self.mall.project)
        return {"price": price, "stock": entry.quota, "from": entry.span.start, "until": entry.span.end}

    def _plain_mistakes(self, found: BulkLines) -> list[dict[str, Any]]:
        return [
            {"line": line.place, "thing": _name(line), "code": line.mistake.code, "why": self._texts.mistake(line)}
            for line in found.mistakes
            if line.mistake is not None
        ]

    @property
    def _texts(self) -> Any:
        return texts_of(self.mall, self.lang)


def _name(line: BulkLine) -> str:
    return "/".join(filter(None, line.name))
