"""
What stories say of referrals: codes of inviters, who brought whom, and why nobody is rewarded for a friend.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from quanyi.campaigns.kinds.expectation import Expectation
from quanyi.campaigns.kinds.reader import Campaigns, Reader
from quanyi.campaigns.kinds.referral.compile import ROLES
from quanyi.campaigns.kinds.stories import Scene, Stage, StandIn, StoryCheck, StoryWords
from quanyi.campaigns.language.events import EventType
from quanyi.campaigns.language.places import Place
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.plays.referral import Referral

__all__ = ["STORY"]

_Context = Mapping[str, Any] | None


# --- steps ---------------------------------------------------------------------------------------


def _invite_code(stage: Stage, user: str, key: str, data: dict[str, Any], context: _Context) -> Receipt:
    campaign = _with_codes(stage.project, data)
    receipt: Receipt = stage.mall.invite_code(campaign, user=user, key=key, context=context)
    return receipt


def _bind(stage: Stage, user: str, key: str, data: dict[str, Any], context: _Context) -> Receipt:
    """By the inviter's id, by a code, or by the code of somebody who has asked for one."""
    receipt: Receipt
    if data.get("to"):
        to = {"to": str(data["to"])}
        receipt = stage.mall.report("referral.bind", user=user, key=key, data=to, context=context)
    else:
        code = _code_of(stage, data) if data.get("code_of") else str(data.get("code") or "")
        receipt = stage.mall.accept_invite(code, user=user, key=key, context=context)
    return receipt


def _with_codes(project: Campaigns, data: Mapping[str, Any]) -> str:
    """The referral campaign that is named, or the only one that has codes."""
    if data.get("campaign"):
        return str(data["campaign"])
    found = [play.head.campaign for play in project.plays() if isinstance(play, Referral) and play.bind.code]
    if len(found) != 1:
        raise InputError(f"say which campaign's code: one of {', '.join(found) or 'none, for none has codes'}")
    return found[0]


def _code_of(stage: Stage, data: Mapping[str, Any]) -> str:
    """The code that a user has asked for: ``ann``, or ``spring.ann`` where there are several campaigns."""
    campaign, dot, user = str(data["code_of"]).partition(".")
    if not dot or campaign not in stage.project.campaigns:
        campaign, user = "", str(data["code_of"])
    views = [view for view in stage.mall.invites(user) if view.code and campaign in ("", view.campaign)]
    return str(views[0].code) if views else "none"


def _code_attributes(play: Referral, event: EventType) -> Iterator[str]:
    """The attribute of an event in which a referral looks for a code."""
    if event.id in play.bind.when and play.bind.code in event.attributes:
        yield play.bind.code


# --- checks --------------------------------------------------------------------------------------


def _read_bond(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    """`{f1: ann}`; an empty text or `none` for nobody; `{share.f1: ann}` where there are several referrals."""
    for whose, inviter, at in reader.map(value, place):
        campaign, friend = reader.campaign_and_user(whose, name, at)
        if campaign:
            wanted = "" if inviter == "none" else str(inviter)
            yield Expectation(what=name, about=(friend, campaign), wanted=wanted, place=at)


def _read_flags(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    for whose, flags, at in reader.map(value, place):
        campaign, user = reader.campaign_and_user(whose, name, at)
        if campaign:
            yield Expectation(what=name, about=(user, campaign), wanted=sorted(map(str, flags or ())), place=at)


def _bond(scene: Scene, friend: str, campaign: str) -> str:
    """Who brought *friend*; nobody for an empty text."""
    views = scene.stage.mall.invites(friend)
    return next((view.invited_by for view in views if view.campaign == campaign), "")


def _flags(scene: Scene, friend: str, campaign: str) -> list[str]:
    inviter = _bond(scene, friend, campaign)
    views = [view for view in scene.stage.mall.invites(inviter) if view.campaign == campaign] if inviter else []
    return sorted(
        flag for view in views for invitee in view.invitees if invitee.user == friend for flag in invitee.flags
    )


def _rules(play: Referral) -> dict[str, str]:
    return {rule.reward.rule: f"rewards/{rule.reward.rule}/" for rule in play.rules}


STORY = StoryWords(
    steps={"referral.bind": _bind, "referral.code": _invite_code},
    takes={"referral.bind": ("code", "code_of", "to"), "referral.code": ("campaign",)},
    checks={
        "bond": StoryCheck(read=_read_bond, look=_bond, user_at=0),
        "flags": StoryCheck(read=_read_flags, look=_flags, user_at=0),
    },
    stand_ins={"code_of": StandIn(attributes=_code_attributes, find=_code_of)},
    roles=ROLES,
    rules=_rules,
)
