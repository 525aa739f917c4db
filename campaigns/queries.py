"""
What a host asks and never changes: wallets, offers, entitlements, deals, promises.

Reads never write; what is due reads as done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast

import attrs

from quanyi.campaigns.catalogue.query import OfferQuery
from quanyi.campaigns.eligibility import Eligibility, eligibilities
from quanyi.campaigns.looks import looked
from quanyi.campaigns.offers import OfferPage, OffersInForce
from quanyi.campaigns.own_queries import OwnQueries
from quanyi.campaigns.play_views import PlayViews
from quanyi.campaigns.ports import Ports
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.views import Wallet, purse_view
from quanyi.entitlements.arguments import LAST_NUMBER, a_whole_number, how_many
from quanyi.entitlements.errors import InputError, StorageError, VoucherRefused
from quanyi.entitlements.identifiers import identifier
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.needs import LotsOf
from quanyi.entitlements.parsing import quoted
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.plays.bundle.view import BundleView, bundle_needs, bundle_view
from quanyi.entitlements.plays.parked import Parked
from quanyi.entitlements.plays.referral.invite_codes import code_key, read_code, typed_code
from quanyi.entitlements.plays.referral.view import Invitation, Invites, invitation_view
from quanyi.entitlements.plays.sale.view import Offer
from quanyi.entitlements.plays.streak.view import StreakView
from quanyi.entitlements.plays.task.view import TaskView
from quanyi.entitlements.ports import Entry, Way

__all__ = ["Queries"]


class Queries(OwnQueries):
    """The read side of a mall."""

    def __init__(self, ports: Ports) -> None:
        super().__init__(ports)
        self._offers = OffersInForce(ports)
        self._views = PlayViews(ports)

    @property
    def project(self) -> Project:
        """What the mall calls things: zone, currency, units, catalogue, titles of campaigns."""
        return self._ports.as_in_force()

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

    def entries(
        self, user: str, unit: str, *, limit: int = 50, before: int | None = None, way: Way | None = None
    ) -> Sequence[Entry]:
        """
        A wallet's history, newest first, each line with the deal that it is about.

        Args:
            before: The `number` of the last entry of an earlier page.
            way: Only what came ``in``, or only what went ``out``.

        Raises:
            InputError: The unit is not declared, or *way* is no such word.
        """
        if way not in (None, "in", "out"):
            raise InputError(f"way is in or out, not {quoted(way)}")
        last = None if before is None else a_whole_number(before, "before", LAST_NUMBER)
        holder, named, most = self._ports.holder(user), self._ports.unit(unit), how_many(limit)
        name = ("entries", holder, named, most, last, way)
        found = self._ports.read(name, lambda store: store.entries(holder, named, limit=most, before=last, way=way))
        if not any(entry.record for entry in found):
            return found
        deals = self._own.of_deals(entry.record for entry in found if entry.record)
        known = [(entry, deals.get(entry.record)) for entry in found]
        return [attrs.evolve(entry, deal=deal.id, item=deal.item) if deal else entry for entry, deal in known]

    def offers(
        self,
        user: str | None = None,
        *,
        kind: str | None = None,
        query: OfferQuery | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> OfferPage:
        """
        What is on offer, each with why this user could not have it now.

        Without *query*, *after* and *limit* it is everything, also what has ended, by campaign: for malls of a few
        hundred things. With any of them it is a page, and only what is on it is looked up.

        >>> from quanyi import OfferQuery
        >>> page = mall.offers("ann", query=OfferQuery(text="phone", sort="price"), limit=24)
        >>> [offer.item for offer in page], page.total, page.next
        (['phone'], 1, None)

        Args:
            kind: Only what campaigns of this kind sell.
            query: Which things, and in which order; see `OfferQuery`.
            after: `next` or `previous` of another page of the same query. Anything else is the first page.
            limit: How many at most; all of them unless given.

        Raises:
            InputError: The limit is no whole number above zero; or what is affordable is asked for nobody.
        """
        if query is None and after is None and limit is None:
            return self._offers.all(user, kind)
        asked = query if query is not None else OfferQuery()
        return self._offers.page(user, asked if kind is None else attrs.evolve(asked, kinds=(kind,)), after, limit)

    def offer(self, campaign: str, item: str, user: str | None = None) -> Offer:
        """One thing on offer; NotFound if it is not."""
        return self._offers.one(campaign, item, user)

    def offers_called(self, named: Sequence[tuple[str, str]]) -> list[Offer | None]:
        """
        Things by campaign and item, as everybody sees them, in one go; None for what is not on offer.

        >>> mall.offers_called([("no-such-sale", "phone")])
        [None]
        """
        return self._offers.several(named)

    def eligible(self, user: str) -> list[Eligibility]:
        """
        Every campaign in force, with whether a user may take part now, and why not: by priority, then by campaign.

        >>> [(one.campaign, one.eligible) for one in mall.eligible("ann")][:1]
        [('days', True)]

        What sells is tried as a command for one piece would be. Of other kinds it is told whether they run, are open,
        and are for this user; what an event has to say, and how often it may come, `explain` tells.
        """
        return eligibilities(self._ports, self._offers, user)

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

    def invitation(self, code: str) -> Invitation:
        """
        What an invitation code leads to, however it was typed: who invites, and what a friend gets at once.

        Whoever asks for a stranger guesses codes: brake it like `accept_invite` (`quanyi.adapters.web.guarded`).

        Raises:
            VoucherRefused: Nobody has such a code, or its campaign is in force no longer (``unknown-code``).
        """
        key = code_key(read_code(typed_code(code)))
        record, _ = self._ports.look([key]).stored(key)
        plays = {play.head.campaign: play for play in self._ports.plays()}
        play = plays.get(record.campaign) if record is not None else None
        if record is None or play is None:
            raise VoucherRefused(reason="unknown-code")
        inviter, paused = self._ports.user_of(record.holder or ""), self._ports.paused(play)
        found = invitation_view(play, inviter, self.now(), paused=paused)
        if found is None:
            raise VoucherRefused(reason="unknown-code")
        return found

    # --- inside ------------------------------------------------------------------------------

    def _types(self) -> list[str]:
        """Every type that a receipt may be kept under: what is reported, and the commands of all kinds."""
        declared = (id_ for id_, event in self._ports.project.events.items() if not event.inner)
        heard = (trigger.type for play in self._ports.plays() for trigger in play.listens())
        return sorted({*declared, *heard, *self._ports.transactions.in_force.basics()})
