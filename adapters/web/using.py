"""
How an entitlement is used: where to go, and what to show at the counter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from quanyi.adapters.web.barcodes import bar_code, qr_code
from quanyi.adapters.web.pictures import brand_name, display_of
from quanyi.adapters.web.visit import Visit, pick
from quanyi.campaigns.views import EntitlementView

__all__ = ["using_of"]


def using_of(right: EntitlementView, codes: Sequence[str], to: Visit) -> dict[str, Any]:
    """
    What the page of an entitlement says of its use.

    Where to go is what the host says of this one (`init_app(use=…)`), else the catalogue's `use: {go: …}`. A QR code, or a bar code beside it, for
    the counter shows the codes that were just asked for, and never before; what has no code of its
    own shows its number, by which the counter uses it up (`Mall.redeem`).
    """
    shown = display_of(right.benefit.id, to)
    usable, counter = right.phase == "usable", shown.use.show in {"barcode", "qr"}
    bars = shown.use.show == "barcode"
    shows = codes if right.has_code else ([right.id] if usable else [])
    return {
        "go": (to.host.use(right) if to.host.use else None) or shown.use.go if usable else "",
        "where": [text for text in (brand_name(right.benefit, to), pick(shown.where, to.locale)) if text],
        "qr": [qr_code(text) for text in shows] if counter else [],
        "bars": [drawn for text in shows if bars and (drawn := bar_code(text))],
        "counter": counter,
        "left": to.dates.left(right.ends) if usable and right.ends else "",
    }
