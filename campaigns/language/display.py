"""
How a benefit is shown: picture, video, guides, what it costs elsewhere, how it is used at a counter.

Nothing here has a say in what is given or sold. So it is no part of a campaign's version: another picture is
shown with the next apply, also for what was sold before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import attrs

__all__ = [
    "CATEGORIES",
    "Brand",
    "Category",
    "Compare",
    "Display",
    "Glyph",
    "Guide",
    "Picture",
    "Scene",
    "Show",
    "Using",
    "Video",
    "safe",
]

Glyph = Literal[
    "audiobook", "badge", "book", "card", "crown", "cup", "film", "gamepad", "gift", "key", "lamp", "music", "scissors",
    "ticket",
]  # fmt: skip
Show = Literal["barcode", "code", "qr"]

_ADDRESS = re.compile(r"(?:https://[A-Za-z0-9.-]+(?::\d{1,5})?(?=[/?#]|\Z)|/(?![/\\]))[^\s\"'<>\\`{}|^\x00-\x1f\x7f]*")
_LONGEST = 500


def safe(address: str) -> bool:
    """
    Whether a page may show or lead to *address*: ``https://…``, or a path of this site.

    >>> safe("/pictures/latte.jpg"), safe("https://cdn.example/latte.jpg")
    (True, True)
    >>> safe("javascript:alert(1)"), safe("//cdn.example/x.jpg"), safe("data:image/png;base64,AA")
    (False, False, False)
    """
    return len(address) <= _LONGEST and _ADDRESS.fullmatch(address) is not None


@attrs.frozen(kw_only=True)
class Picture:
    """
    A picture of the host's, three wide and two high.

    Attributes:
        alt: What it shows, by language, for who does not see it.
    """

    src: str
    alt: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Video:
    """
    A video of the host's; it plays when it is asked to.

    Attributes:
        poster: The picture before it plays.
        title: What it shows, by language.
        captions: Addresses of WebVTT files by language.
    """

    src: str
    poster: str
    title: Mapping[str, str] = attrs.field(factory=dict)
    captions: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Guide:
    """An article about a benefit: `text` is Markdown, by language."""

    title: Mapping[str, str]
    text: Mapping[str, str]


@attrs.frozen(kw_only=True)
class Compare:
    """
    What the same thing costs elsewhere, in the currency's smallest unit; 0 for a price that is not given.

    Attributes:
        list_price: Its list price.
        official: What its maker asks now.
        seen: The day on which these were looked up, ``2026-03-01``.
        source: Where, by language.
        link: The page on which they stand; empty for none.
    """

    list_price: int = 0
    official: int = 0
    seen: str
    source: Mapping[str, str] = attrs.field(factory=dict)
    link: str = ""


@attrs.frozen(kw_only=True)
class Using:
    """
    How an entitlement is used.

    Attributes:
        go: The address at which to use it, unless the host names another (`init_app(use=…)`); empty where there is none.
        show: How its code is shown at a counter, beside its letters: as a QR code, as a bar code with the QR code,
            or not at all.
    """

    go: str = ""
    show: Show = "code"


@attrs.frozen(kw_only=True)
class Display:
    """
    How one benefit, or one of the host's goods, is shown.

    Attributes:
        glyph: The drawing that stands where there is no picture; empty for that of its category or form.
        where: Where it can be used, by language.
    """

    image: Picture | None = None
    glyph: str = ""
    video: Video | None = None
    guides: tuple[Guide, ...] = ()
    compare: Compare | None = None
    where: Mapping[str, str] = attrs.field(factory=dict)
    use: Using = attrs.field(factory=Using)


@attrs.frozen(kw_only=True)
class Brand:
    """
    Who stands behind benefits: `platform` of a benefit names one.

    Attributes:
        mark: The address of its mark, as a picture; empty for none.
    """

    id: str
    title: Mapping[str, str] = attrs.field(factory=dict)
    mark: str = ""


@attrs.frozen(kw_only=True)
class Category:
    """What a heading is called under which things are listed: `category` of a benefit names one."""

    id: str
    title: Mapping[str, str] = attrs.field(factory=dict)


CATEGORIES: Mapping[str, Category] = {
    name: Category(id=name, title={"zh": zh, "en": en})
    for name, zh, en in (
        ("book", "阅读", "Reading"),
        ("food", "餐饮", "Food & drink"),
        ("game", "游戏", "Games"),
        ("life", "生活", "Everyday"),
        ("member", "会员特权", "Members"),
        ("music", "音乐", "Music"),
        ("other", "其他", "Other"),
        ("video", "影视", "Films & shows"),
    )
}
"""The headings that have a name without being declared."""


@attrs.frozen(kw_only=True)
class Scene:
    """
    A shelf with a name, such as a holiday: some things on offer, in an order of their own.

    Attributes:
        start: When it begins to be shown; None for at once. `end` is the instant at which it is shown no more.
        shows: Benefits, goods, and campaigns (bundles) by name.
    """

    id: str
    title: Mapping[str, str]
    text: Mapping[str, str] = attrs.field(factory=dict)
    image: Picture | None = None
    start: datetime | None = None
    end: datetime | None = None
    shows: tuple[str, ...] = ()

    def on(self, now: datetime) -> bool:
        """Whether it is shown at *now*."""
        return (self.start is None or self.start <= now) and (self.end is None or now < self.end)
