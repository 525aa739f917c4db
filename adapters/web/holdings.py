"""
What a person has: the purse, its history, entitlements and deals, in words.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import attrs
from flask import url_for

from quanyi.adapters.web.emblem import emblem
from quanyi.adapters.web.visit import Visit, money_text, number_text, pick
from quanyi.campaigns.views import EntitlementView, Purse
from quanyi.entitlements.ports import Entry
from quanyi.entitlements.records import Deal

__all__ = ["PurseShown", "deal_shown", "entry_shown", "grouped_in_fours", "purse_shown", "right_shown"]

_SOON = timedelta(days=3)
_ENDING_SHOWN = 6


@attrs.frozen(kw_only=True)
class PurseShown:
    """One purse: the balance as a hero, and one line about what ends."""

    unit: str
    balance: str
    word: str
    word_many: str
    line: str
    ending: tuple[tuple[datetime, str], ...]


def purse_shown(purse: Purse, to: Visit) -> PurseShown:
    """Show a purse."""
    balance, word = to.counted(purse.balance, purse.unit)
    many = to.counted(2, purse.unit)[1]
    return PurseShown(
        unit=purse.unit,
        balance=balance,
        word=word,
        word_many=many,
        line=_purse_line(purse, many, to),
        ending=tuple((at, number_text(amount, purse.scale)) for at, amount in purse.ending[:_ENDING_SHOWN]),
    )


def _purse_line(purse: Purse, many: str, to: Visit) -> str:
    if purse.owed:
        number, word = to.counted(purse.owed, purse.unit)
        return to.words("wallet.owed", n=number, unit=word)
    if not purse.ending:
        return to.words("wallet.no_ending", unit=many)
    at, amount = purse.ending[0]
    number, word = to.counted(amount, purse.unit)
    return to.words("wallet.ending", n=number, unit=word, day=to.dates.last_day(at))


# --- history -----------------------------------------------------------------------------------


def entry_shown(entry: Entry, to: Visit) -> dict[str, Any]:
    """One row: what it was, when, how much, and the balance after it."""
    unit = to.mall.project.units.get(entry.unit)
    scale = unit.scale if unit else 0
    code = f"points.label_{entry.label}"
    return {
        "label": to.words(code if code in to.words else "points.label_other"),
        "about": to.campaign_title(entry.campaign),
        "at": entry.at,
        "amount": entry.amount,
        "signed": ("+" if entry.amount > 0 else "") + number_text(entry.amount, scale),
        "balance": entry.balance,
        "balance_text": number_text(entry.balance, scale),
    }


# --- entitlements ------------------------------------------------------------------------------


def right_shown(right: EntitlementView, to: Visit) -> dict[str, Any]:
    """One entitlement, for the list and for its own page."""
    name = pick(right.benefit.title, to.locale)
    return {
        "id": right.id,
        "url": url_for("quanyi.right", entitlement=right.id),
        "name": name,
        "text": pick(right.benefit.text, to.locale),
        "emblem": emblem(right.benefit.id, name),
        "phase": right.phase,
        "line": _right_line(right, to),
        "badge": _badge(right, to),
        "has_code": right.has_code,
        "revealed_at": right.revealed_at,
        "number": _spaced(right.id),
        "pairs": _right_pairs(right, to),
    }


def _right_line(right: EntitlementView, to: Visit) -> str:
    words = to.words
    if right.phase == "usable":
        return words("right.until", day=to.dates.last_day(right.ends)) if right.ends else words("right.forever")
    if right.phase == "expired" and right.ends:
        return words("right.ended", day=to.dates.last_day(right.ends))
    return words(f"right.{right.phase}")


def _badge(right: EntitlementView, to: Visit) -> str:
    soon = right.phase == "usable" and right.ends is not None and right.ends - to.now <= _SOON
    return to.dates.left(right.ends) if soon and right.ends else ""


def _right_pairs(right: EntitlementView, to: Visit) -> list[tuple[str, str]]:
    words = to.words
    pairs = [(words("deal.when"), words("right.got", moment=to.dates.moment(right.got_at)))]
    if right.phase == "usable" and right.uses > 1:
        pairs.append((words("right.valid"), words("right.uses_left", n=right.uses)))
    if right.deal:
        pairs.append((words("right.from_deal"), _spaced(right.deal)))
    return pairs


def _spaced(number: str) -> str:
    """A long number in groups of four."""
    return " ".join(grouped_in_fours(number))


def grouped_in_fours(code: str) -> list[str]:
    """
    A code in groups of four; its own dashes and spaces are left out.

    >>> grouped_in_fours("AB12-CD34-E")
    ['AB12', 'CD34', 'E']
    """
    plain = code.replace("-", "").replace(" ", "")
    return [plain[start : start + 4] for start in range(0, len(plain), 4)]


# --- deals -------------------------------------------------------------------------------------


def deal_shown(deal: Deal, to: Visit) -> dict[str, Any]:
    """One deal, for the list and for its own page."""
    name = to.deal_title(deal)
    return {
        "id": deal.id,
        "url": url_for("quanyi.deal", deal=deal.id),
        "name": name,
        "emblem": emblem(deal.item, name),
        "phase": _phase(deal, to),
        "state": to.words(f"deal.state_{_phase(deal, to)}"),
        "headline": _headline(deal, to),
        "text": _deal_text(deal, to),
        "money": _money(deal, to),
        "cost": " + ".join([*_unit_costs(deal, to), *filter(None, [_money(deal, to)])]) or to.words("offer.free"),
        "when": to.dates.moment_alone(deal.placed_at),
        "pay_by": deal.due_at if _phase(deal, to) == "placed" else None,
        "pay_url": to.host.pay(deal) if to.host.pay and deal.pay else None,
        "right_url": url_for("quanyi.right", entitlement=deal.grants[0]) if len(deal.grants) == 1 else None,
        "number": _spaced(deal.id),
        "pairs": _deal_pairs(deal, name, to),
        "cancel_hint": _cancel_hint(deal, to),
    }


def _phase(deal: Deal, to: Visit) -> str:
    """The phase as it reads now: a hold past its end is closed, whether or not a sweep came by."""
    over = deal.phase == "placed" and deal.due_at is not None and deal.due_at <= to.now
    return "closed" if over else deal.phase


def _headline(deal: Deal, to: Visit) -> str:
    phase = _phase(deal, to)
    if phase != "paid":
        return to.words(f"deal.{phase}")
    if any(deal.price.values()):
        return to.words("deal.done")
    on_sale = to.campaign(deal.campaign, "flash_sale") is not None
    return to.words("deal.done_sale" if on_sale else "deal.done_bought" if deal.pay else "deal.done_free")


def _deal_text(deal: Deal, to: Visit) -> str:
    phase, words = _phase(deal, to), to.words
    unit, number = next(((u, n) for u, n in deal.price.items() if n), ("", 0))
    if phase == "paid":
        return words("deal.what_next")
    if phase == "placed":
        return words("deal.pay_by", moment=to.dates.moment(deal.due_at)) if deal.due_at else ""
    amount, word = to.counted(number, unit) if unit else ("", "")
    if phase == "refunded":
        return words("deal.refunded_text", unit=word or words("deal.item"))
    how = "released" if deal.ended == "released" else "lapsed"
    return words(f"deal.{how}_points", n=amount, unit=word) if unit else words(f"deal.{how}_free")


def _cancel_hint(deal: Deal, to: Visit) -> str:
    unit = next((u for u, n in deal.price.items() if n), "")
    return to.words("deal.cancel_hint", unit=to.counted(2, unit)[1]) if unit else to.words("deal.cancel_hint_free")


def _money(deal: Deal, to: Visit) -> str:
    return money_text(deal.pay, deal.currency, to.mall.project.currency.scale) if deal.pay else ""


def _unit_costs(deal: Deal, to: Visit) -> list[str]:
    return [" ".join(to.counted(number, unit)) for unit, number in deal.price.items() if number]


def _deal_pairs(deal: Deal, name: str, to: Visit) -> list[tuple[str, str]]:
    words, phase = to.words, _phase(deal, to)
    pairs = [(words("deal.item"), name)]
    if deal.pieces > 1:
        pairs.append((words("deal.pieces"), str(deal.pieces)))
    units = {"placed": "deal.held_points", "paid": "deal.paid_points"}.get(phase, "deal.back_points")
    pairs += [(words(units), cost) for cost in _unit_costs(deal, to)]
    if deal.pay and phase in {"placed", "paid"}:
        pairs.append((words("deal.to_pay" if phase == "placed" else "deal.paid_money"), _money(deal, to)))
    pairs.append((words("deal.when"), to.dates.moment_alone(deal.paid_at or deal.placed_at)))
    return pairs
