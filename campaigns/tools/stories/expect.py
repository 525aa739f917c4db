"""
What a step's `then` says: every value as one expectation, with its place in the file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.tools.formatting import said
from quanyi.campaigns.tools.stories.expectation import Expectation
from quanyi.campaigns.tools.stories.standing import Standing
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.plays.referral import Referral
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.plays.streak import Streak
from quanyi.entitlements.plays.task import Goal, Task

__all__ = ["CHECKS", "OF_CAMPAIGNS", "OF_USERS", "Expectation", "read_then"]

OF_USERS = ("balance", "bond", "ends", "flags", "has", "lapsed", "lots", "moved", "promises")
"""The checks about a user, who is named first."""

OF_CAMPAIGNS = ("best", "progress", "step", "streak", "total")
"""The checks about a user of a campaign, which is named first."""

_ORDER_WORDS = ("closed", "none", "paid", "placed", "refunded")
_PART_WORDS = ("cancelled", "failed", "given", "open", "short", "unpaid", "waiting", "withdrawn")
_OUTCOMES = ("cancelled", "failed", "granted", "lapsed", "promised", "skipped")


def read_then(
    then: Mapping[str, Any],
    place: Place,
    project: Project,
    zone: str,
    findings: Findings,
    *,
    campaigns: Collection[str] = (),
) -> tuple[Expectation, ...]:
    """
    Read what must be true; unknown names are noted.

    Args:
        campaigns: Those in force in the story; all of the project if none is named.
    """
    reader = _Reader(project, zone, findings, campaigns or tuple(project.campaigns))
    expectations: list[Expectation] = []
    for name, value in then.items():
        known = {**CHECKS, **dict.fromkeys(project.units)}
        if name in project.units:
            expectations += reader.balances("balance", {name: value}, place, by_unit=True)
        elif reader.known("check", name, known, place / name):
            expectations += CHECKS[name](reader, name, value, place / name)
    return tuple(expectations)


class _Reader(Standing):
    """Reads every check of a `then`."""

    # --- the answer ---------------------------------------------------------------------------

    def code(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        if isinstance(value, str):
            yield Expectation(what=name, wanted=value, place=place)
        else:
            self.findings.error(place, "wrong-type", "expected the code of a refusal", "like limit-reached")

    def flag(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        if isinstance(value, bool):
            yield Expectation(what=name, wanted=value, place=place)
        else:
            self.findings.error(place, "wrong-type", "expected true or false")

    def skipped(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        """`{share: limit-reached}`; `{share.RULE: …}` for one rule of a referral, where others may have paid."""
        for whose, reason, at in self.map(value, place):
            campaign, _, rule = whose.partition(".")
            found = self.project.campaigns.get(campaign)
            rules = [r.reward.rule for r in found.play.rules] if found and isinstance(found.play, Referral) else []
            if rule and rules and whose not in self.project.campaigns:
                if self.known("rule", rule, dict.fromkeys(rules), at):
                    yield Expectation(what=name, about=(campaign, rule), wanted=str(reason), place=at)
            elif self.known("campaign", whose, self.project.campaigns, at):
                yield Expectation(what=name, about=(whose,), wanted=str(reason), place=at)

    def outcome(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        for campaign, word, at in self.map(value, place):
            if self.known("campaign", campaign, self.project.campaigns, at):
                yield from self.one_word(word, _OUTCOMES, at, name, campaign)

    def shows(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        for what, wanted, at in self.map(value, place):
            yield Expectation(what=name, about=(what,), wanted=said(wanted, self.zone), place=at)

    def money(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        yield from self.amount(value, self.project.currency.id, place, name)

    def price(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        words = {**self.project.units, "money": None, "list": None}
        for word, amount, at in self.map(value, place):
            if self.known("unit", word, words, at):
                unit = word if word in self.project.units else self.project.currency.id
                yield from self.amount(amount, unit, at, name, word)

    def left(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        for thing, pieces, at in self.map(value, place):
            campaign, _, item = thing.rpartition(".")
            sold = {t for p in self.project.plays() if isinstance(p, Sale) for t in p.sells}
            sold |= {f"{p.head.campaign}.{t}" for p in self.project.plays() if isinstance(p, Sale) for t in p.sells}
            if self.known("thing", thing, dict.fromkeys(sold), at):
                yield from self.count(pieces, at, name, *filter(None, (campaign, item)))

    def stock(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        for benefit, pieces, at in self.map(value, place):
            if self.known("benefit", benefit, self.project.benefits, at):
                yield from self.count(pieces, at, name, benefit)

    def balances(self, name: str, value: Any, place: Place, *, by_unit: bool = False) -> Iterator[Expectation]:
        """`{ann: {points: 10}}`, or the other way round for `points: {ann: 10}`."""
        for outer, inner, at in self.map(value, place):
            for word, amount, spot in self.map(inner, at):
                user, unit = (word, outer) if by_unit else (outer, word)
                if self.known("unit", unit, self.project.units, spot):
                    yield from self.amount(amount, unit, spot, name, user, unit)

    def has(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        for user, benefits, at in self.map(value, place):
            for benefit, count, spot in self.map(benefits, at):
                if self.known("benefit", benefit, self.project.benefits, spot):
                    yield from self.count(count, spot, name, user, benefit)

    def order(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        for order, word, at in self.map(value, place):
            yield from self.one_word(word, _ORDER_WORDS, at, name, order)

    def refunds(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        for order, amount, at in self.map(value, place):
            yield from self.amount(amount, self.project.currency.id, at, name, order)

    def bond(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        """`{f1: ann}`; an empty text or `none` for nobody; `{share.f1: ann}` where there are several referrals."""
        for whose, inviter, at in self.map(value, place):
            campaign, friend = self.of_kind(whose, Referral, at)
            if campaign:
                wanted = "" if inviter == "none" else str(inviter)
                yield Expectation(what=name, about=(friend, campaign), wanted=wanted, place=at)

    def flags(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        for whose, flags, at in self.map(value, place):
            campaign, user = self.of_kind(whose, Referral, at)
            if campaign:
                yield Expectation(what=name, about=(user, campaign), wanted=sorted(map(str, flags or ())), place=at)

    def parts(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        """`{o1: {tea: given, pick: open}}`."""
        for order, parts, at in self.map(value, place):
            for part, word, spot in self.map(parts, at):
                yield from self.one_word(word, _PART_WORDS, spot, name, order, part)

    def counts(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        for user, count, at in self.map(value, place):
            yield from self.count(count, at, name, user)

    def codes(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        for order, codes, at in self.map(value, place):
            if isinstance(codes, list):
                yield Expectation(what=name, about=(order,), wanted=sorted(map(str, codes)), place=at)
            else:
                self.findings.error(at, "wrong-type", "expected a list of codes")

    # --- tasks and streaks -------------------------------------------------------------------

    def days(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        """`{ann: 3}`; `{check-in.ann: 3}` where the story has several streaks."""
        for whose, wanted, at in self.map(value, place):
            campaign, user = self.of_kind(whose, Streak, at)
            if campaign and name == "best" and isinstance(wanted, list):
                about = (campaign, user, str(len(wanted)))
                yield Expectation(what=name, about=about, wanted=wanted, place=at)
            elif campaign:
                yield from self.count(wanted, at, name, campaign, user)

    def progress(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        """
        `{ann: {read: 2, share: done}}`; `{reading.ann: …}` where the story has several tasks, and
        `{ann: {b1: {read: 2}}}` where each book has progress of its own.
        """
        for whose, goals, at in self.map(value, place):
            campaign, user = self.of_kind(whose, Task, at)
            play = self.project.campaigns[campaign].play if campaign else None
            known = {goal.name: goal for goal in play.goals} if isinstance(play, Task) else {}
            for goal, wanted, spot in self.map(goals, at) if known else ():
                if goal not in known and isinstance(wanted, dict) and isinstance(play, Task):
                    for inner, amount, inside in self.map(wanted, spot):
                        yield from self._far(known, inner, amount, inside, name, campaign, user, *goal.split("/"))
                else:
                    yield from self._far(known, goal, wanted, spot, name, campaign, user)

    def _far(
        self, known: Mapping[str, Goal], goal: str, wanted: Any, place: Place, *about: str
    ) -> Iterator[Expectation]:
        """How far one goal is."""
        if self.known("goal", goal, known, place):
            found = known[goal]
            amount = Amount(found.target, found.unit, self.project.scale_of(found.unit)) if wanted == "done" else wanted
            name, campaign, user, *keys = about
            yield from self.amount(str(amount), found.unit, place, name, campaign, user, goal, *keys)


CHECKS: Mapping[str, Callable[[_Reader, str, Any, Place], Iterator[Expectation]]] = {
    "balance": _Reader.balances,
    "best": _Reader.days,
    "bond": _Reader.bond,
    "codes": _Reader.codes,
    "duplicate": _Reader.flag,
    "ends": _Reader.ends,
    "flags": _Reader.flags,
    "has": _Reader.has,
    "lapsed": _Reader.counts,
    "left": _Reader.left,
    "lots": _Reader.lots,
    "moved": _Reader.balances,
    "order": _Reader.order,
    "outcome": _Reader.outcome,
    "parts": _Reader.parts,
    "pay": _Reader.money,
    "pool": _Reader.pool,
    "price": _Reader.price,
    "progress": _Reader.progress,
    "promises": _Reader.counts,
    "refund": _Reader.money,
    "refunds": _Reader.refunds,
    "refused": _Reader.code,
    "shows": _Reader.shows,
    "skipped": _Reader.skipped,
    "step": _Reader.step,
    "stock": _Reader.stock,
    "streak": _Reader.days,
    "total": _Reader.days,
    "used": _Reader.used,
    "why": _Reader.code,
}
"""The checks by name; besides these, any unit's id checks balances: `points: {ann: 100}`."""
