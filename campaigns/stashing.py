"""
Card codes on their way in: sealed, and recognised where they were kept in another way.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs

from quanyi.entitlements.card_codes import clean_card_codes, trimmed
from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.needs import CodeTwin
from quanyi.entitlements.ports import Store, Vault

__all__ = ["sealed_codes"]


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
        attrs.evolve(new, blind=other.blind)
        if any(trimmed(vault.open(old)) == code for old in stands.get(other, ()))
        else new
        for code, new, other in zip(clean, sealed, others, strict=True)
    )
