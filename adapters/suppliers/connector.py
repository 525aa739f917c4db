"""
The connector: a supplier reached over HTTP as its description says.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, Literal, Self

import attrs

from quanyi.adapters.chance import random_bytes
from quanyi.adapters.clock import SystemClock
from quanyi.adapters.suppliers.answers import reply_of
from quanyi.adapters.suppliers.exchange import Answer, NoAnswer, NotReached, Reach, exchange
from quanyi.adapters.suppliers.listing import account_answer, balance_of, document_of, page_of
from quanyi.adapters.suppliers.requests import build_request, order_values
from quanyi.adapters.suppliers.signatures import Secrets
from quanyi.adapters.suppliers.verifying import believe
from quanyi.campaigns.language.suppliers import (
    AccountReading,
    BalanceReading,
    CatalogueReading,
    Operation,
    SupplierDescription,
)
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.errors import InputError, SupplierUnavailable
from quanyi.entitlements.ports import Clock
from quanyi.entitlements.supply.port import (
    AccountAnswer,
    Callback,
    CallbackRequest,
    Capability,
    CataloguePage,
    Order,
)
from quanyi.entitlements.supply.replies import Busy, Reply, Unknown

__all__ = ["HttpSupplier", "secrets_from"]

_OLD = "_OLD"
_NONCE_BYTES = 16


def secrets_from(
    description: SupplierDescription, environment: Mapping[str, str] | None = None
) -> dict[str, tuple[str, ...]]:
    """
    The secrets of a description, from the variables that it names: ``ACME_SECRET``, and ``ACME_SECRET_OLD`` beside it
    while call-backs that were signed with an older one are still believed.

    Args:
        environment: Takes the place of the process's own.

    Raises:
        InputError: A variable is missing or empty; all of them are named.
    """
    known = os.environ if environment is None else environment
    missing = sorted(name for name in description.variables.values() if not known.get(name))
    if missing:
        raise InputError(f"the supplier {description.supplier} needs secrets in the environment: {', '.join(missing)}")
    return {
        name: tuple(known[each] for each in (variable, variable + _OLD) if known.get(each))
        for name, variable in description.variables.items()
    }


@attrs.frozen(kw_only=True)
class HttpSupplier:
    """
    A supplier as its description says; it is a `Supplier`, and may be called from many threads.

    Attributes:
        secrets: By their name in the description; no repr shows them.
        reach: To which machines requests may go besides those of the public internet.
    """

    description: SupplierDescription
    secrets: Secrets = attrs.field(repr=False)
    reach: Reach = attrs.field(factory=Reach, repr=False)
    clock: Clock = attrs.field(factory=SystemClock, repr=False)
    entropy: Callable[[int], bytes] = attrs.field(default=random_bytes, repr=False)

    @secrets.validator
    def _has_all(self, _: object, secrets: Secrets) -> None:
        missing = sorted(name for name in self.description.variables if not secrets.get(name))
        if missing:
            raise InputError(f"the supplier {self.description.supplier} lacks secrets: {', '.join(missing)}")

    @classmethod
    def of(cls, description: SupplierDescription, environment: Mapping[str, str] | None = None, **options: Any) -> Self:
        """
        The supplier of a description, with its secrets from the environment.

        Args:
            options: Further arguments of the class: ``reach``, ``clock``.

        Raises:
            InputError: A secret is missing.
        """
        return cls(description=description, secrets=secrets_from(description, environment), **options)

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What the description has an operation for, and what it promises."""
        found = set(map(Capability, self.description.operations))
        found |= {Capability.CALLBACK} if self.description.callback is not None else set()
        return frozenset(found | ({Capability.REPEATABLE} if self.description.repeatable else set()))

    def order(self, order: Order) -> Reply:
        """Place a purchase; see `Supplier.order`. InputError where the order lacks what the supplier needs."""
        values = {
            "reference": order.reference,
            "product": order.product,
            "quantity": order.quantity,
            **_account(order.account),
        }
        return self._replied("order", order.reference, order_values(self.description, order.price, values))

    def query(self, reference: str) -> Reply:
        """Ask what became of a purchase; see `Supplier.query`."""
        return self._replied("query", reference, {"reference": reference})

    def cancel(self, reference: str) -> Reply:
        """Ask to give a purchase up; see `Supplier.cancel`."""
        return self._replied("cancel", reference, {"reference": reference})

    def catalogue(self, after: str | None = None) -> CataloguePage:
        """A page of what it sells; see `Supplier.catalogue`."""
        operation = self._operation("catalogue")
        assert isinstance(operation.special, CatalogueReading)
        document = document_of(self._listed(operation, {"after": after}), operation.reading)
        return page_of(document, operation.special, self.description)

    def balance(self) -> Amount:
        """What we have there; see `Supplier.balance`."""
        operation = self._operation("balance")
        assert isinstance(operation.special, BalanceReading)
        document = document_of(self._listed(operation, {}), operation.reading)
        return balance_of(document, operation.special, self.description)

    def check_account(self, product: str, account: Mapping[str, str]) -> AccountAnswer:
        """Whether an account can be charged; see `Supplier.check_account`."""
        operation = self._operation("check_account")
        assert isinstance(operation.special, AccountReading)
        try:
            answer = self._asked(operation, {"product": product, **_account(account)})
        except (NotReached, NoAnswer):
            return AccountAnswer("silent")
        return account_answer(answer, operation.special, operation.reading)

    def read_callback(self, request: CallbackRequest) -> Callback:
        """What a call-back says, once it is believed; see `Supplier.read_callback`."""
        if self.description.callback is None:
            raise InputError(f"the supplier {self.description.supplier} sends no call-backs")
        return believe(request, self.description.callback, self.description, self.secrets)

    def _replied(self, asked: Literal["order", "query", "cancel"], reference: str, values: Mapping[str, Any]) -> Reply:
        operation = self._operation(asked)
        try:
            answer = self._asked(operation, values)
        except NotReached as no:  # nothing was sent, so an order may be sent again
            return Busy(str(no)) if asked == "order" else Unknown(str(no))
        except NoAnswer as no:
            return Unknown(str(no))
        return reply_of(answer, asked, reference, operation.reading, self.description)

    def _listed(self, operation: Operation, values: Mapping[str, Any]) -> Answer:
        try:
            return self._asked(operation, values)
        except (NotReached, NoAnswer) as no:
            raise SupplierUnavailable(str(no)) from None

    def _operation(self, name: str) -> Operation:
        found = self.description.operations.get(name)
        if found is None:
            can = ", ".join(sorted(self.description.operations)) or "nothing"
            raise InputError(f"the supplier {self.description.supplier} has no {name}: it can be asked {can}")
        return found

    def _asked(self, operation: Operation, values: Mapping[str, Any]) -> Answer:
        request = build_request(
            self.description,
            operation,
            values,
            secrets=self.secrets,
            at=self.clock.now(),
            nonce=self.entropy(_NONCE_BYTES).hex(),
        )
        return exchange(request, connect=self.description.connect, seconds=operation.seconds, reach=self.reach)


def _account(account: Mapping[str, str]) -> dict[str, str]:
    return {f"account.{name}": value for name, value in account.items()}
