"""
What operators do in any mall: an open one, one inside the host's transaction, a batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import attrs

from quanyi.campaigns.person_data import person_data
from quanyi.campaigns.ports import Ports
from quanyi.campaigns.requests import Requests, said_of
from quanyi.campaigns.stashing import sealed_codes
from quanyi.campaigns.supply.desk import SupplyDesk
from quanyi.entitlements.arguments import a_text, a_whole_number, how_many
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.identifiers import identifier, identifier_or_none
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.records import Act, Deal, Record, RecordKey

__all__ = ["Desk"]


class Desk:
    """
    What operators of a mall do, apart from what its users do.

    Every write takes a `key`, as the mall's do; in a batch it is collected like theirs.
    """

    def __init__(self, requests: Requests) -> None:
        self._requests = requests

    @property
    def _ports(self) -> Ports:
        return self._requests.ports

    @property
    def supply(self) -> SupplyDesk:
        """What is bought from suppliers once its buyer has paid: purchases, call-backs, what suppliers have billed."""
        return SupplyDesk(self._ports)

    def adjust(self, user: str, unit: str, amount: int, *, key: str, reason: str, by: str | None = None) -> Receipt:
        """
        Correct a wallet, up or down.

        >>> mall.desk.adjust("ann", "points", 50, key="fix/1", reason="o1 was counted once too little").given
        {'points': 50}

        Args:
            amount: In the unit's smallest part; below zero to take.
            reason: Why, for the journal.
            by: Who does it.

        Raises:
            InputError: The unit is not declared.
        """
        known = self._ports.unit(unit)
        number, why = a_whole_number(amount, "amount"), a_text(reason, "reason")
        run, command = self._requests.run, self._requests.command
        return run(command("wallet.adjust", user=user, key=key, by=by, unit=known, amount=number, reason=why))

    def grant(self, user: str, benefit: str, *, key: str, reason: str, by: str | None = None) -> Receipt:
        """
        Give somebody one entitlement by hand: from stock and pool as a campaign gives it, and no campaign's limit is used.

        >>> imported = mall.desk.import_codes("music", ["SORRY-0001"], key="codes/sorry")
        >>> mall.desk.grant("ann", "music", key="sorry/1", reason="the film stopped twice", by="clerk/7").given
        {'music': 1}

        Args:
            reason: Why, for the journal.
            by: Who does it.

        Raises:
            NotFound: The catalogue has no such benefit.
            OutOfStock: No piece or code of it is left.
        """
        named, why = identifier(benefit, "benefit"), a_text(reason, "reason")
        found = self._ports.project.benefits.get(named)
        if found is None:
            raise NotFound(f"no benefit is called {named!r}")
        ask = self._requests.command("entitlement.grant", user=user, key=key, by=by, benefit=named, reason=why)
        return self._requests.run(attrs.evolve(ask, personal={**ask.personal, "benefit": found}))

    def import_codes(self, benefit: str, codes: Sequence[str], *, key: str, by: str | None = None) -> Receipt:
        """
        Bring card codes of a benefit in, sealed; each distinct code once. Case matters, unless the pool says
        `ignore_case`.

        >>> mall.desk.import_codes("music", ["AAAA-1111", "BBBB-2222", "AAAA-1111"], key="codes/1").added
        2

        Args:
            codes: A list, one text each; white space and byte order marks around them are left out.

        Returns:
            A receipt with `added`, and `duplicates`: those `known` before, and those `repeated` in the list.

        Raises:
            InputError: Some are no codes: empty, too long, with a line's end or a control character inside.
                All of them are named by their lines.
        """
        ask = self._requests.asked("codes.import", user=None, key=key, by=by)
        named = identifier(benefit, "benefit")
        entry = self._ports.project.benefits.get(named)
        if entry is None or not entry.pool:
            raise NotFound(f"{named} has no pool of codes")
        pool = self._ports.project.pools.get(entry.pool)
        sealed = sealed_codes(
            codes,
            entry.pool,
            ignore_case=pool is not None and pool.ignore_case,
            vault=self._ports.code_vault(),
            store=self._ports.store,
            now=ask.at,
        )
        blinds = sorted(code.blind.hex() for code in sealed)
        data: dict[str, Any] = {"benefit": named, "pool": entry.pool, "blinds": blinds}
        data |= {"shared": True} if entry.shared else {}
        personal = {"codes": sealed}
        return self._requests.run(attrs.evolve(ask, data=data, personal=personal))

    def find_deals(self, *, order: str, limit: int = 100) -> list[Deal]:
        """
        The deals of the host's order number, whoever bought them, newest first; as they read now.

        >>> receipt = mall.claim("phones", item="phone", user="ann", key="c/1", order="o1")
        >>> [(deal.item, deal.phase) for deal in mall.desk.find_deals(order="o1")]
        [('phone', 'placed')]
        """
        found = self._ports.store.find(Deal.kind, "order", identifier(order, "order"), limit=how_many(limit))
        view = self._ports.look([record.key for record in found])
        return [cast("Deal", view.stored(record.key)[0]) for record in found]

    def person_data(self, user: str) -> dict[str, Any]:
        """
        Everything that the books keep of one person, as plain values: for whoever asks what is known of them.

        >>> receipt = mall.desk.adjust("eve", "points", 5, key="e/1", reason="welcome")
        >>> found = mall.desk.person_data("eve")
        >>> [(entry["amount"], entry["label"]) for entry in found["history"]], sorted(found["records"])
        ([(5, 'adjust')], [])

        Raises:
            NotFound: The books know nobody of that id.
        """
        return person_data(self._ports, user)

    def note_act(  # noqa: PLR0913  (one keyword for each thing that is said of an act)
        self,
        act: str,
        name: str,
        phase: str,
        *,
        by: str,
        reason: str = "",
        user: str | None = None,
        campaign: str = "",
        about: str = "",
        why: str = "",
        rows: int = 0,
        refusals: int = 0,
    ) -> Receipt:
        """
        Note an act of an operator: ``begun`` before it is done, then ``done`` or ``refused``; what is never begun is ``refused`` at once.

        >>> receipt = mall.desk.note_act("n1", "people.adjust", "begun", by="ops/7", reason="late parcel", user="ann")
        >>> mall.desk.note_act("n1", "people.adjust", "done", by="ops/7").phase
        'done'

        Args:
            act: Its number, which nobody else uses. Noting the same phase again is answered with the first receipt.
            name: What is done.
            user: Whom it concerns, if it is one person; *campaign* and *about* what.
            why: The code of the refusal.
            rows: How many rows were booked; *refusals* how many were refused.

        Raises:
            InputError: It is over already, or was begun by somebody else.
        """
        number, stage = identifier(act, "act"), identifier(phase, "phase")
        data = {
            "act": number,
            "name": identifier(name, "name"),
            "phase": stage,
            **said_of(reason=a_text(reason, "reason"), about=a_text(about, "about")),
            **said_of(why=a_text(why, "why"), campaign=identifier(campaign, "campaign") if campaign != "" else ""),
            **said_of(rows=a_whole_number(rows, "rows"), refusals=a_whole_number(refusals, "refusals")),
        }
        ask = self._requests.asked(
            "act.note", user=user, key=f"{number}/{stage}", by=identifier(by, "actor"), data=data
        )
        return self._requests.run(ask)

    def act(self, act: str) -> Act | None:
        """
        One act by its number; None if there is none.

        >>> mall.desk.act("unheard-of") is None
        True
        """
        key = RecordKey(kind=Act.kind, parts=(identifier(act, "act"),))
        record, _ = self._ports.look([key]).stored(key)
        return record if isinstance(record, Act) else None

    def acts(
        self, *, user: str | None = None, phase: str | None = None, after: str | None = None, limit: int = 50
    ) -> list[Act]:
        """
        What operators did, newest first.

        >>> [(act.name, act.by) for act in mall.desk.acts(user="nobody")]
        []

        Args:
            user: Only what concerns this person.
            phase: Only acts that are ``begun``, ``done`` or ``refused``.
            after: The number of the last act of an earlier page.
        """
        known = {} if user is None else {"holder": self._ports.holder(user)}
        last = None if after is None else RecordKey(kind=Act.kind, parts=(identifier(after, "after"),))
        filters: dict[str, Any] = {"phase": identifier_or_none(phase, "phase"), "after": last, **known}
        name = ("acts", *filters.values(), how_many(limit))
        found: Sequence[Record] = self._ports.read(
            name, lambda store: store.records(Act.kind, limit=how_many(limit), **filters)
        )
        return cast("list[Act]", list(found))
