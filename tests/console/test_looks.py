"""How the console looks, as far as it can be computed: the colours of charts, and where filters stand."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

from quanyi.adapters.console import SCREENS
from tests.console.samples import ADDRESSES

STATIC = Path(__file__).parents[2] / "adapters" / "console" / "static"
COLOUR = re.compile(r"(--q[oy]-[\w-]+): (#[0-9a-f]{6})")
LINES = ("--qo-line-1", "--qo-line-2", "--qo-line-3")
DARK = "@media (prefers-color-scheme: dark)"


def colours(name: str) -> tuple[dict[str, str], dict[str, str]]:
    """The colours of a sheet by their role, light and dark."""
    text = (STATIC / name).read_text()
    start = text.index(DARK)
    return dict(COLOUR.findall(text[:start])), dict(
        COLOUR.findall(text[start : text.index("}", text.index("{", start + 60))])
    )


def linear(colour: str) -> list[float]:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(colour: str) -> tuple[float, float, float]:
    red, green, blue = linear(colour)
    xyz = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
        luminance(colour),
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
    )
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("dark", [False, True])
def test_the_lines_of_a_chart_are_told_apart(dark):
    """Each is far from each other one, and stands out from the card: 3 to 1 for what is drawn."""
    found, raised = colours("figures.css")[dark], colours("console.css")[dark]["--qy-raised"]
    lines = [found[name] for name in LINES]
    far = {
        (one, other): sum((a - b) ** 2 for a, b in zip(lab(one), lab(other), strict=True)) ** 0.5
        for one, other in combinations(lines, 2)
    }

    assert {pair: distance for pair, distance in far.items() if distance < 45} == {}
    assert {line: contrast(line, raised) for line in lines if contrast(line, raised) < 3} == {}


def test_charts_take_these_colours():
    assert "--qo-line-${place}" in (STATIC / "figures.js").read_text()


@pytest.mark.parametrize("screen", [screen for screen in SCREENS if not screen.under], ids=lambda one: one.name)
def test_every_filter_stands_in_a_card(there, screen):
    there.mall.desk.adjust("ann", "points", 1000, key="stake", reason="known")
    there.as_(*screen.roles)
    page = there.get(ADDRESSES[screen.name](there)).text
    page = page[page.index("<main") :]
    forms = re.findall(r'<form[^>]*method="get"[^>]*>', page)

    assert [form for form in forms if "qo-card" not in form] == []
