"""
Codes on their way into a pool, part by part: all parts are one batch, and each part has a key of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from quanyi.campaigns.project.model import Project
from quanyi.campaigns.requests import Requests
from quanyi.entitlements.benefits import Benefit, Pool
from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.identifiers import identifier
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.records import CodeBatch, RecordKey

__all__ = ["PART", "Stashing", "behind"]

PART = 2_000
"""How many codes come in with one transaction: the stock is held no longer than these take."""


def behind(project: Project, named: str) -> tuple[Benefit, Pool]:
    """
    The benefit and its pool, by the name of either.

    Raises:
        NotFound: There is neither a pool nor a benefit with one of that name.
    """
    name = identifier(named, "pool")
    found = [benefit for benefit in project.benefits.values() if benefit.pool and name in (benefit.pool, benefit.id)]
    exact = [benefit for benefit in found if benefit.pool == name] or found
    if not exact:
        pools = ", ".join(sorted(benefit.pool for benefit in project.benefits.values() if benefit.pool)) or "none"
        raise NotFound(f"no pool of codes is called {name!r}, nor a benefit with one; this mall has {pools}")
    return exact[0], project.pools.get(exact[0].pool) or Pool(id=exact[0].pool)


@attrs.frozen(kw_only=True)
class Stashing:
    """
    What all codes of one batch share.

    Attributes:
        key: Of the whole; the keys of parts are made of it.
        source: ``import`` or ``generate``.
        name: What its author calls the batch.
        by: Who brings them in, and *reason* why.
    """

    requests: Requests
    benefit: Benefit
    pool: Pool
    key: str
    source: str
    name: str = ""
    by: str | None = None
    reason: str = attrs.field(default="", repr=False)

    @property
    def id(self) -> str:
        """The number of the batch."""
        return CodeBatch.number_of(self.pool.id, self.key)

    def batch(self) -> CodeBatch | None:
        """The batch as it stands; None before its first part."""
        key = RecordKey(kind=CodeBatch.kind, parts=(self.id,))
        record, _ = self.requests.ports.look([key]).stored(key)
        return record if isinstance(record, CodeBatch) else None

    def part(self, number: int, codes: Sequence[SealedCode], said: Mapping[str, Any], **counts: Any) -> Receipt:
        """
        Bring one part in. The same part again is answered with its first receipt.

        Args:
            said: What tells this part from any other under its key.
            counts: What the batch counts besides: lines that are ``broken`` or ``repeated``, whether it is the ``last`` part.
        """
        ask = self.requests.asked("codes.import", user=None, key=f"{self.key}/{number}", by=self.by)
        batch = {"of": self.key, "part": number, "source": self.source, "name": self.name, "reason": self.reason}
        data: dict[str, Any] = {"benefit": self.benefit.id, "pool": self.pool.id, **said, "batch": {**batch, **counts}}
        data |= {"shared": True} if self.benefit.shared else {}
        return self.requests.run(attrs.evolve(ask, data=data, personal={"codes": tuple(codes)}))

    @staticmethod
    def told(codes: Sequence[SealedCode]) -> str:
        """A digest of what codes of a part are told from others by: their indexes, channels, regions and ends."""
        digest = hashlib.blake2b(digest_size=16)
        for code in codes:
            ends = "" if code.ends_at is None else code.ends_at.isoformat()
            digest.update(code.blind + (code.twin_of or b""))
            digest.update("\0".join((code.channel or "", code.region or "", ends, "")).encode())
        return digest.hexdigest()
