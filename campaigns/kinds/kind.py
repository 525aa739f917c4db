"""
A kind of campaign as a value: everything that the rest of the program asks of it.

Whoever deals with campaigns of any kind (the compiler, `show`, the editor's schema) asks the kind and never
looks at the class of a play.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from quanyi.campaigns.kinds.coverage import Coverage
from quanyi.campaigns.kinds.lint import Lint, nothing
from quanyi.campaigns.kinds.show import Show
from quanyi.campaigns.kinds.stories import StoryWords
from quanyi.campaigns.kinds.terms import benefits_in, limits_in
from quanyi.campaigns.kinds.view import Offers, PlayView
from quanyi.campaigns.language.compile.scope import Scope
from quanyi.campaigns.language.events import EventType
from quanyi.campaigns.language.places import Place
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.plays.base import Play
from quanyi.entitlements.records import Record

__all__ = ["Kind"]


@attrs.frozen(kw_only=True, eq=False)
class Kind:
    """
    One kind of campaign.

    Attributes:
        word: What a file says behind `kind:`.
        file: The pydantic model of its files.
        play: The class that its files become.
        compile: From a checked file to the play; placeholders stand for what is wrong, so that compiling goes on.
        show: How it is shown.
        lint: What the checks of well-formed campaigns need to know of the kind.
        commands: What users ask of its campaigns, and wait for the answer; kinds that share a command share the value.
        about: For commands about something that a campaign made: the kind of record, and the attribute that names it.
            Such a command is decided by the version of the campaign that made the record.
        tells: What its decisions tell, so that other campaigns may hear it.
        records: The kinds of record that its plays keep, besides those that a store knows anyway.
        coverage: What stories and recordings can meet in it.
        limits: Every limit of a play, however deep in its terms.
        benefits: The catalogue entries that a play has pinned, by id: a version changes with them.
        quotas: What applying puts on sale: the thing, its pieces, and in how many balances they are kept.
        story: What stories and recordings can say of its campaigns: steps and checks of its own.
        view: What its campaigns show to one user; None for a kind that shows nothing.
        offers: How what its campaigns sell is shown; None for a kind that sells nothing.
    """

    word: str
    file: type[Any]
    play: type[Play]
    compile: Callable[[Any, Place, Scope], Any]
    show: Show
    lint: Lint = attrs.field(factory=Lint)
    commands: tuple[EventType, ...] = ()
    about: Mapping[str, tuple[type[Record], str]] = attrs.field(factory=dict)
    tells: tuple[EventType, ...] = ()
    records: tuple[type[Record], ...] = ()
    coverage: Coverage = attrs.field(factory=Coverage)
    limits: Callable[[Any], Iterable[Limit]] = limits_in
    benefits: Callable[[Any], Mapping[str, Benefit]] = benefits_in
    quotas: Callable[[Any], Iterable[tuple[str, int, int]]] = nothing
    story: StoryWords = attrs.field(factory=StoryWords)
    view: PlayView | None = None
    offers: Offers | None = None
