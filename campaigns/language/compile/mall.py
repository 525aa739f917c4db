"""
Compiles the mall, its events and its catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import attrs

from quanyi.campaigns.language.alarms import AlarmBounds
from quanyi.campaigns.language.approval import ApprovalRule
from quanyi.campaigns.language.compile.code_rules import code_rule
from quanyi.campaigns.language.compile.supply import supply_of
from quanyi.campaigns.language.display import Brand, Category, Display, Scene
from quanyi.campaigns.language.events import TYPES, Attribute, EventType
from quanyi.campaigns.language.findings import Findings, closest, did_you_mean, one_of
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.schema.alarms import AlarmsMap
from quanyi.campaigns.language.schema.mall import (
    TYPE,
    BenefitMap,
    CatalogueFile,
    EventMap,
    EventsFile,
    MallFile,
    UnitMap,
)
from quanyi.entitlements.amounts import Unit, parse_amount
from quanyi.entitlements.benefits import Benefit, Goods, LotRule, PointsUnit, Pool
from quanyi.entitlements.parsing import LARGEST
from quanyi.entitlements.time import Duration

__all__ = [
    "MallParts",
    "attribute_of",
    "compile_catalogue",
    "compile_events",
    "compile_mall",
    "compile_pools",
    "money_of",
    "texts",
]

_NO_CENTS = {"JPY", "KRW", "VND"}
_RESERVED = {"money", "list", "pieces", "times", "none", "user", "campaign"}
_OF_DECISIONS = {"clauses", "no", "rules", "skipped"}
"""What decisions note beside the facts that they were based on: no fact may have such a name."""


@attrs.define(kw_only=True)
class MallParts:
    """
    The names that campaigns may use; filled document by document.

    Attributes:
        places: Where each name was declared, by (sort, name), for findings about two of them.
        built_in: The events and commands that kinds of campaigns declare.
        alarms_said: What is to be compiled to `alarms` once the catalogue is known, and where it stands.
        broken: Names that are declared wrongly. Campaigns that use them get no further finding for that.
        partial: Whether a file could not be read, so that any unknown name may be declared in it.
    """

    mall: str = ""
    zone: str = "UTC"
    currency: Unit = attrs.field(factory=lambda: Unit(id="CNY", scale=2, money=True))
    locales: tuple[str, ...] = ("zh", "en")
    units: dict[str, PointsUnit] = attrs.field(factory=dict)
    profile: dict[str, Attribute] = attrs.field(factory=dict)
    context: dict[str, Attribute] = attrs.field(factory=dict)
    counted: tuple[str, ...] = ()
    alarms: AlarmBounds = attrs.field(factory=AlarmBounds)
    alarms_said: tuple[AlarmsMap, Place] | None = None
    approval: ApprovalRule = attrs.field(factory=ApprovalRule)
    events: dict[str, EventType] = attrs.field(factory=dict)
    benefits: dict[str, Benefit] = attrs.field(factory=dict)
    goods: dict[str, Goods] = attrs.field(factory=dict)
    pools: dict[str, Pool] = attrs.field(factory=dict)
    displays: dict[str, Display] = attrs.field(factory=dict)
    brands: dict[str, Brand] = attrs.field(factory=dict)
    categories: dict[str, Category] = attrs.field(factory=dict)
    scenes: dict[str, Scene] = attrs.field(factory=dict)
    places: dict[tuple[str, str], Place] = attrs.field(factory=dict)
    built_in: frozenset[str] = frozenset()
    broken: set[str] = attrs.field(factory=set)
    partial: bool = False

    def unsure(self, name: str) -> bool:
        """Whether an unknown name may be declared in something that could not be read."""
        return self.partial or name in self.broken

    def declare(self, sort: str, name: str, place: Place, findings: Findings) -> bool:
        """Note where a name is declared. False, with a finding, for a second time and for a reserved word."""
        if sort in ("unit", "thing") and name in _RESERVED:
            findings.key_error(
                place, "reserved-word", Message("{name!r} has a meaning of its own", name=name), "choose another id"
            )
            return False
        first = self.places.setdefault((sort, name), place)
        if first is not place:
            findings.key_error(
                place,
                "declared-twice",
                Message("{name!r} is declared already", name=name),
                Message("first in {where}", where=first.where),
            )
        return first is place


def compile_mall(file: MallFile, root: Place, parts: MallParts, findings: Findings) -> None:
    """Add `mall.yaml` to *parts*."""
    parts.mall, parts.zone = file.mall, file.zone
    parts.locales = tuple(file.locales)
    parts.currency = _currency(file)
    parts.alarms_said = (file.alarms, root / "alarms")
    for name, unit in file.units.items():
        place = root / "units" / name
        compiled = _unit(name, unit, place, parts, findings)
        if parts.declare("unit", name, place, findings):
            parts.units[name] = compiled
    parts.approval = _approval(file, root / "approval", parts, findings)
    for name, text in file.profile.items():
        place = root / "profile" / name
        if name in _OF_DECISIONS:
            message = Message("{name!r} has a meaning of its own in decisions", name=name)
            findings.key_error(place, "reserved-word", message, Message("call it user_{name}", name=name))
            continue
        found = attribute_of(name, text, place, parts, findings)
        parts.profile[name] = attrs.evolve(found, optional=True)


def _approval(file: MallFile, place: Place, parts: MallParts, findings: Findings) -> ApprovalRule:
    """What needs approval; amounts in the smallest part of their unit."""
    said = file.approval
    above, by_hand = (
        dict(_bounds(texts, place / name, parts, findings))
        for name, texts in (("above", said.above), ("by_hand", said.by_hand))
    )
    return ApprovalRule(changes=frozenset(said.changes), above=above, by_hand=by_hand)


def _bounds(texts: Mapping[str, str], place: Place, parts: MallParts, findings: Findings) -> Iterator[tuple[str, int]]:
    """Amounts by unit or currency, in the smallest part; what is none is a finding."""
    for word, text in texts.items():
        spot, money = place / word, word in ("money", parts.currency.id)
        if not money and word not in parts.units:
            hint = did_you_mean(word, (*parts.units, "money"))
            findings.key_error(spot, "unknown-unit", Message("there is no unit {word!r}", word=word), hint)
            continue
        scale = parts.currency.scale if money else parts.units[word].scale
        try:
            yield parts.currency.id if money else word, parse_amount(text, scale)
        except (ValueError, ArithmeticError) as no:
            hint = Message("write at most {scale} decimal places", scale=scale) if scale else "write a whole number"
            findings.error(spot, "too-many-places", str(no), hint)


def compile_events(file: EventsFile, root: Place, parts: MallParts, findings: Findings) -> None:
    """Add one `events:` document to *parts*."""
    for name, event in file.events.items():
        place = root / "events" / name
        if name in parts.built_in:
            hint = "every mall has it; leave it out"
            findings.key_error(place, "event-built-in", Message("{name} is declared by quanyi itself", name=name), hint)
            continue
        compiled = _event(name, event, place, parts, findings)
        if parts.declare("event", name, place, findings):
            parts.events[name] = compiled


def compile_pools(file: CatalogueFile, root: Place, parts: MallParts, findings: Findings) -> None:
    """Add the `pools:` of one document to *parts*."""
    for name, pool in file.pools.items():
        place = root / "pools" / name
        title = texts(pool.title, place / "title", parts, findings)
        compiled = Pool(
            id=name,
            title=title,
            text=texts(pool.text, place / "text", parts, findings),
            reusable=pool.reusable,
            ignore_case=pool.ignore_case,
            generate=code_rule(pool, place / "generate", findings),
            on_error=pool.on_error,
            duplicates=pool.duplicates,
        )
        if parts.declare("pool", name, place, findings):
            parts.pools[name] = compiled


def compile_catalogue(file: CatalogueFile, root: Place, parts: MallParts, findings: Findings) -> None:
    """Add the `benefits:` and `goods:` of one document to *parts*."""
    for name, benefit in file.benefits.items():
        place = root / "benefits" / name
        compiled = _benefit(name, benefit, place, parts, findings)
        if parts.declare("thing", name, place, findings):
            parts.benefits[name] = compiled
            if compiled.pool:
                _check_pool(compiled, place / "pool", parts, findings)
    for name, goods in file.goods.items():
        place = root / "goods" / name
        compiled_goods = Goods(
            id=name,
            title=texts(goods.title, place / "title", parts, findings) or dict.fromkeys(parts.locales, name),
            text=texts(goods.text, place / "text", parts, findings),
            list_price=money_of(goods.list, place / "list", parts, findings),
        )
        if parts.declare("thing", name, place, findings):
            parts.goods[name] = compiled_goods


def texts(value: str | dict[str, str] | None, place: Place, parts: MallParts, findings: Findings) -> dict[str, str]:
    """A text for each language of the mall. A text without languages is used for all of them."""
    if value is None:
        return {}
    if isinstance(value, str):
        return dict.fromkeys(parts.locales, value)
    for language in value:
        if language not in parts.locales:
            hint = did_you_mean(language, parts.locales)
            findings.key_error(
                place / language,
                "unknown-language",
                Message("the mall has no language {language!r}", language=language),
                hint,
            )
    missing = [language for language in parts.locales if language not in value]
    if missing:
        findings.warning(
            place, "missing-language", Message("there is no text in {missing}", missing=", ".join(missing))
        )
    return dict(value)


def _currency(file: MallFile) -> Unit:
    if isinstance(file.currency, str):
        return Unit(id=file.currency, scale=0 if file.currency in _NO_CENTS else 2, money=True)
    return Unit(id=file.currency.id, scale=file.currency.scale, money=True)


def _unit(name: str, unit: UnitMap, place: Place, parts: MallParts, findings: Findings) -> PointsUnit:
    lasts = Duration.parse(unit.lots.lasts) if unit.lots.lasts else None
    return PointsUnit(
        id=name,
        scale=unit.scale,
        title=texts(unit.title, place / "title", parts, findings) or dict.fromkeys(parts.locales, name),
        lots=LotRule(lasts=lasts, ends_to=unit.lots.ends_to, burn=tuple(unit.lots.burn)),
        zone=parts.zone,
        debt=unit.debt == "allowed",
        measure=unit.measure,
    )


def _event(name: str, event: EventMap, place: Place, parts: MallParts, findings: Findings) -> EventType:
    attributes = {
        key: attribute_of(key, text, place / key, parts, findings, personal=key in event.personal)
        for key, text in (event.__pydantic_extra__ or {}).items()
    }
    named = [("key", event.key)] if event.key else []
    named += [("source", word) for word in event.source] + [("personal", word) for word in event.personal]
    for key, word in named:
        if word not in attributes:
            hint = did_you_mean(word, attributes)
            findings.error(
                place / key,
                "unknown-attribute",
                Message("{name} has no attribute {word!r}", name=name, word=word),
                hint,
            )
        elif key != "personal" and attributes[word].personal:
            findings.error(
                place / key,
                "personal-key",
                Message("{word!r} is personal and must not name anything", word=word),
                "use an id",
            )
    return EventType(
        id=name,
        attributes=attributes,
        key=event.key,
        source=tuple(word for word in event.source if word in attributes),
        command=event.command,
        where=place.where,
    )


def attribute_of(
    name: str, text: str, place: Place, parts: MallParts, findings: Findings, *, personal: bool = False
) -> Attribute:
    """An attribute from its declaration; mistakes in it become findings."""
    match = TYPE.fullmatch(text)
    assert match is not None  # the schema has read it already
    found = match["type"]
    known = {*TYPES, *parts.units}
    if found not in known:
        if not parts.unsure(found):
            findings.error(
                place, "unknown-type", Message("there is no type {found!r}", found=found), did_you_mean(found, known)
            )
        found = closest(found, known) or "text"
    scale = parts.units[found].scale if found in parts.units else 0
    declared = Attribute(
        name=name,
        type=found,
        scale=parts.currency.scale if found in ("money", "decimal") else scale,
        many=bool(match["many"]),
        optional=bool(match["optional"]),
        default=_default(match["default"]),
        personal=personal,
    )
    _check_default(declared, place, findings)
    return declared


def _default(text: str | None) -> str | None:
    return None if text is None else text.strip().strip("\"'")


def _check_default(found: Attribute, place: Place, findings: Findings) -> None:
    default = found.default
    words = {"bool": ("true", "false"), "date": ("today",), "instant": ("now",)}.get(found.type)
    if default is None or (words is None and not found.is_number):
        return
    if words is not None and default not in words:
        findings.error(
            place,
            "bad-default",
            Message("{default!r} is no default for {type}", default=default, type=found.type),
            one_of(words),
        )
    if found.is_number:
        try:
            parse_amount(default, found.scale)
        except (ValueError, ArithmeticError):
            findings.error(
                place, "bad-default", Message("{default!r} is not a number of the right places", default=default)
            )


def _check_pool(benefit: Benefit, place: Place, parts: MallParts, findings: Findings) -> None:
    """Note a pool behind two benefits: its codes are the stock of one, and two would sell the same codes."""
    if benefit.pool in parts.pools:
        other = parts.places.setdefault(("code", benefit.pool), place)
        if other is not place:
            hint = Message("declare a pool of its own; see {where}", where=other.where)
            message = Message(
                "the pool {pool!r} serves {benefit} already", pool=benefit.pool, benefit=other.parent.path[-1]
            )
            findings.error(place, "pool-shared", message, hint)


def _benefit(name: str, benefit: BenefitMap, place: Place, parts: MallParts, findings: Findings) -> Benefit:
    if benefit.pool is not None and benefit.pool not in parts.pools and not parts.unsure(benefit.pool):
        hint = did_you_mean(benefit.pool, parts.pools)
        findings.error(place / "pool", "unknown-pool", Message("there is no pool {pool!r}", pool=benefit.pool), hint)
    if benefit.pool is not None and benefit.stock is not None:
        hint = "the codes imported are its stock; leave stock out"
        findings.key_error(place / "stock", "stock-and-pool", "a benefit has either stock or a pool", hint)
    # Of ten thousand benefits most leave most of it out.
    text, guide, face = benefit.text, benefit.guide, benefit.face
    cost = 0 if benefit.cost is None else money_of(benefit.cost, place / "cost", parts, findings)
    money = partial(money_of, parts=parts, findings=findings)
    return Benefit(
        id=name,
        form=benefit.is_,
        title=texts(benefit.title, place / "title", parts, findings) or dict.fromkeys(parts.locales, name),
        text={} if text is None else texts(text, place / "text", parts, findings),
        guide={} if guide is None else texts(guide, place / "guide", parts, findings),
        category=benefit.category,
        platform=benefit.platform,
        measure=benefit.measure,
        lasts=Duration.parse(benefit.lasts) if benefit.lasts else None,
        whole_days=benefit.to == "day_end",
        uses=benefit.uses,
        stock=benefit.stock,
        pool=benefit.pool or "",
        shared=benefit.pool in parts.pools and parts.pools[benefit.pool].reusable,
        face=0 if face is None else money_of(face, place / "face", parts, findings),
        supply=supply_of(benefit, place, findings, cost=cost, currency=parts.currency.id, money=money),
        cost=cost,
    )


def money_of(text: str | None, place: Place, parts: MallParts, findings: Findings) -> int:
    """An amount of the mall's money, in its smallest unit; 0 for none."""
    if text is None:
        return 0
    try:
        found = parse_amount(text, parts.currency.scale)
    except (ValueError, ArithmeticError) as no:
        hint = Message("{id} has {scale} decimal places", id=parts.currency.id, scale=parts.currency.scale)
        findings.error(place, "too-many-places", str(no), hint)
        return 0
    if found < 0:
        findings.error(place, "amount-not-positive", Message("{text} is below zero", text=text))
    if abs(found) > LARGEST:
        findings.error(place, "out-of-range", Message("{text} is larger than any amount that is counted", text=text))
    return found
