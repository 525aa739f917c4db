"""
Approving drafts: what a draft needs somebody else's yes for, who gave it, and the acts of giving it or sending the draft back.
"""

from __future__ import annotations

from typing import Any

from flask import request

from quanyi.adapters.console.screens import Action, Booking, Done, Mistyped
from quanyi.adapters.console.visit import Console
from quanyi.adapters.proposals import Proposal
from quanyi.campaigns.language.speaker import Speaker
from quanyi.campaigns.project.approval import Approvable
from quanyi.campaigns.project.proposal import ReadProposal
from quanyi.entitlements.errors import NotFound

__all__ = ["APPROVALS", "approval_told", "proposal_here", "proposal_seen", "publish"]


def proposal_here(to: Console) -> Proposal:
    """The proposal that the address names; NotFound if there is none."""
    found = to.books.desk.editing.proposals.find(to.path["proposal"])
    if found is None:
        raise NotFound("there is no such proposal")
    return found


def proposal_seen(to: Console) -> Proposal:
    """The proposal in the edition that its page showed, so that what somebody else wrote since is not lost or let through."""
    proposal, edition = proposal_here(to), request.form.get("edition", "")
    if edition != str(proposal.edition):
        raise Mistyped({"text": to.words("proposals.changed_by_another", who=to.who(proposal.changed_by))})
    return proposal


def publish(to: Console, read: tuple[Proposal, int], booking: Booking) -> Done:
    """Bring a proposal into force, onto the release that its page was compared with."""
    proposal, onto = read
    to.books.desk.editing.apply(proposal, onto=onto, by=booking.by, reason=booking.reason)
    return Done()


def approval_told(to: Console, proposal: Proposal, read: ReadProposal) -> dict[str, Any]:
    """What a draft needs a yes for, in words, and whether it has one; `stops` says that it can't be published yet."""
    needed = to.books.desk.editing.approvable(read)
    review = proposal.review
    said = {
        "needed": [_why(one, to) for one in needed],
        "approved": proposal.approved,
        "stops": bool(needed) and not proposal.approved,
        "own": to.me.by in proposal.writers,
        "review": "",
        "reason": "" if review is None else review.reason,
    }
    if review is not None:
        late = "" if review.verdict == "declined" or proposal.approved else "_old"
        who, when = to.who(review.by), to.dates.moment(review.at)
        said["review"] = to.words(f"approvals.{review.verdict}{late}", who=who, when=when)
    return {"approval": said}


def _why(one: Approvable, to: Console) -> str:
    name = to.campaign_title(one.campaign) or one.campaign
    if one.why != "above":
        return to.words(f"approvals.why_{one.why}", campaign=name)
    speaker = Speaker(project=to.mall.project, locale=to.locale)
    most = "" if one.most is None else speaker.amount(one.most, one.unit)
    code = "approvals.why_unbounded" if one.most is None else "approvals.why_above"
    return to.words(code, campaign=name, most=most, bound=speaker.amount(one.bound, one.unit))


def _approve(to: Console, proposal: Proposal, booking: Booking) -> Done:
    to.books.desk.editing.review(proposal, "approved", by=booking.by, reason=booking.reason)
    return Done()


def _decline(to: Console, proposal: Proposal, booking: Booking) -> Done:
    to.books.desk.editing.review(proposal, "declined", by=booking.by, reason=booking.reason)
    return Done()


APPROVALS = (
    Action(name="approve", roles={"approver"}, read=proposal_seen, run=_approve),
    Action(name="decline", roles={"approver"}, read=proposal_seen, run=_decline),
)
