"""
What tasks tell.
"""

from __future__ import annotations

from quanyi.campaigns.language.events import Attribute, told

__all__ = ["TELLS"]

TELLS = (told("goal.done", Attribute(name="campaign", type="id"), Attribute(name="goal", type="id")),)
"""A goal was reached, by the user it is about."""
