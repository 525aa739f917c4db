"""
Shares of what a deal booked: so many of its pieces, or so much of a unit, as moves to give back.

What was booked last is given back first; what stays is kept on the deal, so that nothing is ever
given back twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

import attrs

from quanyi.entitlements.records import Move

__all__ = ["amounts", "drawn", "portion", "scaled"]

_Parted = tuple[tuple[Move, ...], tuple[Move, ...]]
"""What goes back, and what stays; both in booking order."""


def portion(moves: Iterable[Move], pieces: int, of: int) -> _Parted:
    """
    The share of *pieces* out of *of*, rounded down: a place that counts times goes back with the last piece.

    >>> portion((), 1, 2)
    ((), ())
    """
    booked = tuple(moves)
    totals: dict[Any, int] = {}
    for move in booked:
        totals[_together(move)] = totals.get(_together(move), 0) + move.amount
    return _part(booked, _together, {key: total * pieces // of for key, total in totals.items()})


def drawn(moves: Iterable[Move], wanted: Mapping[str, int]) -> _Parted:
    """So much of each unit that the deal was paid with."""
    return _part(tuple(moves), _unit, wanted)


def scaled(moves: Iterable[Move], share: Fraction) -> tuple[Move, ...]:
    """*share* of what wallets paid, rounded down; all of the rest."""
    booked = tuple(moves)
    paid = {unit: int(amount * share) for unit, amount in amounts(booked).items()}
    going, _ = drawn(booked, paid)
    return (*(move for move in booked if not _unit(move)), *going)


def amounts(moves: Iterable[Move]) -> dict[str, int]:
    """What wallets paid, by unit."""
    found: dict[str, int] = {}
    for move in moves:
        if unit := _unit(move):
            found[unit] = found.get(unit, 0) + move.amount
    return found


def _part(moves: tuple[Move, ...], key: Callable[[Move], Any], wanted: Mapping[Any, int]) -> _Parted:
    open_, going, staying = dict(wanted), [], []
    for move in reversed(moves):
        part = min(move.amount, open_.get(key(move), 0))
        if part:
            open_[key(move)] -= part
            going.append(attrs.evolve(move, amount=part))
        if part < move.amount:
            staying.append(attrs.evolve(move, amount=move.amount - part))
    return tuple(reversed(going)), tuple(reversed(staying))


def _together(move: Move) -> tuple[Any, ...]:
    """Moves that are one amount: out of several lots, or several balances of one quota."""
    return (move.destination, move.source.kind, move.source.parts[:1])


def _unit(move: Move) -> str:
    return move.source.unit if move.source.kind == "lot" else ""
