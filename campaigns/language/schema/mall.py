"""
The schema of the mall, its events and its catalogue.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, Tag

from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.schema.alarms import AlarmsMap
from quanyi.campaigns.language.schema.base import BY_SHAPE, SOME, Event, Flag, Id, Strict, Texts, Whole, Word, wrong
from quanyi.campaigns.language.schema.display import BrandMap, CategoryMap, SceneMap, Shown, UseMap
from quanyi.campaigns.language.schema.supply import SupplyMap
from quanyi.campaigns.language.schema.values import DurationText, Number, Zone
from quanyi.entitlements.code_rules import GUESSES_AN_HOUR, LIVE, LONGEST_RULE

__all__ = [
    "TYPE",
    "ApprovalMap",
    "BenefitMap",
    "CatalogueFile",
    "CodeRuleMap",
    "ContextMap",
    "CurrencyMap",
    "EventMap",
    "EventsFile",
    "GoodsMap",
    "LotsMap",
    "MallFile",
    "PoolMap",
    "Scale",
    "TypeText",
    "UnitMap",
]

TYPE = re.compile(r"(?P<type>[A-Za-z][A-Za-z0-9_-]*)(?P<many>\*)?(?P<optional>\?)?(?: ?= ?(?P<default>.*))?")
"""An attribute's type: `money`, `id*`, `user?`, `int = 1`."""


def _type(value: str) -> str:
    if TYPE.fullmatch(value) is None:
        raise wrong("bad-type", Message("{value!r} is not a type", value=value), "write money, id*, user? or int = 1")
    return value


Scale = Annotated[Whole, Field(ge=0, le=8)]
TypeText = Annotated[Word, AfterValidator(_type)]


class LotsMap(Strict):
    """How points end and in which order they are spent."""

    lasts: DurationText | None = None
    """How long points live, `lasts: 1 year`; left out: for ever."""
    ends_to: Literal["day", "exact", "month", "year"] = "month"
    """To the end of what their end is rounded up: `month` (default), `day`, `year`, or `exact`."""
    burn: tuple[Literal["ends", "got"], ...] = ("ends", "got")
    """Which points are spent first: `[ends, got]` means the soonest to end, then the oldest."""


class UnitMap(Strict):
    """Something counted: points, chances, credit."""

    title: Texts | None = None
    """The name people see, `{zh: 积分, en: points}`."""
    measure: Word = ""
    """The measure word of Chinese sentences, `measure: 张` for 3 张补签卡; left out: none."""
    scale: Scale = 0
    """Decimal places, `scale: 2` for 0.01; left out: whole numbers."""
    lots: LotsMap = LotsMap()
    """When its points end and in which order they are spent: `{lasts: 1 year}`."""
    debt: Literal["allowed", "none"] = "none"
    """Whether an undo may take a wallet below zero: `allowed` or `none` (default)."""


class CurrencyMap(Strict):
    """The mall's currency and how many decimal places it has."""

    id: Annotated[Word, Field(pattern=r"^[A-Z]{3}$")]
    """Its three letters, `id: CNY`."""
    scale: Scale = 2
    """Its decimal places, `scale: 2`."""


