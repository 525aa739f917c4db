"""
The cause goes away: open promises are cancelled, what was booked is taken back by the declared policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.changes import Changes
from quanyi.entitlements.clauses import Undo
from quanyi.entitlements.errors import NotEligible, VoucherRefused
from quanyi.entitlements.giving import Giver
from quanyi.entitlements.grants import spoiled, withdraw
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import Draft, Need
from quanyi.entitlements.plays.reward.give import because
from quanyi.entitlements.records import Booked, Entitlement, Promise, RecordKey
from quanyi.entitlements.undo.partial import lessened, part_of, slices, spread
from quanyi.entitlements.undo.reverse import needs_of, reverse
from quanyi.entitlements.undo.sources import (
    mark_undone,
    open_trails,
    replace,
    sources_of,
    trail_keys,
    trail_of,
    undone_already,
)

if TYPE_CHECKING:
    from quanyi.entitlements.plays.reward.terms import RewardTerms

__all__ = ["needs", "take_back_gifts", "undo"]


def needs(reward: RewardTerms, ask: Input) -> Iterable[Need]:
    """The trails; what hangs on them comes in a second round."""
    return trail_keys(sources_of(reward, ask))


def undo(reward: RewardTerms, ask: Input, draft: Draft) -> Changes:
    """
    Undo what this campaign did because of the source, once; or a part of it, as the event says.

    An undo of all that comes before its cause leaves its mark, which the cause will meet.

    Raises:
        NotEligible: It was undone before, or it is too late to cancel the promise; or a part was
            undone of something that is not known.
        InsufficientPoints: The policy is ``refuse``, and the points are spent.
    """
    policy = next((rule for rule in reward.if_undone if ask.type in rule.when), None)
    trails = open_trails(draft, sources_of(reward, ask))
    trail = trail_of(reward, policy, trails)
    mine = [b for b in trail.booked if (b.campaign, b.rule) == (reward.head.campaign, reward.rule)]
    gone = {booked.id for found in trails for booked in found.booked if booked.undone}
    still = [booked for booked in mine if booked.id not in gone]
    _require(still, draft)
    part = part_of(policy, ask)
    if (part is not None and not mine) or any(parted is not None for parted in spread(still, part).values()):
        return _undone_in_part(reward, policy, still, ask, draft)
    touched = [booked for booked in reversed(still) if _undone(reward, policy, booked, ask, draft)]
    if not touched:
        _check_early(reward, ask, mine, draft)
    mark_undone(trail, reward.name, ask, draft)
    return draft.done(because(reward, ask, "undo"), holder=ask.holder, outcome="cancelled")


def _require(still: Sequence[Booked], draft: Draft) -> None:
    """Everything that hangs on the source, in as few rounds as there can be."""
    promises = [RecordKey(kind=Promise.kind, parts=(id_,)) for booked in still for id_ in booked.promises]
    grants = [RecordKey(kind=Entitlement.kind, parts=(id_,)) for booked in still for id_ in booked.grants]
    draft.require(*promises, *grants, *needs_of(move for booked in still for move in booked.moves))
    found = (draft.get(Promise, *key.parts) for key in promises)
    draft.require(*needs_of(move for promise in found if promise is not None for move in promise.moves))


def _undone(reward: RewardTerms, policy: Undo | None, booked: Booked, ask: Input, draft: Draft) -> bool:
    """Undo one firing; whether there was anything to undo."""
    cancelled = [_cancel(reward, id_, draft) for id_ in booked.promises]
    if policy is not None:
        left = attrs.evolve(booked, moves=slices(booked, None, reward.units))
        take_back_gifts(reward, policy, left, draft)
    elif not any(cancelled):
        return False
    draft.note(reward.rule, "cancelled" if any(cancelled) else "undone")
    total = sum(move.amount for move in booked.moves)
    replace(draft, attrs.evolve(booked, undone=max(total, 1)), sources_of(reward, ask))
    return True


def _undone_in_part(
    reward: RewardTerms, policy: Undo | None, still: Sequence[Booked], ask: Input, draft: Draft
) -> Changes:
    """Take back the share of points, and lessen what is promised; what can't be parted waits for the rest."""
    if policy is None or not still:
        raise NotEligible(reason="no-source", shows={"same": ", ".join(policy.same if policy else ())})
    so_far = spread(still, part_of(policy, ask))
    for booked in reversed(still):
        parted = so_far[booked.id]
        if parted is None:
            _undone(reward, policy, booked, ask, draft)
            continue
        _lessen(reward, booked, parted, draft)
        part = attrs.evolve(booked, moves=slices(booked, parted, reward.units), grants=())
        take_back_gifts(reward, policy, part, draft)
        replace(draft, attrs.evolve(booked, parted=parted), sources_of(reward, ask))
    return draft.done(because(reward, ask, "undo"), holder=ask.holder, outcome="cancelled")


def _lessen(reward: RewardTerms, booked: Booked, parted: int, draft: Draft) -> None:
    """Let open promises promise less."""
    whole = [place for place, gift in enumerate(reward.give) if gift.benefit is not None]
    for promise in (draft.get(Promise, id_) for id_ in booked.promises):
        if promise is not None and promise.phase == "open":
            draft.put(lessened(promise, parted, booked.base, whole))


def _cancel(reward: RewardTerms, id_: str, draft: Draft) -> bool:
    """Cancel a promise that is still open, and give back what making it used up."""
    promise = draft.get(Promise, id_)
    if promise is None or promise.phase != "open":
        return False
    reverse(draft, promise.moves, ending="undone", units=reward.units, label="cancel")
    draft.put(attrs.evolve(promise, phase="cancelled"))
    draft.call_off(promise.key)
    draft.emit("promise.cancelled", {"promise": id_, "campaign": promise.campaign}, holder=promise.holder)
    return True


def take_back_gifts(play: Giver, policy: Undo, booked: Booked, draft: Draft) -> bool:
    """
    Withdraw what is as good as new, and reverse the moves; used things stay.

    Returns:
        Whether all of it came back, or had ended unused.

    Raises:
        VoucherRefused: The policy is ``refuse``, and something was used or seen.
        InsufficientPoints: The policy is ``refuse``, and the points are spent.
    """
    rights = [right for id_ in booked.grants if (right := draft.get(Entitlement, id_)) is not None]
    returned = [_withdrawn(right, policy, draft) for right in rights]
    back = reverse(draft, booked.moves, ending="undone", units=play.units, take=policy.take, ended=policy.ended)
    draft.given.extend((booked.holder, unit, amount) for unit, amount in back.changed.items() if amount)
    return all(returned) and not back.short


def _withdrawn(right: Entitlement, policy: Undo, draft: Draft) -> bool:
    """Take one entitlement back, unless it is spoiled."""
    reason = spoiled(right)
    if reason and policy.take == "refuse":
        raise VoucherRefused(reason=reason, shows={"item": right.item})
    if not reason:
        withdraw(draft, right)
        draft.given.append((right.holder or "", right.item, -1))
    return not reason


def _check_early(reward: RewardTerms, ask: Input, mine: Sequence[Booked], draft: Draft) -> None:
    """Nothing was undone: fine if nothing has happened yet, else a reason to skip."""
    no = undone_already(draft, reward.name, sources_of(reward, ask))
    if no is not None:
        raise no
    if mine:
        raise NotEligible(reason="kept-already")
