"""
One person looking at one page: who, in which language, at what time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

import attrs
from flask import current_app, g, redirect, request
from werkzeug.wrappers import Response

from quanyi.adapters.web.dates import Dates
from quanyi.adapters.web.steps import step_here
from quanyi.adapters.words import LOCALES, Words, pick, unit_word
from quanyi.campaigns.mall import Mall
from quanyi.campaigns.views import EntitlementView, Purse, Wallet
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.messages.figures import money_text, number_text
from quanyi.entitlements.messages.lists import enumerated
from quanyi.entitlements.records import Deal
from quanyi.entitlements.time import Duration

if TYPE_CHECKING:
    from quanyi.adapters.brake import Brake
    from quanyi.adapters.web.inbox import Inbox
    from quanyi.campaigns.project.model import Campaign
    from quanyi.campaigns.queries import Queries
    from quanyi.campaigns.requests import Context
    from quanyi.entitlements.plays.sale.view import Offer

__all__ = [
    "EXTENSION",
    "LANGUAGE_COOKIE",
    "Host",
    "Visit",
    "Way",
    "masked",
    "money_text",
    "number_text",
    "other_locale",
    "pick",
    "visit",
]

EXTENSION = "quanyi"
LANGUAGE_COOKIE = "quanyi_lang"
_ZONE_NAMES = {"Asia/Shanghai": {"zh": "北京时间", "en": "Beijing time"}}


@attrs.frozen(kw_only=True)
class Way:
    """
    Something a person can do in the host's product to earn.

    Attributes:
        action: The word on the button, ``Check in``.
        points: What it earns, in the mall's main unit.
        done: Whether it is done for now.
    """

    title: str
    text: str = ""
    url: str
    action: str
    points: int
    done: bool = False


@attrs.frozen(kw_only=True)
class Host:
    """
    What the host handed over: the questions that only it can answer.

    Attributes:
        current_user: The id of the person who is signed in; None for nobody.
        context: What the host says of this request, for limits and conditions.
        csrf_token: The token for forms, posted as ``csrf_token``.
        locale: The person's language; None leaves it to ``?lang=``, the cookie and the browser.
        pay: The address at which the host collects the money for a deal.
        sign_in: The address at which to sign in and come back to the given path.
        ways: What this person can do to earn, in this language, best first.
        texts: Texts that replace the mall's own, by language and code.
        inbox: Where the host keeps messages; without it there is no page of them.
        check_in: The address that takes the host's form for marking a day of a streak.
        goal: Where to do something for a task's goal, by campaign and goal.
        invite_link: The address that brings a friend with this invitation code.
        name_of: What somebody is called; shown masked.
        use: The address where an entitlement is used, in place of the catalogue's ``use: {go: …}``.
        csp: The Content-Security-Policy of the pages; None leaves it to the host.
        brake: What slows down those who guess codes.
    """

    mall: Mall
    current_user: Callable[[], str | None]
    context: Callable[[], Context] | None = None
    csrf_token: Callable[[], str] | None = None
    locale: Callable[[], str | None] | None = None
    pay: Callable[[Deal], str] | None = None
    sign_in: Callable[[str], str] | None = None
    ways: Callable[[str, str], Sequence[Way]] | None = None
    texts: Mapping[str, Mapping[str, str]] = attrs.field(factory=dict)
    inbox: Inbox | None = None
    check_in: Callable[[str], str | None] | None = None
    goal: Callable[[str, str], str | None] | None = None
    invite_link: Callable[[str], str] | None = None
    name_of: Callable[[str, str], str] | None = None
    use: Callable[[EntitlementView], str | None] | None = None
    csp: str | None = None
    brake: Brake | None = None


class Visit:
    """The request as the pages see it; each question is answered once, and those of a page together: see `look`."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.mall = host.mall
        self.waiting: Sequence[Deal] = ()
        self.reminded: frozenset[tuple[str, str]] = frozenset()
        self.shown: list[Offer] = []

    def look(self, *questions: Callable[[Visit], Any], wallet: bool = True) -> tuple[Any, ...]:
        """
        The answers to all questions of a page, as of one instant; what it shows later of `wallet` and `now` is of the same.

        Each question is called with this visit as of that instant, maybe several times: it reads `mall`, and
        asks the host nothing.

        Args:
            wallet: Whether the page shows what the person has.
        """
        whose = [_wallet] if wallet and self.user else []
        asked = [partial(_as_of, self, question) for question in (_now, *whose, *questions)]
        now, *answers = self.host.mall.look(*asked)
        self.__dict__.pop("dates", None)
        self.__dict__.update({"now": now, **({"wallet": answers.pop(0)} if whose else {})})
        return tuple(answers)

    def look_at_offers(self, *questions: Callable[[Visit], Any]) -> tuple[Any, ...]:
        """`look`, for pages that show what is on offer: with the visitor's unpaid orders, and what they wait for."""
        *answers, self.waiting, self.reminded = self.look(*questions, _unpaid, _reminded)
        return tuple(answers)

    @cached_property
    def reminds(self) -> bool:
        """Whether a reminder would reach the visitor: the host keeps messages, and they have not said no to them."""
        return self.host.inbox is not None and (self.user is None or self.host.inbox.wanted(self.user))

    @cached_property
    def user(self) -> str | None:
        """Who is signed in."""
        return self.host.current_user()

    @cached_property
    def context(self) -> Context:
        """How this request came, as the host says."""
        return self.host.context() if self.host.context else None

    @cached_property
    def locale(self) -> str:
        """The language: the host's word, else the address, the cookie, the browser."""
        said = self.host.locale() if self.host.locale else None
        wishes = [said, request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE)]
        chosen = next((wish for wish in wishes if wish in LOCALES), None)
        return chosen or request.accept_languages.best_match(LOCALES) or LOCALES[0]

    @cached_property
    def words(self) -> Words:
        """The texts of that language."""
        return Words(self.locale).over(self.host.texts.get(self.locale, {}))

    @cached_property
    def pages(self) -> frozenset[str]:
        """The endpoints of this application."""
        return frozenset(current_app.view_functions)

    @cached_property
    def now(self) -> datetime:
        """The mall's present, the same for the whole page."""
        return self.mall.now()

    @cached_property
    def dates(self) -> Dates:
        """How dates are said here."""
        return Dates(now=self.now, zone=ZoneInfo(self.mall.project.zone), words=self.words)

    @cached_property
    def zone_name(self) -> str:
        """The zone as people call it."""
        zone = self.mall.project.zone
        return _ZONE_NAMES.get(zone, {}).get(self.locale) or zone.rpartition("/")[2].replace("_", " ")

    @cached_property
    def wallet(self) -> Wallet | None:
        """What the person has; None if nobody is signed in."""
        return self.mall.wallet(self.user) if self.user else None

    @cached_property
    def ways(self) -> Sequence[Way]:
        """How this person can earn."""
        return self.host.ways(self.user, self.locale) if self.host.ways and self.user else ()

    def purse(self, unit: str | None = None) -> Purse | None:
        """The purse of *unit*, or of the mall's first unit."""
        units = self.wallet.units if self.wallet else {}
        return units.get(unit) if unit else next(iter(units.values()), None)

    def counted(self, number: int, unit: str) -> tuple[str, str]:
        """An amount of a unit, as a number and the word beside it, in Chinese with its measure word: ``张补签卡``."""
        known = self.mall.project.units.get(unit)
        word = unit_word(known.title if known else {}, unit, number, self.locale)
        measure = known.measure if known and self.locale == "zh" else ""
        return number_text(number, known.scale if known else 0), measure + word

    def unit_name(self, unit: str) -> str:
        """What a unit is called where no number is beside it: ``补签卡``, ``points``."""
        known = self.mall.project.units.get(unit)
        return unit_word(known.title if known else {}, unit, 2, self.locale)

    def amount(self, number: int, unit: str) -> str:
        """An amount whose unit was just named: ``600 积分``, ``1 张``, ``1 streak saver``."""
        known = self.mall.project.units.get(unit)
        said, word = self.counted(number, unit)
        return f"{said} {known.measure if known and known.measure and self.locale == 'zh' else word}"

    def campaign(self, campaign: str, kind: str) -> Campaign | None:
        """A campaign of that kind by its name; None for any other."""
        found = self.mall.project.campaigns.get(campaign)
        return found if found is not None and found.kind.word == kind else None

    def campaign_title(self, campaign: str) -> str:
        """A campaign's name; empty for one that is no longer in the files."""
        found = self.mall.project.campaigns.get(campaign)
        return pick(found.head.title, self.locale) if found else ""

    def waits(self, campaign: str) -> Deal | None:
        """An order of the visitor's own in *campaign* that waits for its payment."""
        return next((deal for deal in self.waiting if deal.campaign == campaign), None)

    def thing_title(self, item: str) -> str:
        """The name of a benefit or of the host's own goods."""
        project = self.mall.project
        found = project.benefits.get(item) or project.goods.get(item)
        return pick(found.title, self.locale) if found else ""

    def category_name(self, category: str) -> str:
        """What a heading is called: by the pages' own text, else by the catalogue; a neutral word for one without a name."""
        code = f"category.{category}"
        if code in self.words:
            return self.words(code)
        return pick(self.mall.project.category_title(category), self.locale) or self.words("category.other")

    def deal_title(self, deal: Deal) -> str:
        """What was bought: a bundle by its campaign's name, anything else by the thing's."""
        if self.campaign(deal.campaign, "bundle") is not None:
            return self.campaign_title(deal.campaign)
        return self.thing_title(deal.item) or self.campaign_title(deal.campaign)

    def gifts(self, things: Iterable[tuple[str, int | None]]) -> str:
        """Amounts and things, one after the other: ``200 points, Film week``."""
        return self.listed(self._gift(thing, amount) for thing, amount in things)

    def listed(self, names: Iterable[str]) -> str:
        """Names one after the other in a sentence, also where one of them has a comma."""
        return enumerated(names, self.words("list.comma"), self.words("list.semicolon"))

    def _gift(self, thing: str, amount: int | None) -> str:
        if thing in self.mall.project.units:
            return " ".join(self.counted(amount, thing)) if amount is not None else self.unit_name(thing)
        title = self.thing_title(thing)
        return self.words("list.several", n=amount, name=title) if amount and amount > 1 else title

    def term(self, lasts: Duration) -> str:
        """A length of time in its largest parts: ``1 month``, ``3 days``."""
        days, rest = divmod(lasts.seconds, 86400)
        parts = [("months", lasts.months), ("days", lasts.days + days), ("hours", rest // 3600)]
        return " ".join(self.words(f"item.term_{name}", n=number) for name, number in parts if number)

    def must_sign_in(self) -> Response:
        """To where one signs in, and from there back to this step; NotFound where the host has no such place."""
        url = self.sign_in_url()
        if url is None:
            raise NotFound("nobody is signed in")
        return redirect(url, 303 if request.method == "POST" else 302)

    def sign_in_url(self, path: str | None = None) -> str | None:
        """Where to sign in and come back here."""
        return self.host.sign_in(path or step_here()) if self.host.sign_in else None


def _as_of(to: Visit, question: Callable[[Visit], Any], at: Queries) -> Any:
    """What *question* finds on the same visit, which reads through a look."""
    still = copy(to)
    still.mall = cast("Mall", at)
    for name in ("now", "dates", "wallet"):
        still.__dict__.pop(name, None)
    return question(still)


def _now(at: Visit) -> datetime:
    return at.now


def _wallet(at: Visit) -> Wallet | None:
    return at.wallet


def _unpaid(at: Visit) -> Sequence[Deal]:
    """The visitor's orders that wait for their payment."""
    return at.mall.deals(at.user, phase="placed") if at.user else ()


def _reminded(at: Visit) -> frozenset[tuple[str, str]]:
    """The things that the visitor waits for, by campaign and item."""
    waits = at.mall.reminders(at.user) if at.user and at.host.inbox is not None else ()
    return frozenset((reminder.campaign, reminder.item) for reminder in waits)


def visit() -> Visit:
    """The visit of this request."""
    if "quanyi_visit" not in g:
        g.quanyi_visit = Visit(current_app.extensions[EXTENSION])
    found: Visit = g.quanyi_visit
    return found


def masked(name: str) -> str:
    """
    A name with its middle hidden: enough to know whom, too little to tell others.

    >>> masked("Cheng Yifan"), masked("")
    ('C***n', '***')
    """
    return f"{name[:1]}***{name[-1:]}" if name else "***"


def other_locale() -> str:
    """The language that this page is not in."""
    return next(locale for locale in LOCALES if locale != visit().locale)
