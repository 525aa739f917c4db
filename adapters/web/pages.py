"""
The pages that only show: nothing here writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, cast

from flask import Blueprint, Response, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from quanyi.adapters.ids import RandomIds
from quanyi.adapters.web.calendar import event_file
from quanyi.adapters.web.cards import Card, card_of, is_sale
from quanyi.adapters.web.details import costs_of, facts_of, guide_of, rules_of
from quanyi.adapters.web.fields import asked, cursor
from quanyi.adapters.web.forms import Typed, asks_of
from quanyi.adapters.web.holdings import deal_shown, entry_shown, purse_shown, right_shown
from quanyi.adapters.web.kinds.pages import Doing, KindPages, mounted
from quanyi.adapters.web.refusals import No
from quanyi.adapters.web.sessions import Session, sessions_of
from quanyi.adapters.web.visit import Visit, pick, visit
from quanyi.campaigns.views import EntitlementView, Purse
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.plays.sale.view import Offer
from quanyi.entitlements.ports import Entry

__all__ = ["add_pages", "deal_page", "find_right", "item_page", "new_token", "right_page"]

_Page = str | AnyResponse
_ROWS = 20
_PHASES = {"usable": ("usable",), "used": ("used",), "expired": ("expired", "withdrawn", "void")}
_STRIP = 3
_MANY = 10
_LONGEST_WISH = 40


def add_pages(blueprint: Blueprint) -> None:
    """Put the pages on *blueprint*."""
    rules: list[tuple[str, str, Callable[..., _Page]]] = [
        ("/", "home", _home),
        ("/sales", "sales", _sales),
        ("/items/<campaign>/<item>", "item", _item),
        ("/items/<campaign>/<item>/calendar.ics", "calendar", _calendar),
        ("/deals", "deals", _deals),
        ("/deals/<deal>", "deal", _deal),
        ("/entitlements", "rights", _rights),
        ("/entitlements/<entitlement>", "right", _right),
        ("/points", "points", _points),
    ]
    for rule, endpoint, view in rules:
        blueprint.add_url_rule(rule, endpoint, view, methods=["GET"])


def new_token() -> str:
    """What makes one form one deal, however often it is sent."""
    return RandomIds().new()


# --- home --------------------------------------------------------------------------------------


def _home() -> _Page:
    to = visit()
    offers, usable, *doings = to.look(_offers, _usable, *(partial(_doings, pages) for pages in mounted()))
    cards = [card_of(offer, to) for offer in offers if not is_sale(offer) and offer.state != "ended"]
    chosen = asked("category")
    purse = to.purse()
    return render_template(
        "quanyi/home.html",
        section="home",
        purse=purse_shown(purse, to) if purse else None,
        usable=usable,
        sign_in_url=to.sign_in_url(),
        sale=_strip(offers, to),
        ways=to.ways,
        doings=[doing for some in doings for doing in some],
        categories=_categories(cards, chosen, to),
        cards=sorted((c for c in cards if chosen in ("", _category(c))), key=lambda c: c.state == "sold_out"),
    )


def _offers(at: Visit, kind: str | None = None) -> list[Offer]:
    return at.mall.offers(at.user, kind=kind)


def _usable(at: Visit) -> int:
    return len(at.mall.entitlements(at.user, phase="usable")) if at.user else 0


def _doings(pages: KindPages, at: Visit) -> list[Doing]:
    return list(pages.doings(at)) if at.user else []


def _strip(offers: Iterable[Offer], to: Visit) -> Session | None:
    """The one session worth showing at the top: what is on, else what comes next."""
    for tab in ("now", "soon"):
        if found := sessions_of(offers, tab, to):
            return found[0].first(_STRIP)
    return None


def _category(card: Card) -> str:
    return card.offer.benefit.category if card.offer.benefit else ""


def _categories(cards: Sequence[Card], chosen: str, to: Visit) -> list[dict[str, Any]]:
    names = dict.fromkeys(_category(card) for card in cards)
    tabs = [_tab(to.words("home.all"), url_for("quanyi.home"), here=not chosen)]
    for name in filter(None, names):
        code = f"category.{name}"
        title = to.words(code) if code in to.words else name
        tabs.append(_tab(title, url_for("quanyi.home", category=name), here=name == chosen))
    return tabs


def _tab(name: str, href: str, *, here: bool, count: int | None = None) -> dict[str, Any]:
    return {"name": name, "href": href, "here": here, "count": count}


# --- item and sales ----------------------------------------------------------------------------


def _item(campaign: str, item: str) -> _Page:
    return item_page(campaign, item)


def item_page(
    campaign: str, item: str, *, refusal: No | None = None, typed: Typed | None = None, token: str = ""
) -> str:
    """The page of one offer; after a refusal with what was typed, and why not."""
    to = visit()
    (offer,) = to.look(lambda at: at.mall.offer(campaign, item, at.user))
    card = card_of(offer, to)
    about = pick(offer.benefit.text, to.locale) if offer.benefit else ""
    return render_template(
        "quanyi/item.html",
        section="sales" if card.is_sale else "home",
        card=card,
        refusal=refusal,
        typed=typed or Typed(),
        asks=asks_of(offer, to),
        token=token or new_token(),
        costs=costs_of(card, to),
        about="" if about == card.line else about,
        facts=facts_of(offer.benefit, offer, to),
        guide=guide_of(offer.benefit, to),
        rules=rules_of(offer, to),
        contents=[line for pages in mounted() for line in pages.contents(offer, to)],
        **_reminding(campaign, item, to),
    )


def _reminding(campaign: str, item: str, to: Visit) -> dict[str, Any]:
    """Whether the host keeps reminders, and has this one already."""
    inbox = to.host.inbox
    if inbox is None or to.user is None:
        return {"remind_url": None, "reminds": False}
    url = url_for("quanyi.remind", campaign=campaign, item=item)
    return {"remind_url": url, "reminds": inbox.reminds(to.user, campaign, item)}


def _calendar(campaign: str, item: str) -> _Page:
    to = visit()
    (offer,) = to.look(lambda at: at.mall.offer(campaign, item))
    card = card_of(offer, to)
    if card.until is None:
        raise NotFound(f"{campaign} has no start to be reminded of")
    text = event_file(card, to, url_for("quanyi.item", campaign=campaign, item=item, _external=True))
    return Response(text, mimetype="text/calendar", headers={"Content-Disposition": "attachment; filename=sale.ics"})


def _sales() -> _Page:
    to = visit()
    (offers,) = to.look(partial(_offers, kind="flash_sale"))
    by_tab = {tab: sessions_of(offers, tab, to) for tab in ("now", "soon", "past")}
    tab = asked("tab")
    if tab not in by_tab:
        tab = next((name for name, found in by_tab.items() if found), "now")
    tabs = [_tab(to.words(f"sale.tab_{name}"), url_for("quanyi.sales", tab=name), here=name == tab) for name in by_tab]
    return render_template("quanyi/sales.html", section="sales", tab=tab, tabs=tabs, sessions=by_tab[tab])


# --- what one has ------------------------------------------------------------------------------


def _deals() -> _Page:
    to = visit()
    if to.user is None:
        return to.must_sign_in()
    (deals,) = to.look(lambda at: at.mall.deals(str(at.user)), wallet=False)
    shown = [deal_shown(deal, to) for deal in deals]
    return render_template("quanyi/deals.html", section="rights", deals=shown)


def _deal(deal: str) -> _Page:
    to = visit()
    if to.user is None:
        return to.must_sign_in()
    return deal_page(deal)


def deal_page(deal: str, *, refusal: No | None = None) -> str:
    """The page of one deal, with the parts of a bundle; after a refusal with why not."""
    to = visit()
    parts_of = [partial(_parts, pages, deal) for pages in mounted()]
    found, *parts = to.look(lambda at: at.mall.deal(deal, at.user), *parts_of, wallet=False)
    shown, had = deal_shown(found, to), [part for some in parts for part in some]
    return render_template(
        "quanyi/deal.html", section="", deal=shown, parts_had=had, refusal=refusal, token=new_token()
    )


def _parts(pages: KindPages, deal: str, at: Visit) -> list[dict[str, Any]]:
    return list(pages.parts(deal, at))


def _rights() -> _Page:
    to = visit()
    if to.user is None:
        return to.must_sign_in()
    rights = _held(to)
    tab = asked("phase", "usable")
    tab = tab if tab in _PHASES else "usable"
    by_tab = {name: [right for right in rights if right.phase in phases] for name, phases in _PHASES.items()}
    tabs = [
        _tab(
            to.words(f"right.tab_{name}"),
            url_for("quanyi.rights", phase=name),
            here=name == tab,
            count=len(found) or None,
        )
        for name, found in by_tab.items()
    ]
    wanted = asked("q").strip()[:_LONGEST_WISH] if len(rights) > _MANY else ""
    shown = [right_shown(right, to) for right in by_tab[tab] if _fits(right, wanted, to)]
    search = {"wanted": wanted, "offered": len(rights) > _MANY, "all": url_for("quanyi.rights", phase=tab)}
    return render_template("quanyi/rights.html", section="rights", tab=tab, tabs=tabs, rights=shown, search=search)


def _fits(right: EntitlementView, wanted: str, to: Visit) -> bool:
    """Whether the words typed stand in its name or number."""
    number = wanted.replace(" ", "").lower()
    return wanted.lower() in pick(right.benefit.title, to.locale).lower() or number in right.id.lower()


def _right(entitlement: str) -> _Page:
    to = visit()
    return right_page(find_right(entitlement, to)) if to.user else to.must_sign_in()


def right_page(right: EntitlementView, *, codes: Sequence[dict[str, Any]] = (), refusal: No | None = None) -> str:
    """The page of one entitlement, with its codes if they were just asked for."""
    to = visit()
    return render_template(
        "quanyi/right.html",
        section="rights",
        right=right_shown(right, to),
        guide=guide_of(right.benefit, to),
        codes=codes,
        refusal=refusal,
        token=new_token(),
    )


def _held(to: Visit) -> list[EntitlementView]:
    (rights,) = to.look(lambda at: at.mall.entitlements(str(at.user)), wallet=False)
    return cast("list[EntitlementView]", rights)


def find_right(entitlement: str, to: Visit) -> EntitlementView:
    """One of the visitor's own; NotFound for anybody else's."""
    for right in _held(to) if to.user else []:
        if right.id == entitlement:
            return right
    raise NotFound(f"no entitlement {entitlement}")


# --- points ------------------------------------------------------------------------------------


def _points() -> _Page:
    to = visit()
    if to.user is None:
        return to.must_sign_in()
    before = cursor("before")
    purse, entries = to.look(_purse, lambda at: _entries(at, before))
    if purse is None:
        raise NotFound("no such unit")
    way = asked("way") if asked("way") in {"in", "out"} else "all"
    rows = [entry_shown(entry, to) for entry in entries if way == "all" or (entry.amount > 0) == (way == "in")]
    here = {"unit": purse.unit, "way": way}
    shown = purse_shown(purse, to)
    return render_template(
        "quanyi/points.html",
        section="points",
        purse=shown,
        units=_units(to, purse.unit),
        tabs=[_way_tab(name, here, to) for name in ("all", "in", "out")],
        rows=rows,
        nothing=to.words("points.none" if way == "all" else f"points.none_{way}", unit=shown.word_many),
        more=url_for("quanyi.points", unit=purse.unit, way=way, before=entries[-1].number)
        if len(entries) == _ROWS
        else None,
    )


def _purse(at: Visit) -> Purse | None:
    return at.purse(asked("unit"))


def _entries(at: Visit, before: int | None) -> Sequence[Entry]:
    purse = _purse(at)
    return at.mall.entries(str(at.user), purse.unit, limit=_ROWS, before=before) if purse else []


def _way_tab(name: str, here: dict[str, Any], to: Visit) -> dict[str, Any]:
    href = url_for("quanyi.points", unit=here["unit"], way=name)
    return _tab(to.words(f"points.{name}"), href, here=here["way"] == name)


def _units(to: Visit, unit: str) -> list[dict[str, Any]]:
    units = to.wallet.units if to.wallet else {}
    return [_tab(to.counted(2, name)[1], url_for("quanyi.points", unit=name), here=name == unit) for name in units]
