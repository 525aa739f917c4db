"""
Several writes in one commit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

import attrs

from quanyi.campaigns.engine.decisions import Outcome
from quanyi.campaigns.mall import Mall
from quanyi.campaigns.ports import Ports
from quanyi.campaigns.requests import Requests
from quanyi.entitlements.errors import QuanyiError
from quanyi.entitlements.inputs import Input, Receipt

__all__ = ["Batch"]


class Batch(Mall):
    """
    Collects writes, and settles them together at the end of the block.

    Each is decided on its own, in order, and sees what those before it did: a refusal concerns
    its own write alone. All that was granted is committed at once. An exception in the block
    drops everything. Until the end, writes return a receipt that says nothing yet. Outside of its
    block it is an ordinary mall, whose writes are settled at once.

    Attributes:
        outcomes: After the block: a receipt or a refusal for each write, in order.
    """

    def __init__(self, ports: Ports, settle: Callable[[Sequence[Input]], Sequence[Outcome]]) -> None:
        super().__init__(ports)
        self._asks: list[Input] = []
        self._run_all = settle
        self.outcomes: tuple[Outcome, ...] = ()

    def __enter__(self) -> Self:
        self._asks = []
        self._requests = Requests(attrs.evolve(self._ports, submit=self._collect))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._requests = Requests(self._ports)
        if kind is None and self._asks:
            outcomes = self._run_all(self._asks)
            self.outcomes = tuple(self._opened(ask, made) for ask, made in zip(self._asks, outcomes, strict=True))

    def _opened(self, ask: Input, outcome: Outcome) -> Outcome:
        """A reveal that was granted, with its codes; any other outcome as it is."""
        if ask.type != "entitlement.reveal" or isinstance(outcome, QuanyiError):
            return outcome
        try:
            return self._shown(ask, outcome)
        except QuanyiError as no:
            return no

    def _collect(self, ask: Input) -> Receipt:
        self._asks.append(ask)
        return Receipt(key=ask.key, type=ask.type, at=ask.at)
