"""
One operator looking at one page of the console: who, in which language, at what time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

import attrs
from flask import current_app, g, request, url_for

from quanyi.adapters.console.operators import Operator
from quanyi.adapters.ids import RandomIds
from quanyi.adapters.web.fields import asked, asked_cursor
from quanyi.adapters.web.visit import Host, Visit
from quanyi.adapters.words import read_texts
from quanyi.campaigns.language.translation import worded
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.parsing import LARGEST, parse_whole
from quanyi.entitlements.records import Act

if TYPE_CHECKING:
    from quanyi.adapters.web.inbox import Inbox
    from quanyi.adapters.wiring import OpenMall

__all__ = ["EXTENSION", "LARGEST_FORM", "Console", "ConsoleHost", "PersonErased", "console", "texts_of"]

EXTENSION = "quanyi_console"

LARGEST_FORM = 2 * 1024 * 1024
"""Bytes of the largest form: a list of people, or a file of codes."""

_LONGEST_CURSOR = 200
_ON_A_PAGE = 25


@attrs.frozen(kw_only=True)
class ConsoleHost:
    """
    What the host handed over, and the screens.

    Attributes:
        operator: Who works here; None for nobody who may.
        doors: Which roles open what: by a screen's name, and by ``<screen>.<action>``.
        pages: The same as the mall's own pages have it: language, texts, the token of forms.
        operator_name: What the host calls an operator, by id and language; None where it does not say.
        inbox: The messages that the host keeps; None where it keeps none.
        home: Where the host's own pages are; None for no link there.
        sign_in: Where to sign in, or as somebody else, and come back to a path; None for no link there.
    """

    mall: OpenMall
    operator: Callable[[], Operator | None]
    doors: Mapping[str, frozenset[str]]
    pages: Host
    operator_name: Callable[[str, str], str] | None = None
    inbox: Inbox | None = None
    home: Callable[[], str] | None = None
    sign_in: Callable[[str], str] | None = None


class PersonErased(NotFound):
    """Whoever the address names was erased."""

    def __init__(self) -> None:
        super().__init__("this person was erased")


class Console(Visit):
    """
    The request as the screens see it.

    Attributes:
        typed: What was typed into the form that was sent, while the page is shown again; empty else.
        wrong: What is wrong with it, by field.
        no: Why the mall has refused it, in words.
        largest_form: How many bytes a form has at most; a larger file is told beside its field before it is sent.
        after: The cursor of the address: where a page of a list goes on. `limit` is how many rows it has.
    """

    largest_form = LARGEST_FORM

    def __init__(self, given: ConsoleHost) -> None:
        super().__init__(given.pages)
        self.given = given
        self.typed: Mapping[str, str] = {}
        self.wrong: Mapping[str, str] = {}
        self.no: str = ""
        self.after = asked_cursor("after", _LONGEST_CURSOR)
        self.limit = _ON_A_PAGE

    @property
    def books(self) -> OpenMall:
        """The mall with its desk; `mall` is the same while a page looks."""
        return self.given.mall

    @cached_property
    def operator(self) -> Operator | None:
        """Who works here."""
        return self.given.operator()

    @property
    def me(self) -> Operator:
        """Who works here, behind the door."""
        assert self.operator is not None
        return self.operator

    def who(self, by: str | None) -> str:
        """What an author is called: an operator by the name that the host gives, anybody else as the journal has them."""
        author = by or ""
        number = author.removeprefix("ops/")
        if number == author:
            return author
        if self.operator is not None and self.operator.id == number:
            return self.operator.name or number
        named = self.given.operator_name
        return (named(number, self.locale) if named is not None else "") or number

    def may(self, roles: frozenset[str]) -> bool:
        """Whether one of *roles* is the operator's."""
        return self.operator is not None and not roles.isdisjoint(self.operator.roles)

    def sees(self, screen: str) -> bool:
        """Whether the operator may see that screen, and there is one of that name."""
        return self.may(self.given.doors.get(screen, frozenset()))

    def can(self, screen: str, action: str) -> bool:
        """Whether the operator may do that action."""
        return self.may(self.given.doors.get(f"{screen}.{action}", frozenset()))

    @property
    def path(self) -> Mapping[str, str]:
        """The names in the address with their values."""
        return cast("Mapping[str, str]", request.view_args or {})

    @cached_property
    def person(self) -> str:
        """The host's id of the person whose page this is, by the random id in the address; NotFound for nobody."""
        user = self.books.ports.user_of(self.path["holder"])
        if not user:
            raise PersonErased if self._erased() else NotFound("nobody has this id")
        return user

    def _erased(self) -> bool:
        """Whether an act of the console has erased whom the address names."""
        done = self.books.ports.store.records(Act.kind, holder=self.path["holder"], phase="done", limit=_ON_A_PAGE)
        return any(isinstance(act, Act) and act.name == "person.erase" for act in done)

    def url(self, screen: str, **more: Any) -> str:
        """The address of a screen."""
        return url_for(f"{EXTENSION}.{screen}", **more)

    def link(self, **more: str | None) -> str:
        """
        The address of this page with some of its query changed; None leaves a value out.

        What a stranger put into the query stays in the query: it is no argument of `url_for`, and names no other page.
        """
        kept = {name: text for name in request.args if name not in ("act", "as", "lang") and (text := asked(name))}
        query = urlencode({name: text for name, text in {**kept, **more}.items() if text is not None}, safe="/")
        names: dict[str, Any] = dict(self.path)
        address = url_for(str(request.endpoint), **names)
        return f"{address}?{query}" if query else address

    def number_after(self) -> int | None:
        """The cursor of a list whose places are numbers above zero; None for the beginning, and for what is no such number."""
        try:
            number = parse_whole(self.after or "")
        except ValueError:
            return None
        return number if 0 < number <= LARGEST else None

    def sign_in_here(self) -> str | None:
        """Where to sign in and come back to this page; None where the host has no such place."""
        path = self.link() if request.method == "GET" else self.url("front")
        return self.given.sign_in(path) if self.given.sign_in else None

    def error_text(self, error: Exception) -> str:
        """What an error says, in the language of the page where there is a sentence for it."""
        return worded(str(error)) if self.locale == "zh" else str(error)

    def new_token(self) -> str:
        """A token for a form: what it asks for is done once, however often it is sent."""
        return RandomIds().new()

    def was(self, name: str, default: str = "") -> str:
        """What stands in a field: what was typed before, or *default*."""
        return self.typed.get(name, default)


def console() -> Console:
    """The visit of this request."""
    if "quanyi_console" not in g:
        g.quanyi_console = Console(current_app.extensions[EXTENSION])
    found: Console = g.quanyi_console
    return found


@cache
def texts_of(locale: str) -> Mapping[str, str]:
    """The console's texts in one language by dotted code: all files of ``texts/<locale>``."""
    folder = files(__package__).joinpath("texts", locale)
    pages = (path.read_text(encoding="utf-8") for path in folder.iterdir() if path.name.endswith(".toml"))
    return {code: text for page in pages for code, text in read_texts(page).items()}
