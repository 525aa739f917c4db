"""
The clauses that all plays share: the head of a campaign, limits, amounts, gifts, and undoing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import attrs

from quanyi.entitlements.amounts import Rounding
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.checks.conditions import Condition
from quanyi.entitlements.time import Schedule, Span, Window

__all__ = [
    "Computed",
    "Ending",
    "Fixed",
    "Gift",
    "Head",
    "HowMuch",
    "Limit",
    "Over",
    "PerStep",
    "Percent",
    "Slabs",
    "Undo",
    "Unless",
]

Ending = Literal["closed", "lapsed", "left", "refunded", "undone"]
Over = Literal["clip", "flag", "lapse", "refuse", "skip"]


@attrs.frozen(kw_only=True)
class Head:
    """
    The clauses that every campaign has, whatever its kind.

    Attributes:
        campaign: Its id.
        kind: The word in the file, ``flash_sale``.
        version: The version's hash, filled in when it is applied or tested.
        zone: The zone of its windows and schedules.
        runs: From when to when it runs.
        open: When requests are taken inside `runs`; empty for always.
        audience: Who may take part; None for everybody.
        rollout: Share of users it exists for, in basis points (500 is 5%), by a stable hash.
        holdout: Share of users it never exists for, likewise.
        priority: Order among campaigns on one input, high first.
        where: ``file:line`` of each key, by its path in the file.
    """

    campaign: str
    kind: str = ""
    version: str = ""
    title: Mapping[str, str] = attrs.field(factory=dict)
    text: Mapping[str, str] = attrs.field(factory=dict)
    zone: str = "UTC"
    runs: Span = attrs.field(factory=Span)
    open: tuple[Schedule, ...] = ()
    audience: Condition | None = None
    rollout: int = 10_000
    holdout: int = 0
    priority: int = 0
    where: Mapping[str, str] = attrs.field(factory=dict, eq=False)

    def place_of(self, *keys: str) -> str:
        """``file:line`` of the first of *keys* that the file has; of the campaign where it has none of them."""
        return next((self.where[key] for key in (*keys, "campaign") if key in self.where), "")


@attrs.frozen(kw_only=True)
class Limit:
    """
    At most so many, per subject and window.

    A limit is a balance per subject and window that may not pass its cap; nothing is ever reset.

    Attributes:
        id: Its identity: explicit, or a readable path of what it counts, without the cap.
        count: The cap, in `of`.
        of: ``times``, ``pieces``, or a unit's id (a budget).
        per: The subject: ``user``, ``campaign`` (everybody together), or attributes of the input.
        back: Which endings give the place back to the window it came from.
        over: What happens beyond the cap: ``refuse`` a command, ``skip`` an event, ``clip``: give what is left, ``lapse``:
            let a promise lapse, or ``flag``: go on, and only tell.
        at_least: The least that ``clip`` may give.
        reason: The reason of the refusal; its code where this is empty.
        hidden: Those of `per` that are personal: they are kept as digests, salted with `salt` and `id`.
    """

    id: str
    count: int
    of: str = "times"
    per: tuple[str, ...] = ("user",)
    window: Window = attrs.field(factory=Window)
    back: tuple[Ending, ...] = ("closed", "lapsed", "left", "refunded", "undone")
    over: Over = "refuse"
    at_least: int = 1
    reason: str = ""
    where: str = ""
    hidden: tuple[str, ...] = ()
    salt: str = ""


@attrs.frozen(kw_only=True)
class Fixed:
    """Always the same amount, in the smallest unit."""

    value: int


@attrs.frozen(kw_only=True)
class Percent:
    """A share of an attribute: `percent` is exact decimal text, ``17.5``; never more than `cap`, where there is one."""

    percent: str
    of: str
    rounding: Rounding = "down"
    cap: int | None = None


@attrs.frozen(kw_only=True)
class PerStep:
    """`give` for every full `step` of an attribute; never more than `cap`, where there is one."""

    step: int
    give: int
    of: str
    cap: int | None = None


@attrs.frozen(kw_only=True)
class Slabs:
    """The amount of the highest step that an attribute has reached; 0 below the first step."""

    of: str
    steps: tuple[tuple[int, int], ...]


@attrs.frozen(kw_only=True)
class Computed:
    """A CEL expression of type int, in the smallest unit."""

    text: str
    where: str = ""


HowMuch = Computed | Fixed | PerStep | Percent | Slabs


@attrs.frozen(kw_only=True)
class Gift:
    """
    One thing to give or take.

    Attributes:
        thing: A unit's or a benefit's id.
        how_much: Amount of the unit, or pieces of the benefit.
        benefit: The catalogue entry, pinned with the version; None for a unit.
    """

    thing: str
    how_much: HowMuch = attrs.field(factory=lambda: Fixed(value=1))
    benefit: Benefit | None = None


@attrs.frozen(kw_only=True)
class Unless:
    """An event that makes a promise void if it comes before the promise is kept, from the same source."""

    event: str
    same: str


@attrs.frozen(kw_only=True)
class Undo:
    """
    What happens to what was booked when its cause is undone.

    Attributes:
        when: The event types that undo.
        same: The source attributes by which the cause is found.
        take: ``left`` stops at an empty wallet, ``debt`` takes all and lets it owe, ``refuse``
            takes nothing unless all is there.
        ended: What happens to points given back to a lot that has ended: they stay ended, or reopen with a new end.
        share: The attribute that says how much of the cause is undone; empty if it is undone as a whole.
    """

    when: tuple[str, ...]
    same: tuple[str, ...]
    share: str = ""
    take: Literal["debt", "left", "refuse"] = "left"
    ended: Literal["reopen", "stay_ended"] = "stay_ended"
