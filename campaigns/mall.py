"""
The public face: what a host calls.

Every write takes a `key`: the same call with the same key is answered with the first receipt.
Amounts are integers of a unit's smallest part. Reads never write; what is due reads as done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from quanyi.campaigns.desk import Desk
from quanyi.campaigns.ports import Ports
from quanyi.campaigns.queries import Queries
from quanyi.campaigns.reminders import waited_for
from quanyi.campaigns.requests import Context, Requests, order_said, rating_said, said_of
from quanyi.campaigns.stashing import with_codes
from quanyi.entitlements.arguments import a_whole_number, how_many
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.identifiers import identifier, identifier_or_none
from quanyi.entitlements.inputs import Decision, Input, Receipt
from quanyi.entitlements.plays.referral.invite_codes import code_key, read_code, typed_code

__all__ = ["Mall"]


class Mall(Queries):
    """
    A points mall inside a host product: what its users do, and with `Queries` what is shown to them.

    What operators do is at its `desk`.
    """

    def __init__(self, ports: Ports) -> None:
        super().__init__(ports)
        self._requests = Requests(ports)

    @property
    def desk(self) -> Desk:
        """What operators do: correct wallets, bring card codes in, find deals by the host's order number."""
        return Desk(self._requests)

    # --- writes ------------------------------------------------------------------------------

    def report(
        self,
        type_: str,
        *,
        user: str | None,
        key: str,
        data: Mapping[str, Any] | None = None,
        by: str | None = None,
        context: Context = None,
    ) -> Receipt:
        """
        Say that something happened. A declared command is answered; a fact is never refused.

        Args:
            type_: A declared event type, ``order.paid``.
            key: What makes it unique; sent again with the same user and attributes it is answered
                with the first receipt.
            data: Its declared attributes; decimals as text or Decimal, never as float.
            by: Who says so, where it is not the user: a clerk, a job, an API client.
            context: How the request came, by the names that `mall.yaml` declares; every other write takes
                it too. It is no part of what is said: another address under a used key is the same request.

        Raises:
            InputError: The type is not declared, an attribute is missing or mistyped, or the key
                or an id is not one.
            KeyReused: The key belongs to another user's fact, or to one with other attributes.
        """
        said = {} if data is None else data
        return self._run(self._requests.event(type_, user=user, key=key, data=said, by=by, context=context))

    def do(
        self,
        type_: str,
        *,
        user: str,
        key: str,
        campaign: str | None = None,
        data: Mapping[str, Any] | None = None,
        by: str | None = None,
        context: Context = None,
    ) -> Receipt:
        """
        Ask a campaign for something: any command that campaigns of a mall answer, by its type.

        Kinds of campaigns that have a command of their own are asked by this; `exchange`, `claim` and the others
        are the commands of the kinds that are there from the start, with their attributes as arguments.

        >>> mall.do("checkin.makeup", user="ann", key="m/1", campaign="days", data={"date": "2026-04-01"}).given
        {'points': 10}

        Args:
            type_: A command: one that `events/` declares with ``command: true``, or a built-in one.
            campaign: Which campaign is asked; the first by priority that answers unless named.
            data: Its declared attributes, as in `report`.

        Raises:
            InputError: There is no such command; an attribute is missing or mistyped; the key or an id is not one.
            NotFound: The campaign is not in force, or nobody answers the command.
            Refused: The campaign says no.
        """
        whose, named = identifier(user, "user"), identifier_or_none(campaign, "campaign")
        said = {} if data is None else data
        ask = self._requests.event(type_, user=whose, key=key, data=said, by=by, context=context)
        if not ask.asks:
            raise InputError(f"{ask.type} is no command, and nobody answers it; report it")
        return self._run(attrs.evolve(ask, campaign=named))

    def exchange(  # noqa: PLR0913  (one keyword for each thing a host may say)
        self,
        offer: str,
        *,
        user: str,
        key: str,
        qty: int = 1,
        order: str = "",
        code: str = "",
        offset: int = 0,
        campaign: str | None = None,
        by: str | None = None,
        context: Context = None,
    ) -> Receipt:
        """
        Exchange points (and cash, where the price has some) for *offer*.

        What costs points alone is final at once; what costs cash too is a deal that waits for `settle`.

        Args:
            qty: How many pieces; `order` is the host's own number of the order, by which it is found again.
            code: A coupon code, which lowers the price.
            offset: How much of the sale's offset unit is to pay for money, in its smallest part.
            campaign: Which campaign's offer, where several have it; else the first by priority.
        """
        data = {
            "offer": identifier(offer, "offer"),
            "qty": a_whole_number(qty, "qty"),
            **order_said(order),
            **said_of(code=code and typed_code(code), offset=a_whole_number(offset, "offset")),
        }
        return self._ask("exchange", user=user, key=key, by=by, campaign=campaign, context=context, **data)

    def claim(  # noqa: PLR0913  (one keyword for each thing a host may say)
        self,
        campaign: str,
        *,
        item: str,
        user: str,
        key: str,
        qty: int = 1,
        order: str = "",
        code: str = "",
        offset: int = 0,
        by: str | None = None,
        context: Context = None,
    ) -> Receipt:
        """
        Place a deal in a sale; its hold waits for the money until `due_at`.

        Args:
            qty: How many pieces; `order` is the host's own number of the order, by which it is found again.
            code: A coupon code, which lowers the price.
            offset: How much of the sale's offset unit is to pay for money, in its smallest part.
        """
        data = {
            "item": identifier(item, "item"),
            "qty": a_whole_number(qty, "qty"),
            **order_said(order),
            **said_of(code=code and typed_code(code), offset=a_whole_number(offset, "offset")),
        }
        sale = identifier(campaign, "campaign")
        return self._ask("order.place", user=user, key=key, by=by, campaign=sale, context=context, **data)

    def settle(
        self,
        deal: str,
        *,
        paid: int,
        key: str,
        user: str | None = None,
        by: str | None = None,
        context: Context = None,
    ) -> Receipt:
        """
        Settle a deal: its money has come in, what it holds is final, and its entitlements are given.

        Money that comes after the hold has ended is taken, refused, or answered with a `refund` to return, as the
        campaign says under `late`.

        Args:
            paid: The money, in the currency's smallest part; it must be what the deal asks for.
            user: Whose deal it is; leave it out where the host itself says so, as a payment callback does.

        Raises:
            HoldClosed: It is paid, refunded or given up already, or it is too late.
            OutOfStock: Its pieces were not held, and are gone.
            InputError: The amount is another one.
            NotFound: There is no such deal, or it is somebody else's.
        """
        amount = a_whole_number(paid, "paid")
        return self._about_deal("order.pay", deal, key=key, user=user, by=by, context=context, paid=amount)

    def release(
        self, deal: str, *, key: str, user: str | None = None, by: str | None = None, context: Context = None
    ) -> Receipt:
        """
        Give up a deal that is not paid; everything that it holds goes back.

        Raises:
            HoldClosed: It is paid already, or has ended.
            NotFound: There is no such deal, or it is somebody else's.
        """
        return self._about_deal("order.cancel", deal, key=key, user=user, by=by, context=context)

    def refund(
        self,
        deal: str,
        *,
        key: str,
        user: str | None = None,
        qty: int | None = None,
        by: str | None = None,
        context: Context = None,
    ) -> Receipt:
        """
        Take a paid deal back, or *qty* of its pieces; the answer's `refund` is the money to return.

        Raises:
            HoldClosed: It is not paid, is refunded already, or the campaign takes nothing back, or not so late.
            NotEligible: It has fewer pieces than that.
            VoucherRefused: One of its entitlements was used, or its card code has been seen.
            NotFound: There is no such deal, or it is somebody else's.
        """
        pieces = {} if qty is None else {"qty": a_whole_number(qty, "qty")}
        return self._about_deal("order.refund", deal, key=key, user=user, by=by, context=context, **pieces)

    def redeem(
        self, entitlement: str, *, user: str | None, key: str, by: str | None = None, context: Context = None
    ) -> Receipt:
        """Use an entitlement up, or one of its uses; anybody's where no user is named."""
        asked: dict[str, Any] = {"user": user, "key": key, "by": by, "context": context}
        return self._run(self._requests.about_entitlement("entitlement.redeem", entitlement, **asked))

    def reveal(
        self, entitlement: str, *, user: str | None, key: str, by: str | None = None, context: Context = None
    ) -> Receipt:
        """
        Show the card codes of an entitlement to its owner, in the answer's `codes`.

        Every sight is recorded: a call with a key that is done answers with the first receipt, and
        is booked once more all the same. So a right that was withdrawn since shows nothing.

        Raises:
            VoucherRefused: It is unknown, somebody else's, or withdrawn.
        """
        ask = self._requests.about_entitlement(
            "entitlement.reveal", entitlement, user=user, key=key, by=by, context=context
        )
        return self._shown(ask, self._run(ask))

    def rate(
        self,
        entitlement: str,
        *,
        user: str | None,
        key: str,
        worked: bool | None = None,
        stars: int | None = None,
        by: str | None = None,
        context: Context = None,
    ) -> Receipt:
        """
        Keep what its holder says of an entitlement: whether it worked, how good it was, or both.

        What is said later takes the place of what was said before; `rating` reads it.

        Raises:
            InputError: Nothing is said, or it is no rating: `stars` go from 1 to 5.
            VoucherRefused: It is unknown, or somebody else's.
        """
        said = rating_said(worked, stars)
        asked: dict[str, Any] = {"user": user, "key": key, "by": by, "context": context, **said}
        return self._run(self._requests.about_entitlement("entitlement.rate", entitlement, **asked))

    def remind(
        self, campaign: str, item: str, *, user: str, key: str, by: str | None = None, context: Context = None
    ) -> Receipt:
        """
        Keep that *user* wants to be told once when a thing can be had: when its sale starts, or when it is back in stock.

        A worker answers it with the event ``reminder.answered``. One that waits already is left as it is.

        Raises:
            NotFound: Nothing of that name is on offer.
            NotOpen: Its sale has ended.
        """
        thing = waited_for(self.offer(campaign, item))
        return self._run(self._requests.of_user("reminder.set", thing, user=user, key=key, by=by, context=context))

    def cancel_reminder(
        self, campaign: str, item: str, *, user: str, key: str, by: str | None = None, context: Context = None
    ) -> Receipt:
        """Take a reminder back; one that does not wait is left as it is."""
        thing = {"campaign": identifier(campaign, "campaign"), "item": identifier(item, "item")}
        return self._run(self._requests.of_user("reminder.cancel", thing, user=user, key=key, by=by, context=context))

    def choose(
        self,
        deal: str,
        part: str,
        choice: Sequence[str],
        *,
        key: str,
        user: str | None = None,
        by: str | None = None,
        context: Context = None,
    ) -> Receipt:
        """What the buyer wants of a bundle's part that leaves a choice; all of it in one call."""
        if isinstance(choice, str) or not isinstance(choice, Sequence):
            raise InputError(f"a choice is a list of names, not of the type {type(choice).__name__}")
        chosen = [identifier(name, "choice") for name in choice]
        data = {"part": identifier(part, "part"), "choice": chosen}
        return self._about_deal("bundle.choose", deal, key=key, user=user, by=by, context=context, **data)

    def invite_code(
        self, campaign: str, *, user: str, key: str, by: str | None = None, context: Context = None
    ) -> Receipt:
        """Give *user* an invitation code of their own, in the answer's `code`: the same one every time."""
        named = identifier(campaign, "campaign")
        return self._ask("referral.code", user=user, key=key, by=by, campaign=named, context=context)

    def accept_invite(
        self, code: str, *, user: str, key: str, by: str | None = None, context: Context = None
    ) -> Receipt:
        """Bind *user* to whoever the code belongs to; an unknown code and a foreign campaign's are refused alike."""
        typed = typed_code(code)
        kept = code_key(read_code(typed))
        record, _ = self._ports.look([kept]).stored(kept)
        friend = identifier(user, "user")
        ask = self._requests.event("referral.bind", user=friend, key=key, data={"code": typed}, by=by, context=context)
        return self._run(attrs.evolve(ask, campaign=record.campaign if record is not None else None))

    def sweep(self, limit: int = 500) -> int:
        """
        Book what is due, oldest first; how many timers that were. No result depends on it.

        Timers whose rows another transaction holds are left for a later sweep, and those behind them are booked.

        Raises:
            LockTimeout: Every due timer's rows are held by other transactions.
            DataError: Every timer that is not held has a result that the database cannot store.
        """
        ports = self._ports
        return ports.sweeps.book(ports.transactions, ports.store, self.now(), how_many(limit))

    def within(self, connection: Any) -> Mall:
        """
        The same mall inside the host's transaction, which is never committed or rolled back here.

        Args:
            connection: A SQLAlchemy Session or Connection that has begun.
        """
        store = self._ports.store.join(connection)
        return Mall(attrs.evolve(self._ports, store=store, submit=None))

    def explain(
        self,
        type_: str,
        *,
        user: str | None,
        data: Mapping[str, Any] | None = None,
        campaign: str | None = None,
        context: Context = None,
    ) -> tuple[Decision, ...]:
        """What would happen now, and why, written nowhere: also by campaigns that are not asked for such values."""
        named = identifier_or_none(campaign, "campaign")
        return self._requests.explained(type_, user=user, data=data or {}, campaign=named, context=context)

    # --- inside ------------------------------------------------------------------------------

    def _run(self, ask: Input) -> Receipt:
        return self._requests.run(ask)

    def _ask(self, type_: str, **said: Any) -> Receipt:
        """Run a command of somebody to a campaign."""
        return self._run(self._requests.command(type_, **said))

    def _about_deal(self, type_: str, hold: str, **said: Any) -> Receipt:
        """Run a command about a deal."""
        return self._run(self._requests.about_deal(type_, hold, **said))

    def _shown(self, ask: Input, receipt: Receipt) -> Receipt:
        """The receipt of a reveal with the codes in clear; a repeated one is booked under a key of its own first."""
        return with_codes(ask, receipt, self._run, self._ports)
