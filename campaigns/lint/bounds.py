"""
Whether what a campaign gives is bounded by anything.

Something given below its price needs a finite limit on the path: places per user or in all, a
budget, a quota or a stock. Where the amount itself depends on the event, counting the times is not
enough: the amount needs a limit too. What is given in the place of something whose stock is gone is
given as often as the event comes, so it needs a bound of its own.
"""

from __future__ import annotations

from quanyi.campaigns.documents import Place
from quanyi.campaigns.findings import Findings
from quanyi.campaigns.project import Campaign
from quanyi.entitlements.clauses import Gift, Limit
from quanyi.entitlements.gifts import most
from quanyi.entitlements.plays.referral import Referral
from quanyi.entitlements.plays.referral.clauses import BOUND, Rule
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.plays.streak import Streak
from quanyi.entitlements.plays.task import Task
from quanyi.entitlements.plays.task.cost import once_a_window

__all__ = ["check_bounds"]


def check_bounds(campaign: Campaign, root: Place, currency: str, findings: Findings) -> None:
    """Note what is unbounded, unless the file accepts it with a reason."""
    play, own = campaign.play, Findings()
    if isinstance(play, Reward):
        _check_reward(play, root, currency, own)
    elif isinstance(play, Referral):
        _check_referral(play, root, currency, own, findings)
    elif isinstance(play, Task):
        _check_task(play, root, currency, own)
    elif isinstance(play, Streak):
        _check_amounts(play.gifts, (*play.at_most, *play.budget), root, currency, own)
    else:
        _check_sale(play, root, own, findings)
    if not findings.whole(root, "at_most", "at_payout", "budget", "quota", "exposure"):
        return  # what bounds it may be what is misspelt
    if not campaign.accepted:
        findings.items.extend(own.items)
    elif not own.items and findings.sound(root / "give", root / "sells"):
        message = "everything here is bounded; there is nothing to accept"
        findings.warning(root / "exposure", "exposure-not-needed", message)


def _check_reward(play: Reward, root: Place, currency: str, findings: Findings) -> None:
    for key, gift in (*(("give", gift) for gift in play.give), *(("instead", gift) for gift in play.instead)):
        counted = _counted_as(gift, currency)
        limits = [limit for limit in (*play.at_most, *play.at_payout, *play.budget) if _bounds(limit, counted)]
        if _has_stock(gift):
            continue
        if not limits:
            _note_unbounded(gift, root, key, findings)
        elif most(gift.how_much) is None and not any(limit.of != "times" for limit in limits):
            hint = f"write budget: {{{gift.thing}: [{{amount: 100000, in: month}}]}}, or at_most an amount per user"
            message = f"how much {gift.thing} one event gives has no bound"
            findings.key_error(_place(gift, root / key), "unbounded-amount", message, hint)


def _check_referral(play: Referral, root: Place, currency: str, findings: Findings, known: Findings) -> None:
    """Each rule needs a bound on its receiver: a friend is bound once, but an inviter may bring any number."""
    for n, rule in enumerate(play.rules):
        place, reward = root / "rewards" / n, rule.reward
        if not known.sound(place):
            continue
        once = rule.to == "friend" and reward.when == (BOUND,) and play.bind.keep is None
        for gift in (*reward.give, *reward.instead):
            limits = _limits_on(play, rule, _counted_as(gift, currency))
            depends = most(gift.how_much) is None and all(limit.of == "times" for limit in limits)
            if not _has_stock(gift) and (depends or not (limits or once)):
                person = "friend" if rule.to == "friend" else "inviter per month"
                hint = f"write at_most: [3 per {person}], or a budget; or exposure: {{accept: why}}"
                findings.key_error(place, "unbounded", f"{gift.thing} is given without any bound", hint)
                break


def _limits_on(play: Referral, rule: Rule, counted: set[str]) -> list[Limit]:
    """
    What bounds a rule for its receiver.

    Limits on binding do, for a rule that fires once for each bond; for another one they make a limit
    per friend a limit for whoever brought so many.
    """
    people, friends = ({"user", "friend"} if rule.to == "friend" else {"inviter"}), {"user", "friend"}
    own = (*rule.reward.at_most, *rule.reward.at_payout)
    found = [limit for limit in (*own, *play.shared, *play.budget) if _bounds(limit, counted, people)]
    bonds = [limit for limit in play.at_most if _bounds(limit, {"times"}, people)]
    if rule.reward.when == (BOUND,):
        return [*found, *bonds]
    return [*found, *(limit for limit in own if bonds and rule.to == "inviter" and _bounds(limit, counted, friends))]