class ContextMap(Strict):
    """The attributes that a request may have besides its own, and which of them are personal."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, TypeText]

    personal: tuple[Id, ...] = ()
    """Those about people, `[phone]`; a limit that counts by them stores only a digest."""
    counted: tuple[Id, ...] = ()
    """Those that figures are told apart by, `[channel, region]`: texts or yes and no, of few values, about nobody."""


class ApprovalMap(Strict):
    """Which drafts, and which help by hand, need the yes of somebody else."""

    changes: tuple[Literal["new", "changed"], ...] = ()
    """Kinds of change that always need it, `[new, changed]`."""
    above: dict[Id, Number] = {}
    """The most that a campaign may cost without it, by unit, `{money: 5000.00, points: 100000}`; no bound is above."""
    by_hand: dict[Id, Number] = {}
    """The most that an operator may give somebody at once without it, `{points: 500, money: 50.00}`; benefits count with their cost."""


class MallFile(Strict):
    """The mall: its zone, currency, languages, units, and what it knows of people."""

    stand_ins: ClassVar[dict[str, Any]] = {"mall": "unnamed", "zone": "UTC", "currency": "CNY"}

    mall: Id
    """The mall's name, `mall: demo`."""
    zone: Zone
    """The zone of windows and schedules, `zone: Asia/Shanghai`."""
    currency: Annotated[
        Annotated[Annotated[Word, Field(pattern=r"^[A-Z]{3}$")], Tag("text")] | Annotated[CurrencyMap, Tag("map")],
        BY_SHAPE,
    ]
    """Its money, `currency: CNY`, or `{id: CNY, scale: 2}`."""
    locales: Annotated[tuple[Word, ...], SOME] = Field(("zh", "en"), json_schema_extra={"minItems": 1})
    """The languages of its texts, `[zh, en]`; the first is the mall's own."""
    units: dict[Id, UnitMap] = {}
    """What it counts besides money: `{points: {title: {zh: 积分, en: points}}}`."""
    profile: dict[Id, TypeText] = {}
    """What the host knows about people, with types: `{level: text, vip: bool = false}`."""
    context: ContextMap = ContextMap()
    """What the host may say of a request, with types: `{ip: text, device: text, personal: [ip]}`."""
    alarms: AlarmsMap = AlarmsMap()
    """From where on something is an alarm, `{stock: 50, late: 5m}`; left out: the defaults."""
    approval: ApprovalMap = ApprovalMap()
    """What needs somebody else's yes, `{changes: [new], above: {points: 100000}, by_hand: {points: 500}}`; left out: nothing."""


class EventMap(Strict):
    """One type of event: its attributes, and which of them identify it, undo it, or are personal."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, TypeText]

    key: Id | None = None
    """The attribute that makes it unique where the host sends no key, `key: order`."""
    source: Annotated[tuple[Id, ...], Field(max_length=4)] = ()
    """The attributes by which it can be undone later, `[order]`."""
    personal: tuple[Id, ...] = ()
    """The attributes about people, seen by decisions and never stored, `[phone]`."""
    command: Flag = False
    """Whether somebody waits for the answer, so that refusals are raised: `true` or `false` (default)."""


class EventsFile(Strict):
    """The types of events."""

    stand_ins: ClassVar[dict[str, Any]] = {"events": {}}

    events: dict[Event, EventMap]
    """Event types with their attributes: `{order.paid: {order: id, amount: money}}`."""


class BenefitMap(Shown):
    """One thing worth having, as the catalogue lists it."""

    stand_ins: ClassVar[dict[str, Any]] = {"is": "voucher"}

    is_: Literal["card", "code", "collectible", "membership", "pass", "voucher"] = Field(alias="is")
    """Its form: `pass`, `voucher`, `code`, `card`, `collectible`, `membership`."""
    title: Texts | None = None
    """The name people see, `{zh: 咖啡券, en: Coffee}`."""
    text: Texts | None = None
    """A line about it, `{zh: 每天一杯, en: One a day}`."""
    guide: Texts | None = None
    """How to use it, `{zh: 出示即可, en: Show it}`."""
    category: Word = ""
    """The heading under which it is listed, `category: food`: one of `categories`, or a common one."""
    platform: Word = ""
    """Who stands behind it: one of `brands`, or a plain name, `platform: Aurora`."""
    use: UseMap = UseMap()
    """How one is used: `{go: /films}`, `{show: qr}`."""
    measure: Word = ""
    """The measure word of Chinese sentences, `measure: 杯`; left out: 张 of a voucher, card or pass, 份 of a membership, else 件."""
    face: Number | None = None
    """What it is worth to a buyer, `face: 25.00`."""
    cost: Number | None = None
    """What it costs the mall, `cost: 18.00`."""
    lasts: DurationText | None = None
    """How long it can be used, `lasts: 30d`; left out: for ever."""
    to: Literal["day_end"] | None = None
    """`day_end` lets it run to the end of its last local day."""
    uses: Annotated[Whole, Field(ge=1)] = 1
    """How often one can be used, `uses: 1`."""
    stock: Annotated[Whole, Field(ge=0)] | None = None
    """How many pieces the mall has, `stock: 50`; left out: no bound."""
    pool: Id | None = None
    """The pool of card codes behind it, `pool: music_codes`; one pool serves one benefit."""
    supply: SupplyMap | None = None
    """Where it is bought once somebody has paid for it: `{from: [{supplier: alpha, product: VIDEO-30, cost: 12.00}]}`."""


class GoodsMap(Shown):
    """A thing that the host makes and delivers itself, and that campaigns sell."""

    stand_ins: ClassVar[dict[str, Any]] = {"list": 0}

    title: Texts | None = None
    """The name people see, `iPhone 14`."""
    text: Texts | None = None
    """A line about it, `{zh: 六点一英寸, en: 6.1 inches}`."""
    list: Number
    """What it costs outside campaigns, `list: 5999.00`."""


class CodeRuleMap(Strict):
    """The rule by which a pool's codes are generated, strong enough that nobody guesses one."""

    alphabet: Word = "crockford"
    """The letters: `crockford` (default), `digits`, `letters`, `letters_and_digits`, `hex`, or written out, `ACDEFHJK`."""
    length: Annotated[Whole, Field(ge=1, le=LONGEST_RULE)] = 16
    """How many random letters a code has, `length: 12`; too few are a mistake."""
    prefix: Annotated[Word, StringConstraints(pattern=r"^[A-Za-z0-9-]+$", max_length=32)] | None = None
    """What every code begins with, `prefix: KQ-`; letters, digits and dashes."""
    check: Flag = False
    """Whether a check letter follows the random ones, so that a mistyped code is told at once: `check: true`."""
    group: Annotated[Whole, Field(ge=0, le=LONGEST_RULE)] = 0
    """After how many letters a dash stands, `group: 4`; 0 (default) for none."""
    live: Annotated[Whole, Field(ge=1, le=10**9)] = LIVE
    """How many codes of the pool are alive at most, `live: 1000000`; the more, the easier one is guessed."""
    guesses: Annotated[Whole, Field(ge=1, le=10**9)] = GUESSES_AN_HOUR
    """How many guesses an hour the host's brake lets through, `guesses: 4000000`."""


