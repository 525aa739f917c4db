"""
Sealing stored codes anew under the current key, page by page, while the mall goes on selling; and the secrets of webhooks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs

from quanyi.campaigns.ports import Ports
from quanyi.entitlements.errors import InputError

if TYPE_CHECKING:
    from quanyi.adapters.webhooks.endpoints import Endpoint

__all__ = ["reseal", "reseal_secrets"]

_PAGE = 500


def reseal(ports: Ports, most: int | None, told: Callable[[int], object]) -> int:
    """
    Seal codes anew that an older key has sealed; how many those were.

    Each page is a short transaction of its own that changes nothing but seals, and writes each only where the seal that
    was read still stands. So a code that is drawn or revealed meanwhile keeps its owner, two that reseal at once do each
    code once, and one that was cut off goes on with what is left.

    Args:
        most: How many at most; None for all.
        told: Is told how many were done, after each page.

    Raises:
        InputError: The mall's vault has no keys that change.
        StorageError: A code was sealed under a key that is not on the ring: put it back.
    """
    vault = ports.code_vault()
    current, renew = getattr(vault, "current", None), getattr(vault, "reseal", None)
    if current is None or renew is None:
        raise InputError("this mall's vault can't seal codes anew: it needs `current` and `reseal`")
    done, after, found = 0, None, False
    while most is None or done < most:
        page = ports.store.sealed_otherwise(current, after, _PAGE if most is None else min(_PAGE, most - done))
        if page:
            done, after, found = done + ports.store.put_seals(page, renew(page)), page[-1].id, True
            told(done)
        elif not found:
            break
        else:  # once more from the first: another process may have brought codes in under an older key
            after, found = None, False
    return done


def reseal_secrets(ports: Ports) -> int:
    """Seal the secrets of webhook endpoints anew that an older key has sealed; how many endpoints those were."""
    from quanyi.adapters.sql.endpoints import SqlEndpoints
    from quanyi.adapters.sql.store import SqlStore

    vault = ports.code_vault()
    current, renew = getattr(vault, "current", None), getattr(vault, "reseal", None)
    if renew is None or not isinstance(ports.store, SqlStore):
        return 0
    endpoints = SqlEndpoints(ports.store)

    def renewed(endpoint: Endpoint) -> Endpoint:
        codes = renew([secret.code for secret in endpoint.secrets])
        pairs = zip(endpoint.secrets, codes, strict=True)
        return attrs.evolve(endpoint, secrets=tuple(attrs.evolve(secret, code=code) for secret, code in pairs))

    old = [each.id for each in endpoints.all() if any(secret.code.key_id != current for secret in each.secrets)]
    for id_ in old:
        endpoints.change(id_, renewed)
    return len(old)
