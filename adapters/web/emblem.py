"""
A picture for every thing without one of the host's: drawn from its id, the same id the same picture, nothing fetched.

A ground of two related tones, one of six patterns, and the glyph of its kind: small in front, large behind.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from markupsafe import Markup

from quanyi.adapters.web.glyphs import DEEDS, PATHS

__all__ = ["emblem"]

# Ground, deeper ground, line: chosen by eye so that white text stands on each (AA for large type).
_TONES = (
    ("#0f6b5f", "#0b4f47", "#58b8a6"),
    ("#2d5b8f", "#1f4470", "#7fb0e0"),
    ("#7a4b8c", "#5c3670", "#c49ad4"),
    ("#a4503c", "#7f3a2a", "#e5a391"),
    ("#3f6b3a", "#2e522a", "#97c48f"),
    ("#8a5a12", "#6b430a", "#e0b062"),
    ("#45508f", "#323b70", "#a0abea"),
    ("#93405f", "#722d47", "#e096b3"),
)
_WIDE, _HIGH = 150, 100


def emblem(thing: str, glyph: str = "gift") -> Markup:
    """The picture of the thing of that id, as inline SVG; an empty *glyph* leaves the middle free for a mark."""
    bits = int.from_bytes(blake2b(thing.encode(), digest_size=8).digest(), "big")
    ground, deep, line = _TONES[bits % len(_TONES)]
    pattern = _PATTERNS[bits // 8 % len(_PATTERNS)](bits // 64)
    drawn = _glyph(glyph, line) if glyph else ""
    return Markup(  # noqa: S704  (numbers, and our own colours and drawings)
        f'<svg class="qy-emblem" viewBox="0 0 {_WIDE} {_HIGH}" preserveAspectRatio="xMidYMid slice"'
        f' aria-hidden="true" focusable="false"><rect width="{_WIDE}" height="{_HIGH}" fill="{ground}"/>'
        f'<path d="M0 {_HIGH}L{_WIDE} 12V{_HIGH}z" fill="{deep}" fill-opacity=".55"/>'
        f'<g fill="none" stroke="{line}" stroke-opacity=".22" stroke-width="1.5">{pattern}</g>{drawn}</svg>'
    )


def _glyph(name: str, line: str) -> str:
    """The glyph twice: faint and cut off at the edge, and white in the middle, inside the square that thumbs show."""
    path = f'<path d="{PATHS.get(name) or DEEDS[name]}"/>'
    return (
        f'<g fill="none" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">'
        f'<g stroke="{line}" stroke-opacity=".3" transform="translate(88 22) rotate(-12) scale(4.2)">{path}</g>'
        f'<g stroke="#fff" transform="translate({_WIDE / 2 - 24:g} {_HIGH / 2 - 24:g}) scale(2)">{path}</g></g>'
    )


def _rings(seed: int) -> str:
    x, y = (0, _WIDE)[seed % 2], (0, _HIGH)[seed // 2 % 2]
    return "".join(f'<circle cx="{x}" cy="{y}" r="{radius}"/>' for radius in range(18, 200, 14))


def _waves(seed: int) -> str:
    step, lift = 12 + seed % 3 * 2, 6 + seed // 3 % 3 * 2
    return _path(f"M-10 {y}q22 -{lift} 45 0t45 0 45 0 45 0 45 0" for y in range(-8, _HIGH + 16, step))


def _stripes(seed: int) -> str:
    step, lean = 12 + seed % 3 * 3, (48, -48)[seed // 3 % 2]
    return _path(f"M{x} 0l{lean} {_HIGH}" for x in range(-48, _WIDE + 60, step))


def _dots(seed: int) -> str:
    step = 14 + seed % 3 * 2
    rows = enumerate(range(step // 2, _HIGH + step, step))
    spots = _path(f"M{x + n % 2 * step // 2} {y}h.01" for n, y in rows for x in range(step // 2, _WIDE + step, step))
    return f'<g stroke-width="5" stroke-linecap="round">{spots}</g>'


def _rays(seed: int) -> str:
    return _path(f"M75 50L{x} {y}" for x in range(-40, 201, 24 + seed % 3 * 4) for y in (-20, 120))


def _tiles(seed: int) -> str:
    half = 10 + seed % 3 * 2
    rows, columns = range(0, _HIGH + 2 * half, 2 * half), range(0, _WIDE + 2 * half, 2 * half)
    return _path(f"M{x} {y - half}l{half} {half}-{half} {half}-{half}-{half}z" for y in rows for x in columns)


def _path(parts: Iterable[str]) -> str:
    return f'<path d="{"".join(parts)}"/>'


_PATTERNS = (_rings, _waves, _stripes, _dots, _rays, _tiles)
