"""
One thing that a story expects, and the shapes in which expectations are written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import attrs

from quanyi.campaigns.language.findings import Findings, did_you_mean, one_of
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.tools.formatting import said
from quanyi.entitlements.amounts import Amount, parse_amount

__all__ = ["Expectation", "Shapes"]


@attrs.frozen(kw_only=True)
class Expectation:
    """
    One thing that must be true after a step.

    Attributes:
        what: The name of the check; `about` says of whom or of what.
        wanted: The value, as the check finds it: whole numbers, text, lists, maps, bools.
        unit: What a whole number is an amount of, for showing it; `scale` its decimal places.
        user: Whom it is about, where neither the name of the check nor its place tells.
    """

    what: str
    about: tuple[str, ...] = ()
    wanted: Any
    unit: str = ""
    scale: int = 0
    user: str = ""
    place: Place = attrs.field(eq=False, repr=False)

    def miss(self, found: Any) -> str:
        """Say that *found* is not what is wanted."""
        subject = " of ".join([self.what, " ".join(filter(None, self.about))]) if self.about else self.what
        return f"expected {subject} to be {self._said(self.wanted)}, got {self._said(found)}"

    def _said(self, value: Any) -> str:
        counts = self.scale and isinstance(value, int) and not isinstance(value, bool)
        return said(Amount(value, self.unit, self.scale) if counts else value) or "nothing"


@attrs.frozen
class Shapes:
    """
    Reads values of a `then` that have one of a few shapes; what does not fit is noted.

    Attributes:
        zone: In which the story's instants are written.
        campaigns: Those in force in the story.
    """

    project: Project
    zone: str
    findings: Findings
    campaigns: Collection[str]

    def map(self, value: Any, place: Place) -> Iterator[tuple[str, Any, Place]]:
        """The entries of a map of names."""
        if isinstance(value, dict):
            yield from ((name, part, place / name) for name, part in value.items())
        else:
            self.findings.error(place, "wrong-type", "expected a map of names")

    def known(self, sort: str, word: str, words: Mapping[str, Any], place: Place) -> bool:
        """Whether *word*, which stands in a key, is one of *words*."""
        if word not in words:
            self.findings.key_error(place, f"unknown-{sort}", f"there is no {sort} {word!r}", did_you_mean(word, words))
        return word in words

    def number(self, value: Any, unit: str, place: Place) -> int | None:
        """An amount of *unit* in its smallest part; None after a mistake."""
        try:
            return parse_amount(value, self.project.scale_of(unit))
        except (ValueError, ArithmeticError) as no:
            said_no = str(no) if isinstance(no, ValueError) else f"{said(value)} is not an amount"
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
            self.findings.error(place, "wrong-type", f"{value} is not a whole number")
            return
        yield Expectation(what=what, about=about, wanted=value, place=place)

    def one_word(
        self, value: Any, words: tuple[str, ...], place: Place, what: str, *about: str
    ) -> Iterator[Expectation]:
        """One expectation of one of *words*."""
        if value in words:
            yield Expectation(what=what, about=about, wanted=value, place=place)
        else:
            self.findings.error(place, "unknown-word", f"{value} is not possible here", did_you_mean(str(value), words))

    def of_kind(self, whose: str, kind: type, place: Place) -> tuple[str, str]:
        """The campaign and the user of ``ann`` or ``CAMPAIGN.ann``; no campaign if nobody can say which."""
        campaign, _, user = whose.partition(".")
        if user and campaign in self.project.campaigns:
            return campaign, user
        plays = [play for play in self.project.plays() if isinstance(play, kind)]
        found = [play.head.campaign for play in plays if play.head.campaign in self.campaigns]
        if len(found) != 1:
            message = f"the story has {len(found)} campaigns of this kind; say which: CAMPAIGN.{whose}"
            self.findings.key_error(place, "unknown-campaign", message, one_of(found))
            return "", whose
        return found[0], whose
