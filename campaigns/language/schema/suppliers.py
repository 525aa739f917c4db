"""
The schema of suppliers: `suppliers/NAME.yaml`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.schema.base import SOME, Flag, Id, Strict, Whole, Word, wrong
from quanyi.campaigns.language.schema.values import DurationText, Zone
from quanyi.campaigns.language.suppliers import Path, Written
from quanyi.entitlements.parsing import quoted

__all__ = [
    "AccountMap",
    "BalanceMap",
    "CallbackMap",
    "CatalogueMap",
    "CodesMap",
    "OperationMap",
    "OperationsMap",
    "ReadsMap",
    "SigningMap",
    "SlotMap",
    "StampMap",
    "StatesMap",
    "SupplierFile",
    "TakenMap",
    "TimeoutsMap",
    "WordsMap",
]


def _path(value: str) -> str:
    try:
        Path.parse(value)
    except ValueError:
        message = Message("{value} is no path into an answer", value=quoted(value))
        raise wrong("bad-path", message, "write data.order.no, or data.cards[].code for each item of a list") from None
    return value


def _said(value: Any) -> Any:
    """A number or a yes and no that stands where the supplier's texts are compared."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else value


_PathText = Annotated[Word, AfterValidator(_path)]
_Said = Annotated[Word, BeforeValidator(_said)]
"""One text of the supplier's; its numbers may be written as numbers."""
_Environment = Annotated[Word, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=100)]
_Header = Annotated[Word, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]*$", max_length=100)]
_Route = Annotated[Word, StringConstraints(pattern=r"^/[!-~]*$", max_length=500)]
_Method = Literal["GET", "POST", "PUT", "DELETE", "PATCH"]
_Body = Literal["json", "form", "query"]
_Kept = Annotated[tuple[_Said, ...], SOME]


class TimeoutsMap(Strict):
    """How long the supplier is waited for."""

    connect: DurationText = "3s"
    """Until a connection stands, `connect: 3s` (default)."""
    whole: DurationText = "10s"
    """Until the answer is there, from the beginning, `whole: 10s` (default); at most 60s."""


class SlotMap(Strict):
    """Where something stands in a request: in a header, or in a field of what is sent."""

    header: _Header | None = None
    """The name of a header, `header: X-Signature`."""
    field: Word | None = None
    """The name of a field of what is sent, `field: sign`."""


class StampMap(SlotMap):
    """Where the instant of a request stands."""

    written: Written = "seconds"
    """`seconds` since 1970 (default), `milliseconds`, `compact`, like 20260501100000, or `plain`, like 2026-05-01 10:00:00."""
    zone: Zone = "UTC"
    """In which zone a `compact` or `plain` instant is, `zone: Asia/Shanghai`; left out: UTC."""


class SigningMap(Strict):
    """How a request is signed."""

    stand_ins = {"algorithm": "hmac-sha256", "text": "{timestamp}{body}", "at": {"header": "X-Signature"}}
    algorithm: Literal["hmac-sha256", "hmac-sha1", "hmac-md5", "sha256", "sha1", "md5"]
    """`hmac-sha256`, `hmac-sha1`, `hmac-md5` with a `key`; `sha256`, `sha1`, `md5` with the secret in the `text`."""
    text: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    """What is signed, `"{timestamp}.{body}"` or `"{fields}&key={secret.sign}"`: of method, path, query, body, body_md5, body_sha256, fields, timestamp, nonce, secret.NAME."""
    key: Id | None = None
    """Which of `secrets` an HMAC is keyed with, `key: sign`."""
    at: SlotMap
    """Where the signature stands, `{header: X-Signature}` or `{field: sign}`."""
    written: Literal["hex", "HEX", "base64"] = "hex"
    """In `hex` digits (default), in large ones (`HEX`), or in `base64`."""
    timestamp: StampMap | None = None
    """Where the instant of the request stands, `{header: X-Timestamp}`; left out: it has none."""
    nonce: SlotMap | None = None
    """Where a text stands that no other request has, `{header: X-Nonce}`; left out: there is none."""
    pair: Annotated[str, StringConstraints(min_length=1, max_length=100)] = "{name}={value}"
    """How one of `{fields}` is written, `pair: "{name}={value}"` (default). They are sorted by name, without the signature."""
    joined: Annotated[str, StringConstraints(max_length=10)] = "&"
    """What stands between two of them, `joined: "&"` (default)."""
    empty: Flag = False
    """Whether fields without a value take part, `empty: true`; left out: they don't."""


class CodesMap(Strict):
    """Where the codes of a purchase stand."""

    stand_ins = {"at": "codes"}
    at: _PathText
    """The path to a text, to a list of texts, or to each item of a list: `at: data.cards[]`."""
    split: Annotated[str, StringConstraints(min_length=1, max_length=10)] | None = None
    """What stands between two codes of one text, `split: ","`; left out: each text is one code."""
    text: Word | None = None
    """How a code is written of an item that is a map, `text: "{no} {pin}"`; left out: items are texts."""


