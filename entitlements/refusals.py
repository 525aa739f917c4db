"""
Every reason that a refusal can have: its code, when it is given, and by which kind and check.

The reason is more exact than the code; a campaign may replace the one of a limit or a condition by its
own. The sentences are in `quanyi.entitlements.messages.catalogue`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

__all__ = ["WORDS", "NoWord"]

_ALL = "every kind"
_OFFERS = "bundle, flash_sale, points_exchange, sale"
_PAYING = "order.pay, order.cancel, order.refund"


@attrs.frozen
class NoWord:
    """
    One reason of refusals.

    Attributes:
        code: The stable code of its class; several where two classes use the reason.
        when: When it is given, in plain words.
        by: (kinds or inputs, check) that give it; an empty check where it is none of the ordered ones.
    """

    code: str
    when: str
    by: tuple[tuple[str, str], ...]


def _offers(*checks: str) -> tuple[tuple[str, str], ...]:
    return tuple((_OFFERS, check) for check in checks)


WORDS: Mapping[str, NoWord] = MappingProxyType(
    {
        # --- when ---
        "not-open": NoWord("not-open", "It has not started, or is between two openings; a choice has not come yet.", ((_ALL, "phase"), (_ALL, "open"), ("bundle.choose", ""))),
        "ended": NoWord("not-open", "The run is over.", ((_ALL, "phase"),)),
        "paused": NoWord("not-open", "An operator has stopped it for now.", ((_ALL, ""),)),
        # --- who ---
        "blocked": NoWord("blocked", "A risk rule of the host says no.", ((_ALL, ""),)),
        "order-exists": NoWord("blocked", "The host's order number is used by another deal.", _offers("")),
        "not-eligible": NoWord("not-eligible", "The audience or a condition says no; the reason names the test, `amount-min`, `level-is`, `not-…`, or is the condition's own `reason`.", ((_ALL, "for"), ("referral, reward, streak", "only_if"), ("task", "goals"))),
        "holdout": NoWord("not-eligible", "The user is one of those it never exists for.", ((_ALL, "for"),)),
        "rollout": NoWord("not-eligible", "It does not exist for this user yet.", ((_ALL, "for"),)),
        "only-new-users": NoWord("not-eligible", "The friend does not meet the condition of being invited.", (("referral", "only_if"),)),
        "self-referral": NoWord("not-eligible", "Inviter and friend are one, or have in common what `same` forbids.", (("referral", "self"), ("referral", "same"))),
        "already-bound": NoWord("not-eligible", "The friend has an inviter.", (("referral", "again"),)),
        "loop": NoWord("not-eligible", "The friend stands above the inviter.", (("referral", "loop"),)),
        "tree-too-tall": NoWord("not-eligible", "The line of inviters is longer than is followed.", (("referral", "loop"),)),
        "unknown-code": NoWord("voucher-refused, not-eligible", "No such invitation code, or no such code of a sale.", (("referral", "code"), (_OFFERS, "code"))),
        "no-inviter": NoWord("not-eligible", "A command to bind names nobody.", (("referral", ""),)),
        "not-bound": NoWord("not-eligible", "The user has no inviter, so nobody is paid.", (("referral", ""),)),
        "seen-before": NoWord("not-eligible", "The friend is marked as one seen before.", (("referral", ""),)),
        "undone": NoWord("not-eligible", "What it was for had been undone already.", (("referral, reward", "undone"),)),
        # --- how often, how much ---
        "limit-reached": NoWord("limit-reached", "A limit has no room; or its own `reason`.", ((_ALL, "at_most"), (_OFFERS, "code"), ("reward, referral", "at_payout"))),
        "attribute-missing": NoWord("not-eligible", "Neither the request nor its context says by what a limit counts: no `ip` where it is `per ip`.", ((_ALL, "at_most"), (_ALL, "budget"))),
        "per-order": NoWord("limit-reached", "More pieces than one order may have.", _offers("per_order")),
        "out-of-stock": NoWord("out-of-stock", "Fewer pieces are left than were asked for.", (*_offers("quota", "stock"), ("referral, reward, streak, task", "stock"))),
        "still-placed": NoWord("out-of-stock", "More would be taken off sale than are free.", (("apply", ""),)),
        "insufficient-points": NoWord("insufficient-points", "The balance does not cover it.", (*_offers("points"), ("reward", "points"), ("streak", "pay"), ("wallet.adjust, an undo with `refuse`", ""))),
        "budget-exhausted": NoWord("budget-exhausted", "The campaign has spent what it may.", ((_ALL, "budget"),)),
        # --- vouchers and codes ---
        "voucher-refused": NoWord("voucher-refused", "The code of every no about an entitlement or a code.", (("redeem, reveal, referral.code", ""),)),
        "unknown": NoWord("voucher-refused", "There is no such entitlement, or it is somebody else's.", (("redeem, reveal", ""),)),
        "already-used": NoWord("voucher-refused", "It is used up; or was used, and so is not taken back.", (("redeem, order.refund, an undo with `refuse`", ""),)),
        "already-revealed": NoWord("voucher-refused", "Its code was seen, so it is not taken back.", (("order.refund, an undo with `refuse`", ""),)),
        "expired": NoWord("voucher-refused", "It has ended.", (("redeem, order.refund by day", ""),)),
        "withdrawn": NoWord("voucher-refused", "It was taken back.", (("redeem, reveal", ""),)),
        "void": NoWord("voucher-refused", "It was made void.", (("redeem, reveal", ""),)),
        # --- deals and promises ---
        "hold-closed": NoWord("hold-closed", "The code of every no about a deal or promise that has come to an end.", ((_PAYING, ""),)),
        "order-closed": NoWord("hold-closed", "The deal lapsed or was cancelled.", (("order.pay, order.cancel", ""),)),
        "too-late": NoWord("hold-closed", "The deal lapsed, and the last date for late payments is over.", (("order.pay", ""),)),
        "already-paid": NoWord("hold-closed", "The deal is paid.", (("order.pay, order.cancel", ""),)),
        "already-refunded": NoWord("hold-closed", "The deal is refunded.", (("order.pay, order.refund", ""),)),
        "not-paid": NoWord("hold-closed", "The deal is not paid, so nothing can come back.", (("order.refund", ""),)),
        "no-refunds": NoWord("hold-closed", "The sale says `refund: never`.", (("order.refund", ""),)),
        "refund-too-late": NoWord("hold-closed", "The time for a refund is over.", (("order.refund", ""),)),
        "delivery-open": NoWord("hold-closed", "It is with a supplier, or nobody knows yet what became of it, so that nothing can be taken back.", (("order.refund", ""),)),
        "purchase-closed": NoWord("hold-closed", "The purchase at a supplier is sent or over, so that this can't be done with it any more.", (("purchase.send, purchase.resolve", ""),)),
        "purchase-not-unknown": NoWord("hold-closed", "What became of the purchase at a supplier is known, or it goes on by itself.", (("purchase.resolve", ""),)),
        "more-than-bought": NoWord("not-eligible", "More pieces than are left to take back.", (("order.refund", ""),)),
        "wrong-choice": NoWord("not-eligible", "Not so many of what there is to choose from.", (("bundle.choose", ""),)),
        "choice-closed": NoWord("hold-closed", "It was chosen, or the time to choose is over.", (("bundle.choose", ""),)),
        "choose-when-paid": NoWord("hold-closed", "The bundle is not paid yet.", (("bundle.choose", ""),)),
        "promise-closed": NoWord("hold-closed", "The promise was given, called off or has lapsed.", (("reward, referral", ""),)),
        "kept-already": NoWord("not-eligible", "The promise is kept, so it can't be called off.", (("reward, referral", ""),)),
        # --- tasks and streaks ---
        "goal-done": NoWord("not-eligible", "This goal is done.", (("task", "goals"),)),
        "task-done": NoWord("not-eligible", "All goals are done.", (("task", "goals"),)),
        "not-yet": NoWord("not-eligible", "A goal that comes before is not done.", (("task", "goals"),)),
        "own-event": NoWord("not-eligible", "The event is of the one for whom it would count.", (("task", "goals"),)),
        "counted-already": NoWord("not-eligible", "This value of the attribute has counted.", (("task", "goals"),)),
        "nothing-to-count": NoWord("not-eligible", "The event says nothing of what the goal counts, or zero.", (("task", "goals"),)),
        "amount-missing": NoWord("not-eligible", "The event leaves out the attribute that the amount depends on.", (("task", "goals"), ("reward, referral, streak", ""))),
        "nothing-to-give": NoWord("not-eligible", "What the event is worth comes to nothing.", (("reward, referral", ""),)),
        "no-receiver": NoWord("not-eligible", "The event names nobody who would receive it.", (("reward, streak, task", ""),)),
        "no-source": NoWord("not-eligible", "An undo says nothing of what it undoes.", (("reward, streak, task", ""),)),
        "already-marked": NoWord("not-eligible", "The day is marked.", (("streak", "not-marked"),)),
        "day-missing": NoWord("not-eligible", "The event leaves out the day that it marks.", (("streak", ""),)),
        "day-to-come": NoWord("not-eligible", "The day has not come.", (("streak", "not-future"),)),
        "day-not-over": NoWord("not-eligible", "Today can't be made up.", (("streak", "not-today"),)),
        "day-before-start": NoWord("not-eligible", "The day lies before the campaign.", (("streak", "in-time"),)),
        "day-before-joining": NoWord("not-eligible", "The day to be made up lies before the user came, by the profile.", (("streak", "in-time"),)),
        "too-late-to-make-up": NoWord("not-eligible", "The time for making the day up is over.", (("streak", "in-time"),)),
        "unknown-payment": NoWord("not-eligible", "No way to pay is named, or there is none of that name.", (("streak", "pay"),)),
        # --- any other ---
        "parked": NoWord("not-open", "The text of the campaign is not what was applied, so it takes nothing until that is mended.", ((_ALL, ""),)),
        "day-too-old": NoWord("not-eligible", "The day that the event marks is too long ago.", (("streak", ""),)),
        "too-many-tries": NoWord("limit-reached", "Too many codes that do not exist were tried in a short time.", (("codes and invitations on the pages", ""),)),
        "wallet-full": NoWord("limit-reached", "A correction would bring a balance above what is counted.", (("wallet.adjust", ""),)),
        "failed": NoWord("refused", "The campaign broke; nothing of it was booked, and the others went on.", ((_ALL, ""),)),
        "too-deep": NoWord("refused", "The campaign hears of itself again and again; nothing of it was booked.", ((_ALL, ""),)),
        "keeps-asking": NoWord("refused", "The campaign asks for ever more; nothing of it was booked.", ((_ALL, ""),)),
        "refused": NoWord("refused", "A no without a word of its own.", ((_ALL, ""),)),
    }
)  # fmt: skip
"""All reasons by their words, in the order of the catalogue of sentences."""
