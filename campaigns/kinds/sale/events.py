"""
What users ask of everything that is sold.
"""

from __future__ import annotations

from quanyi.campaigns.language.events import Attribute, command

__all__ = ["COMMANDS"]

_HOW_MANY = (
    Attribute(name="qty", type="int", default="1"),
    Attribute(name="order", type="id", default=""),
    Attribute(name="code", type="text", default=""),
    Attribute(name="offset", type="int", default="0"),
)

COMMANDS = (
    command("order.place", Attribute(name="item", type="id"), *_HOW_MANY),
    command("exchange", Attribute(name="offer", type="id"), *_HOW_MANY),
    command("order.pay", Attribute(name="paid", type="money")),
    command("order.cancel"),
    command("order.refund", Attribute(name="qty", type="int", optional=True)),
)
"""Placing and ending deals; shared by the kinds that sell."""
