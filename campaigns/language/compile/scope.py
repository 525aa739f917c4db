"""
The scope of a clause while it is compiled: the mall's names, the campaign's events, the findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from quanyi.campaigns.language.compile.mall import MallParts
from quanyi.campaigns.language.events import Attribute, EventType
from quanyi.campaigns.language.findings import Findings, closest, did_you_mean
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.entitlements.amounts import parse_amount
from quanyi.entitlements.parsing import LARGEST
from quanyi.entitlements.time import Schedule

__all__ = ["Scope"]


@attrs.frozen(kw_only=True)
class Scope:
    """
    The scope of one campaign's clauses.

    Attributes:
        events: The event types whose attributes its clauses may name; a name must fit all of them.
        zone: The campaign's zone.
        opens: When the campaign opens: its sessions.
        roles: People besides the user by whom limits may count: ``friend``, ``inviter``.
    """

    mall: MallParts
    findings: Findings
    campaign: str = ""
    zone: str = "UTC"
    events: tuple[EventType, ...] = ()
    roles: tuple[str, ...] = ()
    opens: tuple[Schedule, ...] = ()

    @property
    def is_command(self) -> bool:
        """Whether all its events are commands, so that somebody waits for every answer."""
        return bool(self.events) and all(event.command for event in self.events)

    def scales(self) -> Mapping[str, int]:
        """Decimal places by unit, the currency as ``money`` too."""
        money = self.mall.currency
        return {unit.id: unit.scale for unit in self.mall.units.values()} | {
            money.id: money.scale,
            "money": money.scale,
        }

    def unit(self, word: str) -> str | None:
        """The id of a unit; ``money`` is the currency; None for an unknown one."""
        if word in ("money", self.mall.currency.id):
            return self.mall.currency.id
        return word if word in self.mall.units else None

    def scale(self, unit: str) -> int:
        """Decimal places of a unit; 0 for pieces, times and benefits."""
        money = self.mall.currency
        if unit in ("money", money.id):
            return money.scale
        declared = self.mall.units.get(unit)
        return 0 if declared is None else declared.scale

    def amount(self, place: Place, text: str, scale: int) -> int:
        """Read an amount in the smallest unit; more decimal places than *scale* are a finding."""
        try:
            found = parse_amount(text, scale)
        except (ValueError, ArithmeticError) as no:
            hint = Message("write at most {scale} decimal places", scale=scale) if scale else "write a whole number"
            self.findings.error(place, "too-many-places", str(no), hint)
            return 0
        if abs(found) > LARGEST:
            self.findings.error(
                place, "out-of-range", Message("{text} is larger than any amount that is counted", text=text)
            )
            return 0
        return found

    def event(self, place: Place, name: str) -> EventType | None:
        """The declared event. An unknown name is a finding, and the event that was clearly meant is used."""
        found = self.mall.events.get(name)
        if found is not None:
            return found
        own = [event.id for event in self.mall.events.values() if not event.built_in]
        built_in = [event.id for event in self.mall.events.values() if event.built_in]
        guess = closest(name, own) or closest(name, built_in)
        if guess is None:
            if not self.mall.unsure(name):
                hint = did_you_mean(name, own) or did_you_mean(name, built_in)
                self.findings.error(place, "unknown-event", Message("there is no event {name!r}", name=name), hint)
            return None
        hint = Message("did you mean {guess}? the rest is read as if you did", guess=guess)
        self.findings.error(place, "unknown-event", Message("there is no event {name!r}", name=name), hint)
        return self.mall.events[guess]

    def attribute(self, place: Place, name: str, *, as_key: bool = False) -> Attribute | None:
        """
        The attribute *name* that all the campaign's events have; else a finding.

        Args:
            as_key: Whether the name is a key in the file, not a value.
        """
        name = name.removeprefix("event.")
        found = None
        for event in self.events:
            found = event.attributes.get(name)
            if found is None:
                message = Message("{id} has no attribute {name!r}", id=event.id, name=name)
                if not self.mall.unsure(event.id):
                    note = self.findings.key_error if as_key else self.findings.error
                    note(place, "unknown-attribute", message, did_you_mean(name, event.attributes))
                return _meant(name, event.attributes)
        return found

    def fact(self, place: Place, name: str) -> Attribute | None:
        """The profile value of that name; a finding if there is none."""
        name = name.removeprefix("user.")
        found = self.mall.profile.get(name)
        if found is None:
            if not self.mall.unsure(name):
                hint = did_you_mean(name, self.mall.profile)
                self.findings.key_error(
                    place, "unknown-attribute", Message("the profile in mall.yaml has no {name!r}", name=name), hint
                )
            return _meant(name, self.mall.profile)
        return found

    def thing(self, place: Place, word: str, known: Iterable[str], code: str, message: str, *, hint: str = "") -> str:
        """Note an unknown name in a key, and return the name that was clearly meant; empty if there is none."""
        words = list(known)
        guess = closest(word, words)
        if guess is not None or not self.mall.unsure(word):
            self.findings.key_error(place, code, message, hint or did_you_mean(word, words))
        return guess or ""


def _meant(name: str, known: Mapping[str, Attribute]) -> Attribute | None:
    """The attribute that an unknown name was clearly meant for; None if there is none."""
    guess = closest(name, known)
    return None if guess is None else known[guess]
