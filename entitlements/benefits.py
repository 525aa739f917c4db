"""
The catalogue: benefits, goods, pools of card codes, and the units that points are counted in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import attrs

from quanyi.entitlements.code_rules import CodeRule
from quanyi.entitlements.supply.terms import Supply
from quanyi.entitlements.time import Duration

__all__ = ["Benefit", "Form", "Goods", "LotRule", "PointsUnit", "Pool"]

Form = Literal["card", "code", "collectible", "membership", "pass", "voucher"]

_MEASURES: Mapping[Form, str] = {"card": "张", "membership": "份", "pass": "张", "voucher": "张"}


@attrs.frozen(kw_only=True)
class LotRule:
    """
    When points of a unit end, and in which order they are spent.

    Attributes:
        lasts: How long points live; None for ever.
        ends_to: To the end of what the end is rounded up, in the mall's zone. Coarse by default, so that
            a holder has few lots.
        burn: Sort keys for spending: ``ends`` (soonest first, points without an end last), ``got`` (label).
    """

    lasts: Duration | None = None
    ends_to: Literal["day", "exact", "month", "year"] = "month"
    burn: tuple[str, ...] = ("ends", "got")


@attrs.frozen(kw_only=True)
class PointsUnit:
    """
    A points unit with the rules that plays need.

    Attributes:
        title: Shown name by language, ``{"zh": "积分", "en": "points"}``.
        measure: The measure word of Chinese sentences, ``张`` for 3 张补签卡; empty for none.
        zone: The zone in which ends are rounded.
        debt: Whether a wallet may owe at all.
    """

    id: str
    scale: int = 0
    title: Mapping[str, str] = attrs.field(factory=dict)
    lots: LotRule = attrs.field(factory=LotRule)
    zone: str = "UTC"
    debt: bool = True
    measure: str = ""


@attrs.frozen(kw_only=True)
class Benefit:
    """
    One thing worth having, as the catalogue lists it.

    Attributes:
        form: How it is handed over.
        title: Shown name by language; `text` a line about it, `guide` how to use it.
        lasts: How long an entitlement lives; None for ever.
        whole_days: Whether it runs to the end of its last local day.
        uses: How often one entitlement can be used.
        stock: Pieces the mall has; None where there is no bound.
        pool: The pool of card codes behind it; the codes imported are its stock.
        measure: The measure word of Chinese sentences; see `counted_in`.
        shared: Whether everybody gets the same code of the pool, so that it is never used up.
        supply: Where it is bought once somebody has paid for it; None where the mall has it, or it needs no supplier.
        face: What it is worth to a buyer, in the currency's smallest unit.
        cost: What it costs the mall, likewise.
    """

    id: str
    form: Form = "voucher"
    title: Mapping[str, str] = attrs.field(factory=dict)
    text: Mapping[str, str] = attrs.field(factory=dict)
    guide: Mapping[str, str] = attrs.field(factory=dict)
    category: str = ""
    platform: str = ""
    lasts: Duration | None = None
    whole_days: bool = False
    uses: int = 1
    stock: int | None = None
    pool: str = ""
    shared: bool = False
    supply: Supply | None = None
    face: int = 0
    cost: int = 0
    measure: str = ""

    @property
    def counted_in(self) -> str:
        """
        What pieces are counted in in Chinese: the benefit's own `measure`, else 张 of a voucher, card or pass, 份 of a membership, 件 of anything else.

        >>> Benefit(id="latte").counted_in, Benefit(id="lamp", form="collectible").counted_in
        ('张', '件')
        """
        return self.measure or _MEASURES.get(self.form, "件")

    @property
    def counted(self) -> bool:
        """Whether pieces of it can run out."""
        return self.stock is not None or (bool(self.pool) and not self.shared)


@attrs.frozen(kw_only=True)
class Goods:
    """
    A thing that the host makes and delivers itself, and that campaigns sell.

    Attributes:
        list_price: What it costs outside campaigns, in the currency's smallest unit.
    """

    id: str
    title: Mapping[str, str] = attrs.field(factory=dict)
    text: Mapping[str, str] = attrs.field(factory=dict)
    list_price: int = 0


@attrs.frozen(kw_only=True)
class Pool:
    """
    A pool of card codes.

    Attributes:
        reusable: Whether everybody gets the same code.
        ignore_case: Whether codes that differ by case, spaces and dashes alone are one code.
        generate: The rule by which its codes are generated; None where they come from elsewhere.
        on_error: What becomes of an import with lines that can't be taken: ``skip`` them, or ``all_or_nothing``.
        duplicates: What becomes of a code that is there already: ``refuse`` it; ``within_import`` drops what is
            repeated in one import and never looks at earlier ones; with ``keep`` equal texts are as many cards.
    """

    id: str
    title: Mapping[str, str] = attrs.field(factory=dict)
    text: Mapping[str, str] = attrs.field(factory=dict)
    reusable: bool = False
    ignore_case: bool = False
    generate: CodeRule | None = None
    on_error: Literal["skip", "all_or_nothing"] = "skip"
    duplicates: Literal["refuse", "within_import", "keep"] = "refuse"
