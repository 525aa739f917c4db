"""
The kinds that one mall knows: those that are there from the start, and those that a host brings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Union

import attrs
from pydantic import Field

from quanyi.campaigns.language.events import Attribute, EventType
from quanyi.entitlements.errors import InputError, StorageError
from quanyi.entitlements.records import RECORDS, Record

if TYPE_CHECKING:
    from quanyi.campaigns.kinds.kind import Kind

__all__ = ["Kinds"]


def _tuple(kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    return tuple(kinds)


@attrs.frozen(eq=False)
class Kinds:
    """
    Some kinds, found by their words; compared by identity.

    Args:
        all: The kinds, in the order in which an editor's schema lists them.

    Raises:
        InputError: Two kinds have the same word, keep records under the same name, or declare different commands or
            events of one name.
    """

    all: tuple[Kind, ...] = attrs.field(converter=_tuple)

    def __attrs_post_init__(self) -> None:
        _insist_on_one("kind", (kind.word for kind in self.all))
        _insist_on_one("kind of record", (record.kind for record in self.records))
        events = _distinct((*kind.commands, *kind.tells) for kind in self.all)
        _insist_on_one("command or event", (event.id for event in events))

    def __iter__(self) -> Iterator[Kind]:
        return iter(self.all)

    @cached_property
    def by_word(self) -> dict[str, Kind]:
        """Each kind by what a file says behind `kind:`."""
        return {kind.word: kind for kind in self.all}

    def of(self, play: Any) -> Kind:
        """
        The kind of a compiled play.

        Raises:
            StorageError: No kind of that word is known here: a program that knows more kinds wrote the campaign.
        """
        return self.named(play.head.kind, play.head.campaign)

    def named(self, word: str, campaign: str) -> Kind:
        """The kind of that word; *campaign* is named in the error, see `of`."""
        for kind in self.all:
            if kind.word == word:
                return kind
        known = ", ".join(sorted(kind.word for kind in self.all))
        raise StorageError(f"campaign {campaign} is of the kind {word!r}, which is not known here; known are {known}")

    @cached_property
    def records(self) -> tuple[type[Record], ...]:
        """Every kind of record that a mall with these kinds keeps."""
        return (*RECORDS, *dict.fromkeys(record for kind in self.all for record in kind.records))

    def commands(self, money_scale: int = 2) -> dict[str, EventType]:
        """What users ask of these kinds, by type, with the decimal places of the mall's money."""
        events = _distinct(kind.commands for kind in self.all)
        return {event.id: _with_money(event, money_scale) for event in events}

    @cached_property
    def about(self) -> dict[str, tuple[type[Record], str]]:
        """For commands about a record: its kind, and the attribute that names it, by command."""
        return {type_: record for kind in self.all for type_, record in kind.about.items()}

    def told(self, declared: Iterable[EventType] = ()) -> dict[str, EventType]:
        """
        The events that decisions of these kinds emit, so that campaigns may hear them besides those that a mall declares.

        Each has the source attributes of *declared* events too, so that what follows from it can be undone with its cause.
        """
        names = dict.fromkeys(name for event in declared for name in event.source)
        sources = {name: Attribute(name=name, type="id", optional=True) for name in names}
        return {
            event.id: attrs.evolve(event, attributes={**event.attributes, **sources}, source=tuple(names))
            for event in _distinct(kind.tells for kind in self.all)
        }

    def any_file(self) -> Any:
        """A type for pydantic: the file of any kind, told apart by `kind:`."""
        return Annotated[Union[tuple(kind.file for kind in self.all)], Field(discriminator="kind")]  # noqa: UP007


def _distinct(events: Iterable[Iterable[EventType]]) -> list[EventType]:
    """Each event once: several kinds may share one."""
    found: list[EventType] = []
    for event in (event for several in events for event in several):
        if event not in found:
            found.append(event)
    return found


def _with_money(event: EventType, scale: int) -> EventType:
    """The event with the decimal places of the mall's money."""
    placed: Mapping[str, Attribute] = {
        name: attrs.evolve(attribute, scale=scale) if attribute.type == "money" else attribute
        for name, attribute in event.attributes.items()
    }
    return attrs.evolve(event, attributes=placed)


def _insist_on_one(what: str, words: Iterable[str]) -> None:
    several = sorted(word for word, count in Counter(words).items() if count > 1)
    if several:
        raise InputError(f"two of each {what} have the same name: {', '.join(several)}")
