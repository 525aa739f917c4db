"""
What operators do in any mall: an open one, one inside the host's transaction, a batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import attrs

from quanyi.campaigns.ports import Ports
from quanyi.campaigns.requests import Requests
from quanyi.campaigns.stashing import sealed_codes
from quanyi.entitlements.arguments import a_text, a_whole_number, how_many
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.identifiers import identifier
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.records import Deal

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
