"""
Who calls, and for whom: one request as operations see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from quanyi.adapters.api.problems import Mistake, Problem
from quanyi.adapters.api_keys import ApiKey
from quanyi.adapters.brake import Brake
from quanyi.campaigns.mall import Mall
from quanyi.campaigns.requests import Context
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.plays.sale.view import Offer

__all__ = ["Call"]


@attrs.frozen(kw_only=True)
class Call:
    """
    One request, checked, with who sent it.

    Attributes:
        caller: The key that it came with.
        path: The ids in its address.
        said: Its query or body.
        key: The mall's key of a write; empty for a read.
        shown_key: The same as the caller knows it.
        around: How the request came, as the host says.
        shown: The offers that its answer shows.
    """

    mall: Mall
    caller: ApiKey
    path: Mapping[str, str]
    said: Any
    key: str = ""
    shown_key: str = ""
    around: Context = None
    brake: Brake | None = None
    shown: list[Offer] = attrs.field(factory=list)

    def whose(self, named: str) -> str:
        """The user that is named; NotFound if the key acts for another one."""
        if self.caller.user not in (None, named):
            raise NotFound("another user's")
        return named

    def whose_or_all(self, named: str | None) -> str | None:
        """
        The user that is named, or the only one that the key acts for; None where a key of the host names nobody.

        Raises:
            NotFound: The key acts for another user.
        """
        return self.caller.user if named is None else self.whose(named)

    @property
    def by(self) -> str:
        """Who acts, for the journal: the key, or whom a program of the host names."""
        named: str | None = self.said.by
        if named is not None:
            self._host_only("by")
        return named or f"api/{self.caller.id}"

    @property
    def context(self) -> Context:
        """How the request came: what a program of the host says of it, else what the host says of every request."""
        said: dict[str, Any] | None = self.said.context
        if said is None:
            return self.around
        self._host_only("context")
        return said

    def _host_only(self, field: str) -> None:
        if self.caller.user is not None:
            raise Problem(403, "host-only", more={"errors": [Mistake(place="body", path=(field,), detail="").plain()]})
