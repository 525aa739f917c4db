"""
One person looking at one page: who, in which language, at what time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import attrs
from flask import current_app, g, request, url_for

from quanyi.adapters.web.dates import Dates
from quanyi.adapters.web.words import LOCALES, Words, grouped, unit_word
from quanyi.campaigns.mall import Mall
from quanyi.campaigns.views import Purse, Wallet
from quanyi.entitlements.records import Deal

__all__ = [
    "EXTENSION",
    "LANGUAGE_COOKIE",
    "Host",
    "Visit",
    "Way",
    "money_text",
    "number_text",
    "other_language",
    "other_locale",
    "pick",
    "visit",
]

EXTENSION = "quanyi"
LANGUAGE_COOKIE = "quanyi_lang"
_SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "HKD": "HK$", "TWD": "NT$"}
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
        csrf_token: The token for forms, posted as ``csrf_token``.
        locale: The person's language; None leaves it to ``?lang=``, the cookie and the browser.
        pay: The address at which the host collects the money for a deal.
        sign_in: The address at which to sign in and come back to the given path.
        ways: What this person can do to earn, in this language, best first.
        texts: Texts that replace the mall's own, by language and code.
    """

    mall: Mall
    current_user: Callable[[], str | None]
    csrf_token: Callable[[], str] | None = None
    locale: Callable[[], str | None] | None = None
    pay: Callable[[Deal], str] | None = None
    sign_in: Callable[[str], str] | None = None
    ways: Callable[[str, str], Sequence[Way]] | None = None
    texts: Mapping[str, Mapping[str, str]] = attrs.field(factory=dict)


class Visit:
    """The request as the pages see it; each question is answered once."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.mall = host.mall

    @cached_property
    def user(self) -> str | None:
        """Who is signed in."""
        return self.host.current_user()

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
        """An amount of a unit, as a number and the word beside it."""
        known = self.mall.project.units.get(unit)
        word = unit_word(known.title if known else {}, unit, number, self.locale)
        return number_text(number, known.scale if known else 0), word

    def campaign_title(self, campaign: str) -> str:
        """A campaign's name; empty for one that is no longer in the files."""
        found = self.mall.project.campaigns.get(campaign)
        return pick(found.head.title, self.locale) if found else ""

    def thing_title(self, item: str) -> str:
        """The name of a benefit or of the host's own goods."""
        project = self.mall.project
        found = project.benefits.get(item) or project.goods.get(item)
        return pick(found.title, self.locale) if found else ""

    def sign_in_url(self, path: str | None = None) -> str | None:
        """Where to sign in and come back here."""
        return self.host.sign_in(path or request.path) if self.host.sign_in else None


def visit() -> Visit:
    """The visit of this request."""
    if "quanyi_visit" not in g:
        g.quanyi_visit = Visit(current_app.extensions[EXTENSION])
    found: Visit = g.quanyi_visit
    return found


def pick(texts: Mapping[str, str], locale: str) -> str:
    """The text in that language, else in any there is."""
    return texts.get(locale) or next((text for text in texts.values() if text), "")


def number_text(value: int, scale: int = 0) -> str:
    """
    A number in its smallest parts, for reading.

    >>> number_text(-123456), number_text(123450, 2)
    ('−123,456', '1,234.50')
    """
    whole, part = divmod(abs(value), 10**scale)
    text = grouped(whole) + (f".{part:0{scale}d}" if scale else "")
    return f"−{text}" if value < 0 else text


def money_text(value: int, currency: str, scale: int) -> str:
    """
    Money with its sign; whole amounts without places.

    >>> money_text(990, "CNY", 2), money_text(2500, "CNY", 2)
    ('¥9.90', '¥25')
    """
    text = number_text(value, scale)
    if scale and not value % 10**scale:
        text = text.partition(".")[0]
    return f"{_SYMBOLS.get(currency, currency + ' ')}{text}"


def other_language() -> str:
    """The address of this page in the other language."""
    arguments: dict[str, Any] = {**request.args.to_dict(), **(request.view_args or {})}
    arguments["lang"] = other_locale()
    endpoint = request.endpoint if request.method == "GET" and request.endpoint else "quanyi.home"
    return url_for(endpoint, **(arguments if request.method == "GET" else {"lang": arguments["lang"]}))


def other_locale() -> str:
    """The language that this page is not in."""
    return next(locale for locale in LOCALES if locale != visit().locale)
