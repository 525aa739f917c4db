"""
The cause of an undo: which policy it is undone by, and what was booked because of it.

Every undo begins here. Laws: what was dealt with by an undo, by whichever of its sources, is not dealt with
again; and a part is taken back only of something that was booked.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from quanyi.entitlements.clauses import Undo
from quanyi.entitlements.errors import NotEligible
from quanyi.entitlements.giving import Undoable
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.records import Booked, Trail
from quanyi.entitlements.undo.partial import part_of, spread
from quanyi.entitlements.undo.sources import open_trails, sources_of, trail_of

__all__ = ["Cause", "cause_of"]


@attrs.frozen(kw_only=True)
class Cause:
    """
    Something that goes away, and what was booked because of it.

    Attributes:
        policy: What the campaign says of such an undo; None for an event that only makes open promises void.
        sources: The sources by which the event names it.
        trail: The trail of the source that the policy's `same` names.
        booked: What the campaign booked because of it, undone or not, oldest first.
        still: What of that stands.
    """

    policy: Undo | None
    sources: tuple[tuple[str, ...], ...]
    trail: Trail
    booked: tuple[Booked, ...]
    still: tuple[Booked, ...]

    def parted(self, ask: Input) -> Mapping[str, int | None]:
        """
        How much of each booking that stands is undone in all with this event, by its id; None for all of it.

        Raises:
            NotEligible: A part is undone of something that was never booked.
        """
        part = part_of(self.policy, ask)
        if part is not None and not self.booked:
            same = self.policy.same if self.policy is not None else ()
            raise NotEligible(reason="no-source", shows={"same": ", ".join(same)})
        return spread(self.still, part)


def cause_of(play: Undoable, ask: Input, draft: Draft, *, rule: str | None = None) -> Cause:
    """
    What *ask* undoes of what *play* did, or of what one *rule* of it did.

    Raises:
        NotEligible: The event does not name the source that its policy asks for.
    """
    policy = next((undo for undo in play.if_undone if ask.type in undo.when), None)
    sources = sources_of(play, ask)
    trails = open_trails(draft, sources)
    trail = trail_of(play, policy, trails)
    campaign = play.head.campaign
    booked = tuple(b for b in trail.booked if b.campaign == campaign and rule in (None, b.rule))
    gone = {b.id for found in trails for b in found.booked if b.undone}
    still = tuple(b for b in booked if b.id not in gone)
    return Cause(policy=policy, sources=sources, trail=trail, booked=booked, still=still)
