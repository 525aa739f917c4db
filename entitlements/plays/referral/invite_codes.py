"""
Invitation codes: short, one for each inviter and campaign, the same every time it is asked for.

A code is derived from the inviter's random inner id, so it can't be guessed from what others know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quanyi.entitlements.changes import Because, Changes
from quanyi.entitlements.checks import admission
from quanyi.entitlements.derived_ids import derived_id
from quanyi.entitlements.errors import InputError, VoucherRefused
from quanyi.entitlements.identifiers import identifier
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.referral.fingerprints import leave_marks
from quanyi.entitlements.plays.referral.records import Invite
from quanyi.entitlements.records import RecordKey

if TYPE_CHECKING:
    from quanyi.entitlements.plays.referral.terms import ReferralTerms

__all__ = ["code_key", "first_code", "inviter_of_code", "read_code", "show", "typed_code"]

_SHORT, _LONG = 8, 16
_MISTAKEN = str.maketrans({"o": "0", "i": "1", "l": "1", "u": "v", " ": None, "-": None})


def typed_code(text: object) -> str:
    """A code as somebody typed it; what can't be anybody's is refused like an unknown one."""
    if not isinstance(text, str):
        raise InputError(f"a code is text, not of the type {type(text).__name__}")
    try:
        return identifier(text.strip(), "code") if text.strip() else ""
    except InputError:
        raise VoucherRefused(reason="unknown-code") from None


def read_code(text: str) -> str:
    """
    A code as it is kept, however it was typed.

    >>> read_code(" 7KQO-2bmI ")
    '7kq02bm1'
    """
    return text.strip().lower().translate(_MISTAKEN)


def first_code(campaign: str, holder: str) -> str:
    """The code that a person gets, unless somebody else has it already."""
    return derived_id("invite", campaign, holder)[:_SHORT]


def code_key(code: str) -> RecordKey:
    """The record that says whose a code is."""
    return RecordKey(kind=Invite.kind, parts=(code,))


def show(referral: ReferralTerms, ask: Input, draft: Draft) -> Changes:
    """
    Give the asker his code, made when he first asks.

    Raises:
        Refused: The campaign does not run, or is not for him.
    """
    if ask.holder is None:
        raise InputError(f"{ask.type} needs a user")
    head = referral.head
    admission.check_phase(head, ask.at)
    code = _own_code(head.campaign, ask.holder, draft)
    if draft.get(Invite, code) is None:
        draft.put(Invite(code=code, holder=ask.holder, phase="open", campaign=head.campaign, version=head.version))
    leave_marks(referral, ask, draft)
    because = Because(campaign=head.campaign, version=head.version, rule="code", where=head.where.get("bind.code", ""))
    return draft.done(because, holder=ask.holder, answer={"code": code.upper()})


def inviter_of_code(referral: ReferralTerms, code: str, draft: Draft) -> str:
    """
    Whose code it is.

    Raises:
        VoucherRefused: Nobody's, or another campaign's: both answer alike.
    """
    invite = draft.get(Invite, read_code(code))
    if invite is None or invite.campaign != referral.head.campaign:
        raise VoucherRefused(reason="unknown-code")
    return invite.holder or ""


def _own_code(campaign: str, holder: str, draft: Draft) -> str:
    """The shortest prefix of the person's number that nobody else has."""
    number = derived_id("invite", campaign, holder)
    for length in range(_SHORT, _LONG):
        taken = draft.get(Invite, number[:length])
        if taken is None or (taken.holder, taken.campaign) == (holder, campaign):
            return number[:length]
    return number
