"""
Help by hand that needs a second person: what is above the mall's bound, asking for it, giving it, declining it, withdrawing it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import attrs

from quanyi.campaigns.ports import Ports
from quanyi.campaigns.requests import Requests, said_of
from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.arguments import a_text, a_whole_number, how_many
from quanyi.entitlements.errors import InputError, NotFound
from quanyi.entitlements.identifiers import identifier, identifier_or_none
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.plays.help import HelpRefused
from quanyi.entitlements.records import HelpRequest, Record

__all__ = ["HelpBound", "HelpRequests"]


@attrs.frozen(kw_only=True)
class HelpBound:
    """
    Why help by hand needs a second person's yes.

    Attributes:
        unit: In what it is above `bound`: a unit, or the currency for what a benefit costs.
        amount: What it comes to.
    """

    unit: str
    amount: int
    bound: int


class HelpRequests:
    """
    Help by hand above the bound that `approval: {by_hand: …}` of `mall.yaml` says.

    One operator asks for it, another one approves it and thereby gives it. Until then nothing is booked.
    """

    def __init__(self, requests: Requests) -> None:
        self._requests = requests

    @property
    def _ports(self) -> Ports:
        return self._requests.ports

    def bound(self, thing: str, amount: int = 0) -> HelpBound | None:
        """
        The bound that giving *amount* of a unit, or one entitlement to a benefit, is above; None where nobody is asked.

        >>> mall.desk.help.bound("points", 50) is None       # nothing is said in mall.yaml
        True
        """
        project, named = self._ports.project, identifier(thing, "thing")
        benefit = project.benefits.get(named)
        unit = named if benefit is None else project.currency.id
        comes_to = amount if benefit is None else benefit.cost
        bound = project.approval.by_hand.get(unit)
        return None if bound is None or comes_to <= bound else HelpBound(unit=unit, amount=comes_to, bound=bound)

    def insist(self, thing: str, amount: int, by: str | None) -> None:
        """
        Refuse what an operator would give alone above the bound. What a program gives of itself, *by* nobody, is its own.

        Raises:
            HelpRefused: ``needs-approval``.
        """
        found = None if by is None else self.bound(thing, amount)
        if found is not None:
            scale = self._ports.project.scale_of(found.unit)
            given, most = (Amount(number, found.unit, scale) for number in (found.amount, found.bound))
            message = f"{given} {found.unit} by hand is above {most}, and needs somebody else's yes: ask for it"
            raise HelpRefused("needs-approval", message)

    def ask(self, user: str, thing: str, amount: int = 0, *, key: str, reason: str, by: str) -> Receipt:
        """
        Ask for help by hand, for somebody else to approve within seven days. The receipt's `request` is its number.

        >>> asked = mall.desk.help.ask("ann", "points", 900, key="h/1", reason="a lost parcel", by="ops/7")
        >>> mall.desk.help.get(asked.request).phase
        'waiting'

        Args:
            thing: A unit, with its *amount* in the smallest part; or a benefit, of which one is given.

        Raises:
            HelpRefused: One of this thing waits for this person already.
            InputError: There is no such unit, or no amount of it.
            NotFound: The catalogue has no such benefit.
        """
        named, number = identifier(thing, "thing"), a_whole_number(amount, "amount")
        if named not in self._ports.project.benefits:
            self._insist_on_amount(named, number)
        elif number:
            raise InputError("of a benefit one is given, without an amount")
        said = {"request": digest16("help", identifier(key, "key")).hex(), "thing": named, **said_of(amount=number)}
        return self._run("asked", user, said, key=key, reason=reason, by=by)

    def approve(self, number: str, *, key: str, reason: str, by: str) -> Receipt:
        """
        Approve a request, and give what it asks for, in one transaction.

        >>> asked = mall.desk.help.ask("ann", "points", 900, key="h/1", reason="a lost parcel", by="ops/7")
        >>> mall.desk.help.approve(asked.request, key="h/2", reason="seen it", by="ops/8").given
        {'points': 900}

        Raises:
            HelpRefused: It is one's own, or is over.
            Refused: It can't be had: the stock or the pool is empty, the wallet is full.
            NotFound: There is no such request; the person was erased; or the benefit is gone from the catalogue.
        """
        return self._end("approved", number, key=key, reason=reason, by=by)

    def decline(self, number: str, *, key: str, reason: str, by: str) -> Receipt:
        """
        Decline a request; nothing is given.

        >>> asked = mall.desk.help.ask("ann", "points", 800, key="h/3", reason="another parcel", by="ops/7")
        >>> mall.desk.help.decline(asked.request, key="h/4", reason="it came", by="ops/8").phase
        'declined'

        Raises:
            HelpRefused: It is over.
            NotFound: There is no such request.
        """
        return self._end("declined", number, key=key, reason=reason, by=by)

    def withdraw(self, number: str, *, key: str, reason: str, by: str) -> Receipt:
        """
        Take one's own request back.

        >>> asked = mall.desk.help.ask("ann", "points", 700, key="h/5", reason="a mistake", by="ops/7")
        >>> mall.desk.help.withdraw(asked.request, key="h/6", reason="wrong person", by="ops/7").phase
        'withdrawn'

        Raises:
            HelpRefused: It is somebody else's, or is over.
            NotFound: There is no such request.
        """
        return self._end("withdrawn", number, key=key, reason=reason, by=by)

    def get(self, number: str) -> HelpRequest:
        """
        One request by its number; NotFound if there is none, or another one has taken its place.

        >>> mall.desk.help.get("unheard-of")
        Traceback (most recent call last):
        quanyi.entitlements.errors.NotFound: no help request has this number, or another one has taken its place
        """
        named = identifier(number, "number")
        found = self._ports.store.find(HelpRequest.kind, "request", named, limit=1)
        if not found or cast("HelpRequest", found[0]).id != named:
            raise NotFound("no help request has this number, or another one has taken its place")
        return cast("HelpRequest", found[0])

    def of(self, user: str) -> list[HelpRequest]:
        """
        The last request of each thing for one person, newest first.

        >>> mall.desk.help.of("nobody")
        []
        """
        return _found(self._ports, holder=self._ports.holder(user), limit=100)

    def list(self, *, phase: str | None = None, after: str | None = None, limit: int = 50) -> list[HelpRequest]:
        """
        Requests, newest first.

        >>> [request.amount for request in mall.desk.help.list(phase="given")]
        []

        Args:
            phase: Only those that are ``waiting`` (which are lapsed where `until` has passed), ``given``, ``declined`` or ``withdrawn``.
            after: The number of the last request of an earlier page.
        """
        last = None if after is None else self.get(after).key
        return _found(self._ports, phase=identifier_or_none(phase, "phase"), after=last, limit=how_many(limit))

    # --- inside ---------------------------------------------------------------------------------

    def _insist_on_amount(self, unit: str, amount: int) -> None:
        self._ports.unit(unit)
        if amount <= 0:
            raise InputError("help by hand gives an amount above 0")

    def _end(self, step: str, number: str, *, key: str, reason: str, by: str) -> Receipt:
        request = self.get(number)
        user = self._ports.user_of(request.holder or "")
        if not user:
            raise NotFound("the person was erased")
        said = {"request": request.id, "thing": request.item}
        return self._run(step, user, said, key=key, reason=reason, by=by)

    def _run(self, step: str, user: str, said: dict[str, Any], *, key: str, reason: str, by: str) -> Receipt:
        why, author = a_text(reason, "reason"), identifier(by, "actor")
        if not why.strip():
            raise InputError("help by hand has a reason")
        command = self._requests.command("help.note", user=user, key=key, by=author, step=step, reason=why, **said)
        benefit = self._ports.project.benefits.get(said["thing"])
        if benefit is None and step in ("asked", "approved") and said["thing"] not in self._ports.project.units:
            raise NotFound(f"neither a unit nor a benefit is called {said['thing']!r} any more")
        if benefit is not None and step == "approved":
            command = attrs.evolve(command, personal={**command.personal, "benefit": benefit})
        return self._requests.run(command)


def _found(ports: Ports, **filters: Any) -> list[HelpRequest]:
    """Requests, newest first."""
    name = ("help", *filters.items())
    found: Sequence[Record] = ports.read(name, lambda store: store.records(HelpRequest.kind, **filters))
    return cast("list[HelpRequest]", list(found))
