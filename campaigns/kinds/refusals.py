"""
What plays of several kinds say no to without a clause: amounts and causes that an input comes without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from quanyi.campaigns.kinds.coverage import Word
from quanyi.campaigns.language.vocabulary import Vocabulary
from quanyi.entitlements.clauses import Computed, Fixed, Gift
from quanyi.entitlements.giving import Undoable

__all__ = ["may_miss", "of_giving", "of_undoing", "sourceless"]


def of_giving(
    when: Iterable[str], gifts: Iterable[Gift], mall: Vocabulary, *, gives_none: bool = True
) -> Iterator[Word]:
    """
    What may be wrong with amounts that hang on the input.

    Args:
        gives_none: Whether the play says no where an amount comes to nothing.
    """
    asked = [gift.how_much for gift in gifts if not isinstance(gift.how_much, Fixed)]
    for type_ in dict.fromkeys(when):
        yield from [(type_, "nothing-to-give")] if asked and gives_none else []
        paths = [how.of for how in asked if not isinstance(how, Computed)]
        yield from [(type_, "amount-missing")] if any(may_miss(mall, [type_], path) for path in paths) else []


def of_undoing(play: Undoable, mall: Vocabulary) -> Iterator[Word]:
    """What events that undo may meet: what is undone already, and a cause that they do not name."""
    yield from ((type_, "undone") for undo in play.if_undone for type_ in undo.when)
    yield from sourceless(play, mall)


def sourceless(play: Undoable, mall: Vocabulary) -> Iterator[Word]:
    """Undoing events that may come without what names their cause."""
    pairs = [(type_, undo.same) for undo in play.if_undone for type_ in undo.when]
    pairs += [(play.unless.event, (play.unless.same,))] if play.unless is not None else []
    for type_, same in pairs:
        if any(may_miss(mall, [type_], name) for name in same):
            yield (type_, "no-source")


def may_miss(mall: Vocabulary, when: Iterable[str], path: str) -> bool:
    """Whether events of these types may come without the attribute at *path*."""
    name = path.removeprefix("event.")
    found = [mall.events[type_].attributes.get(name) for type_ in when if type_ in mall.events]
    return bool(name) and any(attribute is None or attribute.optional for attribute in found)
