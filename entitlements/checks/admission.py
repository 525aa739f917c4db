"""
Who may come in, and when: the checks that stand at the head of every play.
"""

from __future__ import annotations

from datetime import datetime

from quanyi.entitlements.checks.check import Attempt, Check
from quanyi.entitlements.checks.conditions import judge
from quanyi.entitlements.checks.openings import is_open, next_opening, opening_from
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.derived_ids import bucket
from quanyi.entitlements.errors import NotEligible, NotOpen
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import Draft

__all__ = ["AUDIENCE", "OPEN", "RUNS", "RUNS_AND_OPEN", "check_audience", "check_open", "check_phase"]

_WHOLE = 10_000  # basis points


def check_phase(head: Head, at: datetime) -> None:
    """Refuse before the campaign starts and once it has ended: `NotOpen`."""
    start, end = head.runs.start, head.runs.end
    if start is not None and at < start:
        raise NotOpen(next_at=opening_from(head, start), zone=head.zone)
    if end is not None and at >= end:
        raise NotOpen(reason="ended", shows={"ended_at": end}, zone=head.zone)


def check_open(head: Head, at: datetime) -> None:
    """Refuse between the campaign's sessions: `NotOpen`, with the next one where there is one."""
    if not is_open(head, at):
        raise NotOpen(next_at=next_opening(head, at), zone=head.zone)


def check_audience(head: Head, ask: Input, draft: Draft) -> None:
    """Refuse people the campaign is not for, or does not exist for yet: `NotEligible`."""
    if head.audience is not None:
        draft.facts.update(ask.facts)
        judge(head.audience, ask, draft.evaluate)
    person = ask.user or ask.holder or ""
    if head.holdout and bucket(_WHOLE, "holdout", head.campaign, person) < head.holdout:
        raise NotEligible(reason="holdout")
    if head.rollout < _WHOLE and bucket(_WHOLE, "rollout", head.campaign, person) >= head.rollout:
        raise NotEligible(reason="rollout")


# --- as values ---------------------------------------------------------------------------------


def _runs(attempt: Attempt, _draft: Draft) -> None:
    check_phase(attempt.head, attempt.ask.at)


def _runs_and_open(attempt: Attempt, _draft: Draft) -> None:
    check_phase(attempt.head, attempt.ask.at)
    check_open(attempt.head, attempt.ask.at)


def _open(attempt: Attempt, _draft: Draft) -> None:
    check_open(attempt.head, attempt.ask.at)


def _audience(attempt: Attempt, draft: Draft) -> None:
    check_audience(attempt.head, attempt.ask, draft)


RUNS: Check[Attempt] = Check(name="phase", run=_runs, keys=("runs", "open"))
"""The campaign has started and has not ended."""

RUNS_AND_OPEN: Check[Attempt] = Check(name="phase", run=_runs_and_open, keys=("runs", "open"))
"""The same, and no session is waited for: for plays that have no check of their own for that."""

OPEN: Check[Attempt] = Check(name="open", run=_open)
"""A session is on."""

AUDIENCE: Check[Attempt] = Check(name="for", run=_audience)
"""The campaign is for this person."""
