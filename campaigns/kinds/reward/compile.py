"""
`kind: reward`.
"""

from __future__ import annotations

import attrs

from quanyi.campaigns.kinds.reward.schema import RewardFile
from quanyi.campaigns.language.compile.causes import events, undos, units, unless
from quanyi.campaigns.language.compile.conditions import condition
from quanyi.campaigns.language.compile.gifts import gifts
from quanyi.campaigns.language.compile.head import checks, head
from quanyi.campaigns.language.compile.limits import at_most, budget, limits
from quanyi.campaigns.language.compile.scope import Scope
from quanyi.campaigns.language.findings import did_you_mean
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.entitlements.checks.conditions import equalities
from quanyi.entitlements.clauses import Gift
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.time import Duration

__all__ = ["reward"]

_CHECKS: tuple[str, ...] = tuple(Reward.all_checks)


def reward(file: RewardFile, root: Place, scope: Scope) -> Reward:
    """Compile one reward."""
    scope = attrs.evolve(scope, events=events(file.when, root / "when", scope))
    only_if = condition(root.data["only_if"], root / "only_if", scope) if file.only_if is not None else None
    give = gifts(file.give, root / "give", scope)
    take = gifts(file.take, root / "take", scope, take=True)
    if not file.give and not file.take and scope.findings.whole(root, "give", "take"):
        hint = "write something like give: {points: 10}"
        scope.findings.key_error(root / "give", "gives-nothing", "the campaign neither gives nor takes anything", hint)
    instead = gifts(file.instead, root / "instead", scope)
    return Reward(
        head=head(file, file.kind, root, scope),
        when=tuple(event.id for event in scope.events),
        only_if=only_if,
        give=give,
        take=take,
        to=_receiver(file, root, scope),
        after=Duration.parse(file.after) if file.after else None,
        unless=unless(file.unless, root / "unless", scope, promised=file.after is not None),
        at_most=at_most(file.at_most, root / "at_most", scope),
        budget=budget(file.budget, root / "budget", scope),
        at_payout=limits(file.at_payout.at_most, root / "at_payout" / "at_most", scope, "at_payout"),
        if_undone=undos(file.if_undone, root / "if_undone", scope),
        instead=instead,
        checks=checks(file, root, scope, _CHECKS, _used(file, give)),
        units=units((*give, *take, *instead), scope),
        wheres=equalities(only_if),
    )


def _receiver(file: RewardFile, root: Place, scope: Scope) -> str:
    if file.to == "user":
        return "user"
    found = scope.attribute(root / "to", file.to)
    if found is not None and found.type != "user":
        users = [name for event in scope.events for name, known in event.attributes.items() if known.type == "user"]
        hint = did_you_mean(file.to, ["user", *users])
        scope.findings.error(
            root / "to", "not-a-user", Message("{to!r} is {type}, not a user", to=file.to, type=found.type), hint
        )
    return file.to.removeprefix("event.")


def _used(file: RewardFile, give: tuple[Gift, ...]) -> set[str]:
    named = {
        "for": file.for_,
        "only_if": file.only_if,
        "undone": file.if_undone,
        "at_most": file.at_most != "none" and file.at_most,
        "stock": any(gift.benefit is not None and gift.benefit.counted for gift in give),
        "points": file.take,
        "budget": file.budget,
    }
    return {"phase", *(name for name, value in named.items() if value)}
