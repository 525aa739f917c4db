"""
One person: wallet, entitlements, deals, promises, history, eligibility, and what operators did.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from quanyi.adapters.console.acts import acts_table
from quanyi.adapters.console.people.messages import messages
from quanyi.adapters.console.people.reasons import eligibility_table, past_decisions
from quanyi.adapters.console.people.requests import requests_of
from quanyi.adapters.console.people.search import name_of
from quanyi.adapters.console.screens import Shown
from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.visit import Console
from quanyi.adapters.web.fields import asked
from quanyi.adapters.web.holdings import spaced_number
from quanyi.adapters.web.visit import money_text, number_text, pick
from quanyi.campaigns.views import EntitlementView
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.ports import Entry

__all__ = ["TABS", "deal_cost", "person_view"]

TABS = ("wallet", "history", "entitlements", "deals", "promises", "messages", "eligible", "acts")
_OF_NO_CAMPAIGN = ("wallet.adjust", "entitlement.grant", "entitlement.redeem", "entitlement.reveal")
_DEAL_TONES = {"placed": "warn", "paid": "good", "closed": "soft", "refunded": "soft"}
_RIGHT_TONES = {"usable": "good", "used": "soft", "expired": "soft", "withdrawn": "bad", "void": "bad"}


def person_view(to: Console) -> Shown:
    """The person's page, at one of its tabs."""
    tab = asked("tab", "wallet")
    there = [name for name in TABS if name != "messages" or to.given.inbox is not None]
    tab = tab if tab in there else "wallet"
    holder, user = to.path["holder"], to.person
    tabs = [
        {"name": to.words(f"person.tab_{name}"), "href": to.url("person", holder=holder, tab=name), "here": name == tab}
        for name in there
    ]
    table, said = _TABS[tab](to)
    title = name_of(user, to) or user
    said = {"tab": tab, "tabs": tabs, "user": user, "holder": holder, **said}
    return Shown(template="quanyi_console/person.html", title=title, said=said, table=table)


_Tab = tuple[Table | None, dict[str, Any]]


def _wallet(to: Console) -> _Tab:
    """Each purse, its lots with their ends, and the forms to correct and to give."""
    wallet = to.mall.wallet(to.person)
    purses = [
        {
            "name": to.unit_name(purse.unit),
            "balance": number_text(purse.balance, purse.scale),
            "owed": number_text(purse.owed, purse.scale) if purse.owed else "",
            "ending": [(at, number_text(amount, purse.scale)) for at, amount in purse.ending],
            "lasting": number_text(_lasting(purse), purse.scale) if _lasting(purse) else "",
        }
        for purse in wallet.units.values()
    ]
    project = to.mall.project
    units = [(unit, to.unit_name(unit)) for unit in project.units]
    benefits = [(id_, pick(benefit.title, to.locale) or id_) for id_, benefit in project.benefits.items()]
    return None, {"purses": purses, "units": units, "benefits": benefits, "requests": requests_of(to)}


def _lasting(purse: Any) -> int:
    """What has no end."""
    return int(purse.balance + purse.owed - sum(amount for _, amount in purse.ending))


def _history(to: Console) -> _Tab:
    """The lines of the journal that moved one unit of the wallet, in words."""
    units = to.mall.project.units
    unit = asked("unit") if asked("unit") in units else next(iter(units))
    found = to.mall.entries(to.person, unit, limit=to.limit + 1, before=to.number_after())
    page = found[: to.limit]
    titles = ("when", "what", "about", "amount", "balance", "by")
    columns = [Column(to.words(f"person.{t}"), number=t in ("amount", "balance"), main=t == "what") for t in titles]
    table = Table(
        name="history",
        caption=to.words("person.tab_history"),
        columns=columns,
        rows=[_entry(entry, to) for entry in page],
        next=str(page[-1].number) if len(found) > to.limit else None,
        empty=(to.words("person.no_history"), to.words("person.no_history_hint")),
    )
    choice = [
        {"name": to.unit_name(each), "href": to.link(unit=each, after=None), "here": each == unit} for each in units
    ]
    return table, {"units": choice if len(units) > 1 else []}


def _entry(entry: Entry, to: Console) -> list[Cell]:
    scale = to.mall.project.units[entry.unit].scale
    code = f"points.label_{entry.label}"
    about = to.thing_title(entry.item) or to.campaign_title(entry.campaign)
    sign = "+" if entry.amount > 0 else ""
    return [
        Cell(to.dates.moment_alone(entry.at), raw=entry.at),
        Cell(to.words(code if code in to.words else "points.label_other")),
        Cell(about, href=to.url("deal", deal=entry.deal) if entry.deal else ""),
        Cell(sign + number_text(entry.amount, scale), raw=entry.amount),
        Cell(number_text(entry.balance, scale), raw=entry.balance),
        Cell(to.who(entry.by), raw=entry.by or ""),
    ]


