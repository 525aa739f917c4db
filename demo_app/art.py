"""
Posters, drawn from a work's id: an island, a sea and a light, at some hour of the day.
"""

from __future__ import annotations

from hashlib import blake2b

from markupsafe import Markup

__all__ = ["picture", "poster"]

# Sky above, sky below, light, far hill, near hill, sea.
_HOURS = (
    ("#1c2a4a", "#c8705a", "#ffd9a0", "#5b4a6b", "#2b2d4f", "#3b4a78"),
    ("#0f1e33", "#2d5773", "#f4f0d8", "#254a5e", "#122a3a", "#1b3d55"),
    ("#7fb2c9", "#f3e2c4", "#fff6dd", "#8fa88d", "#4f7465", "#5f9aa6"),
    ("#f0b89a", "#f7e3cf", "#fffaf0", "#b98a86", "#7a5a66", "#a98ea0"),
    ("#22313b", "#6f8f86", "#f2e6b8", "#41615a", "#203932", "#33564f"),
    ("#3a2746", "#b0587a", "#ffe2c7", "#6d3f66", "#3c2347", "#5a3a6b"),
)
_WIDE, _HIGH = 320, 180


def poster(work: str) -> Markup:
    """The poster of a work, as inline SVG."""
    bits = int.from_bytes(blake2b(work.encode(), digest_size=8, person=b"isle14").digest(), "big")
    above, below, light, far, near, sea = _HOURS[bits % len(_HOURS)]
    x, y, horizon = 60 + bits // 8 % 200, 34 + bits // 2048 % 44, 118 + bits // 131072 % 18
    return Markup(  # noqa: S704  (our own numbers and colours)
        f'<svg class="li-poster" viewBox="0 0 {_WIDE} {_HIGH}" preserveAspectRatio="xMidYMid slice" aria-hidden="true"'
        f' focusable="false"><rect width="{_WIDE}" height="{_HIGH}" fill="{above}"/>'
        f"{_sky(below, horizon)}"
        f'<circle cx="{x}" cy="{y}" r="22" fill="{light}"/>'
        f'<circle cx="{x}" cy="{y}" r="34" fill="{light}" fill-opacity=".18"/>'
        f'<path d="{_hill(bits >> 20, horizon, 54)}" fill="{far}"/>'
        f'<path d="{_hill(bits >> 30, horizon + 8, 30)}" fill="{near}"/>'
        f'<rect y="{horizon + 8}" width="{_WIDE}" height="{_HIGH}" fill="{sea}"/>{_glints(x, horizon, light)}</svg>'
    )


def picture(name: str) -> str:
    """The poster of that name as a file of its own; the brand's mark under the name that the catalogue gives it."""
    if name == _MARK:
        return _TIDE
    return str(poster(name)).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


_MARK = "tidewater-mark"
_TIDE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" fill="#fff"/>'
    '<g fill="none" stroke-width="6" stroke-linecap="round" stroke-linejoin="round"><path stroke="#0f5f66"'
    ' d="M26 36h38v16a16 16 0 0 1-16 16h-6a16 16 0 0 1-16-16zM64 40h5a8 8 0 0 1 0 16h-6"/>'
    '<path stroke="#d9822b" d="M22 80c6-5 12-5 18 0s12 5 18 0 12-5 18 0"/></g></svg>'
)


def _sky(below: str, horizon: int) -> str:
    """Bands of the lower sky, fading upwards: no gradient, so no ids that could clash."""
    bands = 16
    return "".join(
        f'<rect y="{horizon * (n + 1) // (bands + 1)}" width="{_WIDE}" height="{_HIGH}" fill="{below}"'
        f' fill-opacity=".{10 + n}"/>'
        for n in range(bands)
    )


def _hill(bits: int, base: int, height: int) -> str:
    peak, second = 40 + bits % 120, 180 + bits // 128 % 100
    lower = height * (40 + bits // 16384 % 40) // 100
    return (
        f"M-10 {base + 10}C{peak - 40} {base} {peak - 20} {base - height} {peak} {base - height}"
        f"S{peak + 50} {base - 6} {(peak + second) // 2} {base - 8}"
        f"S{second - 20} {base - lower} {second} {base - lower}S{second + 60} {base} 330 {base + 10}z"
    )


def _glints(x: int, horizon: int, light: str) -> str:
    lines = ((horizon + 16, 46), (horizon + 26, 30), (horizon + 36, 38), (horizon + 47, 20))
    return "".join(
        f'<rect x="{x - wide // 2}" y="{y}" width="{wide}" height="2" rx="1" fill="{light}" fill-opacity=".55"/>'
        for y, wide in lines
    )
