"""
Releases: the sets of campaigns that come into force, and the immutable versions that they name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

import attrs

__all__ = ["KeptVersion", "Release", "Shelf", "VersionWrite"]


@attrs.frozen(kw_only=True)
class VersionWrite:
    """
    An immutable version of a campaign: its compiled play and the text it came from.

    Attributes:
        anew: Whether it takes the place of a stored one that was damaged; else one that is there
            already is let be.
    """

    campaign: str
    version: str
    body: str
    source: str
    anew: bool = False


@attrs.frozen(kw_only=True)
class KeptVersion:
    """
    A version as it is stored.

    Attributes:
        body: The compiled play as JSON.
        digest: `text_digest` of the body when it was applied; None where a program wrote it that
            knew no digests.
    """

    body: str
    digest: bytes | None = None


@attrs.frozen(kw_only=True)
class Release:
    """
    The set of campaigns in force.

    Attributes:
        epoch: Grows by one with every release.
        project: Units, events and catalogue, as JSON.
        campaigns: The version in force of each campaign.
        paused: Campaigns that an operator stopped for now.
        digests: Of the stored text of each campaign's version in hex, and under ``""`` of
            `project`; what is missing was written by a program that knew no digests.
    """

    epoch: int = 0
    project: str = ""
    campaigns: Mapping[str, str] = attrs.field(factory=dict)
    paused: frozenset[str] = frozenset()
    digests: Mapping[str, str] = attrs.field(factory=dict)


class Shelf(Protocol):
    """Where releases and immutable versions are stored. They are written through `Writing`."""

    def release(self) -> Release:
        """The set of campaigns in force; epoch 0 if nothing was ever applied."""
        ...

    def versions(self, names: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], KeptVersion]:
        """The stored texts of versions by campaign and version, as they stand; those that are unknown are left out."""
        ...
