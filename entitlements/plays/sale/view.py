"""
What a screen may show of a sale: each thing with its price, what is left, and when it opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import chain

import attrs

from quanyi.entitlements import accounts
from quanyi.entitlements.accounts import Account
from quanyi.entitlements.benefits import Benefit, Goods
from quanyi.entitlements.checks.openings import State, is_open, opening_from, state_of
from quanyi.entitlements.clauses import Head, Limit
from quanyi.entitlements.errors import Refused
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.limit import limit_account, room, tells
from quanyi.entitlements.limits.limit import limit_needs as used_of
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import View
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.plays.sale import Price, Sale
from quanyi.entitlements.plays.sale.terms import Offset
from quanyi.entitlements.time import zone_of

__all__ = ["Offer", "limit_needs", "most_pieces", "offer_needs", "offer_view", "pieces_left"]


@attrs.frozen(kw_only=True)
class Offer(Plain):
    """
    One thing that a campaign sells or exchanges, as one user sees it now.

    Attributes:
        title: What the thing is called, a line about it in `text`.
        left: Pieces still to be had, now or, while it is closed, in the next opening; None where they are unlimited.
        total: Pieces put on sale in all, or in each window where that is all there is; None where they are unlimited.
        held: Where none is left: pieces held for orders that wait for their payment, and come back within
            `hold_seconds`, and before it closes, unless they are paid.
        gone_in: While it is sold out for a stretch of time, and not for good: which one, ``session``, ``day``, ``week``…
        starts_at: When the campaign starts, or the thing goes on sale in it.
        next_at: When it opens next; while it is sold out for one session, when there are pieces again, or may be if all
            that is left is held and comes back too late for this one.
        ends_at: The end of the present opening, or of the run.
        why_not: The refusal this user would meet now; None if it would work.
        limit_per_user: The smallest number of pieces or times that one user may have.
        most: How many pieces the limits leave to this user now; None where no limit counts pieces.
        hold_seconds: How long a placed deal waits for its cash.
        takes_codes: Whether a word can lower the price.
        offset: What may pay for a part of the money, and how much of it; None where nothing may.
    """

    campaign: str
    kind: str
    item: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    campaign_title: Mapping[str, str]
    campaign_text: Mapping[str, str]
    benefit: Benefit | None
    price: Price
    currency: str
    currency_scale: int
    left: int | None
    total: int | None
    state: State
    starts_at: datetime | None
    ends_at: datetime | None
    next_at: datetime | None
    limit_per_user: int | None
    hold_seconds: int
    takes_codes: bool = False
    offset: Offset | None = None
    why_not: Refused | None = None
    most: int | None = None
    held: int = 0
    gone_in: str = ""


def offer_needs(sale: Sale, item: str, now: datetime) -> list[Account]:
    """The accounts that tell how much of *item* is left, in all and in the present window."""
    return [*chain.from_iterable(_supplies(sale, item)), *(account for _, account in _rounds(sale, item, now))]


def _supplies(sale: Sale, item: str) -> list[list[Account]]:
    """What each piece is taken out of: the campaign's quota, and the stock of each benefit that it uses up."""
    quota = [accounts.quota(sale.head.campaign, item, n) for n in range(sale.splits)] if item in sale.quota else []
    return [*([quota] if quota else []), *([accounts.stock(benefit)] for benefit in sale.stocks(item))]


