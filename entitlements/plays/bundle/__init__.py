"""One main thing with companions: bought as one, given and refused part by part."""

from quanyi.entitlements.plays.bundle.clauses import Choice, Option, Part
from quanyi.entitlements.plays.bundle.model import Bundle

__all__ = ["Bundle", "Choice", "Option", "Part"]
