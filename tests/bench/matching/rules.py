"""
Ten thousand rules and the events that they are asked about, the same for every engine.

A rule is one of fifty event types, one of four channels and a least amount; about 25 of 10,000 match an event.
"""

from __future__ import annotations

import random
from typing import Any

__all__ = ["events", "matches", "rules"]

CHANNELS = ("app", "web", "mini", "store")
TYPES = 50
AMOUNTS = 1_000


def rules(count: int, seed: int = 7, types: int = TYPES) -> list[dict[str, Any]]:
    """So many rules: number, type, channel and least amount."""
    chance = random.Random(seed)
    return [
        {
            "id": number,
            "type": _type(chance, types),
            "channel": chance.choice(CHANNELS),
            "min": chance.randrange(AMOUNTS),
        }
        for number in range(count)
    ]


def events(count: int, seed: int = 11, types: int = TYPES) -> list[dict[str, Any]]:
    """So many events: type, channel, amount, and what no rule asks about."""
    chance = random.Random(seed)
    return [
        {
            "type": _type(chance, types),
            "channel": chance.choice(CHANNELS),
            "amount": chance.randrange(AMOUNTS),
            "level": chance.randrange(5),
        }
        for _ in range(count)
    ]


def matches(known: list[dict[str, Any]], event: dict[str, Any]) -> list[int]:
    """The numbers of the rules that an event matches: one look at each rule."""
    return [
        rule["id"]
        for rule in known
        if rule["type"] == event["type"] and rule["channel"] == event["channel"] and event["amount"] >= rule["min"]
    ]


def _type(chance: random.Random, types: int) -> str:
    return f"t{chance.randrange(types)}"
