"""
What a story says of users, balances, stock and codes: before its first step, or on the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import attrs

from quanyi.campaigns.language.events import read_values
from quanyi.campaigns.language.findings import Findings, did_you_mean
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.schema.story import GivenMap
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.tools.stories.model import Given
from quanyi.entitlements.amounts import parse_amount
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.time import zone_of

__all__ = ["GivenReader"]


@attrs.frozen(kw_only=True)
class GivenReader:
    """Reads the maps that say how things stand; what the project does not declare is noted."""

    project: Project
    zone: str
    findings: Findings

    def read(self, given: GivenMap, place: Place, at: datetime) -> Given:
        """All that is given before the first step, which comes at *at*."""
        named = given.users if isinstance(given.users, dict) else dict.fromkeys(given.users)
        return Given(
            users=self.facts({user: facts or {} for user, facts in named.items()}, place / "users", at),
            balances=dict(self._balances(given.model_extra or {}, place)),
            stock=dict(self.stock(given.stock, place / "stock")),
            sold=dict(self._sold(given, place / "used")),
            codes=dict(self.codes(given.codes, place / "codes")),
        )

    def facts(self, users: Mapping[str, Mapping[str, Any]], place: Place, at: datetime) -> dict[str, dict[str, Any]]:
        """What the host says about each user."""
        return {user: self._facts(facts, place / user, at) for user, facts in users.items()}

    def stock(self, stock: Mapping[str, int], place: Place) -> Iterator[tuple[str, int]]:
        """Pieces of benefits in the mall."""
        project = self.project
        for thing, pieces in stock.items():
            if not self._known("benefit", thing, {**project.benefits, **project.goods}, place / thing):
                continue
            if thing in project.goods:
                said = Message("{thing!r} is the host's own and has no stock here; this changes nothing", thing=thing)
                self.findings.warning(place / thing, "no-stock", said)
            elif project.benefits[thing].stock is None:
                said = Message("{thing!r} never runs out: the catalogue gives it no stock", thing=thing)
                self.findings.error(place / thing, "no-stock", said, "write stock: in the catalogue, or codes: here")
            else:
                yield thing, pieces

    def codes(self, codes: Mapping[str, tuple[str | int, ...]], place: Place) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Card codes of benefits that have a pool."""
        for benefit, texts in codes.items():
            if not self._known("benefit", benefit, self.project.benefits, place / benefit):
                continue
            if not self.project.benefits[benefit].pool:
                self.findings.error(
                    place / benefit, "no-pool", Message("{benefit!r} has no pool of codes", benefit=benefit)
                )
            yield benefit, tuple(map(str, texts))

    # --- inside ------------------------------------------------------------------------------

    def _known(self, sort: str, word: str, words: Mapping[str, Any], place: Place) -> bool:
        if word not in words:
            self.findings.key_error(
                place,
                f"unknown-{sort}",
                Message("there is no {sort} {word!r}", sort=Message(sort), word=word),
                did_you_mean(word, words),
            )
        return word in words

    def _facts(self, facts: Mapping[str, Any], place: Place, at: datetime) -> dict[str, Any]:
        for name in facts:
            self._known("fact", name, self.project.profile, place / name)
        known = {name: value for name, value in facts.items() if name in self.project.profile}
        try:
            zone = zone_of(self.zone)
            return read_values("facts", self.project.profile, known, now=at, zone=zone, decimals=True, open_ended=True)
        except InputError as no:
            self.findings.error(place, "bad-fact", str(no))
            return {}

    def _balances(self, units: Mapping[str, Any], place: Place) -> Iterator[tuple[tuple[str, str], int]]:
        known = {**self.project.units, **dict.fromkeys(name for name in GivenMap.model_fields)}
        for unit, amounts in units.items():
            if not self._known("unit", unit, known, place / unit):
                continue
            for user, amount in amounts.items():
                try:
                    yield (user, unit), parse_amount(amount, self.project.scale_of(unit))
                except (ValueError, ArithmeticError) as no:
                    said = (
                        str(no) if isinstance(no, ValueError) else Message("{amount} is not an amount", amount=amount)
                    )
                    self.findings.error(place / unit / user, "bad-amount", said)

    def _sold(self, given: GivenMap, place: Place) -> Iterator[tuple[tuple[str, str], int]]:
        quotas = {
            f"{campaign.id}.quota.{thing}": (campaign.id, thing, pieces)
            for campaign in self.project.campaigns.values()
            for thing, pieces, _ in campaign.kind.quotas(campaign.play)
        }
        for name, pieces in given.used.items():
            if self._known("quota", name, quotas, place / name):
                campaign, thing, most = quotas[name]
                if pieces > most:
                    said = Message("more than the quota of {most}", most=most)
                    self.findings.error(place / name, "out-of-range", said)
                yield (campaign, thing), pieces
