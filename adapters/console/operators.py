"""
Operators: who works at the console, as the host knows them.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from quanyi.entitlements.errors import InputError
from quanyi.entitlements.identifiers import identifier

__all__ = ["ROLES", "Operator"]

ROLES = ("viewer", "operator", "approver", "auditor", "merchant", "brand", "partner")
"""Every role, as hosts name them. A role opens what the tables of screens and actions say, and nothing else."""

_LONGEST_ID = 100


def _known_roles(value: Iterable[str]) -> frozenset[str]:
    roles = frozenset([value] if isinstance(value, str) else value)
    if unknown := sorted(map(str, roles - set(ROLES))):
        raise InputError(f"no role is called {', '.join(unknown)}; there are {', '.join(ROLES)}")
    return roles


def _names(value: Iterable[str]) -> frozenset[str]:
    return frozenset(value)


def _short(_: object, __: object, value: str) -> None:
    if len(identifier(value, "operator")) > _LONGEST_ID:
        raise InputError(f"the id of an operator has at most {_LONGEST_ID} characters")


@attrs.frozen(kw_only=True)
class Operator:
    """
    Somebody who works at the console.

    >>> Operator(id="7", name="Zhou Ye", roles={"operator"}).by
    'ops/7'

    Attributes:
        id: The host's id; the journal names it as ``ops/<id>``, at most 100 characters.
        name: What they are called on pages.
        roles: Names of `ROLES`.
        brands: For the role ``brand``: the brands whose figures they see.
        shops: For the roles ``merchant`` and ``partner``: the shops or partners that they belong to.
    """

    id: str = attrs.field(validator=_short)
    name: str
    roles: frozenset[str] = attrs.field(converter=_known_roles)
    brands: frozenset[str] = attrs.field(default=frozenset(), converter=_names)
    shops: frozenset[str] = attrs.field(default=frozenset(), converter=_names)

    @property
    def by(self) -> str:
        """How inputs and the journal name them."""
        return f"ops/{self.id}"
