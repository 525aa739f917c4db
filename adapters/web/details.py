"""
What an item page says beside the card: what it costs before one presses, how it lasts, the rules.
"""

from __future__ import annotations

from quanyi.adapters.web.cards import Card
from quanyi.adapters.web.limits import limit_rules, measure_of
from quanyi.adapters.web.manners import is_sale
from quanyi.adapters.web.visit import Visit, money_text, number_text, pick
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.plays.sale.view import Offer
from quanyi.entitlements.time import Duration

__all__ = ["costs_of", "facts_of", "guide_of", "rules_of"]


def costs_of(card: Card, to: Visit) -> list[str]:
    """What pressing the button takes, and what remains; each piece's price where there may be several."""
    offer = card.offer
    costs = [(unit, number) for unit, number in offer.price.units.items() if number]
    lines = [_unit_cost(unit, number, offer, to, several=card.most > 1) for unit, number in costs]
    return lines + (_cash_lines(offer, to, several=card.most > 1) if offer.price.money else [])


def facts_of(benefit: Benefit | None, offer: Offer, to: Visit) -> list[str]:
    """How long it lasts and what it is worth."""
    if benefit is None:
        return []
    facts = [_lasting(benefit.lasts, to)]
    if benefit.face:
        facts.append(to.words("item.face", price=money_text(benefit.face, offer.currency, offer.currency_scale)))
    return facts


def guide_of(benefit: Benefit | None, to: Visit) -> list[str]:
    """How to use it, step by step: one line of the guide is one step."""
    return [line.strip() for line in pick(benefit.guide, to.locale).splitlines() if line.strip()] if benefit else []


def rules_of(offer: Offer, to: Visit) -> list[str]:
    """The rules that hold, with their numbers."""
    words, rules = to.words, limit_rules(offer, to)
    if offer.price.money and offer.hold_seconds:
        rules.append(words("item.rule_hold", minutes=offer.hold_seconds // 60))
    if offer.ends_at and offer.state in {"open", "sold_out"}:
        end = to.dates.moment(offer.ends_at) if is_sale(offer) else to.dates.last_day(offer.ends_at)
        rules.append(words("item.rule_until", end=end))
    if offer.benefit is not None:
        rules.append(words("item.rule_after" if offer.benefit.lasts else "item.rule_after_ever"))
    return rules


def _lasting(lasts: Duration | None, to: Visit) -> str:
    """How long a benefit lives once one has it."""
    if lasts is None:
        return to.words("item.valid_ever")
    return to.words("item.valid_for", term=to.term(lasts))


def _unit_cost(unit: str, number: int, offer: Offer, to: Visit, *, several: bool) -> str:
    purse = to.purse(unit)
    balance, scale = (purse.balance, purse.scale) if purse else (0, 0)
    amount, word = to.counted(number, unit)
    if several:
        have, each = number_text(balance, scale), measure_of(offer)
        return to.words("item.cost_each", n=amount, balance=have, unit=word, measure=each)
    return to.words("item.cost_now", n=amount, rest=number_text(balance - number, scale), unit=word)


def _cash_lines(offer: Offer, to: Visit, *, several: bool) -> list[str]:
    price = money_text(offer.price.money, offer.currency, offer.currency_scale)
    units = [to.unit_name(unit) for unit, number in offer.price.units.items() if number]
    code = {(True, True): "cash_each", (True, False): "cash_alone", (False, True): "cash", (False, False): "cash_only"}
    line = to.words(f"item.cost_{code[several, bool(units)]}", price=price, measure=measure_of(offer))
    minutes = offer.hold_seconds // 60
    if not minutes:
        return [line]
    if not units:
        return [line, to.words("item.cost_held", minutes=minutes)]
    return [line, to.words("item.cost_held_points", minutes=minutes, unit=units[0])]
