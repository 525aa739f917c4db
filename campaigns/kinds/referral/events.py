"""
What users ask of referral campaigns, and what those tell.
"""

from __future__ import annotations

from quanyi.campaigns.language.events import Attribute, command, told

__all__ = ["COMMANDS", "TELLS"]

_WHOSE = (Attribute(name="campaign", type="id"), Attribute(name="friend", type="user"))

COMMANDS = (
    command("referral.code"),
    command(
        "referral.bind",
        Attribute(name="to", type="user", optional=True),
        Attribute(name="code", type="text", default=""),
    ),
)
"""A code of one's own, and accepting an invitation."""

TELLS = (
    told("referral.bound", *_WHOSE, Attribute(name="by", type="text"), Attribute(name="flagged", type="bool")),
    told("referral.rewarded", *_WHOSE, Attribute(name="rule", type="id")),
)
"""A friend was bound, and a rule paid for it; both about the inviter."""
