"""
Where checks look in a referral.
"""

from __future__ import annotations

from collections.abc import Iterator

from quanyi.campaigns.kinds.bounds import bounding, counted_as, counted_of, has_stock
from quanyi.campaigns.kinds.limits import limits_at
from quanyi.campaigns.kinds.links import Link, Told, times_of
from quanyi.campaigns.kinds.lint import Lint
from quanyi.campaigns.kinds.reward.lint import told_of_rule
from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.entitlements.calculators import most
from quanyi.entitlements.checks.conditions import Condition
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.giving import Undoable
from quanyi.entitlements.plays.referral import Referral
from quanyi.entitlements.plays.referral.terms import BOUND, Rule
from quanyi.entitlements.plays.reward import Reward

__all__ = ["LINT"]


def _bounds(play: Referral, root: Place, currency: str, findings: Findings, known: Findings) -> None:
    """Each rule needs a bound on its receiver: a friend is bound once, but an inviter may bring any number."""
    for n, rule in enumerate(play.rules):
        place, reward = root / "rewards" / n, rule.reward
        if not known.sound(place):
            continue
        once = rule.to == "friend" and reward.when == (BOUND,) and play.bind.keep is None
        for gift in (*reward.give, *reward.instead):
            limits = _limits_on(play, rule, counted_as(gift, currency))
            depends = most(gift.how_much) is None and all(limit.of == "times" for limit in limits)
            if not has_stock(gift) and (depends or not (limits or once)):
                person = "friend" if rule.to == "friend" else "inviter per month"
                hint = Message(
                    "write at_most: [3 per {person}], or a budget; or exposure: {{accept: why}}", person=person
                )
                findings.key_error(
                    place, "unbounded", Message("{thing} is given without any bound", thing=gift.thing), hint
                )
                break


def _limits_on(play: Referral, rule: Rule, counted: set[str]) -> list[Limit]:
    """
    What bounds a rule for its receiver.

    Limits on binding do, for a rule that fires once for each bond; for another one they make a limit
    per friend a limit for whoever brought so many.
    """
    people, friends = ({"user", "friend"} if rule.to == "friend" else {"inviter"}), {"user", "friend"}
    own = (*rule.reward.at_most, *rule.reward.at_payout)
    found = [limit for limit in (*own, *play.shared, *play.budget) if bounding(limit, counted, people)]
    bonds = [limit for limit in play.at_most if bounding(limit, {"times"}, people)]
    if rule.reward.when == (BOUND,):
        return [*found, *bonds]
    return [*found, *(limit for limit in own if bonds and rule.to == "inviter" and bounding(limit, counted, friends))]


def _counted(play: Referral, place: Place, currency: str) -> set[str]:
    """A limit of a rule looks at what the rule gives."""
    if place.path[:1] != ("rewards",):
        return counted_of(play.gifts, currency)
    reward = play.rules[int(place.path[1])].reward
    return counted_of((*reward.give, *reward.instead), currency)


def _limits(play: Referral, root: Place) -> Iterator[tuple[Limit, Place]]:
    for n, rule in enumerate(play.rules):
        place = root / "rewards" / n
        yield from limits_at(rule.reward.at_most, place / "at_most")
        yield from limits_at(rule.reward.at_payout, place / "at_payout" / "at_most")


def _check_limits(_play: Referral, _root: Place, found: list[tuple[Limit, Place]], findings: Findings) -> None:
    """In a referral the user is the friend, whoever receives; whoever says user may mean the other."""
    for limit, place in found:
        if "user" in limit.per:
            message = "the user of a referral's events is the friend, also where the inviter receives"
            findings.warning(place, "user-is-the-friend", message, "write per friend, or per inviter")


def _conditions(play: Referral, root: Place) -> Iterator[tuple[Place, Condition | None]]:
    yield root / "bind" / "only_if", play.bind.only_if
    yield from ((root / "rewards" / n / "only_if", rule.reward.only_if) for n, rule in enumerate(play.rules))


def _undoables(play: Referral, root: Place) -> Iterator[tuple[Undoable, Place, set[str]]]:
    for n, rule in enumerate(play.rules):
        bound = play.bind.when if BOUND in rule.reward.when else ()
        yield rule.reward, root / "rewards" / n, {*rule.reward.when, *bound}


def _promises(play: Referral, root: Place) -> Iterator[tuple[Reward, Place]]:
    yield from ((rule.reward, root / "rewards" / n) for n, rule in enumerate(play.rules))


def _links(play: Referral, root: Place) -> Iterator[Link]:
    """Binding, once for each person; and each rule, which goes up from friend to inviter."""
    name = {"campaign": play.head.campaign}
    bound = [rule for rule in play.live_rules if BOUND in rule.reward.when]
    told = [("referral.bound", name), *(part for rule in bound for part in _of_rewarded(rule.reward, play))]
    yield Link(head=play.head, hears=play.bind.when, tells=tuple(told), times=1, place=root / "bind" / "when")
    for n, rule in enumerate(play.live_rules):
        reward = rule.reward
        if reward.when != (BOUND,):
            limits = (*reward.at_most, *reward.at_payout, *reward.budget)
            yield Link(
                head=play.head,
                hears=reward.when,
                only_if=reward.only_if,
                tells=tuple(_of_rewarded(reward, play)),
                times=times_of(limits, reward.give),
                place=root / "rewards" / n / "when",
            )


def _of_rewarded(reward: Reward, play: Referral) -> Iterator[Told]:
    if reward.to == "inviter":
        yield "referral.rewarded", {"campaign": play.head.campaign, "rule": reward.rule}
    yield from told_of_rule(reward, (*reward.at_most, *reward.at_payout, *reward.budget))


LINT = Lint(
    bounds=_bounds,
    counted=_counted,
    limits=_limits,
    check_limits=_check_limits,
    conditions=_conditions,
    undoables=_undoables,
    promises=_promises,
    links=_links,
)
