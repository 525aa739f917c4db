"""
Compiles checked documents to the plays of the domain: names are looked up, amounts become whole numbers.

Every mistake is noted, and a harmless value used in its place, so that one reading of a
project finds them all.
"""

from quanyi.campaigns.language.compile.display import check_categories, compile_displays, compile_scenes
from quanyi.campaigns.language.compile.mall import (
    MallParts,
    compile_catalogue,
    compile_events,
    compile_mall,
    compile_pools,
)
from quanyi.campaigns.language.compile.scope import Scope
from quanyi.campaigns.project.campaign import compile_campaign

__all__ = [
    "MallParts",
    "Scope",
    "check_categories",
    "compile_campaign",
    "compile_catalogue",
    "compile_displays",
    "compile_events",
    "compile_mall",
    "compile_pools",
    "compile_scenes",
]
