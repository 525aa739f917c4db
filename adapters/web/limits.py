"""
A limit in words: what it counts, over which things, how much of it somebody has used, and when there is more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from quanyi.adapters.web.manners import manner_of
from quanyi.adapters.web.visit import Visit
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.errors import Refused
from quanyi.entitlements.plays.sale.view import Offer
from quanyi.entitlements.records import Deal

__all__ = ["limit_of", "limit_rules", "limit_text", "measure_of", "several"]

_CALENDAR = ("day", "ever", "month", "session", "week", "year")
_FOR_THINGS, _FOR_TIMES = "件", "次"


def limit_of(no: Refused, to: Visit) -> Limit | None:
    """The limit of the campaign that said no; None for any other no, and for what pages have no words for."""
    found = to.mall.project.campaigns.get(no.campaign or "")
    limits = found.play.at_most if found and no.code == "limit-reached" else ()
    return next((limit for limit in limits if no.clause.endswith(f"/{limit.id}")), None)


def limit_text(no: Refused, to: Visit, offer: Offer | None = None, deals: Iterable[Deal] = ()) -> str:
    """
    The limit that said no: its scope and stretch of time, what was had of it, and when there is more.

    Empty where a page can't say it better than the library: the limit counts by something else than people and
    things, or in a stretch that follows what happened.

    Args:
        deals: The visitor's deals; those that count towards the limit are named where it is over several things.
    """
    limit, of = limit_of(no, to), str(no.shows.get("of", ""))
    if limit is None or no.reason != no.code or not {"limit", "used"} <= no.shows.keys():
        return ""
    window = limit.window.name
    if limit.per != ("user",) or of not in ("pieces", "times") or window not in _CALENDAR:
        return ""
    if offer is None and of == "times":
        return ""
    manner = manner_of(offer) if offer is not None else "exchange"
    said = {"limit": no.shows["limit"], "used": no.shows["used"], "got": to.words(f"why.got_{manner}")}
    tail = _again(no.next_at, manner, to) if no.next_at is not None else ""
    shared = of == "pieces" and several(no.campaign or "", to)
    things = _had(limit, no.campaign or "", deals, to) if shared else ""
    if things:
        campaign = to.campaign_title(no.campaign or "")
        return to.words(f"why.shared_{window}", **said, campaign=campaign, things=things) + tail
    measure = measure_of(offer) if offer is not None and not shared else _FOR_THINGS
    return to.words(f"why.limit_{window}_{of}", **said, measure=measure) + tail


def _again(at: datetime, manner: str, to: Visit) -> str:
    return to.words("why.again", moment=to.dates.start(at), act=to.words(f"why.act_{manner}"))


def limit_rules(offer: Offer, to: Visit) -> list[str]:
    """How many one person may have, in what time, over which things, and whether what is cancelled counts."""
    campaign = to.mall.project.campaigns.get(offer.campaign)
    limits = [limit for limit in campaign.play.at_most if limit.per == ("user",)] if campaign else []
    rules = [_rule(limit, offer, to) for limit in limits if limit.of in ("pieces", "times")]
    return rules or ([] if limits else [to.words(_NO_LIMIT[manner_of(offer)])])


def _rule(limit: Limit, offer: Offer, to: Visit) -> str:
    window, shared = limit.window, several(offer.campaign, to)
    n: object = limit.count
    measure = _FOR_THINGS if shared else measure_of(offer)
    if limit.of == "times":
        n, measure = to.words("item.times", n=limit.count), _FOR_TIMES
    rule = to.words(f"item.rule_limit_{window.name}", n=n, length=to.term(window.length), measure=measure)
    if shared:
        rule = to.words("item.rule_shared", campaign=to.campaign_title(offer.campaign), rule=rule)
    return to.words("item.rule_back" if "closed" in limit.back else "item.rule_kept", rule=rule)


_NO_LIMIT = {
    "cash": "item.rule_no_limit_cash",
    "exchange": "item.rule_no_limit",
    "sale": "item.rule_no_limit_sale",
}


def measure_of(offer: Offer) -> str:
    """What pieces of it are counted in in Chinese."""
    return offer.benefit.counted_in if offer.benefit else _FOR_THINGS


def several(campaign: str, to: Visit) -> bool:
    """Whether a campaign sells more than one thing, so that its limits are over all of them."""
    found = to.mall.project.campaigns.get(campaign)
    offers = found.kind.offers if found is not None else None
    return found is not None and offers is not None and len(list(offers.things(found.play))) > 1


def _had(limit: Limit, campaign: str, deals: Iterable[Deal], to: Visit) -> str:
    """What was had in the limit's present window, by name."""
    zone = ZoneInfo(to.mall.project.zone)
    here = limit.window.key(to.now, zone)
    counted: Counter[str] = Counter()
    for deal in _counting(limit, campaign, deals):
        if limit.window.key(deal.placed_at, zone) == here:
            counted[to.deal_title(deal)] += deal.pieces - deal.returned
    return to.listed(
        to.words("list.several", n=n, name=name) if n > 1 else name for name, n in counted.items() if n > 0
    )


def _counting(limit: Limit, campaign: str, deals: Iterable[Deal]) -> Sequence[Deal]:
    """The deals that hold a place: those that ended hold it where that gives none back."""
    given_back = {"closed", "refunded"} & set(limit.back)
    return [deal for deal in deals if deal.campaign == campaign and deal.phase not in given_back]
