"""
One campaign document, whatever its kind.
"""

from __future__ import annotations

import attrs

from quanyi.campaigns.compile.mall import MallParts
from quanyi.campaigns.compile.reward import reward
from quanyi.campaigns.compile.sale import sale
from quanyi.campaigns.compile.scope import Scope
from quanyi.campaigns.documents import Document
from quanyi.campaigns.findings import Findings
from quanyi.campaigns.project import Campaign
from quanyi.campaigns.schema.campaign import OfferFile, RewardFile
from quanyi.campaigns.versions import version_of

__all__ = ["compile_campaign"]


def compile_campaign(
    file: RewardFile | OfferFile, document: Document, parts: MallParts, findings: Findings
) -> Campaign | None:
    """Compile one document; None if anything in it is wrong."""
    own = Findings()
    scope = Scope(mall=parts, findings=own, campaign=file.campaign, zone=file.zone or parts.zone)
    root = document.root
    play = reward(file, root, scope) if isinstance(file, RewardFile) else sale(file, root, scope)
    findings.items.extend(own.items)
    if any(found.level == "error" for found in own.items):
        return None
    head = attrs.evolve(play.head, version=version_of(document.data, play, parts.currency))
    return Campaign(
        play=attrs.evolve(play, head=head),
        source=document.text,
        file=document.file,
        line=document.line,
        accepted=file.exposure.accept if file.exposure else "",
    )