def _check_task(play: Task, root: Place, currency: str, findings: Findings) -> None:
    """A task is bounded by being done once in each window; each round of one that begins again needs a limit."""
    for gift in play.gifts:
        limits = (*once_a_window(play), *play.at_most, *play.budget)
        if not _has_stock(gift) and not any(_bounds(limit, _counted_as(gift, currency)) for limit in limits):
            hint = "write at_most: [1 per user per day], or a budget; or exposure: {accept: why}"
            findings.key_error(root / "goals", "unbounded", f"{gift.thing} is given without any bound", hint)
            return
    _check_amounts(play.gifts, (*play.at_most, *play.budget), root, currency, findings)


def _check_amounts(
    gifts: tuple[Gift, ...], limits: tuple[Limit, ...], root: Place, currency: str, findings: Findings
) -> None:
    """An amount that depends on the event needs a limit of its own."""
    for gift in gifts:
        amounts = _counted_as(gift, currency) - {"times", "pieces"}
        if most(gift.how_much) is None and not any(_bounds(limit, amounts) for limit in limits):
            hint = f"write budget: {{{gift.thing}: [{{amount: 100000, in: month}}]}}, or at_most an amount per user"
            message = f"how much {gift.thing} one event gives has no bound"
            findings.key_error(root, "unbounded-amount", message, hint)
            return


def _check_sale(play: Sale, root: Place, findings: Findings, known: Findings) -> None:
    for thing, price in play.sells.items():
        if not known.sound(root / "sells" / thing):
            continue
        benefit = play.benefits.get(thing)
        stocked = benefit is not None and benefit.counted
        given_away = any(each.money < each.list_price and not each.units for each in price.all)
        free = any(not each.money and not each.units for each in price.all)
        counted = {"times", "pieces", play.currency} if given_away else {"times", "pieces"}
        limits = [limit for limit in (*play.at_most, *play.budget) if _bounds(limit, counted)]
        if (given_away or free) and not {thing} & {*play.quota, *play.rounds} and not stocked and not limits:
            hint = "write at_most, quota or budget; or exposure: {accept: why}"
            message = f"{thing} goes out below its price without any bound"
            findings.key_error(root / "sells" / thing, "unbounded", message, hint)

    _check_codes(play, root, findings, known)


def _check_codes(play: Sale, root: Place, findings: Findings, known: Findings) -> None:
    """A code needs a bound of its own, unless the sale has one for everything."""
    counted = {"times", "pieces", play.currency}
    held = any(_bounds(limit, counted) for limit in (*play.at_most, *play.budget))
    for name, coupon in play.codes.items():
        place = root / "codes" / name
        if held or not known.sound(place) or any(_bounds(limit, counted) for limit in coupon.at_most):
            continue
        hint = "write at_most: [{count: 100, per: campaign}] beside it; or exposure: {accept: why}"
        findings.key_error(place, "unbounded", f"the code {name} takes money off without any bound", hint)


def _bounds(limit: Limit, counted: set[str], people: frozenset[str] | set[str] = frozenset({"user"})) -> bool:
    """Whether a limit bounds what *people* get: one per order bounds nobody who orders again."""
    somebody = {*people, "campaign"} & set(limit.per) or not limit.per
    return bool(somebody) and limit.over != "flag" and limit.of in counted


def _counted_as(gift: Gift, currency: str) -> set[str]:
    """In what a limit may count a gift: a benefit in pieces, and in money if it costs any."""
    if gift.benefit is None:
        return {"times", gift.thing}
    return {"times", "pieces", gift.thing, *([currency] if gift.benefit.cost else [])}


def _has_stock(gift: Gift) -> bool:
    return gift.benefit is not None and gift.benefit.counted


def _note_unbounded(gift: Gift, root: Place, key: str, findings: Findings) -> None:
    if root.document.data.get("at_most") == "none":
        message = f"without limits, {gift.thing} needs a budget"
        hint = f"write budget: {{{gift.thing}: [{{amount: 100000}}]}}"
        findings.error(root / "at_most", "none-without-budget", message, hint)
        return
    hint = "write at_most: [1 per user per day], or a budget; or exposure: {accept: why}"
    message = f"{gift.thing} is given without any bound"
    findings.key_error(_place(gift, root / key), "unbounded", message, hint)


def _place(gift: Gift, place: Place) -> Place:
    """Where a gift is written, if its key holds a map; else the key itself."""
    return place / gift.thing if isinstance(place.data, dict) else place
