"""
Changing many things on offer at once: what each line makes, a proposal of all of them, and the proposal that takes it back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from quanyi.adapters.editing import Editing
from quanyi.campaigns.bulk.changing import EntryMistake, stocked
from quanyi.campaigns.bulk.entries import Entry, entries_of, moved
from quanyi.campaigns.bulk.writing import written
from quanyi.campaigns.ports import Ports
from quanyi.entitlements import accounts
from quanyi.entitlements.accounts import Account
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.plays.base import Play

if TYPE_CHECKING:
    from quanyi.adapters.proposals import Proposal
    from quanyi.campaigns.project.proposal import ReadProposal

__all__ = ["MOST_LINES", "BulkEditing", "BulkLine", "BulkLines", "Edit"]

MOST_LINES = 10_000
"""How many things are changed at once at most."""

_BACK = 200
"""How many releases are looked through for the one that changed a thing."""

Edit = Callable[[Entry, int], Entry]
"""Makes of an entry another one: with how many of its pieces are taken; raises `EntryMistake` if it can't."""

_Name = tuple[str, str]


@attrs.frozen(kw_only=True)
class BulkLine:
    """
    What a change makes of one thing.

    Attributes:
        place: Where it stands in the list, from 1.
        name: The campaign and the thing, as they were asked for.
        before: The thing as it is in force; None if there is none of that name.
        after: What becomes of it; None if it can't be changed so.
        mistake: Why it can't.
    """

    place: int
    name: _Name
    before: Entry | None = None
    after: Entry | None = None
    mistake: EntryMistake | None = None


@attrs.frozen(kw_only=True)
class BulkLines:
    """
    Lines that were checked together; nothing has changed yet.

    Attributes:
        lines: All of them, in their order.
        texts: The new text of each campaign that changes.
        base: The version of each of those that was in force when it was looked at.
    """

    lines: tuple[BulkLine, ...]
    texts: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    base: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def mistakes(self) -> list[BulkLine]:
        """The lines that can't be done."""
        return [line for line in self.lines if line.mistake is not None]

    @property
    def changed(self) -> list[BulkLine]:
        """The lines that change something."""
        return [line for line in self.lines if _moves(line)]


