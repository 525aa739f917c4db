"""
What a person has: the purse, its history and entitlements, in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs
from flask import url_for

from quanyi.adapters.web.pictures import picture_of
from quanyi.adapters.web.visit import Visit, number_text, pick
from quanyi.campaigns.views import EntitlementView, Purse
from quanyi.entitlements.ports import Entry
from quanyi.entitlements.records import Deal

__all__ = ["PurseShown", "entry_shown", "grouped_in_fours", "purse_shown", "right_line", "right_shown", "spaced_number"]

_SOON = timedelta(days=3)
_ENDING_SHOWN = 6
_OF_THE_ACCOUNT = ("membership", "pass")


@attrs.frozen(kw_only=True)
class PurseShown:
    """One purse: the balance as a hero, or what is owed, with what that is called; and one line about what ends."""

    unit: str
    label: str
    balance: str
    word: str
    word_many: str
    line: str
    ending: tuple[tuple[datetime, str], ...]


def purse_shown(purse: Purse, to: Visit) -> PurseShown:
    """Show a purse."""
    balance, word = to.counted(abs(purse.balance), purse.unit)
    many = to.unit_name(purse.unit)
    return PurseShown(
        unit=purse.unit,
        label=to.words("wallet.owing") if purse.balance < 0 else to.words("wallet.yours", unit=many),
        balance=balance,
        word=word,
        word_many=many,
        line=_purse_line(purse, many, to),
        ending=tuple((at, number_text(amount, purse.scale)) for at, amount in purse.ending[:_ENDING_SHOWN]),
    )


def _purse_line(purse: Purse, many: str, to: Visit) -> str:
    if purse.owed:
        return to.words("wallet.owed", unit=many)
    if not purse.ending:
        return to.words("wallet.no_ending", unit=many)
    at, amount = purse.ending[0]
    number, word = to.counted(amount, purse.unit)
    return to.words("wallet.ending", n=number, unit=word, day=to.dates.last_day(at))


# --- history -----------------------------------------------------------------------------------


def entry_shown(entry: Entry, to: Visit, deals: Mapping[str, Deal]) -> dict[str, Any]:
    """
    One row: the thing that it was about, else what gave it; when, how much, and the balance after it.

    Args:
        deals: The visitor's deals by their number: what was put aside for an order is not spent before it is paid.
    """
    unit = to.mall.project.units.get(entry.unit)
    scale = unit.scale if unit else 0
    code = f"points.label_{_label(entry, deals.get(entry.deal), to)}"
    bundle = to.campaign(entry.campaign, "bundle") is not None
    thing = "" if bundle else to.thing_title(entry.item)
    return {
        "label": to.words(code if code in to.words else "points.label_other"),
        "about": thing or to.campaign_title(entry.campaign),
        "url": url_for("quanyi.deal", deal=entry.deal) if entry.deal else None,
        "at": entry.at,
        "when": to.dates.last_day(entry.at) if entry.label == "expire" else to.dates.moment(entry.at),
        "amount": entry.amount,
        "signed": ("+" if entry.amount > 0 else "") + number_text(entry.amount, scale),
        "balance": entry.balance,
        "balance_text": number_text(entry.balance, scale),
    }


def _label(entry: Entry, deal: Deal | None, to: Visit) -> str:
    """What the line is: a spend is an exchange only where a deal was paid, and a return says how that ended."""
    if entry.label == "return":
        return "cancel" if entry.rule == "cancel" else "return"
    if entry.label == "spend" and not entry.record:
        return "makeup" if to.campaign(entry.campaign, "streak") is not None else "taken"
    if entry.label == "spend" and deal is not None:
        return _held_as(deal)
    return entry.label


def _held_as(deal: Deal) -> str:
    """What the points of a deal were: put aside until it is paid, and back where it never was; spent else."""
    return {"placed": "hold", "closed": "hold_back"}.get(deal.phase, "spend")


# --- entitlements ------------------------------------------------------------------------------


def right_shown(right: EntitlementView, to: Visit) -> dict[str, Any]:
    """One entitlement, for the list and for its own page."""
    name = pick(right.benefit.title, to.locale)
    return {
        "id": right.id,
        "url": url_for("quanyi.right", entitlement=right.id),
        "name": name,
        "measure": right.benefit.counted_in,
        "text": pick(right.benefit.text, to.locale),
        "emblem": picture_of(right.benefit.id, to, right.benefit),
        "phase": right.phase,
        "line": right_line(right, to),
        "badge": _badge(right, to),
        "has_code": right.has_code,
        "revealed_at": right.revealed_at,
        "number": spaced_number(right.id),
        "pairs": _right_pairs(right, to),
        "deal_url": url_for("quanyi.deal", deal=right.deal) if right.deal else None,
        "deal_number": spaced_number(right.deal),
        "no_code": _no_code(right, to),
    }


def right_line(right: EntitlementView, to: Visit) -> str:
    """How it stands: until when it is valid, or since when, or in what way, it is over."""
    words = to.words
    if right.phase == "usable":
        return to.dates.valid(right.ends) if right.ends else words("right.forever")
    if right.phase == "expired" and right.ends:
        return words("right.ended", day=to.dates.last_day(right.ends))
    return words(f"right.{right.phase}")


def _no_code(right: EntitlementView, to: Visit) -> str:
    """What to do with what has no code: sign in where it belongs to the account, else what its guide says."""
    if right.has_code or right.phase != "usable":
        return ""
    if right.benefit.form in _OF_THE_ACCOUNT:
        return to.words("right.account")
    return to.words("right.see_guide") if pick(right.benefit.guide, to.locale) else ""


def _badge(right: EntitlementView, to: Visit) -> str:
    soon = right.phase == "usable" and right.ends is not None and right.ends - to.now <= _SOON
    return to.dates.left(right.ends) if soon and right.ends else ""


def _right_pairs(right: EntitlementView, to: Visit) -> list[tuple[str, str]]:
    words = to.words
    pairs = [(words("deal.when"), words("right.got", moment=to.dates.moment(right.got_at)))]
    if right.phase == "usable" and right.uses > 1:
        pairs.append((words("right.valid"), words("right.uses_left", n=right.uses)))
    return pairs


def spaced_number(number: str) -> str:
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
