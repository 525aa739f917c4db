"""
The releases of a mall, newest first, with who brought each into force, and when.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import attrs
from sqlalchemy import and_, select

from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.releases import Release

if TYPE_CHECKING:
    from quanyi.adapters.sql.store import SqlStore

__all__ = ["CampaignVersion", "PastRelease", "past_releases", "release_numbered", "versions_of"]


class _Said(NamedTuple):
    """What the journal says of a release."""

    rule: str = "apply"
    at: datetime | None = None
    by: str | None = None
    reason: str = ""


@attrs.frozen(kw_only=True)
class PastRelease(Plain):
    """
    One release, and what it changed.

    Attributes:
        epoch: Its number.
        rule: What brought it into force: ``apply``, ``pause`` or ``resume``.
        at: When; None where the journal does not say so any more.
        by: Who did it; None if nobody was named.
        reason: Why; empty if nothing was said.
        campaigns: How many campaigns it has.
        added: Campaigns that it has and the one before had not; `changed` those of another version; `retired` those
            that are gone; `paused` and `resumed` those that stopped or went on.
    """

    epoch: int
    rule: str = "apply"
    at: datetime | None = None
    by: str | None = None
    reason: str = ""
    campaigns: int = 0
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    paused: tuple[str, ...] = ()
    resumed: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class CampaignVersion(Plain):
    """
    What one release did to one campaign.

    Attributes:
        epoch: The number of the release.
        what: ``added``, ``changed``, ``retired``, ``paused`` or ``resumed``.
        version: The campaign's version from then on; the last one it had, if it was retired.
        at: When; None where the journal does not say so any more. `by` is who did it, `reason` why.
    """

    epoch: int
    what: str
    version: str
    at: datetime | None = None
    by: str | None = None
    reason: str = ""


def versions_of(
    store: SqlStore, campaign: str, *, before: int | None = None, releases: int = 200
) -> tuple[list[CampaignVersion], int | None]:
    """
    What the newest *releases* below the number *before* did to a campaign, newest first.

    Returns:
        The changes, and the number of the last release that was looked at; None in its place where none is older.
    """
    epochs = _epochs(store, before, releases + 1)
    read = _read(store, epochs)
    found = [read[epoch] for epoch in epochs]
    pairs = [(now, found[n + 1] if n + 1 < len(found) else Release()) for n, now in enumerate(found[:releases])]
    done = [(now.epoch, *change) for now, earlier in pairs for change in _changes(campaign, earlier, now)]
    said = _journaled(store, [epoch for epoch, _, _ in done])
    rows = [
        CampaignVersion(epoch=epoch, what=what, version=version, at=known.at, by=known.by, reason=known.reason)
        for epoch, what, version in done
        for known in (said.get(epoch, _Said()),)
    ]
    return rows, found[releases - 1].epoch if len(found) > releases else None


def _changes(campaign: str, before: Release, now: Release) -> Iterator[tuple[str, str]]:
    """What became of a campaign from one release to the next, with its version."""
    was, version = before.campaigns.get(campaign), now.campaigns.get(campaign)
    if was != version:
        what = "added" if was is None else "retired" if version is None else "changed"
        yield what, version or was or ""
    elif version is not None and (campaign in before.paused) != (campaign in now.paused):
        yield "paused" if campaign in now.paused else "resumed", version


def past_releases(store: SqlStore, *, before: int | None = None, limit: int = 50) -> list[PastRelease]:
    """
    The newest releases below the number *before*, newest first.

    Releases never change, so a process reads the campaigns of each once, and keeps what it changed.
    """
    epochs, kept = _epochs(store, before, limit + 1), store.past_releases
    if not epochs:
        return []
    said = _journaled(store, epochs)
    names = [(now, earlier, *said.get(now, _Said())) for now, earlier in zip(epochs, [*epochs[1:], 0], strict=True)]
    if new := [name for name in names[:limit] if name not in kept]:
        found = _read(store, {epoch for name in new for epoch in name[:2]})
        kept.update((name, _compared(found, *name)) for name in new)
    page = [kept[name] for name in names[:limit]]
    for name in list(kept)[: max(0, len(kept) - _KEPT)]:
        kept.pop(name, None)
    return page


def release_numbered(store: SqlStore, epoch: int) -> Release | None:
    """The release with that number, without its project's text; None if there is none."""
    release = store.tables.release.c
    query = select(release.campaigns, release.paused, release.digests)
    with store.reading() as connection:
        row = connection.execute(query.where(release.mall == store.mall, release.epoch == epoch)).one_or_none()
    if row is None:
        return None
    return Release(
        epoch=epoch, campaigns=json.loads(row[0]), paused=frozenset(json.loads(row[1])), digests=json.loads(row[2])
    )


def _epochs(store: SqlStore, before: int | None, limit: int) -> list[int]:
    release = store.tables.release.c
    query = select(release.epoch).where(release.mall == store.mall)
    if before is not None:
        query = query.where(release.epoch < before)
    with store.reading() as connection:
        return list(connection.scalars(query.order_by(release.epoch.desc()).limit(limit)))


def _read(store: SqlStore, epochs: Collection[int]) -> dict[int, Release]:
    """The campaigns of several releases; what two of them write alike is read once."""
    release = store.tables.release.c
    query = select(release.epoch, release.campaigns, release.paused).where(release.mall == store.mall)
    read = cache(json.loads)
    with store.reading() as connection:
        rows = connection.execute(query.where(release.epoch.in_(sorted(epochs))))
        return {
            epoch: Release(epoch=epoch, campaigns=read(campaigns), paused=frozenset(read(paused)))
            for epoch, campaigns, paused in rows
        }


def _journaled(store: SqlStore, epochs: list[int]) -> dict[int, _Said]:
    """Rule, instant, author and reason of releases, by their numbers: the changes' ids follow from the numbers."""
    ids = {digest16("change", digest16("release", str(epoch)).hex()): epoch for epoch in epochs}
    journal = store.tables.journal.c
    query = select(journal.id, journal.rule, journal.decided_at, journal.by, journal.source)
    with store.reading() as connection:
        rows = connection.execute(query.where(and_(journal.mall == store.mall, journal.id.in_(ids)))).all()
    return {ids[bytes(id_)]: _Said(rule, at, by, _reason(source)) for id_, rule, at, by, source in rows}


def _reason(source: str) -> str:
    """What follows the word ``reason`` in the source of a change."""
    said = json.loads(source)
    return said[1] if said[:1] == ["reason"] else ""


def _compared(
    found: dict[int, Release], epoch: int, earlier: int, rule: str, at: datetime | None, by: str | None, reason: str
) -> PastRelease:
    """A release beside the one before it."""
    now, before = found[epoch], found.get(earlier, Release())
    both = now.campaigns.keys() & before.campaigns.keys()
    return PastRelease(
        epoch=epoch,
        rule=rule,
        at=at,
        by=by,
        reason=reason,
        campaigns=len(now.campaigns),
        added=tuple(sorted(now.campaigns.keys() - both)),
        changed=tuple(sorted(name for name in both if now.campaigns[name] != before.campaigns[name])),
        retired=tuple(sorted(before.campaigns.keys() - both)),
        paused=tuple(sorted(now.paused - before.paused)),
        resumed=tuple(sorted(both & before.paused - now.paused)),
    )


_KEPT = 500
"""Of how many releases a process keeps what they changed."""
