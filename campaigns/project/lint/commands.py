"""
Checks for commands that several campaigns hear, of which only one can answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from quanyi.campaigns.language.events import EventType
from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Document
from quanyi.campaigns.project.model import Campaign
from quanyi.entitlements.checks.conditions import equalities

__all__ = ["check_commands"]


def check_commands(
    campaigns: Sequence[tuple[Campaign, Document]], events: dict[str, EventType], findings: Findings
) -> None:
    """Note declared commands for which only the names of campaigns decide who answers."""
    heard: dict[str, list[tuple[Campaign, Document]]] = {}
    for campaign, document in campaigns:
        for type_ in _commands(campaign, events):
            heard.setdefault(type_, []).append((campaign, document))
    for type_, hearing in heard.items():
        first, *others = sorted(hearing, key=lambda pair: (-pair[0].head.priority, pair[0].head.campaign))
        for campaign, document in others:
            if campaign.head.priority == first[0].head.priority and not _apart(campaign, first[0], type_):
                name = first[0].head.campaign
                message = Message(
                    "{name} answers {type}, for its name comes first; this campaign only reacts", name=name, type=type_
                )
                hint = "give the one that is to answer a higher priority"
                findings.warning(document.root / "campaign", "command-heard-twice", message, hint)


def _apart(one: Campaign, other: Campaign, type_: str) -> bool:
    """Whether no command can be for both campaigns, because they ask for different values."""
    asked, others = _equal(one, type_), _equal(other, type_)
    return any(asked[path] != others[path] for path in asked.keys() & others.keys())


def _equal(campaign: Campaign, type_: str) -> dict[str, Any]:
    where = next((trigger.where for trigger in campaign.play.listens() if trigger.type == type_), {})
    return {**equalities(campaign.head.audience), **where}


def _commands(campaign: Campaign, events: dict[str, EventType]) -> list[str]:
    """The mall's own commands that a campaign hears. What is sold is asked for by name, so it does not count."""
    types = {trigger.type for trigger in campaign.play.listens()}
    return sorted(type_ for type_ in types if type_ in events and events[type_].command and not events[type_].built_in)
