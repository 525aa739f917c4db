"""
What one decision met of the campaigns, in words that can be counted and listed.
"""

from __future__ import annotations

from collections.abc import Iterator

from quanyi.entitlements.inputs import Decision

__all__ = ["DOES", "REASON", "RULE", "SAYS_NO", "Key", "met_by", "met_by_no"]

Key = tuple[str, str, str]
"""Campaign, part and name."""

DOES = "does"
"""A campaign said yes to an input; the name is the input's type."""

RULE = "rule"
"""What came of one rule, goal, milestone or part: ``thanks kept``, ``row/7 done``, ``parts.tea short``."""

SAYS_NO = "says no"
"""A clause said no; the name is the clause, and once more with its word: ``phase``, ``phase: ended``."""

REASON = "reason"
"""A no without a clause; the name is its word, behind the type of input that met it: ``order.pay: already-paid``."""


def met_by(decision: Decision) -> Iterator[Key]:
    """What *decision* met: a yes, what came of the rules, the noes of rules and clauses."""
    campaign, type_, facts = decision.campaign, decision.input_type, decision.facts
    if decision.outcome == "skipped":
        yield from met_by_no(campaign, type_, decision.clause, decision.reason)
        return
    yield campaign, DOES, type_
    if decision.reason:  # a promise that found no room
        yield from met_by_no(campaign, type_, decision.clause, decision.reason)
    yield from ((campaign, RULE, f"{rule} {came}") for rule, came in facts.get("rules", {}).items())
    clauses = facts.get("clauses", {})
    for clause, word in clauses.items():
        yield from met_by_no(campaign, type_, clause, word)
    for word in facts.get("skipped", {}).values():
        if word not in clauses.values():
            yield from met_by_no(campaign, type_, "", word)


def met_by_no(campaign: str, type_: str, clause: str, word: str) -> Iterator[Key]:
    """What a refusal of an input of a type met."""
    if clause:
        yield campaign, SAYS_NO, clause
        yield campaign, SAYS_NO, f"{clause}: {word}"
    else:
        yield campaign, REASON, f"{type_}: {word}"
