"""
A campaign whose stored text can't be trusted or read: it is parked, and the mall goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

import attrs

from quanyi.entitlements.clauses import Head
from quanyi.entitlements.digests import text_digest
from quanyi.entitlements.errors import NotOpen, StorageError
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.base import Exposure, Trigger
from quanyi.entitlements.releases import KeptVersion

__all__ = ["Parked", "damage"]


class _Broken(Exception):  # noqa: N818  (the engine keeps the input in the outbox, as for any broken campaign)
    """An event met a parked campaign."""


@attrs.frozen(kw_only=True)
class Parked:
    """
    Stands in for a version of a campaign that can't be used, and decides nothing.

    What it answers: a new command is refused with `NotOpen` and the reason ``parked``; an event is a
    ``failed`` decision, kept in the outbox to be tried again; what concerns a deal or promise that
    the version made is a `StorageError` for that input alone, and stays due.

    Attributes:
        why: What is wrong, for operators.
        heard: What the campaign listens to, as far as its text says so; None where it can't be read.
    """

    head: Head
    why: str
    heard: tuple[Trigger, ...] | None = None

    def listens(self) -> tuple[Trigger, ...]:
        """What its text says it hears; nothing where that can't be read."""
        return self.heard or ()

    def needs(self, ask: Input) -> Iterable[Need]:
        """Nothing: it decides nothing."""
        return ()

    def decide(self, ask: Input, draft: Draft) -> NoReturn:
        """
        Answer for a campaign that can't.

        Raises:
            NotOpen: A command to the campaign; the reason is ``parked``.
            StorageError: What concerns a record that it made.
        """
        if ask.about is not None or ask.due:
            raise StorageError(self.why)
        if ask.asks:
            raise NotOpen(reason="parked")
        raise _Broken(self.why)

    def exposure(self) -> tuple[Exposure, ...]:
        """Nothing: it gives nothing."""
        return ()


def damage(campaign: str, version: str, kept: KeptVersion, applied: str | None = None) -> str:
    """
    What is wrong with a stored text; empty if it is what was applied.

    Args:
        applied: The digest in hex that the release repeats, where it has one.
    """
    digest = text_digest(kept.body)
    if kept.digest in (None, digest) and applied in (None, digest.hex()):
        return ""
    return f"the stored text of version {version} of campaign {campaign} is not what was applied"
