"""
The kinds that are there from the start.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import Field

from quanyi.campaigns.kinds.bundle.kind import BUNDLE
from quanyi.campaigns.kinds.referral.kind import REFERRAL
from quanyi.campaigns.kinds.reward.kind import REWARD
from quanyi.campaigns.kinds.sale.kind import FLASH_SALE, POINTS_EXCHANGE, SALE
from quanyi.campaigns.kinds.streak.kind import STREAK
from quanyi.campaigns.kinds.task.kind import TASK
from quanyi.entitlements.errors import StorageError

if TYPE_CHECKING:
    from quanyi.campaigns.kinds.kind import Kind

__all__ = ["KINDS", "any_file", "kind_of", "kinds_by_word"]

KINDS: tuple[Kind, ...] = (BUNDLE, REWARD, FLASH_SALE, POINTS_EXCHANGE, REFERRAL, SALE, STREAK, TASK)
"""In the order in which an editor's schema lists them."""


@lru_cache(maxsize=1)
def kinds_by_word() -> dict[str, Kind]:
    """Each kind by its word."""
    return {kind.word: kind for kind in KINDS}


def kind_of(play: Any) -> Kind:
    """
    The kind of a compiled play.

    Raises:
        StorageError: No kind of that word is known here: a program that knows more kinds wrote the campaign.
    """
    try:
        return kinds_by_word()[play.head.kind]
    except KeyError:
        raise StorageError(
            f"campaign {play.head.campaign} is of the kind {play.head.kind!r}, which is not known here"
        ) from None


def any_file() -> Any:
    """A type for pydantic: the file of any kind, told apart by `kind:`."""
    return Annotated[Union[tuple(kind.file for kind in KINDS)], Field(discriminator="kind")]  # noqa: UP007