class StatesMap(Strict):
    """What each of the supplier's states says of a purchase; one that stands nowhere here says nothing, and is unknown."""

    accepted: tuple[_Said, ...] = ()
    """It is taken, and goes on, `accepted: [0, 1]`."""
    delivered: tuple[_Said, ...] = ()
    """It is done, `delivered: [2]`."""
    refused: tuple[_Said, ...] = ()
    """It failed for good, `refused: [3, 4]`."""
    unknown: tuple[_Said, ...] = ()
    """The supplier does not know itself, `unknown: [UNKNOWN_ERROR]`. It is what every other state is, too."""


class WordsMap(Strict):
    """What each of the supplier's words of an error says of a request; one that stands nowhere here says nothing."""

    ok: tuple[_Said, ...] = ()
    """No error, `ok: [0]`; a word that is not there is none either."""
    refused: tuple[_Said, ...] = ()
    """A final no to an order, `refused: [out_of_stock]`."""
    busy: tuple[_Said, ...] = ()
    """Nothing was taken, and the order may be sent again, `busy: [rate_limited]`."""
    absent: tuple[_Said, ...] = ()
    """To a query: there is no such purchase, `absent: [not_found]`."""


class ReadsMap(Strict):
    """Where in an answer what stands, and what the supplier's states and words mean."""

    number: _PathText | None = None
    """The supplier's number of the purchase, `number: data.order_no`."""
    cost: _PathText | None = None
    """What it charges for all of the purchase, `cost: data.amount`."""
    codes: CodesMap | None = None
    """Its codes, `codes: {at: data.cards[].code}`."""
    state: _PathText | None = None
    """Its state, `state: data.status`."""
    word: _PathText | None = None
    """The word of an error, `word: error.code`."""
    reference: _PathText | None = None
    """Our reference, `reference: data.out_trade_no`: an answer about another purchase says nothing."""
    after: _PathText | None = None
    """In how many seconds to ask again, `after: error.retry_after`; the header Retry-After is read too."""
    states: StatesMap | None = None
    """What the states mean: `{accepted: [PENDING], delivered: [DONE], refused: [FAILED]}`."""
    words: WordsMap | None = None
    """What the words mean: `{refused: [out_of_stock], busy: [rate_limited], absent: [not_found]}`."""
    status: dict[
        Annotated[Word, StringConstraints(pattern="^[45][0-9][0-9]$")], Literal["refused", "busy", "absent"]
    ] = {}
    """What an HTTP status of 400 to 599 means where there is no word, `status: {429: busy}`; left out: nothing."""
    no_state: Literal["accepted", "delivered"] | None = None
    """What an answer with a number and without a state means, `no_state: accepted`; left out: nothing."""
    numbered_refusals: Flag = False
    """Whether an order may be refused under a number, `numbered_refusals: true`; left out: that contradicts itself, and is unknown."""


class OperationMap(Strict):
    """One request."""

    stand_ins = {"path": "/"}
    method: _Method = "POST"
    """The HTTP method, `method: GET`; left out: POST."""
    path: _Route
    """What is added to the `url`, `path: /orders/{reference}`."""
    body: _Body | None = None
    """How `send` is sent: `json`, `form`, or in the `query` of the address; left out: `query` for GET and DELETE, else `json`."""
    send: dict[Word, Any] = {}
    """What is sent, by the supplier's names: `{out_trade_no: "{reference}", sku: "{product}", type: card}`."""
    headers: dict[_Header, Word] = {}
    """More headers, `{Authorization: "Bearer {secret.token}"}`; those of the file come first."""
    whole: DurationText | None = None
    """Until the answer is there, `whole: 5s`; left out: as `timeouts` say."""
    reads: ReadsMap | None = None
    """What is read in another way than the file's `reads` say, key by key."""


class CatalogueMap(OperationMap):
    """The request for a part of what the supplier sells. Paths but for `items`, `next` and `complete` begin in an item."""

    stand_ins = {"path": "/", "items": "items", "product": "product", "price": "price"}
    items: _PathText
    """The list, `items: data.goods`."""
    product: _PathText
    """What the supplier calls the thing, in orders too, `product: sku`."""
    title: _PathText | None = None
    """Its title, `title: name`."""
    price: _PathText
    """What one piece costs, `price: price`."""
    stock: _PathText | None = None
    """How many there are, `stock: left`; left out: no bound is known."""
    unlimited: tuple[_Said, ...] = ()
    """How a stock without a bound is written, `unlimited: [-1]`."""
    active: _PathText | None = None
    """Whether it can be ordered, `active: on_sale`; left out: all can."""
    inactive: tuple[_Said, ...] = ("false", "0")
    """What stands at `active` of one that can't, `inactive: [off]`; left out: false or 0."""
    next: _PathText | None = None
    """What to ask for the next page, sent as `{after}`, `next: data.next`; left out: there is one page."""
    complete: _PathText | None = None
    """Where the page says that the list is whole with it, `complete: data.complete`."""
    complete_at_end: Flag = False
    """Whether the list is whole with its last page, `complete_at_end: true`; left out: as `complete` says, else never."""


