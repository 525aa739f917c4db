"""
The cause goes away: open promises are cancelled, what was booked is taken back by the declared policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.because import because
from quanyi.entitlements.changes import Changes
from quanyi.entitlements.errors import NotEligible
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.records import Booked, Promise, RecordKey
from quanyi.entitlements.undo.causes import Cause, cause_of
from quanyi.entitlements.undo.gifts import gift_needs, take_back_gifts
from quanyi.entitlements.undo.partial import lessened, slices
from quanyi.entitlements.undo.reverse import needs_of, reverse
from quanyi.entitlements.undo.sources import check_not_undone, mark_undone, replace, sources_of, trail_keys

if TYPE_CHECKING:
    from quanyi.entitlements.plays.reward.terms import RewardTerms

__all__ = ["needs", "undo"]


def needs(reward: RewardTerms, ask: Input) -> Iterable[Need]:
    """The trails; the records that they list are asked for once they have been read."""
    return trail_keys(sources_of(reward, ask))


def undo(reward: RewardTerms, ask: Input, draft: Draft) -> Changes:
    """
    Undo what this campaign did because of the source, once; or a part of it, as the event says.

    An undo that comes before its cause marks the trail, so that the cause is refused when it comes.

    Raises:
        NotEligible: It was undone before, or it is too late to cancel the promise; or a part was
            undone of something that is not known.
        InsufficientPoints: The policy is ``refuse``, and the points are spent.
    """
    cause = cause_of(reward, ask, draft, rule=reward.rule)
    _require(cause.still, draft)
    parted = cause.parted(ask)
    if any(so_far is not None for so_far in parted.values()):
        _undo_in_part(reward, cause, parted, draft)
    else:
        touched = [booked for booked in reversed(cause.still) if _undone(reward, cause, booked, draft)]
        if not touched:
            _check_early(reward, cause, draft)
        mark_undone(cause.trail, reward.name, ask, draft)
    return draft.done(because(reward, ask, "undo"), holder=ask.holder, outcome="cancelled")


def _require(still: Sequence[Booked], draft: Draft) -> None:
    """Everything that hangs on the source, in as few rounds as there can be."""
    promises = [RecordKey(kind=Promise.kind, parts=(id_,)) for booked in still for id_ in booked.promises]
    draft.require(*promises, *gift_needs(still))
    found = (draft.get(Promise, *key.parts) for key in promises)
    draft.require(*needs_of(move for promise in found if promise is not None for move in promise.moves))


def _undone(reward: RewardTerms, cause: Cause, booked: Booked, draft: Draft) -> bool:
    """Undo one firing; whether there was anything to undo."""
    cancelled = [_cancel(reward, id_, draft) for id_ in booked.promises]
    if cause.policy is not None:
        left = attrs.evolve(booked, moves=slices(booked, None, reward.units))
        take_back_gifts(reward, cause.policy, left, draft)
    elif not any(cancelled):
        return False
    draft.note(reward.rule, "cancelled" if any(cancelled) else "undone")
    total = sum(move.amount for move in booked.moves)
    replace(draft, attrs.evolve(booked, undone=max(total, 1)), cause.sources)
    return True


def _undo_in_part(reward: RewardTerms, cause: Cause, parted: Mapping[str, int | None], draft: Draft) -> None:
    """Take back the share of points, and lessen what is promised; what can't be parted waits for the rest."""
    assert cause.policy is not None  # a part is known by its policy
    for booked in reversed(cause.still):
        so_far = parted[booked.id]
        if so_far is None:
            _undone(reward, cause, booked, draft)
            continue
        _lessen(reward, booked, so_far, draft)
        part = attrs.evolve(booked, moves=slices(booked, so_far, reward.units), grants=())
        take_back_gifts(reward, cause.policy, part, draft)
        replace(draft, attrs.evolve(booked, parted=so_far), cause.sources)


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


def _check_early(reward: RewardTerms, cause: Cause, draft: Draft) -> None:
    """Refuse an event that calls promises off if it was given already; it is right if the cause has not come yet."""
    check_not_undone(draft, reward.name, cause.sources)
    if cause.booked:
        raise NotEligible(reason="kept-already")
