"""
The pages that only show: nothing here writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, cast

from flask import Blueprint, Response, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from quanyi.adapters.ids import RandomIds
from quanyi.adapters.web.about import about_of
from quanyi.adapters.web.calendar import event_file
from quanyi.adapters.web.cards import can_be_waited_for, card_of
from quanyi.adapters.web.deals import COUNTED, deal_shown, deals_called
from quanyi.adapters.web.details import costs_of, facts_of, guide_of, rules_of
from quanyi.adapters.web.fields import asked, cursor
from quanyi.adapters.web.forms import Typed, asks_of
from quanyi.adapters.web.holdings import entry_shown, purse_shown
from quanyi.adapters.web.kinds.pages import KindPages, mounted
from quanyi.adapters.web.limits import limit_of
from quanyi.adapters.web.refusals import No
from quanyi.adapters.web.shelves import offers_like, offers_of, scene_now, shelf_of
from quanyi.adapters.web.tabs import Tab
from quanyi.adapters.web.tabs import tab_of as _tab
from quanyi.adapters.web.visit import Visit, pick, visit
from quanyi.campaigns.lists import Page
from quanyi.campaigns.views import EntitlementView, Purse
from quanyi.entitlements.errors import InputError, NotFound
from quanyi.entitlements.plays.sale.view import Offer
from quanyi.entitlements.ports import Entry, Way
from quanyi.entitlements.records import Deal

__all__ = ["add_pages", "deal_page", "item_page", "new_token", "offered"]

_Page = str | AnyResponse
_ROWS = 20


def add_pages(blueprint: Blueprint) -> None:
    """Put the pages on *blueprint*."""
    rules: list[tuple[str, str, Callable[..., _Page]]] = [
        ("/items/<campaign>/<item>", "item", _item),
        ("/items/<campaign>/<item>/calendar.ics", "calendar", _calendar),
        ("/scenes/<scene>", "scene", _scene),
        ("/deals", "deals", _deals),
        ("/deals/<deal>", "deal", _deal),
        ("/points", "points", _points),
    ]
    for rule, endpoint, view in rules:
        blueprint.add_url_rule(rule, endpoint, view, methods=["GET"])


def new_token() -> str:
    """What makes one form one deal, however often it is sent."""
    return RandomIds().new()


# --- item --------------------------------------------------------------------------------------


def _item(campaign: str, item: str) -> _Page:
    return item_page(campaign, item)


def item_page(
    campaign: str, item: str, *, refusal: No | None = None, typed: Typed | None = None, token: str = ""
) -> str:
    """The page of one offer; after a refusal with what was typed, and why not."""
    to = visit()
    (offer, deals), alike = to.look_at_offers(partial(offered, campaign, item), partial(_alike, campaign, item))
    card = card_of(offer, to, deals)
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
        shown=about_of(card, to),
        alike=[card_of(each, to) for each in alike],
        rules=rules_of(offer, to),
        remind_off=to.host.inbox is not None and not to.reminds and can_be_waited_for(card.state),
        contents=[line for pages in mounted() for line in pages.contents(offer, to)],
    )


def _alike(campaign: str, item: str, at: Visit) -> list[Offer]:
    return offers_like(at.mall.offer(campaign, item), at)


def _scene(scene: str) -> _Page:
    to = visit()
    found = scene_now(scene, to)
    (offers,) = to.look_at_offers(partial(offers_of, found))
    return render_template("quanyi/scene.html", section="home", scene=shelf_of(found, offers, to))


def offered(campaign: str, item: str, at: Visit) -> tuple[Offer, Sequence[Deal]]:
    """An offer; and the visitor's deals where a limit says no, so that the page can say what it counted."""
    offer = at.mall.offer(campaign, item, at.user)
    limited = offer.why_not is not None and limit_of(offer.why_not, at) is not None
    return offer, at.mall.deals(str(at.user), limit=COUNTED) if limited else ()


def _calendar(campaign: str, item: str) -> _Page:
    to = visit()
    (offer,) = to.look(lambda at: at.mall.offer(campaign, item))
    card = card_of(offer, to)
    if card.until is None:
        raise NotFound(f"{campaign} has no start to be reminded of")
    text = event_file(card, to, url_for("quanyi.item", campaign=campaign, item=item, _external=True))
    return Response(text, mimetype="text/calendar", headers={"Content-Disposition": "attachment; filename=sale.ics"})


# --- what one has ------------------------------------------------------------------------------