class PoolMap(Strict):
    """A pool of card codes; the codes themselves are imported or generated, never written in files."""

    title: Texts | None = None
    """The name people see, `{zh: 音乐卡密, en: Music codes}`."""
    text: Texts | None = None
    """A line about it, `{zh: 每月补货, en: Refilled monthly}`."""
    reusable: Flag = False
    """Whether everybody gets the same code, which is never used up: `reusable: true`."""
    ignore_case: Flag = False
    """Whether `AB-12` and `ab12` are one code: case, spaces and dashes don't matter, `ignore_case: true`."""
    generate: CodeRuleMap | None = None
    """The rule by which its codes are generated, `{length: 12, prefix: KQ-, check: true, group: 4}`."""
    on_error: Literal["skip", "all_or_nothing"] = "skip"
    """Lines of an import that can't be taken: `skip` them (default), or take `all_or_nothing`."""
    duplicates: Literal["refuse", "within_import", "keep"] = "refuse"
    """A code that is there already: `refuse` it (default), drop repeats `within_import` only, or `keep` each as a card."""


class CatalogueFile(Strict):
    """Benefits, goods and pools; who stands behind them, and the shelves on which they stand."""

    benefits: dict[Id, BenefitMap] = {}
    """What the mall can give or sell: `{coffee: {is: voucher, face: 18.00}}`."""
    goods: dict[Id, GoodsMap] = {}
    """Things of the host's own, sold but not given: `{phone: {list: 5999.00}}`."""
    pools: dict[Id, PoolMap] = {}
    """Pools of card codes: `{music_codes: {}}`; the codes are imported or generated, never written in files."""
    brands: dict[Id, BrandMap] = {}
    """Who stands behind benefits: `{tidewater: {title: {zh: 潮汐咖啡, en: Tidewater Coffee}}}`."""
    categories: dict[Word, CategoryMap] = {}
    """Headings besides the common ones: `{toys: {title: {zh: 玩具, en: Toys}}}`."""
    scenes: dict[Id, SceneMap] = {}
    """Shelves of their own: `{holiday: {title: {zh: 假期娱乐, en: Holiday fun}, shows: [film_month]}}`."""