class BulkEditing:
    """
    Changes of many things: checked line by line, written into the texts of their campaigns, kept as one proposal.

    Args:
        editing: Brings proposals into force, and knows the texts of versions.
    """

    def __init__(self, ports: Ports, editing: Editing) -> None:
        self._ports = ports
        self._editing = editing

    def entries(self) -> Mapping[_Name, Entry]:
        """All things on offer, by campaign and name."""
        self._ports.transactions.in_force.reload()
        return self._ports.transactions.in_force.made("entries", self._named)

    def taken(self, entries: Iterable[Entry]) -> dict[_Name, int]:
        """How many pieces of each quota are sold or held; those without a quota are left out."""
        counted = {entry.name: (entry.quota, _quota(entry)) for entry in entries if entry.quota is not None}
        view = self._ports.look({account for _, parts in counted.values() for account in parts})
        return {name: pieces - sum(map(view.stands, parts)) for name, (pieces, parts) in counted.items()}

    def check(self, asked: Iterable[tuple[_Name, Edit]]) -> BulkLines:
        """
        What each line makes; a thing that stands there a second time is a mistake.

        Raises:
            InputError: There are more than `MOST_LINES`.
        """
        lines = list(asked)
        if len(lines) > MOST_LINES:
            raise InputError(f"at most {MOST_LINES} things are changed at once, not {len(lines)}")
        entries = self.entries()
        taken = self.taken({name: entries[name] for name, _ in lines if name in entries}.values())
        made, seen = [], set[_Name]()
        for place, (name, edit) in enumerate(lines, 1):
            before = entries.get(name)
            made.append(_line(place, name, before, edit, taken.get(name, 0), again=name in seen))
            seen.add(name)
        return self._written(made)

    def begin(self, lines: BulkLines, *, by: str) -> Proposal:
        """
        Keep what *lines* change as one proposal.

        Raises:
            InputError: They change nothing.
        """
        if not lines.texts:
            raise InputError("nothing would change")
        text = "---\n".join(lines.texts[campaign] for campaign in sorted(lines.texts))
        return self._editing.keep(text, tuple(sorted(lines.texts)), lines.base, by=by)

    def changes(self, proposal: Proposal, read: ReadProposal | None = None) -> list[tuple[Entry, Entry]]:
        """
        The things that *proposal* changes, by campaign and name: before and after, by the versions that it was begun on and became.

        Args:
            read: The proposal as it reads, where that is known already.
        """
        after = self._after(proposal, read)
        return sorted(moved(self._named(self._plays(proposal.base)), self._named(after)), key=lambda pair: pair[1].name)

    def undo(self, proposal: Proposal) -> BulkLines:
        """
        What would take a proposal back that is in force; a thing that was changed again since can't be.

        A campaign that nothing else has changed gets the very text back that it had.
        """
        changes, now = self.changes(proposal), self.entries()
        since = self._changed_since(proposal.epoch or 0)
        taken = self.taken(now[after.name] for _, after in changes if after.name in now)
        lines = [
            _back(place, before, after, now.get(after.name), taken.get(after.name, 0), since.get(after.campaign, 0))
            for place, (before, after) in enumerate(changes, 1)
        ]
        found, applied = self._written(lines), self._versions(proposal)
        mistaken = {line.name[0] for line in found.mistakes}
        whole = {name for name in found.texts.keys() - mistaken if found.base[name] == applied.get(name)}
        old = self._editing.texts([(name, version) for name, version in proposal.base.items() if name in whole])
        texts = {
            name: old.get((name, proposal.base[name])) or text for name, text in found.texts.items() if name in whole
        }
        return attrs.evolve(found, texts={**found.texts, **texts})

    # --- inside ---------------------------------------------------------------------------------

    def _written(self, lines: Sequence[BulkLine]) -> BulkLines:
        """The lines with the texts that they make; where a text can't be written, its lines are mistakes."""
        by_campaign: dict[str, list[tuple[Entry, Entry]]] = {}
        for line in lines:
            if _moves(line) and line.before is not None and line.after is not None:
                by_campaign.setdefault(line.name[0], []).append((line.before, line.after))
        base = {name: self._ports.transactions.in_force.release.campaigns[name] for name in by_campaign}
        texts, wrong = dict[str, str](), dict[str, EntryMistake]()
        old = self._editing.texts(list(base.items()))
        for name, changes in by_campaign.items():
            try:
                texts[name] = written(old.get((name, base[name]), ""), changes, self._scales())
            except EntryMistake as no:
                wrong[name] = no
        told = [
            attrs.evolve(line, after=None, mistake=wrong[line.name[0]])
            if _moves(line) and line.name[0] in wrong
            else line
            for line in lines
        ]
        return BulkLines(lines=tuple(told), texts=texts, base={name: base[name] for name in texts})

    def _scales(self) -> dict[str, int]:
        project = self._ports.project
        return {project.currency.id: project.currency.scale, **{unit.id: unit.scale for unit in project.units.values()}}

    def _named(self, plays: Iterable[Play]) -> dict[_Name, Entry]:
        return {entry.name: entry for entry in entries_of(plays, self._ports.kind)}

    def _plays(self, versions: Mapping[str, str]) -> Iterator[Play]:
        return (self._ports.transactions.in_force.play(name, version) for name, version in sorted(versions.items()))

    def _after(self, proposal: Proposal, read: ReadProposal | None) -> Collection[Play]:
        """The campaigns of a proposal as it has them; none while it has mistakes."""
        if proposal.epoch is not None:
            return list(self._plays(self._versions(proposal)))
        project = (read or self._editing.read(proposal.text)).project
        return [] if project is None else [project.campaigns[name].play for name in proposal.campaigns]

    def _versions(self, proposal: Proposal) -> dict[str, str]:
        """The versions that a proposal has brought into force."""
        released = {} if proposal.epoch is None else self._editing.release(proposal.epoch).campaigns
        return {name: released[name] for name in proposal.campaigns if name in released}

    def _changed_since(self, epoch: int) -> dict[str, int]:
        """The last release of each campaign behind *epoch*."""
        found: dict[str, int] = {}
        for release in self._editing.releases(limit=_BACK):
            if release.epoch > epoch:
                for name in (*release.changed, *release.added, *release.retired):
                    found.setdefault(name, release.epoch)
        return found


def _quota(entry: Entry) -> list[Account]:
    return [accounts.quota(*entry.name, n) for n in range(entry.splits)]


def _moves(line: BulkLine) -> bool:
    return line.before is not None and line.after is not None and line.before.says != line.after.says


def _line(place: int, name: _Name, before: Entry | None, edit: Edit, taken: int, *, again: bool) -> BulkLine:
    if before is None or again:
        mistake = EntryMistake("twice" if again else "unknown")
        return BulkLine(place=place, name=name, before=before, mistake=mistake)
    try:
        return BulkLine(place=place, name=name, before=before, after=edit(before, taken))
    except EntryMistake as no:
        return BulkLine(place=place, name=name, before=before, mistake=no)


def _back(place: int, before: Entry, after: Entry, now: Entry | None, taken: int, culprit: int) -> BulkLine:
    if now is None or now.says != after.says:
        mistake = EntryMistake("changed-since", epoch=culprit) if culprit else EntryMistake("not-sold-any-more")
        return BulkLine(place=place, name=after.name, before=now, mistake=mistake)
    again = attrs.evolve(now, price=before.price, quota=before.quota, span=before.span)
    return _line(place, after.name, now, lambda _, taken: _within(again, taken), taken, again=False)


def _within(entry: Entry, taken: int) -> Entry:
    """The same, if its quota holds what is taken."""
    return entry if entry.quota is None else stocked(entry, entry.quota, taken)
