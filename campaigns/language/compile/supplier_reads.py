"""
Compiles what is read in a supplier's answers: where it stands, and what states and words mean for which request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.schema.suppliers import CodesMap, ReadsMap
from quanyi.campaigns.language.suppliers import CodesAt, Kind, Path, Reading, Template, Word

__all__ = ["Reads", "compile_reading", "path_if_any"]

_KINDS: tuple[Kind, ...] = ("accepted", "delivered", "refused", "unknown")
_WORDS: tuple[Word, ...] = ("ok", "refused", "busy", "absent")
_SAYS: Mapping[str, frozenset[Word]] = {
    "order": frozenset({"ok", "refused", "busy"}),
    "query": frozenset({"ok", "absent"}),
    "catalogue": frozenset({"ok", "refused"}),
    "balance": frozenset({"ok", "refused"}),
}
"""
What the file's own words say to which request: to a query, a refusal is about the query and says nothing of the
purchase, nor does a supplier who is busy. Other requests: only that there was no error.
"""
_MAY_SAY: Mapping[str, frozenset[Word]] = {
    "query": frozenset({"ok", "refused", "absent"}),
    "cancel": frozenset({"ok", "refused"}),
    "callback": frozenset({"ok", "refused"}),
}
"""What the words may say that stand at one request alone."""

Reads = tuple[ReadsMap, Place]
"""What is said of answers, and where."""


def compile_reading(common: Reads, own: tuple[ReadsMap | None, Place], request: str, findings: Findings) -> Reading:
    """
    How the answers to *request* are read.

    Args:
        common: What the file says of all answers.
        own: What it says of these, which goes before it, key by key.
    """
    mine = own[0].model_fields_set if own[0] is not None else frozenset()

    def pick(key: str) -> tuple[Any, Place, bool]:
        holder, place = own if key in mine else common
        return getattr(holder, key), place / key, key in mine

    paths = {key: path_if_any(pick(key)[0]) for key in ("number", "cost", "state", "word", "reference", "after")}
    codes, codes_place, _ = pick("codes")
    return Reading(
        **paths,
        codes=None if codes is None else _codes(codes, codes_place, findings),
        states=_states(*pick("states")[:2], findings),
        words=_words(*pick("words"), request, findings),
        status=_status(*pick("status"), request, findings),
        no_state=pick("no_state")[0],
        numbered_refusals=pick("numbered_refusals")[0],
    )


def path_if_any(text: str | None) -> Path | None:
    """The path that a text names, if there is one."""
    return None if text is None else Path.parse(text)


def _codes(file: CodesMap, place: Place, findings: Findings) -> CodesAt:
    text = None if file.text is None else Template.parse(file.text)
    for name in () if text is None else text.names():
        try:
            Path.parse(name)
        except ValueError:
            message = Message("{value} is no path into an answer", value=name)
            findings.error(place / "text", "bad-path", message, "write {no} with the name of a key of the item")
    if text is not None and file.split is not None:
        findings.error(place / "split", "bad-slot", "an item that is a map is one code", "leave out split or text")
    return CodesAt(at=Path.parse(file.at), split=file.split or "", text=text)


def _states(file: Any, place: Place, findings: Findings) -> dict[str, Kind]:
    return {} if file is None else dict(_each(file, _KINDS, place, findings))


def _words(file: Any, place: Place, own: bool, request: str, findings: Findings) -> dict[str, Word]:  # noqa: FBT001
    if file is None:
        return {}
    found: dict[str, Word] = dict(_each(file, _WORDS, place, findings))
    return _meant(found, place, request, findings, own=own)


def _status(file: Mapping[str, Word], place: Place, own: bool, request: str, findings: Findings) -> dict[int, Word]:  # noqa: FBT001
    found = _meant(dict(file), place, request, findings, own=own)
    return {int(status): word for status, word in found.items()}


def _meant(found: dict[str, Word], place: Place, request: str, findings: Findings, *, own: bool) -> dict[str, Word]:
    """Those of the words that say something in an answer to *request*; one that stands there in vain is a finding."""
    usual = _SAYS.get(request, frozenset({"ok"}))
    says = _MAY_SAY.get(request, usual) if own else usual
    for word in sorted(set(found.values()) - says) if own else ():
        message = Message("{word} says nothing in an answer to {request}", word=word, request=request)
        findings.error(place, "unknown-word", message, "leave it out")
    return {said: word for said, word in found.items() if word in says}


def _each(file: Any, kinds: tuple[Any, ...], place: Place, findings: Findings) -> Iterator[tuple[str, Any]]:
    """Each text with what it means; one that means two things is a finding."""
    seen: dict[str, str] = {}
    for kind in kinds:
        for n, said in enumerate(getattr(file, kind)):
            if said in seen and seen[said] != kind:
                message = Message("{said!r} stands under {one} too", said=said, one=seen[said])
                findings.error(place / kind / n, "declared-twice", message, "leave it in one place")
            seen.setdefault(said, kind)
            yield said, seen[said]
