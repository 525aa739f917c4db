"""
What something earned, said on the next page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from flask import flash

from quanyi.demo_app.people import current_locale, world
from quanyi.demo_app.words import word

__all__ = ["amounts", "tell_gain"]


def amounts(things: Iterable[tuple[str, int | None]]) -> str:
    """Amounts of units and benefits by their names: 50 积分, 影视周卡."""
    locale, project = current_locale(), world().mall.project
    said = []
    for thing, amount in things:
        if thing in project.units:
            unit = project.units[thing]
            measure = unit.measure if locale == "zh" else ""
            name = unit.title[locale]
            said.append(f"{amount} {measure}{name.removesuffix('s') if locale == 'en' and amount == 1 else name}")
        elif thing in project.benefits:
            said.append(project.benefits[thing].title[locale])
    return ("、" if locale == "zh" else ", ").join(said)


def tell_gain(receipt: Any, code: str, plain: str) -> None:
    """Say what an event gave; what it did not give is said plainly."""
    units: Counter[str] = Counter()
    for decision in receipt.decisions:
        units.update({thing: amount for _, thing, amount in decision.given})
    gain = amounts(units.items())
    locale = current_locale()
    flash(word(locale, code, gain=gain) if gain else word(locale, plain))
