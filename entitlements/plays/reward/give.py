"""
The event: what a rule gives at once, or promises for later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.accounts import Account, debt, stock
from quanyi.entitlements.because import because
from quanyi.entitlements.changes import Changes
from quanyi.entitlements.giving import counted
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.limit import limit_need, limit_needs, tells
from quanyi.entitlements.needs import LotsOf, Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.reward.attempt import RewardAttempt, receiver_of
from quanyi.entitlements.records import Promise, RecordKey
from quanyi.entitlements.time import zone_of
from quanyi.entitlements.undo.partial import base_of
from quanyi.entitlements.undo.sources import booked_by, note, sources_of, trail_keys

if TYPE_CHECKING:
    from quanyi.entitlements.clauses import Gift
    from quanyi.entitlements.plays.reward.terms import RewardTerms

__all__ = ["fire", "needs", "wallets_and_stocks"]


def needs(reward: RewardTerms, ask: Input) -> Iterable[Need]:
    """Limits, trails, and unless it only promises, wallets and stocks."""
    limits = (*reward.at_most, *reward.budget)
    needs: set[Need] = {*limit_needs(limits, ask, reward.head.zone)}
    needs.update(trail_keys(sources_of(reward, ask)))
    needs.update(LotsOf(ask.holder or "", gift.thing) for gift in reward.take)
    return needs if reward.after else needs | wallets_and_stocks(reward, receiver_of(reward, ask))


def wallets_and_stocks(reward: RewardTerms, receiver: str) -> set[Need]:
    """What handing out may touch."""
    gifts: tuple[Gift, ...] = (*reward.give, *reward.instead)
    needs: set[Need] = {stock(g.benefit.id) for g in gifts if g.benefit is not None and g.benefit.counted}
    return needs | {LotsOf(receiver, gift.thing) for gift in gifts if gift.benefit is None and receiver}


def fire(reward: RewardTerms, ask: Input, draft: Draft) -> Changes:
    """
    Give what the rule gives, or promise it.

    Raises:
        Refused: The first of the rule's checks that fails.
    """
    firing = RewardAttempt(reward, ask, draft)
    firing.run()
    if reward.after is not None:
        return _promise(firing)
    sources = sources_of(reward, ask)
    # Only what stands on a trail or in an entitlement needs a number.
    id_ = firing.id if sources or any(gift.benefit is not None for gift, _ in firing.handing.gifts) else ""
    moves, grants = firing.handing.hand_out(draft, id_)
    what = {"moves": (*firing.moves, *moves), "grants": tuple(grants), "base": base_of(reward.if_undone, ask)}
    if sources:
        note(draft, booked_by(reward, reward.rule, id_, firing.receiver, **what), sources)
    given = {gift.thing: amount for gift, amount in firing.handing.gifts}
    answer = {"given": given, "entitlements": grants}
    return draft.done(because(reward, ask, "give"), holder=ask.holder, answer=answer)


def _promise(firing: RewardAttempt) -> Changes:
    """Nothing is given yet; the amounts are fixed, and the promise can be found by what may undo it."""
    reward, ask, draft = firing.reward, firing.ask, firing.draft
    sources = sources_of(reward, ask)
    promise = _made(firing, sources)
    draft.put(promise)
    base = base_of(reward.if_undone, ask)
    promised = booked_by(reward, reward.rule, firing.id, firing.receiver, promises=(promise.id,), base=base)
    note(draft, promised, sources)
    takes, unknown = _takes(firing, promise)
    wallets = [debt(firing.receiver, gift.thing) for gift, _ in firing.handing.gifts if gift.benefit is None]
    data = {"promise": promise.id, "campaign": promise.campaign, "version": promise.version}
    wakes: tuple[Account | RecordKey, ...] = (*trail_keys(sources), *wallets, *unknown)
    gives = tuple((account, -amount) for account, amount in takes.items())
    draft.emit("promise.due", data, at=promise.due_at, wakes=wakes, gives=gives, of=promise.key, holder=promise.holder)
    due_at = promise.due_at and promise.due_at.isoformat()
    answer = {"promise": promise.id, "due_at": due_at, "promised": {g.thing: n for g, n in firing.handing.gifts}}
    return draft.done(because(reward, ask, "promise"), holder=ask.holder, answer=answer, outcome="promised")


def _takes(firing: RewardAttempt, promise: Promise) -> tuple[dict[Account, int], set[Account | RecordKey]]:
    """
    What keeping the promise takes at most of stocks and shared limits, and of what nobody knows how much.

    Whoever takes of the same things after its instant leaves the promise what it needs.
    """
    reward, handing = firing.reward, firing.handing
    when_due = attrs.evolve(firing.ask, at=promise.due_at or firing.ask.at)
    places = [
        (limit_need(limit, when_due, reward.head.zone), handing.asked(limit))
        for limit in reward.at_payout
        if tells(limit, when_due)
    ]
    sums = Counter({stock(benefit.id): pieces for benefit, pieces in counted(handing.gifts)})
    if reward.instead:  # other gifts, of other amounts, where a stock is gone by then
        others = counted((gift, 1) for gift in reward.instead)
        unknown: set[Account | RecordKey] = {need for need, _ in places} | {stock(benefit.id) for benefit, _ in others}
        return {account: pieces for account, pieces in sums.items() if account not in unknown}, unknown
    sums.update({need: asked for need, asked in places if isinstance(need, Account) and asked})
    return dict(sums), {need for need, _ in places if isinstance(need, RecordKey)}


def _made(firing: RewardAttempt, sources: tuple[tuple[str, ...], ...]) -> Promise:
    reward, ask, head = firing.reward, firing.ask, firing.reward.head
    assert reward.after is not None
    give = list(reward.give)
    event = {
        "type": ask.type,
        "data": ask.stored(),
        "holder": ask.holder,
        "holders": dict(ask.holders),
        "sources": [list(source) for source in sources],
        "rule": reward.rule,
        "gifts": [[give.index(gift), amount] for gift, amount in firing.handing.gifts],
    }
    return Promise(
        id=firing.id,
        holder=firing.receiver,
        phase="open",
        campaign=head.campaign,
        version=head.version,
        item=firing.handing.gifts[0][0].thing if firing.handing.gifts else "",
        due_at=reward.after.after(ask.at, zone_of(head.zone)),
        source=tuple(chain.from_iterable(ask.source)),
        event=event,
        moves=tuple(firing.moves),
    )