def _entitlements(to: Console) -> _Tab:
    found = _paged(to.mall.entitlements, to)
    titles = ("what", "state", "got", "ends", "deal", "number")
    rows = [
        [
            Cell(pick(right.benefit.title, to.locale) or right.benefit.id),
            Cell(to.words(f"person.right_{right.phase}"), tone=_RIGHT_TONES[right.phase], hint=_uses(right, to)),
            Cell(to.dates.moment_alone(right.got_at), raw=right.got_at),
            _instant(right.ends, to),
            Cell(spaced_number(right.deal), href=to.url("deal", deal=right.deal) if right.deal else "", raw=right.deal),
            Cell(spaced_number(right.id), raw=right.id),
        ]
        for right in found
    ]
    return _listed("entitlements", titles, rows, found.next, to), {}


def _uses(right: EntitlementView, to: Console) -> str:
    """How often it can still be used, where that is more than once; its end has a column of its own."""
    return to.words("right.uses_left", n=right.uses) if right.phase == "usable" and right.uses > 1 else ""


def _deals(to: Console) -> _Tab:
    found = _paged(to.mall.deals, to)
    titles = ("what", "state", "cost", "placed", "order", "number")
    rows = [
        [
            Cell(to.deal_title(deal) or deal.item, href=to.url("deal", deal=deal.id)),
            Cell(to.words(f"person.deal_{deal.phase}"), tone=_DEAL_TONES.get(deal.phase, "soft")),
            Cell(deal_cost(deal, to)),
            Cell(to.dates.moment_alone(deal.placed_at), raw=deal.placed_at),
            Cell(deal.order),
            Cell(spaced_number(deal.id), raw=deal.id),
        ]
        for deal in found
    ]
    return _listed("deals", titles, rows, found.next, to), {}


def deal_cost(deal: Any, to: Console) -> str:
    """What a deal costs, in points and money."""
    scale = to.mall.project.currency.scale
    costs = [" ".join(to.counted(number, unit)) for unit, number in deal.price.items() if number]
    money = [money_text(deal.pay, deal.currency, scale)] if deal.pay else []
    return " + ".join([*costs, *money]) or to.words("offer.free")


def _promises(to: Console) -> _Tab:
    found = _paged(to.mall.promises, to)
    rows = [
        [
            Cell(to.gifts(promise.gifts)),
            Cell(to.campaign_title(promise.campaign) or promise.campaign, raw=promise.campaign),
            Cell(promise.event),
            _instant(promise.due_at, to),
            Cell(spaced_number(promise.id), raw=promise.id),
        ]
        for promise in found
    ]
    return _listed("promises", ("gives", "campaign", "event", "due", "number"), rows, found.next, to), {}


def _eligible(to: Console) -> _Tab:
    """Every campaign in force with its why, and what an earlier call was answered."""
    declared = sorted(id_ for id_, event in to.mall.project.events.items() if not event.inner)
    types = [*declared, *(type_ for type_ in _OF_NO_CAMPAIGN if type_ not in declared)]
    key, type_ = asked("key"), asked("type")
    wrong, past = "", None
    if key and type_:
        try:
            past = past_decisions(to, key, type_)
        except InputError as no:
            wrong = to.error_text(no)
    said = {"types": types, "key": key, "type": type_, "past": past, "past_wrong": wrong}
    return eligibility_table(to), said


def _acts(to: Console) -> _Tab:
    found = to.books.desk.acts(user=to.person, after=to.after, limit=to.limit + 1)
    return acts_table(to, found, name="acts"), {}


def _paged(list_: Callable[..., Any], to: Console) -> Any:
    return list_(to.person, after=to.after, limit=to.limit)


def _listed(name: str, titles: tuple[str, ...], rows: list[list[Cell]], next_: str | None, to: Console) -> Table:
    columns = [Column(to.words(f"person.{title}"), main=place == 0) for place, title in enumerate(titles)]
    empty = (to.words(f"person.no_{name}"), to.words(f"person.no_{name}_hint"))
    caption = to.words(f"person.tab_{name}")
    return Table(name=name, caption=caption, columns=columns, rows=rows, next=next_, empty=empty)


def _instant(at: datetime | None, to: Console) -> Cell:
    return Cell(to.words("person.never")) if at is None else Cell(to.dates.moment_alone(at), raw=at)


_TABS: dict[str, Callable[[Console], _Tab]] = {
    "wallet": _wallet,
    "history": _history,
    "entitlements": _entitlements,
    "deals": _deals,
    "promises": _promises,
    "messages": messages,
    "eligible": _eligible,
    "acts": _acts,
}
