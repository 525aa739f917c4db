"""
Checks of the answer to a step: its refusal, what campaigns made of it, what it shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from quanyi.campaigns.kinds.expectation import Expectation
from quanyi.campaigns.kinds.reader import Reader
from quanyi.campaigns.language.formatting import said
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.tools.sandbox import code_of
from quanyi.campaigns.tools.stories.scene import Scene

__all__ = [
    "fits_refused",
    "fits_shown",
    "fits_skipped",
    "read_code",
    "read_flag",
    "read_outcome",
    "read_shows",
    "read_skipped",
]

_OUTCOMES = ("cancelled", "failed", "granted", "lapsed", "promised", "skipped")


def read_code(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    """The code of a refusal."""
    if isinstance(value, str):
        yield Expectation(what=name, wanted=value, place=place)
    else:
        reader.findings.error(place, "wrong-type", "expected the code of a refusal", "like limit-reached")


def read_flag(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    """True or false."""
    if isinstance(value, bool):
        yield Expectation(what=name, wanted=value, place=place)
    else:
        reader.findings.error(place, "wrong-type", "expected true or false")


def read_skipped(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    """`{share: limit-reached}`; `{share.RULE: …}` for one rule of a campaign, where others may have paid."""
    for whose, reason, at in reader.map(value, place):
        campaign, _, rule = whose.partition(".")
        found = reader.project.campaigns.get(campaign)
        rules = found.kind.story.rules(found.play) if found else {}
        if rule and rules and whose not in reader.project.campaigns:
            if reader.known("rule", rule, rules, at):
                yield Expectation(what=name, about=(campaign, rule), wanted=str(reason), place=at)
        elif reader.known("campaign", whose, reader.project.campaigns, at):
            yield Expectation(what=name, about=(whose,), wanted=str(reason), place=at)


def read_outcome(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    """`{share: granted}`."""
    for campaign, word, at in reader.map(value, place):
        if reader.known("campaign", campaign, reader.project.campaigns, at):
            yield from reader.one_word(word, _OUTCOMES, at, name, campaign)


def read_shows(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    """`{missing: 20, next_at: "2022-11-10 14:00"}`."""
    for what, wanted, at in reader.map(value, place):
        yield Expectation(what=name, about=(what,), wanted=said(wanted, reader.zone), place=at)


# --- what is as good -----------------------------------------------------------------------------


def fits_refused(expectation: Expectation, found: str, scene: Scene) -> bool:
    """The campaign's own word for the no, or the stable code."""
    codes = (found,) if scene.no is None else (found, code_of(scene.no))
    return expectation.wanted in codes


def fits_skipped(expectation: Expectation, found: str, scene: Scene) -> bool:
    """The campaign's own word, or the stable code."""
    return expectation.wanted in (found, scene.skipped_code(*expectation.about))


def fits_shown(expectation: Expectation, found: str, _scene: Scene) -> bool:
    """Two values that read the same: a time may leave out its seconds if they are zero."""
    wanted = expectation.wanted
    return found in (wanted, f"{wanted}:00", f"{wanted} 00:00:00")