def offer_view(sale: Sale, item: str, view: View, now: datetime, *, paused: bool, goods: Goods | None = None) -> Offer:
    """One thing of a sale, as everybody sees it."""
    head, benefit = sale.head_of(item), sale.benefits.get(item)
    whole, rounds = _left_in_all(sale, item, view), _left_in_rounds(sale, item, view, now)
    left = min([*whole, *rounds.values()], default=None)
    state, ends_at, next_at = state_of(head, now, left, paused=paused)
    if state in ("between", "not_started"):  # the next opening has pieces of its own
        left = min([*whole, *(limit.count for limit in rounds)], default=None)
    gone = [limit for limit, some in rounds.items() if not some] if state == "sold_out" and all(whole) else []
    if gone:
        next_at = _more_at(sale, head, gone, now)
    return Offer(
        campaign=head.campaign,
        kind=sale.preset,
        item=item,
        title=(benefit or goods or head).title,
        text=(benefit or goods or head).text,
        campaign_title=head.title,
        campaign_text=head.text,
        benefit=benefit,
        price=sale.sells[item],
        currency=sale.currency,
        currency_scale=sale.currency_scale,
        left=left,
        total=_total(sale, item, benefit),
        state=state,
        starts_at=head.runs.start,
        ends_at=ends_at,
        next_at=next_at,
        limit_per_user=_per_user(sale),
        hold_seconds=sale.hold.pay_within.seconds,
        takes_codes=bool(sale.codes),
        offset=sale.offset,
        gone_in=_longest(sale, gone, now) if next_at is not None else "",
    )


def pieces_left(sale: Sale, item: str, view: View, now: datetime) -> int | None:
    """Pieces still to be had, now or, while it is closed, in the next opening; None where they are unlimited."""
    head, whole, rounds = sale.head_of(item), _left_in_all(sale, item, view), _left_in_rounds(sale, item, view, now)
    open_now = now in head.runs and is_open(head, now)
    return min([*whole, *(rounds.values() if open_now else (limit.count for limit in rounds))], default=None)


def limit_needs(sale: Sale, ask: Input) -> list[Need]:
    """What tells how much is used of the limits that count pieces."""
    return [*used_of(_on_pieces(sale), ask, sale.head.zone)]


def most_pieces(sale: Sale, ask: Input, view: View) -> int | None:
    """How many pieces the limits leave; None where none counts pieces."""
    zone = sale.head.zone
    rooms = [max(0, room(view.draft(ask.at), limit, ask, zone)) for limit in _on_pieces(sale) if tells(limit, ask)]
    return min([*rooms, *([sale.per_order] if sale.per_order is not None else [])], default=None)


def _on_pieces(sale: Sale) -> list[Limit]:
    return [limit for limit in sale.at_most if limit.of == "pieces" and limit.over == "refuse"]


def _rounds(sale: Sale, item: str, now: datetime) -> list[tuple[Limit, Account]]:
    """What counts the pieces of the present window, with its balance."""
    asked = Input(type="order.place", key="", at=now)
    return [(limit, limit_account(limit, asked, sale.head.zone)) for limit in sale.rounds.get(item, ())]


def _left_in_all(sale: Sale, item: str, view: View) -> list[int]:
    return [sum(view.stands(account) for account in supply) for supply in _supplies(sale, item)]


def _left_in_rounds(sale: Sale, item: str, view: View, now: datetime) -> dict[Limit, int]:
    """What the present windows have left, by the limit that counts them."""
    return {limit: max(0, limit.count - view.stands(account)) for limit, account in _rounds(sale, item, now)}


def _more_at(sale: Sale, head: Head, gone: list[Limit], now: datetime) -> datetime | None:
    """The first opening in which all windows that are used up are new; None if the run has none."""
    ends = [limit.window.ends(now, zone_of(sale.head.zone)) for limit in gone]
    if not ends or None in ends:
        return None
    found = opening_from(head, max(end for end in ends if end is not None))
    return found if found is not None and found in head.runs else None


def _longest(sale: Sale, gone: list[Limit], now: datetime) -> str:
    """The name of the window that ends last."""
    zone = zone_of(sale.head.zone)
    ends = [(end, limit.window.name) for limit in gone if (end := limit.window.ends(now, zone)) is not None]
    return max(ends)[1] if ends else ""


def _total(sale: Sale, item: str, benefit: Benefit | None) -> int | None:
    """Pieces in all; of a thing that is counted by windows alone, those of the smallest one."""
    rounds = [limit.count for limit in sale.rounds.get(item, ())]
    counted = sale.quota.get(item, benefit.stock if benefit else None)
    return min([*rounds, *([] if counted is None else [counted])], default=None)


def _per_user(sale: Sale) -> int | None:
    counts = [limit.count for limit in sale.at_most if limit.per == ("user",) and limit.of in ("times", "pieces")]
    return min(counts, default=None)
