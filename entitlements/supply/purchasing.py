"""
The life of a purchase: it is sent to a supplier, heard of, asked about, and delivered or refused.

Money must not be spent twice, and nothing may be given back that was bought. So an order whose outcome is unknown is
neither sent again nor refunded until somebody proves what became of it: the supplier, by an answer or a call-back, or an
operator who has looked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Literal

import attrs

from quanyi.entitlements.accounts import billed, outside
from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.derived_ids import derived_id
from quanyi.entitlements.errors import HoldClosed
from quanyi.entitlements.needs import CodeTwin
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.records import Deal, Purchase, RecordKey, ReplyNote, Standing
from quanyi.entitlements.supply.said import NO_ANSWER, Said
from quanyi.entitlements.supply.terms import Route, Supply
from quanyi.entitlements.time import Duration, zone_of

__all__ = ["Purchasing", "Result", "opened", "purchase_key", "standing_key", "standing_keys"]

Result = Literal["", "delivered", "failed"]
"""What a step means to the deal: nothing yet, it is delivered, or no supplier is left."""

_KEPT_REPLIES = 20
_KEPT_ENDINGS = 20


def purchase_key(deal: str) -> RecordKey:
    """The key of the purchase for a deal; it has one at most."""
    return RecordKey(kind=Purchase.kind, parts=(derived_id("purchase", deal),))


def standing_key(supplier: str) -> RecordKey:
    """The key of how a supplier stands."""
    return RecordKey(kind=Standing.kind, parts=(supplier,))


def opened(deal: Deal, draft: Draft) -> Purchase:
    """Write the purchase that a deal, paid just now, needs: a worker has to order it."""
    purchase = Purchase(
        id=purchase_key(deal.id).parts[0],
        holder=deal.holder,
        phase="wanted",
        campaign=deal.campaign,
        version=deal.version,
        item=deal.item,
        deal=deal.id,
        quantity=deal.pieces,
        to_do="order",
        opened_at=draft.now,
    )
    draft.put(purchase)
    return purchase


@attrs.define(kw_only=True)
class Purchasing:
    """
    One purchase on a draft, with what the catalogue says of it.

    `write` puts it back; until then nothing of it is written.
    """

    terms: Supply
    purchase: Purchase
    draft: Draft

    @property
    def pool(self) -> str:
        """The pool that its card codes are kept in, which is nobody else's."""
        return f"purchase/{self.purchase.id}"

    # --- sending -----------------------------------------------------------------------------

    def send(self) -> Route | None:
        """
        Take the purchase on, just before a supplier is called; None where no supplier is left.

        Raises:
            HoldClosed: Nothing is to be ordered: it is sent, over, or called off meanwhile.
        """
        purchase = self.purchase
        if purchase.to_do != "order":
            raise HoldClosed(reason="purchase-closed", shows={"phase": purchase.phase})
        route = self._again() or self._next()
        if route is None:
            return None
        fresh = route.supplier != purchase.supplier or purchase.supplier in purchase.tried or not purchase.round
        if fresh:
            self._change(supplier=route.supplier, round=purchase.round + 1, tries=0, asked=0, number="")
        sent = self.purchase
        self._change(phase="sent", to_do="", tries=sent.tries + 1, calls=sent.calls + 1)
        self._wait(self.terms.silence)
        return route

    def _again(self) -> Route | None:
        """The route of the order that is sent once more under its reference; None where a new one begins."""
        purchase = self.purchase
        return None if purchase.supplier in purchase.tried else self.terms.route(purchase.supplier)

    def _next(self) -> Route | None:
        """The cheapest route that has given no final no and is well."""
        left = [route for route in self.terms.by_cost() if route.supplier not in self.purchase.tried]
        return next((route for route in left if self._is_well(route.supplier)), None)

    def _is_well(self, supplier: str) -> bool:
        standing = self.draft.get(Standing, supplier)
        health = self.terms.health
        return health is None or standing is None or health.fits(standing.delivered, standing.ended_count)

    # --- hearing -----------------------------------------------------------------------------

    def hear(self, said: Said, codes: tuple[SealedCode, ...] = ()) -> Result:
        """Take in a reply. One that comes twice, or after the end, changes nothing; a contradicting one is reported."""
        said = self._checked(said, codes)
        self._note(said)
        if said.round != self.purchase.round or self.purchase.ended:
            return self._after_the_end(said, codes)
        if said.to == "query" and self.purchase.to_do == "query":
            self._change(to_do="")
        if self._is_repeated(said) or self._is_overtaken(said):
            return ""
        if said.what == "delivered":
            return self._delivered(said, codes)
        hear: dict[str, Callable[[Said], Result]] = {
            "absent": self._absent,
            "accepted": self._accepted,
            "busy": self._busy,
            "refused": self._refused,
            "unknown": self._unknown,
        }
        return hear[said.what](said)

    def _checked(self, said: Said, codes: tuple[SealedCode, ...]) -> Said:
        """The reply, or ``unknown`` where it contradicts itself or brings a code that is known already."""
        said = said.sound(self.purchase.quantity, with_codes=self.terms.codes)
        if said.what != "delivered" or self.purchase.ended:
            return said
        self.draft.require(*(CodeTwin(code.blind) for code in codes))
        twice = len({code.blind for code in codes}) < len(codes) or any(self.draft.twin(code.blind) for code in codes)
        return attrs.evolve(said, what="unknown", word="code-came-before") if twice else said

    def _is_repeated(self, said: Said) -> bool:
        return said.what == "accepted" and self.purchase.phase == "accepted" and said.number == self.purchase.number

    def _is_overtaken(self, said: Said) -> bool:
        """Whether it is no success, and answers a sending after which the order was sent once more: that one counts."""
        return said.call not in (None, self.purchase.calls) and said.what not in ("accepted", "delivered")

    def _accepted(self, said: Said) -> Result:
        self._change(phase="accepted", number=said.number, unknown_at=None, reported=False, to_do="", word="")
        if self.terms.billed == "number":
            self._bill(said)
        self._ask_after(said)
        return ""

    def _delivered(self, said: Said, codes: tuple[SealedCode, ...]) -> Result:
        self._stash(codes)
        self._bill(said)
        self._change(phase="delivered", number=said.number, unknown_at=None, to_do="", word="", due_at=None)
        self._ended(delivered=True)
        self.tell("purchase.delivered")
        return "delivered"

    def _busy(self, said: Said) -> Result:
        """Not now: the ladder of waits, and behind its end a final no. A busy answer to a question says nothing."""
        tries, again = self.purchase.tries, self.terms.again
        if said.to != "order":
            return ""
        if tries > len(again):
            return self._refused(said)
        wait = again[tries - 1] if said.after is None else Duration(seconds=max(said.after, again[tries - 1].seconds))
        self._change(phase="retrying", word=said.word)
        self._wait(wait)
        return ""

    def _refused(self, said: Said) -> Result:
        """A final no: the next supplier, or the end."""
        self._owe(0)
        tried = (*self.purchase.tried, self.purchase.supplier)
        self._change(tried=tried, word=said.word, unknown_at=None, reported=False, due_at=None)
        self._ended(delivered=False)
        if self.terms.switch and self._next() is not None:
            self._change(phase="wanted", to_do="order")
            return ""
        return self.fail()

    def _absent(self, said: Said) -> Result:
        """The supplier has no such order: it may be sent again, under the same reference. Not if it had said a number."""
        if self.purchase.number:
            return self._unknown(attrs.evolve(said, word="gone-at-supplier"))
        if self.purchase.phase in ("sent", "unknown"):
            self._change(phase="wanted", to_do="order", unknown_at=None, word="")
        return ""

    def _unknown(self, said: Said) -> Result:
        """Nothing can be concluded. Silence on a question says nothing new of an order that was accepted."""
        if said.word == NO_ANSWER and said.to == "query" and self.purchase.phase != "sent":
            return ""
        if self.purchase.phase != "unknown":
            self._change(phase="unknown", unknown_at=self.draft.now, word=said.word)
            self.tell("purchase.unknown", word=said.word)
        if said.number and not self.purchase.number:
            self._change(number=said.number)
        self._ask_after(said)
        return ""

    def _after_the_end(self, said: Said, codes: tuple[SealedCode, ...]) -> Result:
        """What comes too late changes nothing; a success after a no is reported, and owed if we wrote it off ourselves."""
        purchase = self.purchase
        if said.what == "refused" and said.round == purchase.round and purchase.phase == "written_off":
            self._owe(0)
        if said.what != "delivered" and not (said.what == "refused" and purchase.phase == "delivered"):
            return ""
        if said.round == purchase.round and said.what == "delivered" and purchase.phase == "delivered":
            return ""
        if said.round == purchase.round and purchase.phase == "written_off":
            self._bill(said)
            self._stash(tuple(code for code in codes if not self._is_known(code)), kept=True)
        self.tell("purchase.contradicted", word=said.word, what=said.what)
        return ""

    def _is_known(self, code: SealedCode) -> bool:
        self.draft.require(CodeTwin(code.blind))
        return bool(self.draft.twin(code.blind))

    # --- what is due, and what operators find ---------------------------------------------------

    def fall_due(self) -> None:
        """
        Do what an instant brings: silence is over, the next try has come, or the supplier is to be asked.

        Raises:
            HoldClosed: Something else happened first, so that nothing is due at this instant any more.
        """
        phase = self.purchase.phase
        if self.purchase.due_at != self.draft.now:
            raise HoldClosed(reason="purchase-closed", shows={"phase": phase})
        if phase == "retrying":
            self._change(phase="wanted", to_do="order", due_at=None)
        elif phase == "sent":
            self._unknown(Said(what="unknown", word=NO_ANSWER, round=self.purchase.round))
        elif phase in ("accepted", "unknown"):
            self._report_overdue()
            self._change(to_do="query" if self.terms.asks else "", asked=self.purchase.asked + 1)
            self._ask_later()

    def not_bought(self) -> None:
        """An operator has proof that the supplier never took the order: it is sent again."""
        self._insist_on_unknown()
        self._change(phase="wanted", to_do="order", unknown_at=None, number="", word="")

    def begin_again(self) -> None:
        """An operator wants it bought although every supplier had said no: all of them are asked anew."""
        if self.purchase.phase != "refused":
            raise HoldClosed(reason="purchase-closed", shows={"phase": self.purchase.phase})
        self._change(phase="wanted", to_do="order", tried=(), supplier="", word="")

    def write_off(self) -> None:
        """An operator takes the deal back although nobody knows; what the supplier delivers later is owed all the same."""
        self._insist_on_unknown()
        self._change(phase="written_off", to_do="", due_at=None)

    def call_off(self) -> None:
        """
        End a purchase whose deal is taken back.

        Raises:
            HoldClosed: An order is with a supplier, so that it may have been bought.
        """
        if self.purchase.phase not in ("wanted", "retrying", "refused"):
            raise HoldClosed(reason="delivery-open", shows={"phase": self.purchase.phase})
        self._change(phase="called_off", to_do="", due_at=None)

    def fail(self) -> Result:
        """No supplier is left."""
        self._change(phase="refused", to_do="", due_at=None)
        self.tell("purchase.refused", word=self.purchase.word)
        return "failed"

    def _insist_on_unknown(self) -> None:
        if self.purchase.phase != "unknown":
            raise HoldClosed(reason="purchase-not-unknown", shows={"phase": self.purchase.phase})

    def _report_overdue(self) -> None:
        since = self.purchase.unknown_at
        if since is None or self.purchase.reported or self.draft.now < self._at(self.terms.overdue, since):
            return
        self._change(reported=True)
        self.tell("purchase.overdue")

    # --- books -------------------------------------------------------------------------------

    def _bill(self, said: Said) -> None:
        """Owe the supplier what the reply says that it costs, or what was expected."""
        route = self.terms.route(self.purchase.supplier)
        expected = route.cost * self.purchase.quantity if route is not None else 0
        self._owe(said.cost if said.cost is not None else self.purchase.cost or expected)

    def _owe(self, cost: int) -> None:
        """Owe the supplier *cost* for the order of this round: book the difference to what is owed so far."""
        more, owed = cost - self.purchase.cost, billed(self.purchase.supplier, self.terms.currency)
        world = outside("supplied", self.terms.currency)
        if more > 0:
            self.draft.post(world, owed, more, "bill")
        elif more < 0:
            self.draft.post(owed, world, -more, "bill")
        self._change(cost=cost)

    def _stash(self, codes: tuple[SealedCode, ...], *, kept: bool = False) -> None:
        """Bring the codes in, in a pool of the purchase's own; those of a deal that was taken back go to nobody."""
        if codes:
            self.draft.stash(codes)
        if codes and kept:
            self.draft.draw(codes[0].pool, len(codes), f"kept/{self.purchase.id}")

    def _ended(self, *, delivered: bool) -> None:
        """Remember how the order at this supplier ended."""
        supplier = self.purchase.supplier
        before = self.draft.get(Standing, supplier) or Standing(item=supplier, phase="kept")
        endings = (*before.delivered, delivered)[-_KEPT_ENDINGS:]
        self.draft.put(attrs.evolve(before, delivered=endings, ended_count=before.ended_count + 1))

    # --- time --------------------------------------------------------------------------------

    def _ask_after(self, said: Said) -> None:
        """Ask what becomes of an order that is open; an answer to a question leaves the time of the next one as it is."""
        if said.to != "query":
            self._ask_later()

    def _ask_later(self) -> None:
        """Ask after the next wait of the ladder; where the supplier can't be asked, only report it once it is overdue."""
        waits, place = self.terms.asks, self.purchase.asked
        if waits:
            self._wait(waits[min(place, len(waits) - 1)])
            return
        since = self.purchase.unknown_at
        if since is not None and not self.purchase.reported:
            self._wait_until(self._at(self.terms.overdue, since))

    def _wait(self, wait: Duration) -> None:
        self._wait_until(self._at(wait, self.draft.now))

    def _wait_until(self, at: datetime) -> None:
        at = max(at, self.draft.now + timedelta(microseconds=1))
        self._change(due_at=at)
        purchase = self.purchase
        data = {"record": [purchase.kind, *purchase.parts], "campaign": purchase.campaign}
        data |= {"version": purchase.version}
        self.draft.emit("purchase.due", data, at=at, wakes=(purchase.key,), holder=purchase.holder)

    def _at(self, wait: Duration, since: datetime) -> datetime:
        return wait.after(since, zone_of("UTC"))

    # --- saying ------------------------------------------------------------------------------

    def tell(self, event: str, **more: Any) -> None:
        """Tell the world what became of the purchase. Card codes are never in it."""
        trouble = event.removeprefix("purchase.")
        if trouble != "delivered":
            self._change(troubles=(*self.purchase.troubles, trouble)[-_KEPT_REPLIES:])
        purchase = self.purchase
        names = ("deal", "supplier", "reference", "number", "phase")
        data = {"purchase": purchase.id, "item": purchase.item, "campaign": purchase.campaign}
        data |= {name: getattr(purchase, name) for name in names}
        self.draft.emit(event, {**data, **more}, holder=purchase.holder)

    def _note(self, said: Said) -> None:
        purchase = self.purchase
        heard = ReplyNote(
            at=self.draft.now,
            round=said.round,
            supplier=purchase.supplier,
            what=said.what,
            word=said.word,
            number=said.number,
        )
        self._change(heard=(*purchase.heard, heard)[-_KEPT_REPLIES:])

    def _change(self, **fields: Any) -> None:
        self.purchase = attrs.evolve(self.purchase, **fields)

    def write(self) -> Purchase:
        """Put the purchase as it is by now."""
        self.draft.put(self.purchase)
        return self.purchase


def standing_keys(terms: Supply) -> Iterable[RecordKey]:
    """How all suppliers of a benefit stand."""
    return [standing_key(route.supplier) for route in terms.routes]
