"""
One deal: what it costs, how it stands, what it gave; give it up or take it back for its buyer.
"""

from __future__ import annotations

from typing import Any

from quanyi.adapters.console.people.person import deal_cost
from quanyi.adapters.console.screens import Action, Booking, Done, Screen, Shown
from quanyi.adapters.console.visit import Console
from quanyi.adapters.web.holdings import spaced_number
from quanyi.adapters.web.visit import money_text

__all__ = ["DEAL_SCREENS"]


def _view(to: Console) -> Shown:
    deal = to.mall.deal(to.path["deal"])
    user = to.books.ports.user_of(str(deal.holder))
    pairs = [
        (to.words("person.state"), to.words(f"person.deal_{deal.phase}")),
        (to.words("person.cost"), deal_cost(deal, to)),
        (to.words("deal.pieces"), str(deal.pieces)),
        (to.words("person.placed"), to.dates.moment_alone(deal.placed_at)),
        (to.words("person.campaign"), f"{to.campaign_title(deal.campaign)} · {deal.campaign} · {deal.version[:12]}"),
    ]
    pairs += [(to.words("person.paid"), to.dates.moment_alone(deal.paid_at))] if deal.paid_at else []
    pairs += [(to.words("person.order"), deal.order)] if deal.order else []
    pairs += [(to.words("person.due"), to.dates.moment_alone(deal.due_at))] if deal.due_at else []
    pairs += [(to.words("deals.ended"), _ended(deal.ended, to))] if deal.ended else []
    pairs += [(to.words("deals.back"), _money(deal.refunded, deal, to))] if deal.refunded else []
    said = {"deal": deal, "number": spaced_number(deal.id), "pairs": pairs, "user": user}
    return Shown(template="quanyi_console/deal.html", title=to.deal_title(deal) or deal.item, said=said)


def _ended(ended: str, to: Console) -> str:
    code = f"deals.ended_{ended}"
    return to.words(code) if code in to.words else ended


def _money(amount: int, deal: Any, to: Console) -> str:
    return money_text(amount, deal.currency, to.mall.project.currency.scale)


def _release(to: Console, _: None, booking: Booking) -> Done:
    to.books.release(to.path["deal"], key=booking.key, by=booking.by)
    return Done(goes=to.url("deal", deal=to.path["deal"]))


def _refund(to: Console, _: None, booking: Booking) -> Done:
    to.books.refund(to.path["deal"], key=booking.key, by=booking.by)
    return Done(goes=to.url("deal", deal=to.path["deal"]))


DEAL_SCREENS = (
    Screen(
        name="deal",
        path="/deals/<deal>",
        roles={"operator", "approver", "auditor"},
        view=_view,
        under="people",
        actions=(
            Action(name="release", roles={"operator"}, run=_release),
            Action(name="refund", roles={"operator"}, run=_refund),
        ),
    ),
)
