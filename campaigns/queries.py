"""
What a host asks and never changes: wallets, offers, entitlements, deals, promises.

Reads never write; what is due reads as done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, cast

from quanyi.campaigns.lists import Page, page_of
from quanyi.campaigns.looks import looked
from quanyi.campaigns.offers import OffersInForce
from quanyi.campaigns.play_views import PlayViews
from quanyi.campaigns.ports import Ports
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.views import EntitlementView, Wallet, purse_view
from quanyi.entitlements.arguments import LAST_NUMBER, a_whole_number, how_many
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.errors import InputError, NotFound, StorageError
from quanyi.entitlements.identifiers import identifier
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.listings import Listing
from quanyi.entitlements.needs import LotsOf
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.plays.bundle.records import PackPart
from quanyi.entitlements.plays.bundle.view import BundleView, bundle_needs, bundle_view
from quanyi.entitlements.plays.parked import Parked
from quanyi.entitlements.plays.referral.view import Invites
from quanyi.entitlements.plays.reward.view import PromiseView, promise_view
from quanyi.entitlements.plays.sale.view import Offer
from quanyi.entitlements.plays.streak.view import StreakView
from quanyi.entitlements.plays.task.view import TaskView
from quanyi.entitlements.ports import Entry
from quanyi.entitlements.records import Deal, Entitlement, Promise, Record, RecordKey

__all__ = ["Queries"]

_WAITING = (
    (Deal.kind, "placed"),
    (Promise.kind, "open"),
    *((PackPart.kind, phase) for phase in ("open", "short", "waiting")),
)
"""Where something falls due for its owner."""


class Queries:
    """The read side of a mall."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._offers = OffersInForce(ports)
        self._views = PlayViews(ports)

    @property
    def project(self) -> Project:
        """What the mall calls things: zone, currency, units, catalogue, titles of campaigns."""
        return self._ports.project

    def now(self) -> datetime:
        """The mall's present instant, in UTC."""
        return self._ports.now()

    def ask(self, key: str, type_: str) -> Receipt | None:
        """
        What became of an earlier call, by its key; None if nothing was booked under it.

        Args:
            type_: The event type that was reported, or the command: ``order.place`` for `claim`.

        Raises:
            InputError: There is no such type here: a slip must not read as "never happened".
        """
        named = identifier(type_, "type")
        id_ = Input(type=named, key=identifier(key, "key"), at=self.now()).id
        receipt = self._ports.read(("receipt", id_), lambda store: store.receipt(id_))
        if receipt is None and named not in self._types():
            raise InputError(f"nothing is asked or reported under {named!r}; there are {', '.join(self._types())}")
        return receipt

    def wallet(self, user: str) -> Wallet:
        """What a user has, in every unit."""
        holder, now = self._ports.holder(user), self.now()
        units = self._ports.project.units
        view = self._ports.look([LotsOf(holder, unit) for unit in units])
        purses = {unit.id: purse_view(unit, holder, view, now) for unit in units.values()}
        return Wallet(user=identifier(user, "user"), units=purses)

    def entries(self, user: str, unit: str, *, limit: int = 50, before: int | None = None) -> Sequence[Entry]:
        """A wallet's history, newest first; page with the last entry's `number`. InputError for an undeclared unit."""
        last = None if before is None else a_whole_number(before, "before", LAST_NUMBER)
        holder, named, most = self._ports.holder(user), self._ports.unit(unit), how_many(limit)
        name = ("entries", holder, named, most, last)
        return self._ports.read(name, lambda store: store.entries(holder, named, limit=most, before=last))

    def offers(self, user: str | None = None, *, kind: str | None = None) -> list[Offer]:
        """Everything on offer, each with why this user could not have it now."""
        return self._offers.all(user, kind)

    def offer(self, campaign: str, item: str, user: str | None = None) -> Offer:
        """One thing on offer; NotFound if it is not."""
        return self._offers.one(campaign, item, user)

    def entitlements(
        self, user: str, *, phase: str | None = None, after: str | None = None, limit: int | None = None
    ) -> Page[EntitlementView]:
        """
        What a user holds, what ends first in front; `phase` as it reads now.

        Args:
            after: The `next` of an earlier page: what comes behind it.
            limit: How many at most; all of them unless given.
        """
        held = [view for view in self._held(user) if phase in (None, view.phase)]
        ordered = sorted(held, key=lambda view: (view.ends is None, view.ends or view.got_at))
        return page_of(ordered, lambda view: view.id, after=after, limit=limit)

    def entitled(self, benefit: str, user: str) -> bool:
        """
        Whether a user holds a usable entitlement to *benefit* now.

        Raises:
            InputError: Neither the mall nor the user has ever had such a benefit.
        """
        named, now = identifier(benefit, "benefit"), self.now()
        held = list(self._held(user, item=named))
        if not held and named not in self._ports.project.benefits:
            known = ", ".join(sorted(self._ports.project.benefits))
            raise InputError(f"no benefit is called {named!r}; this mall has {known or 'none'}")
        return any(view.phase == "usable" and view.starts <= now for view in held)

    def deals(self, user: str, *, after: str | None = None, limit: int | None = None) -> Page[Deal]:
        """A user's deals, newest first; *after* is the `next` of an earlier page, no *limit* means all of them."""
        found = (cast("Deal", record) for record in self._own(Deal.kind, user))
        return page_of(found, lambda deal: deal.id, after=after, limit=limit)

    def deal(self, number: str, user: str | None = None) -> Deal:
        """One deal; NotFound if there is none, or it is somebody else's."""
        named = identifier(number, "deal")
        key = RecordKey(kind=Deal.kind, parts=(named,))
        record, _ = self._ports.look([key]).stored(key)
        if not isinstance(record, Deal) or (user is not None and record.holder != self._ports.holder(user)):
            raise NotFound(f"no deal {named}")
        return record

    def promises(self, user: str, *, after: str | None = None, limit: int | None = None) -> Page[PromiseView]:
        """What a user has been promised and not been given yet, what comes soonest first; paged as `deals`."""
        mine = Listing(kind=Promise.kind, holders=[self._ports.holder(user)], phase="open")
        records = self._ports.listed([mine])[0]
        view = self._ports.look([record.key for record in records])
        now = [cast("Promise", view.stored(record.key)[0]) for record in records]
        shown = [promise_view(p, self._ports.version(p.campaign, p.version)) for p in now if p.phase == "open"]
        ordered = sorted(shown, key=lambda promise: (promise.due_at is None, promise.due_at or self.now()))
        return page_of(ordered, lambda promise: promise.id, after=after, limit=limit)

    def bundle(self, deal: str, user: str | None = None) -> BundleView:
        """A bought bundle: how each part stands, what there is to choose and until when; NotFound if it is none."""
        found = self.deal(deal, user)
        play = self._ports.version(found.campaign, found.version)
        if isinstance(play, Parked):
            raise StorageError(play.why)
        return bundle_view(found, play, self._ports.look(bundle_needs(found, play)))

    # --- several questions at once -----------------------------------------------------------

    def look(self, *questions: Callable[[Queries], Any]) -> tuple[Any, ...]:
        """
        The answers to several questions, all as of one instant: what one page shows, so that its numbers agree.

        Whatever the questions need is read in one read transaction, in a few statements for all of them together, and
        the host is asked once about each user. Questions read from what they are given; they may be asked several
        times until all that they need is there, so they do nothing else, and they can't write.

        >>> wallet, deals = mall.look(lambda at: at.wallet("ann"), lambda at: at.deals("ann"))
        >>> wallet.units["points"].balance, len(deals)
        (0, 0)

        Within a host's transaction it is read there, and shows what that transaction sees.

        Raises:
            Conflict: Other campaigns kept coming into force meanwhile.
            QuanyiError: What the first question raises that raises anything.
        """
        return looked(self._ports, Queries, questions)

    # --- how campaigns stand -----------------------------------------------------------------

    def view(self, campaign: str, user: str, **named: str) -> Plain:
        """
        How one campaign stands for *user*, as its kind shows it: a `TaskView`, a `StreakView`, `Invites` …

        >>> mall.view("days", "ann", month="2026-04").today
        datetime.date(2026, 4, 2)

        Args:
            named: Which of several, where the campaign is shown for each of something (``book="b1"`` of a task
                that counts for each book, ``deal=…`` of a bundle), and what else its kind takes (``month`` of a streak).

        Raises:
            NotFound: No campaign in force has that name, its kind shows nothing, or there is nothing to show yet.
            InputError: Its kind knows no such name.
        """
        return self._views.one(campaign, user, named)

    def views(self, kind: str, user: str) -> list[Plain]:
        """
        How every campaign of one kind stands for *user*: by priority, then by campaign.

        >>> [(task.campaign, task.state) for task in mall.views("task", "ann")]
        [('errand', 'open')]

        Args:
            kind: The word in campaign files: ``task``, ``streak``, ``referral``, ``bundle``.

        Raises:
            InputError: No kind that shows something has that word.
        """
        return self._views.all(identifier(kind, "kind"), user)

    def tasks(self, user: str) -> list[TaskView]:
        """
        Every task in force, as *user* sees it now: by priority, then by campaign.

        A task that keeps its progress for each of something (a book, an order) is there once for
        each of which anything counted so far.
        """
        return cast("list[TaskView]", self.views("task", user))

    def task(self, campaign: str, user: str, **keys: str) -> TaskView:
        """
        One task, as `tasks` shows it.

        Args:
            keys: Which of several, where it keeps its progress for each of something: ``book="b1"``.

        Raises:
            NotFound: There is none of that name; or no key is named, and nothing has counted yet.
            InputError: It keeps its progress by no such key.
        """
        return cast("TaskView", self._views.one(campaign, user, keys, word="task"))

    def streaks(self, user: str) -> list[StreakView]:
        """Every streak in force, as *user* sees it now: by priority, then by campaign."""
        return cast("list[StreakView]", self.views("streak", user))

    def streak(self, campaign: str, user: str, *, month: str | None = None) -> StreakView:
        """
        One streak, as *user* sees it now.

        Args:
            month: Whose marked days are listed, ``2026-04``; the present one unless named.

        Raises:
            NotFound: No streak in force has that name.
        """
        named = {"month": month} if month else {}
        return cast("StreakView", self._views.one(campaign, user, named, word="streak"))

    def invites(self, user: str) -> list[Invites]:
        """Every referral campaign as *user* sees it: code, invitees by stage, rewards pending and confirmed."""
        return sorted(cast("list[Invites]", self.views("referral", user)), key=lambda view: view.campaign)

    # --- inside ------------------------------------------------------------------------------

    def _types(self) -> list[str]:
        """Every type that a receipt may be kept under: what is reported, and the commands of all kinds."""
        declared = (id_ for id_, event in self._ports.project.events.items() if not event.inner)
        heard = (trigger.type for play in self._ports.plays() for trigger in play.listens())
        return sorted({*declared, *heard, *self._ports.transactions.in_force.basics()})

    def _held(self, user: str, item: str | None = None) -> Iterator[EntitlementView]:
        """A user's entitlements, or those to one thing, as they read now."""
        now = self.now()
        for record in self._own(Entitlement.kind, user, item):
            yield self._entitlement_view(cast("Entitlement", record), now)

    def _own(self, kind: str, user: str, item: str | None = None) -> list[Record]:
        """A user's records of one kind as they read now: what is due on their deals and promises is done."""
        holder, now = self._ports.holder(user), self.now()
        own = Listing(kind=kind, holders=[holder], item=item)
        waiting = [Listing(kind=k, holders=[holder], phase=phase, due_by=now) for k, phase in _WAITING]
        stood, *late = self._ports.listed([own, *waiting])
        overdue = [record.key for records in late for record in records]
        if not overdue:
            return stood
        seen = {key: record for key, (record, _) in self._ports.look(overdue).records.items() if record is not None}
        stood_keys = {record.key for record in stood}
        mine = [(key, r) for key, r in seen.items() if r.kind == kind and r.holder == holder]
        new = [r for key, r in mine if key not in stood_keys and item in (None, r.item)]
        return [*new, *(seen.get(record.key, record) for record in stood)]

    def _entitlement_view(self, record: Entitlement, now: datetime) -> EntitlementView:
        benefit = self._ports.project.benefits.get(record.item) or Benefit(id=record.item)
        return EntitlementView.of(record, benefit, now)
