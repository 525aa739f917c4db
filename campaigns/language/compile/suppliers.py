"""
Compiles `suppliers/NAME.yaml`: from its model to a description, with findings for what can't be meant.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

import attrs

from quanyi.campaigns.language.compile.supplier_reads import Reads, compile_reading, path_if_any
from quanyi.campaigns.language.compile.supplier_signing import check_callback_signing, compile_signing
from quanyi.campaigns.language.compile.supplier_texts import compile_send, compile_template
from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.schema.suppliers import (
    AccountMap,
    BalanceMap,
    CallbackMap,
    CatalogueMap,
    OperationMap,
    SigningMap,
    SupplierFile,
)
from quanyi.campaigns.language.suppliers import (
    AccountReading,
    BalanceReading,
    CallbackRules,
    CatalogueReading,
    Operation,
    Path,
    Reading,
    Signing,
    SupplierDescription,
    Template,
)
from quanyi.entitlements.time import Duration

__all__ = ["compile_supplier"]

_LONGEST = timedelta(seconds=60)
_OLDEST = timedelta(days=1)
_CHECK_SECONDS = 3.0
_NAMES: Mapping[str, tuple[str, ...]] = {
    "order": ("reference", "product", "quantity", "price", "account."),
    "query": ("reference",),
    "cancel": ("reference",),
    "catalogue": ("after",),
    "balance": (),
    "check_account": ("product", "account."),
}
"""Which values of ours each request has; ``account.`` stands for all answers about the account."""


def compile_supplier(file: SupplierFile, place: Place, findings: Findings) -> SupplierDescription:
    """The description of *file*, to be used only if nothing was noted."""
    found = _Compiler(file, place, findings).description()
    if not findings.sound(
        place / "secrets"
    ):  # which of them there are is not known, so none is blamed for not being there
        findings.items = [finding for finding in findings.items if finding.code != "unknown-secret"]
    return found


@attrs.frozen
class _Compiler:
    file: SupplierFile
    place: Place
    findings: Findings

    def description(self) -> SupplierDescription:
        file, place = self.file, self.place
        self.check_url()
        said = [(name, getattr(file.operations, name)) for name in _NAMES]
        return SupplierDescription(
            supplier=file.supplier,
            url=file.url.rstrip("/"),
            currency=file.currency,
            scale=file.scale,
            amounts=file.amounts,
            variables=dict(file.secrets),
            connect=self.seconds(file.timeouts.connect, place / "timeouts" / "connect"),
            signing=self.signing(file.signing, place / "signing"),
            operations={name: self.operation(name, each) for name, each in said if each is not None},
            callback=None if file.callback is None else self.callback(file.callback, place / "callback"),
            repeatable=file.repeatable,
        )

    @property
    def reads(self) -> Reads:
        return self.file.reads, self.place / "reads"

    def check_url(self) -> None:
        try:
            url = urlsplit(self.file.url)
            wrong = url.scheme not in ("http", "https") or not url.hostname or url.port == 0
            wrong = wrong or bool(url.query or url.fragment or url.username or url.password)
        except ValueError:
            wrong = True
        if wrong or not self.file.url.isascii() or " " in self.file.url:
            message = "it is no address to which paths can be added"
            hint = "write https://api.acme.example/v2, without user, query and fragment"
            self.findings.error(self.place / "url", "bad-address", message, hint)

    def seconds(self, text: str, place: Place) -> float:
        return self.bounded(text, place, _LONGEST).total_seconds()

    def bounded(self, text: str, place: Place, most: timedelta) -> timedelta:
        found = Duration.parse(text)
        if found.months or (length := timedelta(days=found.days, seconds=found.seconds)) > most:
            message = Message("{text} is too long", text=text)
            hint = Message("write at most {seconds}s", seconds=int(most.total_seconds()))
            self.findings.error(place, "out-of-range", message, hint)
            return most
        return length

    def signing(self, file: SigningMap | None, place: Place) -> Signing | None:
        return None if file is None else compile_signing(file, place, self.file.secrets, self.findings)

    def operation(self, name: str, file: OperationMap) -> Operation:
        place = self.place / "operations" / name
        reading = compile_reading(self.reads, (file.reads, place / "reads"), name, self.findings)
        if name in ("order", "query", "cancel"):
            self.check_reading(reading, place)
        body: Literal["json", "form", "query"] = file.body or ("query" if file.method in ("GET", "DELETE") else "json")
        self.check_flat(file, body, place)
        secrets, names = self.file.secrets, _NAMES[name]
        path_names = [each for each in names if each != "price"]
        headers = {
            header: compile_template(text, where / header, names, secrets, self.findings)
            for said, where in ((self.file.headers, self.place / "headers"), (file.headers, place / "headers"))
            for header, text in said.items()
        }
        return Operation(
            method=file.method,
            path=self.route(file.path, place / "path", path_names),
            body=body,
            send=compile_send(file.send, place / "send", names, secrets, self.findings),
            headers=headers,
            seconds=self.whole(name, file, place),
            reading=reading,
            special=_special(file),
        )

    def route(self, text: str, place: Place, names: Collection[str]) -> Template:
        path = compile_template(text, place, names, {}, self.findings)
        if "?" in text.replace("?}", "") or "#" in text or any(getattr(part, "optional", False) for part in path.parts):
            message = "a path has no query, and no value that may be missing"
            self.findings.error(place, "bad-address", message, "write it under send, with body: query")
        return path

    def whole(self, name: str, file: OperationMap, place: Place) -> float:
        if file.whole is not None:
            return self.seconds(file.whole, place / "whole")
        whole = self.seconds(self.file.timeouts.whole, self.place / "timeouts" / "whole")
        return min(whole, _CHECK_SECONDS) if name == "check_account" else whole

    def check_flat(self, file: OperationMap, body: str, place: Place) -> None:
        if body == "json":
            return
        for key, value in file.send.items():
            if isinstance(value, dict | list):
                message = "a form and a query have no maps and lists"
                self.findings.error(place / "send" / key, "wrong-type", message, "write body: json, or a text")

    def check_reading(self, reading: Reading, place: Place) -> None:
        """Note where no answer could ever say that a purchase was made."""
        if reading.number is None:
            message = "nothing says where the supplier's number of a purchase stands"
            self.findings.key_error(place, "missing-key", message, "write reads: {number: data.order_no}")
        if reading.no_state is None and not (reading.state is not None and reading.states):
            message = "nothing says what an answer means"
            hint = "write reads: {state: data.status, states: {delivered: [DONE]}}, or no_state: accepted"
            self.findings.key_error(place, "missing-key", message, hint)

    def callback(self, file: CallbackMap, place: Place) -> CallbackRules | None:
        reading = compile_reading(self.reads, (file.reads, place / "reads"), "callback", self.findings)
        self.check_reading(reading, place)
        if reading.reference is None:
            message = "nothing says where our reference stands in a call-back"
            self.findings.key_error(place, "missing-key", message, "write reads: {reference: data.out_trade_no}")
        own = file.signing is not None
        where = place / "signing" if own else self.place / "signing"
        signing = self.signing(file.signing, where) if own else self.signing(self.file.signing, where)
        if signing is None:
            message = "a call-back that is not signed could be anybody's"
            self.findings.key_error(place, "unsigned", message, "write signing: {…} here, or in the file")
            return None
        age = None if file.age == "none" else self.bounded(file.age, place / "age", _OLDEST)
        check_callback_signing(signing, file.body, where, age, self.findings)
        taken = file.taken
        return CallbackRules(
            body=file.body,
            signing=signing,
            reading=reading,
            age=age,
            status=taken.status,
            text=taken.text,
            type=taken.type,
        )


def _special(file: OperationMap) -> CatalogueReading | BalanceReading | AccountReading | None:
    match file:
        case CatalogueMap():
            return _catalogue(file)
        case BalanceMap():
            return BalanceReading(amount=Path.parse(file.amount))
        case AccountMap():
            known, unknown = frozenset(file.known), frozenset(file.unknown)
            return AccountReading(state=Path.parse(file.state), known=known, unknown=unknown)
    return None


def _catalogue(file: CatalogueMap) -> CatalogueReading:
    return CatalogueReading(
        items=Path.parse(file.items),
        product=Path.parse(file.product),
        price=Path.parse(file.price),
        title=path_if_any(file.title),
        stock=path_if_any(file.stock),
        active=path_if_any(file.active),
        unlimited=frozenset(file.unlimited),
        inactive=frozenset(file.inactive),
        next=path_if_any(file.next),
        complete=path_if_any(file.complete),
        complete_at_end=file.complete_at_end,
    )
