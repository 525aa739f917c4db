"""
Webhooks in: events of others, such as a supplier or a payment provider, taken as events of the mall.

They come with the signature of Standard Webhooks in the place of an API key. The id of a message is the key of its write,
so that one that comes again is answered and booked once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any

import attrs
from flask import request
from pydantic import BaseModel, ConfigDict, Field

from quanyi.adapters.api.bodies import Identifier
from quanyi.adapters.api.incoming import checked, parsed, read_whole
from quanyi.adapters.api.problems import Problem
from quanyi.adapters.api.writes import insist_on_event
from quanyi.adapters.webhooks.signatures import SignatureError, read_signed, secret_bytes
from quanyi.campaigns.mall import Mall
from quanyi.entitlements.errors import InputError

__all__ = [
    "MessageSaid",
    "ReportedEvent",
    "TakenAnswer",
    "WebhookSource",
    "checked_sources",
    "message_event",
    "take_message",
]

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,49}")


class MessageSaid(BaseModel):
    """A message as a mall sends it, and as Standard Webhooks recommends; what else it says is left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    type: Annotated[Identifier, Field(description="A type that `events/` declares.")]
    subject: Annotated[Identifier | None, Field(description="To whom it happened, if to anybody.")] = None
    data: Annotated[dict[str, Any], Field(description="Its declared attributes.")] = Field(default_factory=dict)


class TakenAnswer(BaseModel):
    """
    What became of a message.

    `taken` is false where the host has no use for it; `duplicate` says that it came before.
    """

    model_config = ConfigDict(frozen=True)

    taken: bool
    duplicate: bool


@attrs.frozen(kw_only=True)
class ReportedEvent:
    """
    A message as an event of the mall.

    Attributes:
        type: A type that the mall's files declare.
        user: To whom it happened, if to anybody.
        data: Its declared attributes.
    """

    type: str
    user: str | None = None
    data: Mapping[str, Any] = attrs.field(factory=dict)


def message_event(message: Any) -> ReportedEvent | None:
    """
    A message that names its type, subject and data as the mall declares them.

    Raises:
        Problem: It does not (422).
    """
    said = checked(MessageSaid, message, "body")
    return ReportedEvent(type=said.type, user=said.subject, data=said.data)


def _checked_secrets(_source: object, _attribute: object, secrets: Any) -> None:
    if callable(secrets):
        return
    if isinstance(secrets, str) or not secrets:
        raise InputError('a source of webhooks has a list of secrets: ["whsec_…"]')
    for secret in secrets:
        secret_bytes(secret)


@attrs.frozen(kw_only=True)
class WebhookSource:
    """
    Somebody whose messages are taken.

    Attributes:
        secrets: What signs them, ``whsec_…``; several while one takes the place of another. A function that gives them
            is asked with each message.
        event: Turns the JSON of a message into an event; None leaves it alone, which is answered as taken by nobody.
            Unless given, the message says ``type``, ``subject`` and ``data`` as the mall declares them.
    """

    secrets: Iterable[str] | Callable[[], Iterable[str]] = attrs.field(repr=False, validator=_checked_secrets)
    event: Callable[[Any], ReportedEvent | None] = message_event

    def valid_secrets(self) -> list[str]:
        """The secrets that are valid now."""
        return list(self.secrets() if callable(self.secrets) else self.secrets)


def checked_sources(sources: Mapping[str, WebhookSource] | None) -> Mapping[str, WebhookSource]:
    """The sources that a host declares; InputError for a name that can't stand in an address."""
    for name in sources or {}:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise InputError(f"a source of webhooks is named by small letters, digits, - and _, not {name!r}")
    return dict(sources or {})


def take_message(mall: Mall, name: str, source: WebhookSource) -> TakenAnswer:
    """
    Report the message of this request, if *source* has signed it just now.

    Raises:
        Problem: It is not signed (401), no JSON (400), not said to be (415), too large (413), or no event of the mall (422).
    """
    body = read_whole()
    try:
        headers = {name.lower(): value for name, value in request.headers.items()}
        signed = read_signed(source.valid_secrets(), headers, body, now=mall.now())
    except SignatureError as wrong:
        challenge = {"WWW-Authenticate": 'Webhook realm="quanyi"'}
        raise Problem(401, "unsigned", str(wrong), headers=challenge) from None
    told = source.event(parsed(body))
    if told is None:
        return TakenAnswer(taken=False, duplicate=False)
    insist_on_event(mall, told.type)
    key = f"webhook/{name}/{signed.id}"
    receipt = mall.report(told.type, user=told.user, key=key, data=told.data, by=f"webhook/{name}")
    return TakenAnswer(taken=True, duplicate=receipt.duplicate)
