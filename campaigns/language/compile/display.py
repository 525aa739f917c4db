"""
Compiles how things are shown: pictures, guides, comparisons, brands and scenes.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from quanyi.campaigns.language.compile.mall import MallParts, money_of, texts
from quanyi.campaigns.language.compile.scope import Scope
from quanyi.campaigns.language.compile.times import runs
from quanyi.campaigns.language.display import (
    CATEGORIES,
    Brand,
    Category,
    Compare,
    Display,
    Guide,
    Picture,
    Scene,
    Using,
    Video,
)
from quanyi.campaigns.language.findings import Findings, did_you_mean, one_of
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.schema.display import CompareMap, PictureMap, SceneMap, Shown, UseMap, VideoMap
from quanyi.campaigns.language.schema.mall import BenefitMap, CatalogueFile

__all__ = ["check_categories", "compile_displays", "compile_scenes"]

_SHOWN = frozenset({*Shown.model_fields, "use"})
"""The keys of a thing that say how it is shown."""


def compile_displays(file: CatalogueFile, root: Place, parts: MallParts, findings: Findings) -> None:
    """Add how benefits and goods of one document are shown, its `brands:` and its `categories:`, to *parts*."""
    for section, things in (("benefits", file.benefits), ("goods", file.goods)):
        for name, thing in things.items():
            if thing.model_fields_set.isdisjoint(_SHOWN):
                continue
            shown = _display(thing, root / section / name, parts, findings)
            if shown != Display():
                parts.displays.setdefault(name, shown)
    for name, brand in file.brands.items():
        place = root / "brands" / name
        title = texts(brand.title, place / "title", parts, findings)
        if parts.declare("brand", name, place, findings):
            parts.brands[name] = Brand(id=name, title=title, mark=brand.mark or "")
    for name, category in file.categories.items():
        place = root / "categories" / name
        title = texts(category.title, place / "title", parts, findings)
        if parts.declare("category", name, place, findings):
            parts.categories[name] = Category(id=name, title=title)


def check_categories(file: CatalogueFile, root: Place, parts: MallParts, findings: Findings) -> None:
    """Note headings that have no name, where they are used first: pages would have nothing to call them."""
    known = {"", *CATEGORIES, *parts.categories}
    for name, benefit in file.benefits.items():
        category = benefit.category
        if category not in known and not parts.unsure(category):
            known.add(category)
            message = Message("the category {category!r} has no name, so pages list it as “other”", category=category)
            titles = ", ".join(f"{locale}: …" for locale in parts.locales)
            hint = Message(
                "write categories: {{{category}: {{title: {{{titles}}}}}}}, or use {known}",
                category=category,
                titles=titles,
                known=one_of(CATEGORIES),
            )
            findings.warning(root / "benefits" / name / "category", "unnamed-category", message, hint)


def compile_scenes(
    file: CatalogueFile, root: Place, campaigns: Collection[str], parts: MallParts, findings: Findings
) -> None:
    """
    Add the `scenes:` of one document to *parts*.

    Args:
        campaigns: The names that a scene may show besides benefits and goods.
    """
    known = {*parts.benefits, *parts.goods, *campaigns}
    for name, scene in file.scenes.items():
        place = root / "scenes" / name
        compiled = _scene(name, scene, place, parts, findings)
        for number, shown in enumerate(scene.shows):
            at = place / "shows" / number
            if shown in scene.shows[:number]:
                findings.error(
                    at, "declared-twice", Message("{shown!r} stands on this shelf already", shown=shown), "leave it out"
                )
            elif shown not in known and not parts.unsure(shown):
                message = Message("there is no benefit, goods or campaign {shown!r}", shown=shown)
                findings.error(at, "unknown-thing", message, did_you_mean(shown, known))
        if parts.declare("scene", name, place, findings):
            parts.scenes[name] = compiled


def _scene(name: str, file: SceneMap, place: Place, parts: MallParts, findings: Findings) -> Scene:
    span = runs(file.runs, place / "runs", Scope(mall=parts, findings=findings, zone=parts.zone))
    return Scene(
        id=name,
        title=texts(file.title, place / "title", parts, findings),
        text=texts(file.text, place / "text", parts, findings),
        image=_picture(file.image, place / "image", parts, findings),
        start=span.start,
        end=span.end,
        shows=file.shows,
    )


def _display(file: Shown, place: Place, parts: MallParts, findings: Findings) -> Display:
    guides = [(guide, place / "guides" / number) for number, guide in enumerate(file.guides)]
    return Display(
        image=_picture(file.image, place / "image", parts, findings),
        glyph=file.glyph or "",
        video=_video(file.video, place / "video", parts, findings),
        guides=tuple(
            Guide(
                title=texts(guide.title, at / "title", parts, findings),
                text=texts(guide.text, at / "text", parts, findings),
            )
            for guide, at in guides
        ),
        compare=_compare(file.compare, place / "compare", parts, findings),
        where=texts(file.where, place / "where", parts, findings),
        use=_use(file.use) if isinstance(file, BenefitMap) else Using(),
    )


def _picture(file: PictureMap | None, place: Place, parts: MallParts, findings: Findings) -> Picture | None:
    return None if file is None else Picture(src=file.src, alt=texts(file.alt, place / "alt", parts, findings))


def _video(file: VideoMap | None, place: Place, parts: MallParts, findings: Findings) -> Video | None:
    if file is None:
        return None
    for language in file.captions.keys() - set(parts.locales):
        message, hint = (
            Message("the mall has no language {language!r}", language=language),
            did_you_mean(language, parts.locales),
        )
        findings.key_error(place / "captions" / language, "unknown-language", message, hint)
    title = texts(file.title, place / "title", parts, findings)
    return Video(src=file.src, poster=file.poster, title=title, captions=file.captions)


def _compare(file: CompareMap | None, place: Place, parts: MallParts, findings: Findings) -> Compare | None:
    if file is None:
        return None
    if file.list is None and file.official is None and findings.sound(place):
        findings.key_error(place, "missing-key", "there is no price to compare with", "write list: or official:")
    try:
        date.fromisoformat(file.seen)
    except ValueError:
        findings.error(
            place / "seen", "bad-time", Message("there is no day {seen}", seen=file.seen), 'write "2026-03-01"'
        )
    return Compare(
        list_price=money_of(file.list, place / "list", parts, findings),
        official=money_of(file.official, place / "official", parts, findings),
        seen=file.seen,
        source=texts(file.source, place / "source", parts, findings),
        link=file.link or "",
    )


def _use(file: UseMap) -> Using:
    return Using(go=file.go or "", show=file.show)
