"""
Turns what a supplier said about a purchase into a reply: the one place that decides what is concluded from it.

Only what the description declares is concluded. What it does not name, what can't be read, and what contradicts
itself is `Unknown`: never a success, never a failure.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

import attrs

from quanyi.adapters.suppliers.documents import UnreadableError, amount_at, codes_at, read_body, text_at
from quanyi.adapters.suppliers.exchange import Answer
from quanyi.campaigns.language.suppliers import Reading, SupplierDescription, Word
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.parsing import quoted
from quanyi.entitlements.supply.replies import Absent, Accepted, Busy, Delivered, Refused, Reply, Unknown

__all__ = ["Said", "listen", "reply_of", "reply_to_callback", "word_of"]

_Asked = Literal["order", "query", "cancel"]

_ERROR, _SERVER_ERROR, _SUCCESS = 400, 500, range(200, 300)
_LONGEST_WAIT = 86_400


@attrs.frozen(kw_only=True)
class Said:
    """What a supplier said of a purchase, before anything is concluded."""

    number: str | None
    cost: int | None
    codes: tuple[str, ...] = attrs.field(repr=False)
    state: str | None
    word: str | None
    reference: str | None


def listen(document: Any, reading: Reading, description: SupplierDescription) -> Said:
    """
    What a document says, by the paths of *reading*; a word that means no error is none.

    Raises:
        UnreadableError: Something stands there that can't be what is meant.
    """
    word = text_at(document, reading.word)
    return Said(
        number=text_at(document, reading.number),
        cost=amount_at(document, reading.cost, description),
        codes=codes_at(document, reading.codes),
        state=text_at(document, reading.state),
        word=None if word is not None and reading.words.get(word) == "ok" else word,
        reference=text_at(document, reading.reference),
    )


def reply_of(
    answer: Answer, asked: _Asked, reference: str, reading: Reading, description: SupplierDescription
) -> Reply:
    """What an answer to an order, a query or a cancellation says of the purchase under *reference*."""
    trouble = _trouble(answer, reading)
    if trouble is not None:
        return trouble
    try:
        document: Any = read_body(answer.body, "json")
    except UnreadableError as wrong:
        if answer.status not in reading.status:
            return Unknown(f"status {answer.status}: {wrong}")
        document = {}
    try:
        said = listen(document, reading, description)
        if said.reference not in (None, reference):
            return Unknown("the answer is about another purchase")
        return _concluded(said, asked, answer, document, reading)
    except (UnreadableError, InputError) as wrong:
        return Unknown(f"the answer can't be read: {wrong}")


def _trouble(answer: Answer, reading: Reading) -> Reply | None:
    """What the HTTP status alone says: that nothing was said of the purchase, as far as anybody knows."""
    if answer.status in _SUCCESS or answer.status in reading.status:
        return None
    if answer.status < _ERROR:
        return Unknown(f"status {answer.status}: a redirect is not followed")
    return Unknown(f"status {answer.status}") if answer.status >= _SERVER_ERROR else None


def _concluded(said: Said, asked: _Asked, answer: Answer, document: Any, reading: Reading) -> Reply:
    word = word_of(said.word, answer, reading)
    if word is not None:
        return _by_word(word, said, asked, _after(answer, document, reading), reading)
    if said.word is not None and reading.states.get(said.state or "") != "refused":  # of a failure it is the reason
        return Unknown(f"the word {quoted(said.word)} is not declared")
    if answer.status not in _SUCCESS:
        return Unknown(f"status {answer.status} without a word that is declared")
    return _by_state(said, reading, ordered=asked == "order")


def word_of(said: str | None, answer: Answer, reading: Reading) -> Word | None:
    """What the word of an error means, or the status where there is no word; None where nothing is declared."""
    if said is not None:
        return reading.words.get(said)
    return reading.status.get(answer.status)


def _by_word(word: Word, said: Said, asked: _Asked, after: timedelta | None, reading: Reading) -> Reply:
    """What a declared word of an error says, unless the rest of the answer speaks against it."""
    told = said.word or word
    against = said.codes or reading.states.get(said.state or "") in ("accepted", "delivered")
    numbered = said.number is not None and not (word == "refused" and reading.numbered_refusals)
    if against or (numbered and asked == "order") or (said.number is not None and word == "absent"):
        return Unknown(f"contradicts itself: {quoted(told)}, and an order number, codes or a state of success")
    if word == "refused":
        return Refused(told, said.number)
    return Absent() if word == "absent" else Busy(told, after)


def _by_state(said: Said, reading: Reading, *, ordered: bool) -> Reply:
    kind = reading.no_state if said.state is None else reading.states.get(said.state)
    if kind is None:
        told = "no state" if said.state is None else f"the state {quoted(said.state)} is not declared"
        return Unknown(told)
    if kind == "unknown":
        return Unknown(f"the supplier does not know: state {quoted(said.state)}")
    if kind == "refused":
        numbered = said.number is not None and ordered and not reading.numbered_refusals
        if said.codes or numbered:
            return Unknown(f"contradicts itself: state {quoted(said.state)}, and an order number or codes")
        return Refused(said.word or said.state or "", said.number)
    if said.number is None:
        return Unknown(f"contradicts itself: {kind}, and no order number")
    if kind == "delivered":
        return Delivered(said.number, said.cost, said.codes)
    return Unknown("contradicts itself: not done, and codes") if said.codes else Accepted(said.number, said.cost)


def reply_to_callback(said: Said, reading: Reading) -> Reply:
    """What a call-back says of its purchase. Its word is why it failed; by itself it says what the call-back's own words do."""
    if said.state is None and said.word is not None and reading.words.get(said.word) == "refused" and not said.codes:
        return Refused(said.word, said.number)
    reply = _by_state(said, reading, ordered=False)
    if isinstance(reply, Accepted | Delivered) and said.word is not None:
        return Unknown(f"contradicts itself: a success, and the word {quoted(said.word)}")
    return reply


def _after(answer: Answer, document: Any, reading: Reading) -> timedelta | None:
    """How long to wait, where the answer says so in whole seconds of at most a day."""
    for text in (text_at(document, reading.after), answer.headers.get("retry-after")):
        if text is not None and text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= _LONGEST_WAIT:  # noqa: PLR2004
            return timedelta(seconds=int(text))
    return None
