"""
Screens and actions as values: what the console shows, what can be done there, and which roles open it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs
from flask import Response

from quanyi.adapters.console.operators import ROLES
from quanyi.adapters.console.tables import Table
from quanyi.adapters.console.visit import Console
from quanyi.entitlements.errors import InputError

__all__ = ["Action", "Booking", "Done", "Mistyped", "Screen", "Shown", "Unconfirmed"]


def _roles(value: Iterable[str]) -> frozenset[str]:
    roles = frozenset(value)
    if not roles or roles - set(ROLES):
        raise InputError(f"roles are some of {', '.join(ROLES)}")
    return roles


@attrs.frozen(kw_only=True)
class Shown:
    """
    What a screen shows.

    Attributes:
        template: The page, ``quanyi_console/people.html``.
        title: Its title; the screen's own name unless given.
        said: What the template is given besides.
        table: The rows that the page is about: shown by ``parts.table``, and exported where it has a name.
    """

    template: str
    title: str = ""
    said: Mapping[str, Any] = attrs.field(factory=dict)
    table: Table | None = None


@attrs.frozen(kw_only=True)
class Booking:
    """
    An act that has begun: it is noted, and what it books belongs to it.

    Attributes:
        id: Its number. Keys of what is booked begin with it, so that a form that is sent again books nothing twice.
        by: Who acts: pass it on as ``by=``.
        reason: Why.
    """

    id: str
    by: str
    reason: str

    @property
    def key(self) -> str:
        """The key of what it books, if that is one thing."""
        return f"act/{self.id}"


@attrs.frozen(kw_only=True)
class Done:
    """
    What came of an act.

    Attributes:
        goes: The address to go on at; where the act was sent from unless given.
        rows: How many rows were booked, of an act over several; `refusals` how many were refused.
        why: A word for what came of it where that is not what its name says: the text ``acts.why_<word>``.
        shown: A page to show at once in place of going on; for what must not be kept, such as results by row.
        sent: A file to send in place of a page.
    """

    goes: str = ""
    rows: int = 0
    refusals: int = 0
    why: str = ""
    shown: Shown | None = None
    sent: Response | None = None


class Mistyped(Exception):  # noqa: N818  (a request to type it again)
    """
    A form that can't be read: nothing was asked for yet, and nothing is noted.

    The page is shown again with what was typed, and with each message at its field.
    """

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__(", ".join(wrong))
        self.wrong = wrong


class Unconfirmed(Exception):  # noqa: N818  (a request to confirm)
    """
    A form that is right and shall be confirmed first: a page says what it would do and what that costs. Nothing is noted yet.

    The page has a form with the same fields, and one that tells `read` that it was confirmed.
    """

    def __init__(self, shown: Shown) -> None:
        super().__init__(shown.template)
        self.shown = shown


def _nothing(_: Console) -> None:
    """What is read of a form of which nothing is read."""


@attrs.frozen(kw_only=True)
class Action:
    """
    Something that can be done on a screen: a form that is sent to the screen's address, ``/`` and the action's name.

    Attributes:
        name: One word, ``adjust``. Texts name it ``act.<screen>.<name>``, the record of the act ``<screen>.<name>``.
        roles: Who may do it; any one of these roles is enough.
        read: Reads the form; raises `Mistyped` for what can't be read, `Unconfirmed` to have it confirmed. What it returns is
            given to `run`. Left out where the form has no fields of its own, or is read while it is done.
        run: Does it. What the mall refuses is noted with its code, and told on the page.
        noted: Whether it is an act in the mall, which needs a reason and is noted; else it only keeps what somebody
            writes, and nothing of that is in force.
    """

    name: str
    roles: frozenset[str] = attrs.field(converter=_roles)
    read: Callable[[Console], Any] = _nothing
    run: Callable[[Console, Any, Booking], Done]
    noted: bool = True


@attrs.frozen(kw_only=True)
class Screen:
    """
    One screen.

    Attributes:
        name: One word, ``people``: its endpoint is ``quanyi_console.<name>``, its title the text ``screen.<name>``.
        path: Its address below the console's prefix, with names in angle brackets: ``/people/<holder>``. A name
            ``holder`` is a person, ``campaign`` a campaign: acts on the screen are noted as about them.
        roles: Who may see it; any one of these roles is enough.
        view: What it shows.
        actions: What can be done there.
        count: How many things wait there, shown beside its name in the navigation; None for a screen without.
        under: The name of the screen in whose place of the navigation it stands; empty for one with a place of its own.
    """

    name: str
    path: str
    roles: frozenset[str] = attrs.field(converter=_roles)
    view: Callable[[Console], Shown]
    actions: tuple[Action, ...] = ()
    under: str = ""
    count: Callable[[Console], int] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names in its path."""
        return tuple(re.findall(r"<(\w+)>", self.path))
