"""
What a kind adds to the words of stories: steps that can be done, and checks of what must be true then.

Stories and recordings have no words of a kind by themselves: they ask the kinds of the project.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

import attrs

from quanyi.campaigns.kinds.expectation import Expectation
from quanyi.campaigns.kinds.reader import Campaigns, Reader
from quanyi.campaigns.language.events import EventType
from quanyi.campaigns.language.places import Place
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.records import RecordKey

__all__ = ["Scene", "Stage", "StandIn", "StoryCheck", "StoryStep", "StoryWords", "Try", "merged"]

_Word = TypeVar("_Word")


class Stage(Protocol):
    """
    The mall in which a story is told.

    Attributes:
        mall: The public face. It stands above the kinds, so that its type can't be named here.
        read_codes: The plain codes of an entitlement.
    """

    @property
    def mall(self) -> Any: ...

    @property
    def project(self) -> Campaigns: ...

    @property
    def read_codes(self) -> Callable[[str], tuple[str, ...]]: ...


class Scene(Protocol):
    """
    What can be looked at while a story is told.

    Attributes:
        zone: In which the story's instants are written.
    """

    @property
    def stage(self) -> Stage: ...

    @property
    def zone(self) -> str: ...

    def told(self, name: str) -> Any:
        """A value of the answer; the text ``nothing`` where there is none."""


StoryStep = Callable[[Stage, str, str, dict[str, Any], Mapping[str, Any] | None], Receipt]
"""
Does what a line of a story says, through the public face: with the stage, the user, the key, the attributes
as written and the context of the request. It raises `Refused` for a no, and `InputError` for a line that
is not said properly.
"""

Try = Callable[[Campaigns, Mapping[str, Any]], tuple[RecordKey, dict[str, Any]]]
"""The record that a step is about, and the data of its input, from the attributes as written."""


@attrs.frozen(kw_only=True)
class StoryCheck:
    """
    One check of a `then`.

    Attributes:
        read: Its value as expectations: with the reader, the name of the check, the value and its place.
        look: What is found: with the scene and, one by one, what an expectation is about.
        user_at: The place of the user in `Expectation.about`; None where it is about nobody.
        fits: Whether what was found is what is wanted; called with the scene too.
    """

    read: Callable[[Reader, str, Any, Place], Iterable[Expectation]]
    look: Callable[..., Any]
    user_at: int | None = None
    fits: Callable[[Expectation, Any, Any], bool] = lambda expectation, found, _: bool(expectation.wanted == found)

    def expectations(self, reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        """The expectations of a value, each with the user whom it is about."""
        for found in self.read(reader, name, value, place):
            yield found if self.user_at is None else attrs.evolve(found, user=found.about[self.user_at])


@attrs.frozen(kw_only=True)
class StandIn:
    """
    An attribute that a story writes where another one's value is known only once the story is told.

    Attributes:
        attributes: The attributes of an event that it can replace in one campaign.
        find: The value, from what is written.
    """

    attributes: Callable[[Any, EventType], Iterable[str]]
    find: Callable[[Stage, Mapping[str, Any]], str]


# Compared by identity: kinds that share one value share its words.
@attrs.frozen(kw_only=True, eq=False)
class StoryWords:
    """
    What stories and recordings can say of the campaigns of a kind. A kind that adds nothing has an empty one.

    Attributes:
        steps: What can be done besides the declared events, by name.
        takes: The attributes that each of the steps reads; a step that is not named here takes any.
        tries: Those steps that `explain` can try, because they are about a record that exists.
        checks: What can be looked at, by name.
        stand_ins: Attributes that stand for a value which is not known yet, by name.
        roles: People besides the user by whom limits of this kind count.
        rules: The rules of a play that may be skipped while others pay, each with the prefix of its clauses' names.
    """

    steps: Mapping[str, StoryStep] = attrs.field(factory=dict)
    takes: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    tries: Mapping[str, Try] = attrs.field(factory=dict)
    checks: Mapping[str, StoryCheck] = attrs.field(factory=dict)
    stand_ins: Mapping[str, StandIn] = attrs.field(factory=dict)
    roles: tuple[str, ...] = ()
    rules: Callable[[Any], Mapping[str, str]] = lambda _: {}


def merged(words: Mapping[str, StoryWords]) -> StoryWords:
    """
    The words of several kinds as one, sorted; `rules` stay with each kind.

    Args:
        words: By the name of whoever brings them.

    Raises:
        InputError: Two bring the same word with different meanings.
    """
    return StoryWords(
        steps=_table("step", {who: each.steps for who, each in words.items()}),
        takes=_table("step", {who: each.takes for who, each in words.items()}),
        tries=_table("step", {who: each.tries for who, each in words.items()}),
        checks=_table("check", {who: each.checks for who, each in words.items()}),
        stand_ins=_table("attribute", {who: each.stand_ins for who, each in words.items()}),
        roles=tuple(dict.fromkeys(role for each in words.values() for role in each.roles)),
    )


def _table(sort: str, words: Mapping[str, Mapping[str, _Word]]) -> dict[str, _Word]:
    found: dict[str, tuple[str, _Word]] = {}
    for who, table in words.items():
        for word, meaning in table.items():
            first, known = found.setdefault(word, (who, meaning))
            if known != meaning:
                raise InputError(
                    f"{first} and {who} both bring the {sort} {word!r} of stories, with different meanings"
                )
    return {word: meaning for word, (_, meaning) in sorted(found.items())}
