"""
A poster that brings friends: the campaign's name, a QR code of the invitation's link, and its code, as one SVG file.
"""

from __future__ import annotations

from html import escape

import segno

__all__ = ["poster"]

_WIDE, _HIGH = 360, 540
_QR = 184
_LINE = 22  # letters of Latin; those of Chinese are twice as wide
_LATIN = 0x2E7F
_FONT = "-apple-system, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', Roboto, sans-serif"


def poster(title: str, line: str, code: str, link: str) -> str:
    """The poster; every text is escaped, and a long title goes over two lines."""
    titles = _lines(title)
    heads = "".join(
        f'<text x="180" y="{104 + 40 * number}" font-size="28" font-weight="600">{escape(text)}</text>'
        for number, text in enumerate(titles)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" width="{_WIDE}" height="{_HIGH}">'
        f'<rect width="{_WIDE}" height="{_HIGH}" fill="#0d3a35"/>'
        '<g fill="none" stroke="#ffc670" stroke-opacity=".28" stroke-width="1.5">'
        f"{''.join(_ring(radius) for radius in range(60, 380, 32))}</g>"
        f'<g fill="#f2f7f5" text-anchor="middle" font-family="{_FONT}">{heads}'
        f'<text x="180" y="188" font-size="15" fill="#b3cdc7">{escape(line)}</text>'
        f'<rect x="74" y="220" width="212" height="212" rx="16" fill="#fff"/>{_code(link)}'
        f'<text x="180" y="480" font-size="20" font-weight="600" fill="#ffc670">{escape(code)}</text></g></svg>'
    )


def _ring(radius: int) -> str:
    return f'<circle cx="300" cy="40" r="{radius}"/>'


def _code(link: str) -> str:
    """The QR code, scaled into its field; its quiet zone is the field's edge."""
    made = segno.make(link, error="m", micro=False)
    size = made.symbol_size(border=0)[0]
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(made.matrix) for x, dark in enumerate(row) if dark)
    return f'<path fill="#17211f" transform="translate(88 234) scale({_QR / size:.4f})" d="{path}"/>'


def _lines(title: str) -> list[str]:
    """A title in one line or two: broken at a space near the middle, or, without any, in the middle."""
    wide = sum(2 if ord(letter) > _LATIN else 1 for letter in title)
    if wide <= _LINE:
        return [title]
    middle = len(title) // 2
    at = min((n for n, letter in enumerate(title) if letter == " "), key=lambda n: abs(n - middle), default=middle)
    return [title[:at].strip(), title[at:].strip()]
