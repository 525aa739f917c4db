"""
Releases: brings a project's campaigns into force.

One transaction stores the new immutable versions, puts the set in force under the next epoch,
and loads what it puts on sale: the difference between what a quota says now and what was ever
loaded. An edit never changes the past: what is under way is finished by the version that began it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import attrs

from quanyi.campaigns.engine.decisions import Outcome
from quanyi.campaigns.engine.in_force import CampaignsInForce
from quanyi.campaigns.engine.transaction import Transactions
from quanyi.campaigns.project.model import CompiledPlay, Project
from quanyi.campaigns.project.versions import stocks_in
from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.changes import Because, Changes, InForce
from quanyi.entitlements.digests import text_digest
from quanyi.entitlements.errors import InputError, NotFound, Outdated, Refused
from quanyi.entitlements.identifiers import identifier
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.plays.basics import kept_as
from quanyi.entitlements.ports import ChangeWrite, Store, Writing
from quanyi.entitlements.releases import Release, VersionWrite
from quanyi.entitlements.stocks import is_loaded, loaded_key

if TYPE_CHECKING:
    from quanyi.entitlements.records import Loaded

__all__ = ["Applied", "apply", "journaled", "pieces_of", "scales_changed", "set_paused"]


class _Load(NamedTuple):
    """So many pieces of a thing that are to have been put on sale, in so many balances; no campaign for a stock."""

    campaign: str
    thing: str
    total: int
    splits: int


@attrs.frozen(kw_only=True)
class Applied(Plain):
    """
    The result of an apply.

    Attributes:
        epoch: The number of the set now in force.
        added: Campaigns that are new; `changed` those with a new version; `retired` those gone.
        mended: Campaigns whose stored text was not what was applied, and was written anew.
        loaded: (``CAMPAIGN.quota.THING`` or ``stock.THING``, pieces) put on sale, or taken off
            if below zero.
    """

    epoch: int
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()
    loaded: tuple[tuple[str, int], ...] = ()

    @property
    def idle(self) -> bool:
        """Whether nothing was changed."""
        return not (self.added or self.changed or self.retired or self.mended or self.loaded)


def apply(  # noqa: PLR0913  (what it stands on, and how texts are written and read)
    project: Project,
    transactions: Transactions,
    store: Store,
    now: datetime,
    *,
    write_play: Callable[[CompiledPlay], str],
    write_project: Callable[[Project], str],
    read_project: Callable[[str], Project],
    by: str | None = None,
    reason: str = "",
    onto: int | None = None,
) -> Applied:
    """
    Bring *project* into force; nothing is written if that is in force already.

    The journal names the digest of each stored text. A stored text that is not what was applied is
    written anew.

    Args:
        by: Who does it, for the journal; *reason* is why.
        onto: The number of the release that was in force when *project* was looked at; None for whichever is now.

    Raises:
        Outdated: Another release came into force meanwhile.
        Refused: A quota was lowered below what is sold or held; nothing was changed.
        InputError: A unit has other decimal places than the balances are stored in.
    """
    transactions.in_force.reload()
    release, damaged = transactions.in_force.release, transactions.in_force.damaged()
    if onto is not None and release.epoch != onto:
        raise Outdated("another release came into force meanwhile; look at it, and try again")
    if release.project and "" not in damaged:
        _insist_on_scales(read_project(release.project), project)
    wanted = {play.head.campaign: play for play in project.plays()}
    versions = {campaign: play.head.version for campaign, play in wanted.items()}
    text = write_project(project)
    done = attrs.evolve(_difference(release, versions), mended=tuple(damaged))
    loads = [_input(load, release.epoch + 1, now) for load in _loads(list(wanted.values()), project)]
    if done.idle and text == release.project and release.digests.keys() >= {"", *versions}:
        return attrs.evolve(done, epoch=release.epoch)
    writes, digests = _new_versions(project, wanted, transactions.in_force, write_play)
    coming = Release(
        epoch=release.epoch + 1,
        project=text,
        campaigns=versions,
        paused=release.paused & versions.keys(),
        digests={"": text_digest(text).hex(), **digests},
    )
    extra = Writing(versions=writes, release=coming, changes=(journaled(coming, "apply", now, by, reason),))
    return attrs.evolve(done, epoch=release.epoch + 1, loaded=_loaded(loads, transactions.publish(loads, extra, store)))


def scales_changed(before: Project, after: Project) -> list[tuple[str, int, int]]:
    """Units and currencies whose decimal places differ: (id, places before, places now)."""
    was, now = (
        {each.currency.id: each.currency.scale, **{unit.id: unit.scale for unit in each.units.values()}}
        for each in (before, after)
    )
    return [(id_, was[id_], now[id_]) for id_ in sorted(was.keys() & now.keys()) if was[id_] != now[id_]]


def _insist_on_scales(before: Project, after: Project) -> None:
    for id_, was, now in scales_changed(before, after):
        raise InputError(f"{id_} has {was} places and can't have {now}: balances are kept in its smallest part")


def pieces_of(project: Project, transactions: Transactions, store: Store, now: datetime) -> dict[str, int | Refused]:
    """
    How many pieces bringing *project* into force would put on sale or take off, by name.

    A refusal stands for what can't be lowered so far.
    """
    transactions.in_force.reload()
    loads, epoch = list(_loads(project.plays(), project)), transactions.in_force.release.epoch + 1
    to_do = _to_be_done(loads, project, transactions, store, now)
    coming = [_input(load, epoch, now) for load in to_do]
    outcomes = zip(coming, transactions.preview(coming, store), strict=True) if coming else ()
    nothing: dict[str, int | Refused] = {_name(load.campaign, load.thing): 0 for load in loads}
    return nothing | {_name_of(load): _pieces(outcome) for load, outcome in outcomes}


def _sells_alike(project: Project, in_force: CampaignsInForce) -> bool:
    """
    Whether the release in force has quotas and stock like *project*: then it has put all of that on sale, in the
    transaction that brought it into force.

    Quotas are part of a campaign's version, and the stock of benefits stands in the text of the release.
    """
    release = in_force.release
    versions = {play.head.campaign: play.head.version for play in project.plays()}
    if not release.project or release.campaigns != versions or in_force.damaged():
        return False
    stocks = {name: benefit.stock for name, benefit in project.benefits.items() if benefit.stock is not None}
    return stocks_in(release.project) == stocks


def _to_be_done(
    loads: Sequence[_Load], project: Project, transactions: Transactions, store: Store, now: datetime
) -> list[_Load]:
    """
    The loads that change anything: usually none of thousands.

    What a release has put on sale stays so until the next one, and is not looked up again.
    """
    done: set[_Load] = transactions.in_force.of_release("loads", set)
    asked = [load for load in loads if load not in done]
    if asked and _sells_alike(project, transactions.in_force):
        done.update(asked)
        return []
    keys = [loaded_key(kept_as(load.campaign, load.thing)) for load in asked]
    view = transactions.look(keys, now, store)
    found = zip(asked, (cast("Loaded | None", view.stored(key)[0]) for key in keys), strict=True)
    to_do = [load for load, before in found if not is_loaded(before, load.total, load.splits)]
    done.update(set(asked).difference(to_do))
    return to_do


def _pieces(outcome: Outcome) -> int | Refused:
    if isinstance(outcome, Refused):
        return outcome
    if isinstance(outcome, Exception):
        raise outcome
    return int(outcome.answer.get("added") or 0)


def set_paused(
    campaign: str,
    transactions: Transactions,
    store: Store,
    now: datetime,
    *,
    paused: bool,
    by: str | None = None,
    reason: str = "",
) -> None:
    """
    Stop a campaign from taking anything new, or let it go on. What is under way goes on in either case.

    Raises:
        NotFound: No campaign in force has that name.
    """
    transactions.in_force.reload()
    release = transactions.in_force.release
    if identifier(campaign, "campaign") not in release.campaigns:
        raise NotFound(f"no campaign in force is called {campaign!r}")
    changed = release.paused | {campaign} if paused else release.paused - {campaign}
    coming = attrs.evolve(release, epoch=release.epoch + 1, paused=changed)
    change = journaled(coming, "pause" if paused else "resume", now, by, reason)
    transactions.publish((), Writing(release=coming, changes=(change,)), store)


def journaled(release: Release, rule: str, now: datetime, by: str | None, reason: str) -> ChangeWrite:
    """A release as a change of its own, which names the text of every version in force from now on."""
    campaigns = sorted(release.campaigns.items())
    line = InForce(
        epoch=release.epoch,
        campaigns=tuple((name, version, release.digests.get(name, "")) for name, version in campaigns),
        paused=tuple(sorted(release.paused)),
    )
    changes = Changes(
        because=Because(campaign="", rule=rule, source=("reason", reason) if reason else ()), lines=(line,)
    )
    input_ = digest16("release", str(release.epoch))
    return ChangeWrite(id=digest16("change", input_.hex()), input=input_, decided_at=now, changes=changes, by=by)


def _difference(release: Release, versions: dict[str, str]) -> Applied:
    before = release.campaigns
    return Applied(
        epoch=release.epoch,
        added=tuple(sorted(versions.keys() - before.keys())),
        changed=tuple(sorted(c for c in versions.keys() & before.keys() if versions[c] != before[c])),
        retired=tuple(sorted(before.keys() - versions.keys())),
    )


def _new_versions(
    project: Project,
    wanted: Mapping[str, CompiledPlay],
    in_force: CampaignsInForce,
    write_play: Callable[[CompiledPlay], str],
) -> tuple[tuple[VersionWrite, ...], dict[str, str]]:
    """The versions to write, and the digest of every version's stored text by campaign."""
    writes, digests = [], {}
    stored = in_force.stored([(campaign, play.head.version) for campaign, play in wanted.items()])
    for campaign, play in sorted(wanted.items()):
        version = play.head.version
        kept = stored.get((campaign, version))
        applied = (
            in_force.release.digests.get(campaign) if in_force.release.campaigns.get(campaign) == version else None
        )
        if kept is not None and not in_force.why_parked(campaign, version, applied):
            digests[campaign] = text_digest(kept.body).hex()  # as it was compiled then: what is in flight goes on by it
            continue
        body, source = write_play(play), project.campaign(campaign).source
        anew = kept is not None
        writes.append(VersionWrite(campaign=campaign, version=version, body=body, source=source, anew=anew))
        digests[campaign] = text_digest(body).hex()
    return tuple(writes), digests


def _loads(plays: Sequence[CompiledPlay], project: Project) -> Iterator[_Load]:
    """What is put on sale: quotas of campaigns, and stock of benefits without card codes."""
    for play in plays:
        for thing, total, splits in project.kinds.of(play).quotas(play):
            yield _Load(play.head.campaign, thing, total, splits)
    for benefit in project.benefits.values():
        if benefit.stock is not None:
            yield _Load("", benefit.id, benefit.stock, 1)


def _input(load: _Load, epoch: int, now: datetime) -> Input:
    """The command that does it."""
    key = f"{epoch}/{load.campaign}/{load.thing}"
    return Input(type="stock.load", key=key, at=now, data=load._asdict(), asks=True)


def _loaded(loads: Sequence[Input], outcomes: Sequence[Any]) -> tuple[tuple[str, int], ...]:
    answers = zip(loads, (outcome.answer for outcome in outcomes), strict=True)
    return tuple((_name_of(load), answer["added"]) for load, answer in answers if answer.get("added"))


def _name_of(load: Input) -> str:
    return _name(load.data["campaign"], load.data["thing"])


def _name(campaign: str, thing: str) -> str:
    return f"{campaign}.quota.{thing}" if campaign else f"stock.{thing}"
