"""
`kind: referral`.
"""

from __future__ import annotations

import attrs

from quanyi.campaigns.kinds.referral.schema import BindMap, ReferralFile, RuleMap, SameMap
from quanyi.campaigns.language.compile.causes import events, named_user, undos, units, unless
from quanyi.campaigns.language.compile.conditions import condition
from quanyi.campaigns.language.compile.gifts import gifts
from quanyi.campaigns.language.compile.head import checks, head
from quanyi.campaigns.language.compile.limits import at_most, budget, limits
from quanyi.campaigns.language.compile.scope import Scope
from quanyi.campaigns.language.findings import did_you_mean
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.entitlements.checks.conditions import equalities
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.plays.referral import Bind, Referral, Rule
from quanyi.entitlements.plays.referral.terms import BOUND
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.time import Duration

__all__ = ["ROLES", "referral"]

ROLES = ("friend", "inviter")
"""The people of a bond, by which its limits may count."""

_CHECKS: tuple[str, ...] = tuple(Referral.all_checks)


def referral(file: ReferralFile, root: Place, scope: Scope) -> Referral:
    """Compile one referral."""
    binding = attrs.evolve(scope, events=events(file.bind.when, root / "bind" / "when", scope), roles=ROLES)
    own = head(file, file.kind, root, binding)
    bind = _bind(file.bind, root / "bind", binding)
    rules = _rules(file, root / "rewards", binding, own)
    return Referral(
        head=own,
        bind=bind,
        rules=rules,
        at_most=at_most(file.at_most, root / "at_most", binding),
        budget=budget(file.budget, root / "budget", binding),
        checks=checks(file, root, binding, _CHECKS, _used(file)),
    )


# --- binding -----------------------------------------------------------------------------------


def _bind(file: BindMap, place: Place, scope: Scope) -> Bind:
    only_if = condition(file.only_if, place / "only_if", scope) if file.only_if is not None else None
    never = [(n, item) for n, item in enumerate(file.never) if isinstance(item, SameMap)]
    same = [path for n, item in never for path in _paths(item.same, place / "never" / n / "same", scope)]
    seen = _paths(file.suspect.seen_before, place / "suspect" / "seen_before", scope) if file.suspect else ()
    if file.to is None and file.code is None:
        hint = "write to: and the attribute that names the inviter, or code: for invitation codes"
        scope.findings.key_error(place, "bind-without-inviter", "nothing says who the inviter is", hint)
    return Bind(
        when=tuple(event.id for event in scope.events),
        to=_to(file, place / "to", scope),
        code=_code(file, place / "code", scope),
        only_if=only_if,
        same=tuple(same),
        seen_before=seen,
        keep=None if file.keep == "forever" else Duration.parse(file.keep),
    )


def _to(file: BindMap, place: Place, scope: Scope) -> dict[str, str]:
    """The attribute that names the inviter, in each of the events that has one."""
    if isinstance(file.to, dict):
        for event in file.to:
            if event not in {known.id for known in scope.events}:
                hint = did_you_mean(event, [known.id for known in scope.events])
                scope.findings.key_error(
                    place / event, "unknown-event", Message("{event!r} does not bind here", event=event), hint
                )
        named = {event.id: (file.to[event.id], place / event.id) for event in scope.events if event.id in file.to}
    else:
        named = {event.id: (file.to, place) for event in scope.events} if file.to else {}
    known = {event.id: event for event in scope.events}
    return {event: named_user(known[event], word, spot, scope) for event, (word, spot) in named.items()}


def _code(file: BindMap, place: Place, scope: Scope) -> str:
    """The attribute of the code, which at least one of the events has."""
    if file.code is None:
        return ""
    name = file.code.removeprefix("event.")
    if scope.events and not any(name in event.attributes for event in scope.events):
        scope.attribute(place, name)
    return name


def _paths(value: str | tuple[str, ...], place: Place, scope: Scope) -> tuple[str, ...]:
    """Attributes of the events, or ``user.…`` of the profile, as full paths."""
    names = (value,) if isinstance(value, str) else value
    found = []
    for n, name in enumerate(names):
        spot = place if isinstance(value, str) else place / n
        if name.startswith("user."):
            known = scope.fact(spot, name)
            found += [] if known is None else [f"user.{known.name}"]
            continue
        plain = name.removeprefix("event.")
        if not any(plain in event.attributes for event in scope.events):
            scope.attribute(spot, plain)
        found.append(f"event.{plain}")
    return tuple(found)


# --- rules -------------------------------------------------------------------------------------


def _rules(file: ReferralFile, place: Place, scope: Scope, own: Head) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for n, rule in enumerate(file.rewards):
        name = rule.name or _name(rule)
        if name in {other.reward.rule for other in rules}:
            hint = "give one of them a name: of its own, so that its counts and promises can be told apart"
            scope.findings.key_error(
                place / n, "same-rule-twice", Message("there is a rule {name!r} above", name=name), hint
            )
        reward = _reward(rule, name, place / n, scope, attrs.evolve(own, where=_wheres(own, n)))
        rules.append(Rule(reward=reward, lane=rule.lane or ""))
    return tuple(rules)


def _reward(rule: RuleMap, name: str, place: Place, scope: Scope, own: Head) -> Reward:
    when = (rule.when,) if isinstance(rule.when, str) else tuple(rule.when)
    causes = scope.events if when == (BOUND,) else events(rule.when, place / "when", scope)
    inner = attrs.evolve(scope, events=causes)
    if not rule.give:
        scope.findings.key_error(place, "gives-nothing", "the rule gives nothing")
    only_if = condition(rule.only_if, place / "only_if", inner) if rule.only_if is not None else None
    give, instead = gifts(rule.give, place / "give", inner), gifts(rule.instead, place / "instead", inner)
    caps = limits(rule.at_most, place / "at_most", inner, f"{name}/at_most")
    payout = limits(rule.at_payout.at_most, place / "at_payout" / "at_most", inner, f"{name}/at_payout")
    return Reward(
        head=own,
        rule=name,
        when=(BOUND,) if when == (BOUND,) else tuple(event.id for event in causes),
        only_if=only_if,
        give=give,
        to=rule.to,
        after=Duration.parse(rule.after) if rule.after else None,
        unless=unless(rule.unless, place / "unless", inner, promised=rule.after is not None),
        at_most=caps,
        at_payout=payout,
        if_undone=undos(rule.if_undone, place / "if_undone", inner),
        instead=instead,
        units=units((*give, *instead), scope),
        wheres={} if when == (BOUND,) else equalities(only_if),
    )


def _name(rule: RuleMap) -> str:
    """Who gets it and when, in one word."""
    when = rule.when if isinstance(rule.when, str) else "-".join(rule.when)
    return f"{rule.to}-{when}".replace(".", "-")


def _wheres(own: Head, number: int) -> dict[str, str]:
    """The rule's own places in the file, as a reward names them."""
    prefix = f"rewards.{number}"
    mine = {path.removeprefix(f"{prefix}."): spot for path, spot in own.where.items() if path.startswith(f"{prefix}.")}
    return {**mine, "campaign": own.where.get(prefix, own.where.get("campaign", ""))}


def _used(file: ReferralFile) -> set[str]:
    named = {
        "open": file.open,
        "for": file.for_,
        "only_if": file.bind.only_if,
        "code": file.bind.code,
        "same": any(isinstance(item, SameMap) for item in file.bind.never),
        "at_most": file.at_most != "none" and file.at_most,
    }
    return {"phase", "self", "again", "loop", *(name for name, value in named.items() if value)}
