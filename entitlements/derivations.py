"""
Derivations: ids and digests that follow from other values, and a record of how, for whoever listens.

A stencil (`quanyi.campaigns.engine.stencils`) repeats a decision with other values. To find out how each id of
the first decision was made, it listens while that decision is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from itertools import repeat
from threading import local
from typing import Any, ParamSpec, TypeVar

import attrs

__all__ = ["Argument", "Derivation", "Same", "derivation", "derivations", "derived", "each", "many"]

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


@attrs.frozen
class Same:
    """An argument that is the same in many calls."""

    value: Any


Argument = Same | Sequence[Any]
"""An argument of many calls: the same in all of them, or one value for each."""

_Many = Callable[..., list[Any]]

_MANY: dict[Callable[..., Any], _Many] = {}


def many(one: Callable[..., Any]) -> Callable[[_Many], _Many]:
    """
    Make a function known that gives the results of many calls of the derivation *one*, whose arguments are `Argument`.

    At least one of them differs from call to call. It must give what the calls would, one by one.
    """

    def known(function: _Many) -> _Many:
        _MANY[_function_of(one)] = function
        return function

    return known


def derived(function: Callable[..., Any], arguments: Sequence[Argument]) -> list[Any]:
    """
    The results of many calls of a derivation, or of its function; at least one of *arguments* differs from call to call.

    >>> derived(max, [Same(2), [1, 2, 3]])
    [2, 2, 3]
    """
    at_once = _MANY.get(_function_of(function))
    return list(map(function, *map(each, arguments))) if at_once is None else at_once(*arguments)


def each(argument: Argument) -> Iterable[Any]:
    """The values of an argument, call by call; without an end where it is the same in all."""
    return repeat(argument.value) if isinstance(argument, Same) else argument


def _function_of(heard: Callable[..., Any]) -> Callable[..., Any]:
    """The function itself, without what listens to it or keeps its results."""
    while hasattr(heard, "__wrapped__"):
        heard = heard.__wrapped__
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
