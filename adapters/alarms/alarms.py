"""
The alarms of a mall: look for them, list them, acknowledge them.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from quanyi.adapters.alarms.found import FoundAlarm, Watched
from quanyi.adapters.alarms.rules import RULES
from quanyi.campaigns.ports import Ports
from quanyi.campaigns.requests import Requests
from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.arguments import a_text, how_many
from quanyi.entitlements.errors import InputError, NotFound
from quanyi.entitlements.identifiers import identifier, identifier_or_none
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.listings import Listing
from quanyi.entitlements.records import Alarm, Record, RecordKey
from quanyi.entitlements.records.alarms import OPEN_PHASES

if TYPE_CHECKING:
    from quanyi.adapters.sql.watch import Watch

__all__ = ["Alarms"]

_log = logging.getLogger("quanyi.alarms")

_PAGE = 500


class Alarms:
    """
    The alarms of one mall. What is found while it stands is one alarm, however often and by however many it is found.

    Args:
        watch: What knows of the mall's witness, if it has one.
    """

    def __init__(self, requests: Requests, watch: Watch | None = None) -> None:
        self._requests, self._watch = requests, watch

    @property
    def _ports(self) -> Ports:
        return self._requests.ports

    def look(self) -> int:
        """
        Look for everything that is an alarm: raise what is new, count what lasts, clear what is over.

        A rule that fails is logged, and clears nothing of its own.

        Returns:
            How many alarms were raised, counted or cleared.
        """
        watched, noted = Watched(self._ports, self._watch), 0
        standing = {(alarm.name, alarm.subject): alarm for alarm in self.standing()}
        for name, rule in RULES.items():
            found = None
            if name not in watched.bounds.off:
                try:
                    found = list(rule(watched))
                except Exception:  # noqa: BLE001  (one rule that fails must not hide what the others find)
                    _log.exception("%s could not be looked for", name)
                    continue
            noted += self._compare(watched, name, found or [], standing)
        return noted

    def standing(self) -> list[Alarm]:
        """The alarms that are not over, newest first."""
        found = self._ports.listed([Listing(kind=Alarm.kind, phase=phase) for phase in OPEN_PHASES])
        return sorted((cast("Alarm", alarm) for some in found for alarm in some), key=_age, reverse=True)

    def list(
        self, *, phase: str | None = None, name: str | None = None, after: str | None = None, limit: int = 50
    ) -> list[Alarm]:
        """
        Alarms, newest first.

        Args:
            phase: Only alarms that are ``raised``, ``acknowledged`` or ``cleared``.
            name: Only alarms of this name, ``stock.low``.
            after: The number of the last alarm of an earlier page.
        """
        stage, called, most = identifier_or_none(phase, "phase"), identifier_or_none(name, "name"), how_many(limit)
        last = None if after is None else identifier(after, "after")
        found: list[Alarm] = []
        while len(found) < most and (page := self._page(stage, last)):
            found += [alarm for alarm in page if called in (None, alarm.name)]
            last = page[-1].id
        return found[:most]

    def _page(self, phase: str | None, after: str | None) -> Sequence[Alarm]:
        key = None if after is None else RecordKey(kind=Alarm.kind, parts=(after,))
        filters: dict[str, Any] = {"phase": phase, "after": key, "limit": _PAGE}
        found: Sequence[Record] = self._ports.read(
            ("alarms", *filters.values()), lambda store: store.records(Alarm.kind, **filters)
        )
        return cast("Sequence[Alarm]", found)

    def get(self, alarm: str) -> Alarm:
        """
        One alarm by its number.

        Raises:
            NotFound: There is none.
        """
        key = RecordKey(kind=Alarm.kind, parts=(identifier(alarm, "alarm"),))
        record, _ = self._ports.look([key]).stored(key)
        if not isinstance(record, Alarm):
            raise NotFound("no alarm has this number")
        return record

    def acknowledge(self, alarm: str, *, by: str, reason: str, key: str | None = None) -> Receipt:
        """
        Say that somebody looks after an alarm: it stays quiet until it is over.

        Args:
            alarm: Its number.
            by: Who.
            reason: What they do about it, or why it is nothing to worry about.
            key: The same key again is answered with the first receipt.

        Raises:
            InputError: It is over, or acknowledged already; or there is no reason.
            NotFound: There is no such alarm.
        """
        number, why = identifier(alarm, "alarm"), a_text(reason, "reason").strip()
        if not why:
            raise InputError("whoever acknowledges an alarm says why")
        return self._note(number, "acknowledged", key or f"{number}/acknowledged/{by}", by=by, reason=why)

    # --- noting ------------------------------------------------------------------------------

    def _compare(
        self, watched: Watched, name: str, found: Sequence[FoundAlarm], standing: dict[tuple[str, str], Alarm]
    ) -> int:
        """What is new is raised, what lasts is counted, what is over is cleared; how many those were."""
        seen = {(each.name, each.subject): each for each in found}
        noted = sum(self._see(watched, each, standing.get(key)) for key, each in seen.items())
        for key, alarm in standing.items():
            if alarm.name == name and key not in seen:
                self._note(alarm.id, "cleared", f"{alarm.id}/cleared")
                noted += 1
        return noted

    def _see(self, watched: Watched, found: FoundAlarm, before: Alarm | None) -> bool:
        if before is not None and not before.counts(found.severity, watched.now):
            return False
        round_ = before.round if before is not None else self._round(watched, found)
        if not round_:
            return False
        said: dict[str, Any] = {
            "name": found.name,
            "round": round_,
            "severity": found.severity,
            "amount": found.amount,
            "bound": found.bound,
            **{word: text for word in ("subject", "campaign", "item") if (text := getattr(found, word))},
            **({} if found.ends_at is None else {"ends_at": found.ends_at.isoformat()}),
        }
        number = Alarm.number_of(found.name, found.subject, round_)
        key = digest16("alarm", number, watched.now.isoformat(), repr(sorted(said.items()))).hex()
        self._note(number, "seen", key, **said)
        return True

    def _round(self, watched: Watched, found: FoundAlarm) -> int:
        """
        The round of what stood nowhere when this look began: that of an alarm which somebody else raised meanwhile, else one
        more than there were; 0 for what somebody else saw to be over meanwhile.
        """
        about = Alarm.about_of(found.name, found.subject)
        last = cast("Sequence[Alarm]", self._ports.store.find(Alarm.kind, "about", about, limit=1))
        if not last:
            return 1
        if last[0].open:
            return last[0].round
        over = last[0].cleared_at
        return 0 if over is not None and over > watched.now else last[0].round + 1

    def _note(self, alarm: str, step: str, key: str, *, by: str | None = None, **said: Any) -> Receipt:
        data = {"alarm": alarm, "step": step, **said}
        author = None if by is None else identifier(by, "actor")
        return self._requests.run(self._requests.asked("alarm.note", user=None, key=key, by=author, data=data))


def _age(alarm: Alarm) -> tuple[Any, str]:
    return alarm.first_at, alarm.id
