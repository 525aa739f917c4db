"""What pages ask, as questions of a look, with answers that can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from quanyi import OfferQuery
from quanyi.entitlements.errors import QuanyiError, Refused
from quanyi.entitlements.plays.sale.view import Offer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from quanyi.campaigns.queries import Queries

    Question = Callable[[Queries], Any]


def questions(users: Iterable[str | None], kinds: Iterable[str] = ("task", "streak", "referral")) -> list[Question]:
    """Everything that pages show of these users."""
    found: list[Question] = []
    for user in users:
        found += [_bound("offers", user), _page(user)]
        if user is not None:
            names = ("wallet", "entitlements", "deals", "promises")
            found += [_bound(name, user) for name in names]
            found += [_bound("views", kind, user) for kind in kinds]
            found.append(_bound("entries", user, "points"))
    return found


def _bound(name: str, *said: Any) -> Question:
    return lambda at: getattr(at, name)(*said)


def _page(user: str | None) -> Question:
    """A page of what somebody can afford, for which a look has to know the wallet first."""
    query = OfferQuery(sort="price", affordable=user is not None)
    return lambda at: at.offers(user, query=query, limit=3)


def one_by_one(mall: Queries, asked: Iterable[Question]) -> list[Any]:
    """The answer to each question by itself, or the error."""
    return [told(_answer(mall, question)) for question in asked]


def in_one_look(mall: Queries, asked: Iterable[Question]) -> list[Any]:
    """The answers in one look; a question that raises answers with its error."""
    return [told(answer) for answer in mall.look(*(_caught(question) for question in asked))]


def _caught(question: Question) -> Question:
    return lambda at: _answer(at, question)


def _answer(mall: Queries, question: Question) -> Any:
    try:
        return question(mall)
    except QuanyiError as error:
        return error


def told(answer: Any) -> Any:
    """The answer, with refusals as what they say: two of them are never equal."""
    if isinstance(answer, list):
        return [told(each) for each in answer]
    if isinstance(answer, Offer):
        return attrs.evolve(answer, why_not=None), told(answer.why_not)
    if isinstance(answer, Refused):
        where = (answer.campaign, answer.clause, answer.where, answer.next_at)
        return type(answer), answer.code, answer.reason, dict(answer.shows), where, answer.message("en")
    return (type(answer), str(answer)) if isinstance(answer, Exception) else answer
