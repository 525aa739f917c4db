"""
The most that a bundle can cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quanyi.entitlements.limits.bounds import Bound, summed
from quanyi.entitlements.plays.base import Exposure
from quanyi.entitlements.plays.sale.exposure import exposure as exposure_of_sale
from quanyi.entitlements.plays.sale.exposure import pieces

if TYPE_CHECKING:
    from quanyi.entitlements.plays.bundle.terms import BundleTerms

__all__ = ["exposure"]


def exposure(bundle: BundleTerms) -> tuple[Exposure, ...]:
    """Money as of a sale; and units that the parts give, for as many as can be bought."""
    bounds = [pieces(bundle, thing) for thing in bundle.sells]
    units = dict.fromkeys(g.thing for part in bundle.parts for g in part.everything() if g.benefit is None)
    return (*exposure_of_sale(bundle), *(_units(bundle, unit, bounds) for unit in units))


def _units(bundle: BundleTerms, unit: str, bounds: list[Bound]) -> Exposure:
    each = sum(part.most_of(unit) for part in bundle.parts)
    return Exposure.of(unit, summed(bounds).times(each))