class BalanceMap(OperationMap):
    """The request for what we have at the supplier."""

    stand_ins = {"path": "/", "amount": "amount"}
    amount: _PathText
    """The balance, `amount: data.balance`."""


class AccountMap(OperationMap):
    """The request whether an account can be charged; at most 3 seconds unless `whole` says otherwise."""

    stand_ins = {"path": "/", "state": "state", "known": ("true",)}
    state: _PathText
    """Where it says so, `state: data.exists`."""
    known: _Kept
    """What says yes, `known: [true]`."""
    unknown: tuple[_Said, ...] = ()
    """What says no, `unknown: [false]`; everything else is silence."""


class OperationsMap(Strict):
    """What the supplier can be asked. It can do what stands here."""

    order: OperationMap | None = None
    """Place a purchase: `{path: /orders, send: {ref: "{reference}", sku: "{product}", n: "{quantity}"}}`."""
    query: OperationMap | None = None
    """Ask what became of one: `{method: GET, path: /orders/{reference}}`."""
    cancel: OperationMap | None = None
    """Give one up: `{path: /orders/{reference}/cancel}`."""
    catalogue: CatalogueMap | None = None
    """List what it sells: `{method: GET, path: /goods, items: data, product: sku, price: price}`."""
    balance: BalanceMap | None = None
    """Say what we have there: `{method: GET, path: /balance, amount: data.balance}`."""
    check_account: AccountMap | None = None
    """Check an account: `{path: /check, send: {phone: "{account.phone}"}, state: data.ok, known: [true]}`."""


class TakenMap(Strict):
    """What a supplier hears once its call-back was taken."""

    status: Annotated[Whole, Field(ge=200, le=299)] = 200
    """The HTTP status, `status: 200` (default)."""
    text: Annotated[str, StringConstraints(max_length=500)] = ""
    """The text, `text: success`; left out: none."""
    type: Word = "text/plain; charset=utf-8"
    """What the text is, `type: application/json`; left out: plain text."""


class CallbackMap(Strict):
    """How the supplier's own requests are believed and read."""

    body: _Body = "json"
    """How what it says is written: `json` (default), `form`, or in the `query` of the address."""
    signing: SigningMap | None = None
    """How it signs; left out: as we do."""
    age: Literal["none"] | DurationText = "5m"
    """How far its instant may be from ours, `age: 5m` (default); `none` where it says no instant."""
    reads: ReadsMap | None = None
    """What is read in another way than the file's `reads` say, key by key."""
    taken: TakenMap = TakenMap()
    """What it hears once it was taken: `{text: success}`."""


class SupplierFile(Strict):
    """A supplier that is reached over HTTP."""

    stand_ins = {"supplier": "unnamed", "url": "https://supplier.example", "currency": "XXX", "operations": {}}
    supplier: Id
    """Its name in the mall, `supplier: acme`."""
    url: Word
    """Where it is, `url: https://api.acme.example/v2`."""
    currency: Id
    """In which it bills, `currency: CNY`."""
    scale: Annotated[Whole, Field(ge=0, le=6)] = 2
    """How many decimal places its smallest part has, `scale: 2` (default)."""
    amounts: Literal["decimal", "smallest"] = "decimal"
    """How amounts are written: `decimal` (12.50, default), or as whole numbers of the `smallest` part (1250)."""
    secrets: dict[Id, _Environment] = {}
    """Where secrets are: by a name of ours the name of a variable of the environment, `{sign: ACME_SECRET}`."""
    timeouts: TimeoutsMap = TimeoutsMap()
    """How long it is waited for: `{connect: 3s, whole: 10s}` (default)."""
    headers: dict[_Header, Word] = {}
    """Headers of every request, `{X-App: "{secret.app}"}`."""
    signing: SigningMap | None = None
    """How our requests are signed: `{algorithm: hmac-sha256, key: sign, text: "{timestamp}.{body}", at: {header: X-Sign}}`."""
    reads: ReadsMap = ReadsMap()
    """Where in its answers what stands, and what its states and words mean."""
    operations: OperationsMap
    """What it can be asked: `{order: {path: /orders, send: {…}}, query: {…}}`."""
    callback: CallbackMap | None = None
    """How its call-backs are believed and read; left out: it sends none."""
    repeatable: Flag = False
    """Whether it charges an order once that is sent again under the same reference, `repeatable: true`; left out: nobody knows."""
