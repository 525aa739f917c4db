"""
Pieces: what a campaign may place (its quota) and what the mall has (the stock of a benefit).

A quota that many buyers meet at once is kept in several balances, so that they don't all wait for one
row. A buyer's own balance is chosen by a hash; only if it runs out are the others locked and drawn on.
The sum is exact all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import attrs

from quanyi.entitlements.accounts import Account, outside, quota, stock
from quanyi.entitlements.amounts import share_out
from quanyi.entitlements.derived_ids import bucket
from quanyi.entitlements.errors import OutOfStock
from quanyi.entitlements.needs import with_due_back
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.records import Loaded, Move, RecordKey

__all__ = ["is_loaded", "load", "loaded_key", "look", "own_split", "pieces_left", "quota_splits", "take_pieces"]


@lru_cache(maxsize=1024)
def quota_splits(campaign: str, thing: str, splits: int) -> tuple[Account, ...]:
    """The balances that a quota is kept in: *splits* of them, at least one."""
    return tuple(quota(campaign, thing, n) for n in range(max(splits, 1)))


def own_split(accounts: Sequence[Account], holder: str) -> Account:
    """
    The balance that this holder's pieces come from first, always the same one.

    >>> splits = quota_splits("may", "mug", 4)
    >>> [own_split(splits, holder).parts for holder in ("h1", "h3")]
    [('may', 'mug', '0'), ('may', 'mug', '2')]
    """
    return accounts[bucket(len(accounts), "split", holder)] if len(accounts) > 1 else accounts[0]


def take_pieces(
    draft: Draft,
    accounts: Sequence[Account],
    pieces: int,
    *,
    holder: str,
    to: Account,
    label: str = "place",
    back: Sequence[str] = (),
) -> tuple[Move, ...]:
    """
    Move *pieces* out of a quota or stock into *to*, from the holder's own balance first.

    Args:
        back: The endings that give the pieces back.

    Raises:
        OutOfStock: All its balances together hold fewer.
    """
    order = look(draft, accounts, pieces, holder=holder)
    moves = []
    for account in order:
        part = min(draft.stands(account), pieces) if pieces else 0
        if part:
            draft.post(account, to, part, label)
            moves.append(Move(source=account, destination=to, amount=part, back=tuple(back)))
            pieces -= part
    return tuple(moves)


def look(draft: Draft, accounts: Sequence[Account], pieces: int, *, holder: str) -> list[Account]:
    """
    Check that there are *pieces*, without taking any.

    Returns:
        The balances in the order in which they would be drawn on.

    Raises:
        OutOfStock: All of them together hold fewer.
    """
    start = accounts.index(own_split(accounts, holder))
    order = [*accounts[start:], *accounts[:start]]
    if draft.stands(order[0], pieces) < pieces:
        draft.require(*order)
        left = sum(map(draft.stands, order))
        if left < pieces:
            raise OutOfStock(shows={"left": left, "asked": pieces, "missing": pieces - left})
    return order


def pieces_left(draft: Draft, accounts: Sequence[Account]) -> int | None:
    """How many are left; None if the picture lacks any of the balances."""
    if all(draft.view.declared(need) for need in with_due_back(accounts)):
        return sum(map(draft.stands, accounts))
    return None


def loaded_key(thing: tuple[str, ...]) -> RecordKey:
    """The key of the record of how much was put on sale of ``("quota", campaign, item)`` or ``("stock", benefit)``."""
    return RecordKey(kind=Loaded.kind, parts=thing)


def is_loaded(before: Loaded | None, total: int, splits: int = 1) -> bool:
    """Whether *before* says that *total* pieces were put on sale in *splits* balances, so that nothing is to be done."""
    return before is not None and (before.total, before.splits) == (total, splits)


def load(draft: Draft, thing: tuple[str, ...], total: int, splits: int = 1) -> int:
    """
    Set the number of pieces ever put on sale to *total*, and return the difference to before.

    More are added; fewer are taken out of what is still free. The balances are levelled, also when the
    number of *splits* changes.

    Raises:
        OutOfStock: More would have to be taken out than is free: the rest is placed or sold.
    """
    before = draft.get(Loaded, *thing)
    if is_loaded(before, total, splits):
        return 0
    old_total, old_splits = (before.total, before.splits) if before else (0, 1)
    accounts = _accounts(thing, max(old_splits, splits))
    draft.require(*accounts)
    delta = total - old_total
    free = sum(draft.stands(account, -delta if delta < 0 else None) for account in accounts)
    if free + delta < 0:
        raise OutOfStock(
            reason="still-placed",
            shows={"left": free, "asked": -delta, "missing": -delta - free, "least": old_total - free},
        )
    shares = [*share_out(free + delta, [1] * splits), *[0] * (len(accounts) - splits)]
    _level(draft, accounts, shares)
    draft.put(attrs.evolve(before or Loaded(thing=thing, total=0), total=total, splits=splits))
    return delta


def _accounts(thing: tuple[str, ...], splits: int) -> tuple[Account, ...]:
    return quota_splits(thing[1], thing[2], splits) if thing[0] == "quota" else (stock(thing[1]),)


def _level(draft: Draft, accounts: Sequence[Account], shares: Sequence[int]) -> None:
    """Bring each balance to its share; those that give up pieces come first."""
    world = outside("loaded", "pieces")
    changes = [(share - draft.stands(account), account) for account, share in zip(accounts, shares, strict=True)]
    for delta, account in sorted(changes, key=lambda change: change[0]):
        if delta < 0:
            draft.post(account, world, -delta, "load")
        elif delta:
            draft.post(world, account, delta, "load")
