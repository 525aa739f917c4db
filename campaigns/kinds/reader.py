"""
Reads what a story says must be true: values of a few shapes become expectations, and what does not fit is noted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Protocol

import attrs

from quanyi.campaigns.kinds.expectation import Expectation
from quanyi.campaigns.language.findings import Findings, did_you_mean, one_of
from quanyi.campaigns.language.formatting import said
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.entitlements.amounts import Unit, parse_amount
from quanyi.entitlements.benefits import Benefit, PointsUnit

__all__ = ["Campaigns", "Reader"]


class Campaigns(Protocol):
    """A mall project, as steps and checks of stories need it: what its words mean, and its campaigns."""

    @property
    def currency(self) -> Unit: ...

    @property
    def units(self) -> Mapping[str, PointsUnit]: ...

    @property
    def benefits(self) -> Mapping[str, Benefit]: ...

    @property
    def campaigns(self) -> Mapping[str, Any]:
        """By id; each has its `play`."""

    def plays(self) -> tuple[Any, ...]:
        """All plays, high priority first, then by id."""

    def scale_of(self, unit: str) -> int:
        """Decimal places of a unit or of the currency; 0 for pieces and times."""


@attrs.frozen(kw_only=True)
class Reader:
    """
    Reads the values of a step's `then`; what does not fit is noted.

    Attributes:
        zone: In which the story's instants are written.
        campaigns: Those in force in the story.
        has: Whether the check of that name can be made of a play.
    """

    project: Campaigns
    zone: str
    findings: Findings
    campaigns: Collection[str]
    has: Callable[[Any, str], bool]

    def map(self, value: Any, place: Place) -> Iterator[tuple[str, Any, Place]]:
        """The entries of a map of names."""
        if isinstance(value, dict):
            yield from ((name, part, place / name) for name, part in value.items())
        else:
            self.findings.error(place, "wrong-type", "expected a map of names")

    def known(self, sort: str, word: str, words: Mapping[str, Any], place: Place) -> bool:
        """Whether *word*, which stands in a key, is one of *words*."""
        if word not in words:
            self.findings.key_error(
                place,
                f"unknown-{sort}",
                Message("there is no {sort} {word!r}", sort=Message(sort), word=word),
                did_you_mean(word, words),
            )
        return word in words

    def number(self, value: Any, unit: str, place: Place) -> int | None:
        """An amount of *unit* in its smallest part; None after a mistake."""
        try:
            return parse_amount(value, self.project.scale_of(unit))
        except (ValueError, ArithmeticError) as no:
            said_no = str(no) if isinstance(no, ValueError) else Message("{value} is not an amount", value=said(value))
            self.findings.error(place, "bad-amount", said_no)
            return None

    def amount(self, value: Any, unit: str, place: Place, what: str, *about: str) -> Iterator[Expectation]:
        """One expectation of an amount."""
        wanted = self.number(value, unit, place)
        if wanted is not None:
            scale = self.project.scale_of(unit)
            yield Expectation(what=what, about=about, wanted=wanted, unit=unit, scale=scale, place=place)

    def count(self, value: Any, place: Place, what: str, *about: str) -> Iterator[Expectation]:
        """One expectation of a whole number."""
        if isinstance(value, bool) or not isinstance(value, int):
            self.findings.error(place, "wrong-type", Message("{value} is not a whole number", value=value))
            return
        yield Expectation(what=what, about=about, wanted=value, place=place)

    def one_word(
        self, value: Any, words: tuple[str, ...], place: Place, what: str, *about: str
    ) -> Iterator[Expectation]:
        """One expectation of one of *words*."""
        if value in words:
            yield Expectation(what=what, about=about, wanted=value, place=place)
        else:
            self.findings.error(
                place,
                "unknown-word",
                Message("{value} is not possible here", value=value),
                did_you_mean(str(value), words),
            )

    def campaign_and_user(self, whose: str, check: str, place: Place) -> tuple[str, str]:
        """
        The campaign and the user of ``CAMPAIGN.ann``, or of ``ann`` where one campaign alone has the check.

        No campaign if nobody can say which; that is noted.
        """
        campaign, _, user = whose.partition(".")
        if user and campaign in self.project.campaigns:
            return campaign, user
        plays = [play for play in self.project.plays() if self.has(play, check)]
        found = [play.head.campaign for play in plays if play.head.campaign in self.campaigns]
        if len(found) != 1:
            message = Message(
                "the story has {count} campaigns of this kind; say which: CAMPAIGN.{whose}",
                count=len(found),
                whose=whose,
            )
            self.findings.key_error(place, "unknown-campaign", message, one_of(found))
            return "", whose
        return found[0], whose
