"""One main thing with companions: bought as one, given and refused part by part."""

from quanyi.entitlements.plays.bundle.play import Bundle
from quanyi.entitlements.plays.bundle.terms import Choice, Option, Part

__all__ = ["Bundle", "Choice", "Option", "Part"]
