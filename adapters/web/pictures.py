"""
The picture of a thing: the host's own, else the mark of its brand, else a drawing of its kind.
"""

from __future__ import annotations

from markupsafe import Markup

from quanyi.adapters.web.emblem import emblem
from quanyi.adapters.web.glyphs import glyph_of
from quanyi.adapters.web.visit import Visit, pick
from quanyi.campaigns.language.display import Brand, Display, Picture
from quanyi.entitlements.benefits import Benefit

__all__ = ["brand_name", "display_of", "host_picture", "picture_of"]

_PICTURE = Markup(
    '<img class="qy-picture" src="{src}" alt="{alt}" width="300" height="200" loading="lazy" decoding="async">'
)
_MARK = Markup(
    '{ground}<img class="qy-mark" src="{src}" alt="" width="96" height="96" loading="lazy" decoding="async">'
)


def display_of(thing: str, to: Visit) -> Display:
    """How a thing is shown; an empty display for one that the catalogue says nothing about."""
    return to.mall.project.displays.get(thing) or Display()


def picture_of(thing: str, to: Visit, benefit: Benefit | None = None, *, said: bool = False) -> Markup:
    """
    The picture of the thing of that id; always three wide and two high, or cut to a square by the page.

    Args:
        benefit: The entry as the campaign pinned it, where the catalogue may have dropped it.
        said: Whether the picture stands alone, so that its text says what it shows; beside its name it does not.
    """
    shown = display_of(thing, to)
    if shown.image is not None:
        return host_picture(shown.image, to, said=said)
    entry = to.mall.project.benefits.get(thing) or benefit
    brand = _brand(entry, to)
    if brand is not None and brand.mark:
        return _MARK.format(ground=emblem(thing, ""), src=brand.mark)
    return emblem(thing, glyph_of(shown.glyph, entry.category, entry.form) if entry else glyph_of(shown.glyph))


def host_picture(image: Picture, to: Visit, *, said: bool = False) -> Markup:
    """A picture of the host's own."""
    return _PICTURE.format(src=image.src, alt=pick(image.alt, to.locale) if said else "")


def brand_name(benefit: Benefit | None, to: Visit) -> str:
    """Who stands behind a benefit, as people call it; empty for nobody."""
    brand = _brand(benefit, to)
    if brand is not None:
        return pick(brand.title, to.locale)
    return benefit.platform if benefit else ""


def _brand(benefit: Benefit | None, to: Visit) -> Brand | None:
    return to.mall.project.brands.get(benefit.platform) if benefit else None
