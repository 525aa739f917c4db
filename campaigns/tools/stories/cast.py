"""
Who is who in a story: a name that is misspelt is somebody who has nothing and does nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from quanyi.campaigns.kinds.expectation import Expectation
from quanyi.campaigns.language.findings import Findings, did_you_mean
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.tools.stories.model import Given, Step

__all__ = ["check_cast"]


def check_cast(given: Given, steps: tuple[Step, ...], place: Place, findings: Findings) -> None:
    """
    Note whoever is nobody of the story.

    Where `users` are given, they are all who may do something or be given something. Else whoever is
    given something must be named by a step. Whoever is looked at must be one of all these.
    """
    acting = {step.who for step in steps if step.who} | set(_named(steps))
    cast = {*given.users} or acting
    for user, unit in given.balances:
        if user not in cast:
            _note(user, cast, place / unit / user, findings)
    for step in steps:
        if given.users and step.who and step.who not in cast:
            findings.error(step.place / "who", *_unknown(step.who, cast))
        for user in step.midway.facts:
            if user not in cast:
                _note(user, cast, step.place / "facts" / user, findings)
        for user, check in _looked_at(step.then):
            if user not in cast | acting:
                _note(user, cast | acting, check.place, findings)


def _named(steps: Iterable[Step]) -> Iterator[str]:
    """Whatever text stands in the attributes of a step: it may be somebody."""
    return (value for step in steps for value in step.data.values() if isinstance(value, str))


def _looked_at(then: Iterable[Expectation]) -> Iterator[tuple[str, Expectation]]:
    """The user of each check that is about one."""
    return ((check.user, check) for check in then if check.user)


def _note(user: str, cast: Iterable[str], place: Place, findings: Findings) -> None:
    findings.key_error(place, *_unknown(user, cast))


def _unknown(user: str, cast: Iterable[str]) -> tuple[str, str, str]:
    known: Mapping[str, Any] = dict.fromkeys(cast)
    return "unknown-user", Message("there is no user {user!r}", user=user), did_you_mean(user, known)
