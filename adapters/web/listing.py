"""
The mall's first page, everything on offer with search, order and filters, and the flash sales.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from flask import Blueprint, render_template, url_for

from quanyi.adapters.web.cards import card_of
from quanyi.adapters.web.fields import asked, asked_mark
from quanyi.adapters.web.holdings import purse_shown
from quanyi.adapters.web.kinds.pages import Doing, KindPages, mounted
from quanyi.adapters.web.manners import SALES
from quanyi.adapters.web.narrowing import Narrowing, narrowing_of
from quanyi.adapters.web.sessions import Session, sessions_of
from quanyi.adapters.web.shelves import offers_of, scenes_now, shelf_of
from quanyi.adapters.web.tabs import tab_of
from quanyi.adapters.web.visit import Visit, visit
from quanyi.adapters.web.wish import Wish
from quanyi.campaigns.catalogue.query import PHASES, OfferQuery
from quanyi.campaigns.language.display import Scene
from quanyi.campaigns.lists import Page
from quanyi.campaigns.offers import OfferPage
from quanyi.entitlements.plays.sale.view import Offer

__all__ = ["add_listing"]

_PAGE = 24
_FIRST = 8
"""How many things the first page shows; its style leaves two of them out on a phone."""
_SCENES, _OF_A_SCENE = 3, 4
"""How many scenes the first page shows, and how many things of each."""
_COUNTED = 99
"""Up to how many usable entitlements the first page counts: more are told as 99+, and not read."""
_STRIP, _STRIP_FROM = 3, 6
"""How many things of a sale the first page shows, and of how many it takes those that are still to be had."""


def add_listing(blueprint: Blueprint) -> None:
    """Put these pages on *blueprint*."""
    rules: list[tuple[str, str, Callable[[], str]]] = [
        ("/", "home", _home),
        ("/things", "things", _things),
        ("/sales", "sales", _sales),
    ]
    for rule, endpoint, view in rules:
        blueprint.add_url_rule(rule, endpoint, view, methods=["GET"])


# --- home and everything -----------------------------------------------------------------------


def _home() -> str:
    to = visit()
    wish = Wish.of(to)
    if wish.narrowed:  # an address from before there was a page of everything
        return _everything(wish, to)
    doings_of = (partial(_doings, pages) for pages in mounted())
    page, next_sales, usable, scenes, *doings = to.look_at_offers(
        _first_things, _next_sales, _usable, _scenes, *doings_of
    )
    purse = to.purse()
    return render_template(
        "quanyi/home.html",
        section="home",
        purse=purse_shown(purse, to) if purse else None,
        usable=usable,
        sign_in_url=to.sign_in_url(),
        sale=_strip(next_sales, to),
        scenes=[shelf_of(scene, found, to, _OF_A_SCENE) for scene, found in scenes if found],
        ways=to.ways,
        doings=[doing for some in doings for doing in some],
        **_listed(page, wish, to),
    )


def _things() -> str:
    to = visit()
    return _everything(Wish.of(to), to)


def _everything(wish: Wish, to: Visit) -> str:
    (page,) = to.look_at_offers(partial(_page, wish))
    return render_template("quanyi/things.html", section="home", **_listed(page, wish, to))


def _listed(page: OfferPage, wish: Wish, to: Visit) -> dict[str, Any]:
    narrowing: Narrowing = narrowing_of(page, wish, to)
    return {"cards": [card_of(offer, to) for offer in page], "narrowing": narrowing}


def _first_things(at: Visit) -> OfferPage:
    """What the first page shows of everything."""
    return at.mall.offers(at.user, query=OfferQuery(), limit=_FIRST)


def _page(wish: Wish, at: Visit) -> OfferPage:
    return at.mall.offers(at.user, query=wish.query, after=wish.mark or None, limit=_PAGE)


def _usable(at: Visit) -> str:
    """How many things the visitor can use now, up to `_COUNTED`; empty for none."""
    found = at.mall.entitlements(at.user, phase="usable", limit=_COUNTED) if at.user else Page()
    return f"{len(found)}+" if found.next else str(len(found) or "")


def _scenes(at: Visit) -> list[tuple[Scene, list[Offer]]]:
    return [(scene, offers_of(scene, at, _OF_A_SCENE)) for scene in scenes_now(at)[:_SCENES]]


def _doings(pages: KindPages, at: Visit) -> list[Doing]:
    return list(pages.doings(at)) if at.user else []


# --- sales -------------------------------------------------------------------------------------


def _next_sales(at: Visit) -> OfferPage:
    """Some things of the sale that is on, else of the one that comes next."""
    query = OfferQuery(kinds=(SALES,), sort="ending")
    return at.mall.offers(at.user, query=query, limit=_STRIP_FROM)


def _strip(offers: Iterable[Offer], to: Visit) -> Session | None:
    """The one session worth showing at the top: what is on, else what comes next."""
    for tab in ("now", "soon"):
        if found := sessions_of(offers, tab, to):
            return found[0].first(_STRIP)
    return None


def _sales() -> str:
    to = visit()
    wanted, mark = asked("tab"), asked_mark("at")
    tabs_asked = (wanted,) if wanted in PHASES else PHASES
    ((tab, page),) = to.look_at_offers(partial(_sales_page, tabs_asked, mark))
    tabs = [
        tab_of(to.words(f"sale.tab_{name}"), url_for("quanyi.sales", tab=name), here=name == tab) for name in PHASES
    ]
    return render_template(
        "quanyi/sales.html",
        section="sales",
        tab=tab,
        tabs=tabs,
        sessions=sessions_of(page, tab, to),
        previous=page.previous and url_for("quanyi.sales", tab=tab, at=page.previous),
        next=page.next and url_for("quanyi.sales", tab=tab, at=page.next),
    )


def _sales_page(tabs: tuple[str, ...], mark: str, at: Visit) -> tuple[str, OfferPage]:
    """One page of the first of *tabs* that has anything, else of the first."""
    pages = (
        (tab, at.mall.offers(at.user, query=OfferQuery(kinds=(SALES,), sort="ending", phases=(tab,)), **_at(mark)))
        for tab in tabs
    )
    first = next(pages)
    return first if first[1] else next((found for found in pages if found[1]), first)


def _at(mark: str) -> dict[str, Any]:
    return {"after": mark or None, "limit": _PAGE}
