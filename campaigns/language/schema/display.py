"""
The schema of how things are shown: pictures, videos, guides, comparisons, brands and scenes.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema

from quanyi.campaigns.language.display import Glyph, Show, safe
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.schema.base import SOME, Id, Strict, Texts, Word, wrong
from quanyi.campaigns.language.schema.clauses import RunsMap
from quanyi.campaigns.language.schema.values import Number
from quanyi.entitlements.parsing import quoted

__all__ = [
    "Address",
    "BrandMap",
    "CategoryMap",
    "CompareMap",
    "Day",
    "GuideMap",
    "PictureMap",
    "SceneMap",
    "Shown",
    "UseMap",
    "VideoMap",
]


def _address(value: str) -> str:
    if not safe(value):
        hint = "write https://… or a path of your own site, /pictures/latte.jpg"
        raise wrong("bad-address", Message("{value} is no address that a page may use", value=quoted(value)), hint)
    return value


Address = Annotated[
    Word, AfterValidator(_address), WithJsonSchema({"type": "string", "pattern": "^(https://|/)", "maxLength": 500})
]
Day = Annotated[Word, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


class PictureMap(Strict):
    """A picture of the host's own, three wide and two high."""

    src: Address
    """Its address: `https://…`, or a path of the host's site, `src: /pictures/latte.jpg`."""
    alt: Texts
    """What it shows, for who does not see it: `{zh: 一杯拿铁, en: A latte}`."""


class VideoMap(Strict):
    """A video of the host's own; it plays when somebody presses play, and never by itself."""

    src: Address
    """Its address: `https://…`, or a path of the host's site, `src: /videos/latte.mp4`."""
    poster: Address
    """The picture before it plays, `poster: /pictures/latte.jpg`."""
    title: Texts
    """What it shows, `{zh: 怎样用券, en: How to use it}`."""
    captions: dict[Word, Address] = {}
    """Captions by language, WebVTT files: `{zh: /videos/latte.zh.vtt}`."""


class GuideMap(Strict):
    """An article about a benefit."""

    title: Texts
    """Its heading, `{zh: 怎样挑选, en: How to choose}`."""
    text: Texts
    """The article in Markdown; HTML in it is shown as it is typed, and links lead to `https://…` or this site."""


class CompareMap(Strict):
    """What the same thing costs elsewhere."""

    list: Number | None = None
    """Its list price, `list: 30.00`."""
    official: Number | None = None
    """What its maker asks now, `official: 25.00`."""
    seen: Day
    """The day on which these prices were looked up, `seen: 2026-03-01`."""
    source: Texts
    """Where they were looked up, `{zh: 官网, en: The maker's site}`."""
    link: Address | None = None
    """The page on which they stand, `link: https://…`."""


class UseMap(Strict):
    """How an entitlement is used."""

    go: Address | None = None
    """The address where it is used, behind a button: `go: /films`. What the host returns by `init_app(use=…)` goes first."""
    show: Show = "code"
    """How its code is shown at a counter besides its letters: `qr`, `barcode` (a bar code and the QR code), or `code` (default)."""


class Shown(Strict):
    """How a thing is shown; nothing of it changes a campaign's version."""

    image: PictureMap | None = None
    """Its picture, three wide and two high: `{src: /pictures/latte.jpg, alt: {zh: 一杯拿铁, en: A latte}}`."""
    glyph: Glyph | None = None
    """The drawing where there is no picture, `glyph: cup`; left out: that of its category or form."""
    video: VideoMap | None = None
    """A video about it: `{src: /videos/latte.mp4, poster: /pictures/latte.jpg, title: {zh: …, en: …}}`."""
    guides: Annotated[tuple[GuideMap, ...], Field(max_length=12)] = ()
    """Articles about it: `[{title: {zh: …, en: …}, text: {zh: …, en: …}}]`, in Markdown."""
    compare: CompareMap | None = None
    """What it costs elsewhere: `{list: 30.00, official: 25.00, seen: 2026-03-01, source: {zh: 官网, en: …}}`."""
    where: Texts | None = None
    """Where it can be used, `{zh: 全国门店, en: All shops}`."""


class BrandMap(Strict):
    """Who stands behind benefits; `platform:` of a benefit names it."""

    title: Texts
    """The name people see, `{zh: 潮汐咖啡, en: Tidewater Coffee}`."""
    mark: Address | None = None
    """Its mark, a square picture: `mark: /brands/tidewater.svg`."""


class CategoryMap(Strict):
    """A heading under which things are listed; `category:` of a benefit names it."""

    title: Texts
    """The name people see, `{zh: 玩具, en: Toys}`."""


class SceneMap(Strict):
    """A shelf of its own on the first page, such as a holiday: things on offer, in the order written."""

    title: Texts
    """The name people see, `{zh: 假期娱乐, en: Holiday fun}`."""
    text: Texts | None = None
    """A line about it, `{zh: 在家也好玩, en: Fun at home}`."""
    image: PictureMap | None = None
    """Its picture, three wide and two high: `{src: /pictures/holiday.jpg, alt: {zh: …, en: …}}`."""
    runs: RunsMap = RunsMap()
    """When it is shown, `{from: "2026-05-01", through: "2026-05-05"}`; left out: always."""
    shows: Annotated[tuple[Id, ...], SOME] = Field(json_schema_extra={"minItems": 1}, max_length=48)
    """What it shows: benefits, goods, and bundles by their campaign's name, `[film_month, holiday-pack]`."""
