"""
What goes wrong, as problem documents (RFC 9457): one table from what the mall raises to status and code.

Codes are stable; titles and details are for people, in Chinese or English. A problem never repeats what was sent, since
that may be somebody's secret.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from math import ceil
from typing import Any

import attrs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from quanyi.adapters.api.titles import title_of
from quanyi.entitlements.errors import (
    CampaignFailed,
    ClockAhead,
    Conflict,
    DataError,
    InputError,
    KeyReused,
    NotFound,
    QuanyiError,
    Refused,
    StorageError,
    Unknown,
)
from quanyi.entitlements.plain import plain

__all__ = ["Mistake", "MistakeAnswer", "Problem", "ProblemAnswer", "mistakes_in", "problem_of"]

_LONGEST_DETAIL = 500
_NOWHERE = {"unknown", "unknown-code"}
"""Reasons of refusals that mean: there is no such thing, or it is somebody else's."""


class ProblemAnswer(BaseModel):
    """A problem document; what a kind of problem does not have is left out."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="`urn:quanyi:problem:` and the code.")
    title: str
    status: int
    code: str = Field(description="Stable; what programs go by.")
    detail: str = ""
    instance: str = Field(description="`urn:quanyi:error:` and a number that stands in the log, too.")
    reason: str = Field(default="", description="Of a refusal: the campaign's own word for it.")
    campaign: str | None = None
    clause: str = ""
    shows: dict[str, Any] = Field(default_factory=dict, description="Of a refusal: the values that were compared.")
    next_at: str | None = Field(default=None, description="When the same request may succeed, where that is known.")
    errors: list[MistakeAnswer] = Field(default_factory=list, description="Of a malformed request: each mistake.")


class MistakeAnswer(BaseModel):
    """One mistake of a request: in its `body` at a JSON pointer, or in what is called `name` elsewhere."""

    model_config = ConfigDict(extra="forbid")

    place: str = Field(description="`body`, `query`, `path` or `header`.")
    pointer: str = Field(default="", description="JSON pointer into the body: `#/data/amount`.")
    name: str = Field(default="", description="Of a parameter or header.")
    detail: str


ProblemAnswer.model_rebuild()


@attrs.frozen(kw_only=True)
class Mistake:
    """One mistake of a request; `path` leads to it from `place`."""

    place: str
    path: tuple[str | int, ...] = ()
    detail: str

    def plain(self) -> dict[str, str]:
        """As a problem document says it."""
        if self.place == "body":
            steps = (str(step).replace("~", "~0").replace("/", "~1") for step in self.path)
            return {"place": "body", "pointer": "#" + "".join(f"/{step}" for step in steps), "detail": self.detail}
        return {"place": self.place, "name": str(self.path[0] if self.path else ""), "detail": self.detail}


class Problem(Exception):  # noqa: N818  (the standard's word)
    """
    An answer that is a problem.

    Attributes:
        code: Its stable code.
        more: Further members of the document.
        headers: Headers of the answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str = "",
        *,
        more: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status, self.code, self.detail = status, code, detail
        self.more, self.headers = dict(more or {}), dict(headers or {})
        super().__init__(code)

    @classmethod
    def malformed(cls, mistakes: Sequence[Mistake], *, status: int = 422, code: str = "invalid-request") -> Problem:
        """A request with mistakes; all of them are told."""
        return cls(status, code, more={"errors": [mistake.plain() for mistake in mistakes]})

    def document(self, locale: str, number: str) -> bytes:
        """The document in JSON."""
        told = {
            "type": f"urn:quanyi:problem:{self.code}",
            "title": title_of(self.code, locale) or HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail[:_LONGEST_DETAIL],
            "instance": f"urn:quanyi:error:{number}",
            **self.more,
        }
        said = {name: value for name, value in told.items() if value not in ("", None, {}, [])}
        return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")


_SAID = {"model_type": "Input should be an object"}
"""What is wrong, where the model's own words name a class of this program."""


def mistakes_in(error: ValidationError, place: str) -> list[Mistake]:
    """Every mistake that a model found, without what was sent."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [
        Mistake(place=place, path=tuple(each["loc"]), detail=_SAID.get(each["type"], each["msg"])) for each in found
    ]


def problem_of(error: QuanyiError, locale: str, now: Callable[[], datetime]) -> Problem:
    """What the mall raised, as a problem; *now* is asked only where a wait is told, since it may be what has failed."""
    if isinstance(error, Refused):
        return _refusal(error, locale, now)
    if isinstance(error, InputError):
        at = [Mistake(place="body", path=(part, name), detail=said) for part, name, said in error.attributes]
        return Problem.malformed(at) if at else Problem(422, "invalid-request", str(error))
    status, code = next(found for kind, found in _KINDS.items() if isinstance(error, kind))
    wait = getattr(error, "retry_after", None)
    headers = {} if wait is None else {"Retry-After": str(max(1, ceil(wait)))}
    return Problem(status, code, headers=headers)


_KINDS: Mapping[type[QuanyiError], tuple[int, str]] = {
    NotFound: (404, "not-found"),
    KeyReused: (422, "key-reused"),
    Conflict: (503, "busy"),
    Unknown: (503, "unknown-outcome"),
    CampaignFailed: (503, "campaign-failed"),
    ClockAhead: (503, "clock-ahead"),
    DataError: (422, "invalid-request"),
    StorageError: (503, "storage-failed"),
    QuanyiError: (503, "storage-failed"),
}
"""By what was raised, the status and code; the first that fits."""


def _refusal(no: Refused, locale: str, now: Callable[[], datetime]) -> Problem:
    if no.reason in _NOWHERE and no.code == "voucher-refused":
        return Problem(404, "not-found")
    said = plain(no)
    more = {name: said[name] for name in ("reason", "campaign", "clause", "shows", "next_at")}
    headers = {}
    if no.reason == "too-many-tries":
        headers = {"Retry-After": str(_seconds(no, now()))}
        return Problem(429, "too-many-tries", no.message(locale), more={"next_at": said["next_at"]}, headers=headers)
    return Problem(409, no.code, no.message(locale), more=more, headers=headers)


def _seconds(no: Refused, now: datetime) -> int:
    return 1 if no.next_at is None else max(1, ceil((no.next_at - now).total_seconds()))
