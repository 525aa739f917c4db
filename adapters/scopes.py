"""
Scopes: what an API key may do. Each operation asks for exactly one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import attrs

from quanyi.entitlements.errors import InputError

__all__ = ["SCOPES", "Scope", "scopes_of"]


@attrs.frozen(kw_only=True)
class Scope:
    """
    One scope.

    Attributes:
        allows: What a key with it may do, in one sentence.
        host: Whether it is for the host's own programs alone. A key that acts for one user can't have it: whoever
            may report facts or payments can make points and benefits out of nothing.
    """

    allows: str
    host: bool = False


SCOPES: Mapping[str, Scope] = MappingProxyType(
    {
        "alarms:read": Scope(allows="Read alarms: what of the mall wants somebody to look at it.", host=True),
        "campaigns:read": Scope(allows="Ask which campaigns a user may take part in, and why not in others."),
        "deals:read": Scope(allows="Read deals."),
        "deals:write": Scope(allows="Exchange points, claim in sales, and give deals up that are not paid."),
        "decisions:read": Scope(allows="Ask what would happen and why, and read receipts of earlier calls.", host=True),
        "entitlements:read": Scope(allows="Read entitlements, and check whether a user has one."),
        "entitlements:redeem": Scope(allows="Use entitlements up."),
        "events:write": Scope(allows="Report that something happened.", host=True),
        "figures:read": Scope(
            allows="Read figures: of everything, or of the one brand that the key is for.", host=True
        ),
        "offers:read": Scope(allows="Read what is on offer."),
        "payments:write": Scope(allows="Settle deals whose money has come in, and refund them.", host=True),
        "reminders:read": Scope(allows="Read what users wait to be told of."),
        "reminders:write": Scope(allows="Set and cancel reminders of things on offer."),
        "wallets:read": Scope(allows="Read wallets and their history."),
    }
)
"""Every scope by its name."""


def scopes_of(names: Iterable[str], *, user: str | None, brand: str | None = None) -> frozenset[str]:
    """
    Checked scopes of a key.

    Args:
        user: The only user that the key acts for, or None.
        brand: The only brand whose figures it reads, or None.

    Raises:
        InputError: There is none, a name is no scope, or it is the host's alone and the key acts for one user.
    """
    wanted = frozenset(names)
    unknown = sorted(wanted - SCOPES.keys())
    if unknown or not wanted:
        said = f"no scope is called {unknown[0]!r}" if unknown else "a key needs a scope"
        raise InputError(f"{said}; there are {', '.join(SCOPES)}")
    host = sorted(name for name in wanted if SCOPES[name].host)
    if user is not None and host:
        raise InputError(f"a key that acts for one user can't have {', '.join(host)}")
    if brand is not None and (user is not None or wanted != _OF_A_BRAND):
        raise InputError(f"a key for one brand has {', '.join(_OF_A_BRAND)}, and nothing else; it acts for no user")
    return wanted


_OF_A_BRAND = frozenset({"figures:read"})
"""What a key for one brand may do: it never sees a person."""
