"""
The promise: what was promised is given at its time, if there is room for it by then.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.because import because
from quanyi.entitlements.changes import Changes
from quanyi.entitlements.errors import HoldClosed, OutOfStock, Refused
from quanyi.entitlements.giving import Gifts, Giving, short_benefits, trimmed
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.limit import limit_needs
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.reward.attempt import with_instead
from quanyi.entitlements.plays.reward.give import wallets_and_stocks
from quanyi.entitlements.records import Promise, RecordKey
from quanyi.entitlements.undo.partial import base_of
from quanyi.entitlements.undo.reverse import needs_of, reverse
from quanyi.entitlements.undo.sources import booked_by, replace, trail_keys, undone_already

if TYPE_CHECKING:
    from quanyi.entitlements.plays.reward.terms import RewardTerms

__all__ = ["keep", "needs"]


def needs(ask: Input) -> Iterable[Need]:
    """The promise; what it needs stands in it."""
    return {ask.about or RecordKey(kind=Promise.kind, parts=(str(ask.data.get("promise", "")),))}


def keep(reward: RewardTerms, ask: Input, draft: Draft) -> Changes:
    """
    Give what was promised; without room or stock the promise lapses.

    Raises:
        HoldClosed: The promise was kept, cancelled or lapsed before, or is not due yet.
    """
    promise = draft.get(Promise, *next(iter(needs(ask))).parts)  # type: ignore[union-attr]
    if promise is None or promise.phase != "open" or (promise.due_at is not None and ask.at < promise.due_at):
        raise HoldClosed(reason="promise-closed", shows={"phase": promise.phase} if promise else {})
    origin = _origin(promise, ask)
    sources = _sources(promise)
    _require(reward, promise, origin, sources, draft)
    wanted: Gifts = [(reward.give[n], amount) for n, amount in promise.event["gifts"] if amount]
    wanted = with_instead(reward, wanted, origin, draft)
    gifts = trimmed(wanted, reward.at_payout, origin, draft, reward.head.zone)
    handing = Giving(reward=reward, receiver=promise.holder or "", gifts=gifts, wanted=wanted)
    no = (
        _named("undone", undone_already(draft, reward.name, sources))
        or _named("at_payout", handing.refusal(draft, reward.at_payout, origin))
        or _named("stock", _gone(gifts, draft))
    )
    if no is not None:
        return _lapse(reward, promise, no, ask, draft)
    return _give(reward, promise, handing, origin, draft)


def _origin(promise: Promise, ask: Input) -> Input:
    """The event that made the promise, as if it came now."""
    event, pairs = promise.event, tuple(zip(promise.source[::2], promise.source[1::2], strict=True))
    return attrs.evolve(ask, holder=event["holder"], holders=event["holders"], data=event["data"], source=pairs)


def _sources(promise: Promise) -> tuple[tuple[str, ...], ...]:
    """The trails that the promise hangs on."""
    return tuple(tuple(source) for source in promise.event["sources"])


def _require(
    reward: RewardTerms, promise: Promise, origin: Input, sources: tuple[tuple[str, ...], ...], draft: Draft
) -> None:
    limits = limit_needs(reward.at_payout, origin, reward.head.zone)
    gifts = wallets_and_stocks(reward, promise.holder or "")
    draft.require(*limits, *gifts, *trail_keys(sources), *needs_of(promise.moves))


def _gone(gifts: Gifts, draft: Draft) -> Refused | None:
    for benefit, asked in short_benefits(gifts, draft):
        return OutOfStock(shows={"item": benefit.id, "asked": asked})
    return None


def _left_of(promise: Promise, reward: RewardTerms, origin: Input) -> int:
    """How much of the cause is not undone yet."""
    return base_of(reward.if_undone, origin) - int(promise.event.get("parted", 0))


def _named(check: str, no: Refused | None) -> Refused | None:
    return no.at(check) if no is not None else None


def _lapse(reward: RewardTerms, promise: Promise, no: Refused, ask: Input, draft: Draft) -> Changes:
    reverse(draft, promise.moves, ending="lapsed", units=reward.units, label="lapse")
    draft.put(attrs.evolve(promise, phase="lapsed"))
    data = {"promise": promise.id, "campaign": promise.campaign, "reason": no.reason}
    draft.emit("promise.lapsed", data, holder=promise.holder)
    clause = no.clause if reward.rule == "give" else f"rewards/{reward.rule}/{no.clause}"
    draft.facts["no"] = {"reason": no.reason, "code": no.code, "shows": dict(no.shows), "next_at": no.next_at}
    draft.facts["no"] |= {"clause": clause, "where": no.where}
    draft.note(reward.rule, "lapsed")
    return draft.done(because(reward, ask, "at_payout"), holder=promise.holder, outcome="lapsed")


def _give(reward: RewardTerms, promise: Promise, handing: Giving, origin: Input, draft: Draft) -> Changes:
    taken = [*handing.take_places(draft, reward.at_payout, origin), *handing.take_stock(draft)]
    moves, grants = handing.hand_out(draft, promise.id)
    draft.put(attrs.evolve(promise, phase="kept"))
    booked = booked_by(
        reward,
        reward.rule,
        promise.id,
        promise.holder or "",
        moves=(*promise.moves, *taken, *moves),
        grants=tuple(grants),
        promises=(promise.id,),
        base=_left_of(promise, reward, origin),
    )
    replace(draft, booked, _sources(promise))
    draft.note(reward.rule, "kept")
    gives = {gift.thing: amount for gift, amount in handing.gifts}
    draft.emit(
        "promise.kept", {"promise": promise.id, "campaign": promise.campaign, "gives": gives}, holder=promise.holder
    )
    return draft.done(because(reward, origin, "due"), holder=promise.holder)
