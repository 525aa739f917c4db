"""
Derivations: ids and digests that follow from other values, and a record of how, for whoever listens.

A stencil (`quanyi.campaigns.engine.stencils`) repeats a decision with other values. To find out how each id of
the first decision was made, it listens while that decision is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import local
from typing import Any, ParamSpec, TypeVar

import attrs

__all__ = ["Derivation", "derivation", "derivations"]

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


@attrs.frozen(eq=False)
class Derivation:
    """One call of a function that makes ids or digests: the function, what it was given, and what it returned."""

    function: Callable[..., Any]
    given: tuple[Any, ...]
    result: Any


class _Listening(local):
    """The list of this thread's listener; None where nobody listens."""

    heard: list[Derivation] | None = None


_listening = _Listening()


def derivation(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """
    Make the calls of *function* known to `derivations`. It is called with positional arguments alone.

    Under a cache only the calls that the cache lacks are heard.
    """

    @wraps(function)
    def heard(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        result = function(*args, **kwargs)
        if _listening.heard is not None:
            _listening.heard.append(Derivation(function, args, result))
        return result

    return heard


@contextmanager
def derivations() -> Iterator[list[Derivation]]:
    """
    Collect the derivations of this thread, inner ones before those that use them.

    >>> from quanyi.entitlements.accounts import digest16
    >>> with derivations() as heard:
    ...     made = digest16("a name", "that nobody has asked for yet")
    >>> [(derived.given[0], derived.result == made) for derived in heard]
    [('a name', True)]
    """
    before, heard = _listening.heard, list[Derivation]()
    _listening.heard = heard
    try:
        yield heard
    finally:
        _listening.heard = before
