"""
What stories say of things that are bought from suppliers: call-backs, an operator's findings, and how purchases stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from quanyi.campaigns.kinds.attributes import deal_in, word_in
from quanyi.campaigns.kinds.expectation import Expectation
from quanyi.campaigns.kinds.reader import Reader
from quanyi.campaigns.kinds.stories import Scene, Stage, StoryCheck, StoryWords
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.supplier_lines import LINES, reply_in
from quanyi.entitlements.errors import InputError, NotFound
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.records import Purchase
from quanyi.entitlements.supply.port import Callback

__all__ = ["SUPPLY_STORY"]

_Context = Mapping[str, Any] | None
_PHASES = (
    "accepted",
    "called_off",
    "delivered",
    "none",
    "refused",
    "retrying",
    "sent",
    "unknown",
    "wanted",
    "written_off",
)
_TROUBLES = ("contradicted", "overdue", "refused", "unknown")


# --- steps ---------------------------------------------------------------------------------------


def _reply(stage: Stage, _user: str, _key: str, data: dict[str, Any], _context: _Context) -> Receipt:
    """A call-back: about the order of the round that is named, or of the present one."""
    purchase = _found(stage, data)
    supplier = word_in(data, "supplier")
    said = {name: value for name, value in data.items() if name in LINES}
    reply = reply_in(said, stage.project.currency.scale)
    if reply is None:
        raise InputError("a supplier that says nothing sends no call-back")
    round_ = data.get("round", _round_at(purchase, supplier))
    receipt: Receipt = stage.mall.desk.supply.hear(supplier, Callback(reference=f"{purchase.id}-{round_}", reply=reply))
    return receipt


def _round_at(purchase: Purchase, supplier: str) -> int:
    """The last order that went to *supplier*."""
    at = [purchase.round] if purchase.supplier == supplier else []
    return max([*at, *(heard.round for heard in purchase.heard if heard.supplier == supplier)], default=0)


def _resolve(stage: Stage, _user: str, key: str, data: dict[str, Any], _context: _Context) -> Receipt:
    finding, why = word_in(data, "finding"), str(data.get("reason") or "a story")
    purchase = _found(stage, data)
    receipt: Receipt = stage.mall.desk.supply.resolve(purchase.id, finding, by="ops", reason=why, key=key)
    return receipt


def _clear(stage: Stage, _user: str, key: str, data: dict[str, Any], _context: _Context) -> Receipt:
    supplier = word_in(data, "supplier")
    receipt: Receipt = stage.mall.desk.supply.clear(supplier, by="ops", reason="a story", key=key)
    return receipt


def _found(stage: Stage, data: Mapping[str, Any]) -> Purchase:
    found: Purchase = stage.mall.desk.supply.purchase(deal=deal_in(data))
    return found


# --- what a `then` says --------------------------------------------------------------------------


def _read_phase(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    for order, word, at in reader.map(value, place):
        yield from reader.one_word(word, _PHASES, at, name, order)


def _read_counts(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    for order, count, at in reader.map(value, place):
        yield from reader.count(count, at, name, order)


def _read_billed(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    for supplier, amount, at in reader.map(value, place):
        yield from reader.amount(amount, reader.project.currency.id, at, name, supplier)


def _read_supplier(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    for order, supplier, at in reader.map(value, place):
        yield Expectation(what=name, about=(order,), wanted=str(supplier), place=at)


def _read_well(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    for supplier, well, at in reader.map(value, place):
        if isinstance(well, bool):
            yield Expectation(what=name, about=(supplier,), wanted=well, place=at)
        else:
            reader.findings.error(at, "wrong-type", "expected true or false")


def _read_troubles(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    for order, troubles, at in reader.map(value, place):
        if not isinstance(troubles, list):
            reader.findings.error(at, "wrong-type", "expected a list of words")
            continue
        for n, word in enumerate(troubles):
            if word not in _TROUBLES:
                yield from reader.one_word(word, _TROUBLES, at / n, name, order)
        if set(troubles) <= set(_TROUBLES):
            yield Expectation(what=name, about=(order,), wanted=list(troubles), place=at)


# --- what is found -------------------------------------------------------------------------------


def _purchase(scene: Scene, order: str) -> Purchase | None:
    try:
        return _found(scene.stage, {"order": order})
    except NotFound:
        return None


def _phase(scene: Scene, order: str) -> str:
    purchase = _purchase(scene, order)
    return "none" if purchase is None else purchase.phase


def _calls(scene: Scene, order: str) -> int:
    purchase = _purchase(scene, order)
    return 0 if purchase is None else purchase.calls


def _supplier(scene: Scene, order: str) -> str:
    purchase = _purchase(scene, order)
    return "nobody" if purchase is None else purchase.supplier or "nobody"


def _troubles(scene: Scene, order: str) -> list[str]:
    purchase = _purchase(scene, order)
    return [] if purchase is None else list(purchase.troubles)


def _billed(scene: Scene, supplier: str) -> int:
    found: int = scene.stage.mall.desk.supply.billed(supplier)
    return found


def _well(scene: Scene, supplier: str) -> bool:
    found: bool = scene.stage.mall.desk.supply.is_well(supplier)
    return found


SUPPLY_STORY = StoryWords(
    steps={"purchase.resolve": _resolve, "supplier.clear": _clear, "supplier.reply": _reply},
    takes={
        "purchase.resolve": ("deal", "finding", "order", "reason"),
        "supplier.clear": ("supplier",),
        "supplier.reply": ("deal", "order", "round", "supplier", *LINES),
    },
    checks={
        "billed": StoryCheck(read=_read_billed, look=_billed),
        "bought_from": StoryCheck(read=_read_supplier, look=_supplier),
        "calls": StoryCheck(read=_read_counts, look=_calls),
        "purchase": StoryCheck(read=_read_phase, look=_phase),
        "troubles": StoryCheck(read=_read_troubles, look=_troubles),
        "well": StoryCheck(read=_read_well, look=_well),
    },
)
"""Part of the words of sales."""
