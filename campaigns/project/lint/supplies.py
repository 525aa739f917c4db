"""
Checks of what is bought from suppliers: whether somebody is described of that name.
"""

from __future__ import annotations

from collections.abc import Collection

from quanyi.campaigns.language.findings import Findings, did_you_mean
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.project.compile import MallParts

__all__ = ["check_supplies"]


def check_supplies(parts: MallParts, suppliers: Collection[str], findings: Findings) -> None:
    """
    Warn where a benefit is bought from a supplier that no file of ``suppliers/`` describes.

    It is no error: a host may give the mall a connector of its own by that name.
    """
    for name, benefit in parts.benefits.items():
        place = parts.places.get(("thing", name))
        for n, route in enumerate(benefit.supply.routes if benefit.supply is not None else ()):
            if place is not None and route.supplier not in suppliers:
                message = Message("no file of suppliers/ describes {supplier}", supplier=route.supplier)
                hint = did_you_mean(route.supplier, suppliers) or "the host has to give a connector of that name"
                findings.warning(place / "supply" / "from" / n / "supplier", "unknown-supplier", message, hint)
