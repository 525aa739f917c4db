"""
Codes for the counter, as drawings: bar codes (Code 128) and QR codes, dark on light, since scanners want that.
"""

from __future__ import annotations

from itertools import groupby

import segno
from barcode.codex import Code128
from barcode.errors import BarcodeError
from markupsafe import Markup

__all__ = ["bar_code", "qr_code"]

_DARK, _LIGHT = "#17211f", "#fff"
_QUIET = 10
"""Light modules before and after the bars, as the standard asks."""
_HIGH = 56


def bar_code(text: str) -> Markup | None:
    """
    *text* as a Code 128 bar code, an inline SVG one unit wide for each module; None for letters that it has none for.

    >>> bar_code("券") is None
    True
    """
    try:
        (modules,) = Code128(text).build()
    except BarcodeError:
        return None
    bars, at = [], _QUIET
    for module, same in groupby(modules):
        wide = len(list(same))
        if module == "1":
            bars.append(f"M{at} 0h{wide}v{_HIGH}h-{wide}z")
        at += wide
    width = at + _QUIET
    return Markup(  # noqa: S704  (numbers alone)
        f'<svg viewBox="0 0 {width} {_HIGH}" preserveAspectRatio="none" shape-rendering="crispEdges" focusable="false">'
        f'<path fill="{_LIGHT}" d="M0 0h{width}v{_HIGH}h-{width}z"/><path fill="{_DARK}" d="{"".join(bars)}"/></svg>'
    )


def qr_code(text: str) -> Markup:
    """*text* as a QR code, an inline SVG."""
    code = segno.make(text, error="m", micro=False)
    return Markup(code.svg_inline(border=4, dark=_DARK, light=_LIGHT, omitsize=True))  # noqa: S704  (the library's)
