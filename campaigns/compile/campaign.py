"""
One campaign document, whatever its kind.
"""

from __future__ import annotations

import attrs

from quanyi.campaigns.compile.bundle import bundle
from quanyi.campaigns.compile.head import schedules
from quanyi.campaigns.compile.mall import MallParts
from quanyi.campaigns.compile.referral import referral
from quanyi.campaigns.compile.reward import reward
from quanyi.campaigns.compile.sale import sale
from quanyi.campaigns.compile.scope import Scope
from quanyi.campaigns.compile.streak import streak
from quanyi.campaigns.compile.task import task
from quanyi.campaigns.documents import Document, Place
from quanyi.campaigns.findings import Findings
from quanyi.campaigns.project import Campaign, CompiledPlay
from quanyi.campaigns.schema.campaign import BundleFile, OfferFile, RewardFile
from quanyi.campaigns.schema.referral import ReferralFile
from quanyi.campaigns.schema.streak import StreakFile
from quanyi.campaigns.schema.task import TaskFile
from quanyi.campaigns.versions import version_of

__all__ = ["AnyFile", "compile_campaign"]

AnyFile = OfferFile | ReferralFile | RewardFile | StreakFile | TaskFile
"""A campaign's document of any kind."""


def compile_campaign(file: AnyFile, document: Document, parts: MallParts, findings: Findings) -> Campaign:
    """Compile one document; harmless values stand where something in it is wrong."""
    zone = parts.zone if file.zone in (None, "user") else file.zone or parts.zone
    scope = Scope(mall=parts, findings=findings, campaign=file.campaign, zone=zone, opens=schedules(file))
    root = document.root
    play = _play(file, root, scope)
    if not findings.doubts_of(root):
        head = attrs.evolve(play.head, version=version_of(document.data, play, parts.currency))
        play = attrs.evolve(play, head=head)
    return Campaign(
        play=play,
        source=document.text,
        file=document.file,
        line=document.line,
        accepted=file.exposure.accept if file.exposure else "",
    )


def _play(file: AnyFile, root: Place, scope: Scope) -> CompiledPlay:
    """What the file says, as a play of its kind."""
    match file:
        case RewardFile():
            return reward(file, root, scope)
        case ReferralFile():
            return referral(file, root, scope)
        case BundleFile():
            return bundle(file, root, scope)
        case TaskFile():
            return task(file, root, scope)
        case StreakFile():
            return streak(file, root, scope)
    return sale(file, root, scope)
