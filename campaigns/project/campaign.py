"""
Compiles one campaign document, whatever its kind.
"""

from __future__ import annotations

import attrs

from quanyi.campaigns.kinds.registry import Kinds
from quanyi.campaigns.language.compile.head import schedules
from quanyi.campaigns.language.compile.mall import MallParts
from quanyi.campaigns.language.compile.scope import Scope
from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.places import Document
from quanyi.campaigns.language.schema.clauses import CampaignHead
from quanyi.campaigns.project.model import Campaign
from quanyi.campaigns.project.versions import version_of

__all__ = ["compile_campaign"]


def compile_campaign(
    file: CampaignHead, document: Document, kinds: Kinds, parts: MallParts, findings: Findings
) -> Campaign:
    """Compile one campaign document. Mistakes become findings, and harmless values stand in for what is wrong."""
    kind = kinds.named(file.kind, file.campaign)
    zone = parts.zone if file.zone in (None, "user") else file.zone or parts.zone
    scope = Scope(mall=parts, findings=findings, campaign=file.campaign, zone=zone, opens=schedules(file))
    root = document.root
    play = kind.compile(file, root, scope)
    if not findings.doubts_of(root):
        version = version_of(document.data, play, kind.benefits(play), parts.currency, kinds)
        play = attrs.evolve(play, head=attrs.evolve(play.head, version=version))
    return Campaign(
        play=play,
        kind=kind,
        source=document.text,
        file=document.file,
        line=document.line,
        accepted=file.exposure.accept if file.exposure else "",
    )
