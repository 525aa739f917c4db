"""
Card codes on their way in, sealed, and recognised where they were kept in another way; and on their way out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import count

import attrs

from quanyi.campaigns.ports import Ports
from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.card_codes import clean_card_codes, trimmed
from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.needs import CodesOf, CodeTwin
from quanyi.entitlements.ports import Store, Vault
from quanyi.entitlements.records import Entitlement, RecordKey

__all__ = ["codes_of", "known_codes", "sealed_codes", "with_codes"]


def sealed_codes(
    codes: Sequence[str], pool: str, *, ignore_case: bool, vault: Vault, store: Store, now: datetime
) -> tuple[SealedCode, ...]:
    """
    The codes of one import, sealed.

    A code that stands in the books to the letter, but under the other kind of blind index (an older
    release kept all of them in normal form, or its pool began to ignore case later), goes by the index
    that it has there, so that it is met as known.
    """
    clean = clean_card_codes(codes)
    sealed = vault.seal(pool, clean, ignore_case=ignore_case)
    others = [CodeTwin(vault.blind(code, ignore_case=not ignore_case)) for code in clean]
    stands = store.peek(set(others), now).codes
    return tuple(
        attrs.evolve(new, blind=other.blind) if _stands(code, stands.get(other, ()), vault) else new
        for code, new, other in zip(clean, sealed, others, strict=True)
    )


def known_codes(
    codes: Sequence[str], *, ignore_case: bool, vault: Vault, store: Store, now: datetime
) -> frozenset[int]:
    """The places of those clean codes that stand in the books, under whichever index."""
    own = [CodeTwin(vault.blind(code, ignore_case=ignore_case)) for code in codes]
    others = [CodeTwin(vault.blind(code, ignore_case=not ignore_case)) for code in codes]
    stands = store.peek({*own, *others}, now).codes
    places = enumerate(zip(codes, own, others, strict=True))
    return frozenset(
        n for n, (code, mine, other) in places if stands.get(mine) or _stands(code, stands.get(other, ()), vault)
    )


def _stands(code: str, found: Iterable[SealedCode], vault: Vault) -> bool:
    """Whether one of the codes found is *code* to the letter."""
    return any(trimmed(vault.open(old)) == code for old in found)


def codes_of(entitlement: str, ports: Ports) -> tuple[str, ...]:
    """The card codes of an entitlement in clear."""
    key = RecordKey(kind=Entitlement.kind, parts=(entitlement,))
    right, _ = ports.look([key]).stored(key)
    need = CodesOf(right.codes_of if isinstance(right, Entitlement) else entitlement)
    sealed = ports.store.peek([need], ports.now()).codes.get(need, ())
    return tuple(ports.code_vault().open(code) for code in sealed)


def with_codes(ask: Input, receipt: Receipt, run: Callable[[Input], Receipt], ports: Ports) -> Receipt:
    """The receipt of a reveal with the codes in clear; a repeated one is booked by *run* under a key of its own first."""
    sight = receipt
    tries = count()
    while sight.duplicate:
        again = digest16("again", ask.key, ask.at.isoformat(), str(next(tries)))
        sight = run(attrs.evolve(ask, key=f"again/{again.hex()}"))
    if "entitlement" not in receipt.answer:
        return receipt  # a batch has not decided yet
    return attrs.evolve(receipt, answer={**receipt.answer, "codes": codes_of(receipt.entitlement, ports)})