def _deals() -> _Page:
    to = visit()
    if to.user is None:
        return to.must_sign_in()
    after = asked("after").strip() or None
    ((deals, rights),) = to.look(partial(_deals_of, after), wallet=False)
    shown = [deal_shown(deal, to, rights) for deal in deals]
    more = url_for("quanyi.deals", after=deals.next) if deals.next else None
    return render_template("quanyi/deals.html", section="rights", deals=shown, more=more)


def _deals_of(after: str | None, at: Visit) -> tuple[Page[Deal], Sequence[EntitlementView]]:
    """A page of the visitor's deals, and what they brought."""
    try:
        page = at.mall.deals(str(at.user), after=after, limit=_ROWS)
    except (InputError, NotFound):  # a place that somebody made up
        page = at.mall.deals(str(at.user), limit=_ROWS)
    return page, _granted(page, at)


def _granted(deals: Iterable[Deal], at: Visit) -> Sequence[EntitlementView]:
    """The entitlements that some of the visitor's deals brought."""
    return at.mall.granted(deals, str(at.user))


def _deal_of(number: str, at: Visit) -> tuple[Deal, Sequence[EntitlementView]]:
    """A deal of the visitor's, and what it brought."""
    deal = at.mall.deal(number, at.user)
    return deal, _granted([deal], at)


def _deal(deal: str) -> _Page:
    to = visit()
    if to.user is None:
        return to.must_sign_in()
    return deal_page(deal)


def deal_page(deal: str, *, refusal: No | None = None, chosen: Mapping[str, Sequence[str]] | None = None) -> str:
    """The page of one deal, with the parts of a bundle; after a refusal with why not, and what was *chosen* of which part."""
    to = visit()
    parts_of = [partial(_parts, pages, deal) for pages in mounted()]
    (found, rights), *parts = to.look(partial(_deal_of, deal), *parts_of, wallet=False)
    had = [part for some in parts for part in some]
    shown = deal_shown(found, to, rights, parts=bool(had))
    return render_template(
        "quanyi/deal.html",
        section="",
        deal=shown,
        parts_had=had,
        refusal=refusal,
        chosen=chosen or {},
        token=new_token(),
    )


def _parts(pages: KindPages, deal: str, at: Visit) -> list[dict[str, Any]]:
    return list(pages.parts(deal, at))


# --- points ------------------------------------------------------------------------------------


def _points() -> _Page:
    to = visit()
    if to.user is None:
        return to.must_sign_in()
    before, way = cursor("before"), asked("way")
    way = way if way in ("in", "out") else "all"
    purse, (entries, deals) = to.look(_purse, lambda at: _entries(at, before, way))
    if purse is None:
        raise NotFound("no such unit")
    rows = [entry_shown(entry, to, deals) for entry in entries]
    here = {"unit": purse.unit, "way": way}
    shown = purse_shown(purse, to)
    return render_template(
        "quanyi/points.html",
        section="points",
        purse=shown,
        units=_units(to, purse.unit),
        tabs=[_way_tab(name, here, to) for name in ("all", "in", "out")],
        rows=rows[:_ROWS],
        nothing=to.words("points.none" if way == "all" else f"points.none_{way}", unit=shown.word_many),
        more=url_for("quanyi.points", unit=purse.unit, way=way, before=entries[_ROWS - 1].number)
        if len(entries) > _ROWS
        else None,
    )


def _purse(at: Visit) -> Purse | None:
    return at.purse(asked("unit"))


def _entries(at: Visit, before: int | None, way: str) -> tuple[Sequence[Entry], dict[str, Deal]]:
    """One row more than is shown, which tells whether there are earlier ones; and the deals that they are about."""
    purse, only = _purse(at), cast("Way | None", way if way != "all" else None)
    if purse is None:
        return [], {}
    entries = at.mall.entries(str(at.user), purse.unit, limit=_ROWS + 1, before=before, way=only)
    return entries, deals_called((entry.deal for entry in entries), at)


def _way_tab(name: str, here: dict[str, Any], to: Visit) -> Tab:
    href = url_for("quanyi.points", unit=here["unit"], way=name)
    return _tab(to.words(f"points.{name}"), href, here=here["way"] == name)


def _units(to: Visit, unit: str) -> list[Tab]:
    units = to.wallet.units if to.wallet else {}
    return [_tab(to.unit_name(name), url_for("quanyi.points", unit=name), here=name == unit) for name in units]
