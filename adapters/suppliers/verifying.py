"""
Believes a call-back or refuses it: signed by the supplier, just now, and about a purchase of ours by its form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from quanyi.adapters.suppliers.answers import listen, reply_to_callback
from quanyi.adapters.suppliers.documents import UnreadableError, amount_at, read_body, written
from quanyi.adapters.suppliers.signatures import Secrets, Signed, fields_text, is_right, read_stamp
from quanyi.campaigns.language.suppliers import CallbackRules, Signing, Slot, SupplierDescription
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.supply.port import Callback, CallbackAnswer, CallbackRefused, CallbackRequest

__all__ = ["LARGEST_CALLBACK", "believe"]

LARGEST_CALLBACK = 256_000
"""How many bytes a call-back has at most."""

_LONGEST_REFERENCE = 200


def believe(
    request: CallbackRequest, rules: CallbackRules, description: SupplierDescription, secrets: Secrets
) -> Callback:
    """
    What a call-back says, once it is found to be the supplier's own.

    Raises:
        CallbackRefused: Its signature is missing or wrong, it is too old, or it can't be read; in this order.
    """
    if len(request.body) > LARGEST_CALLBACK or len(request.path) > LARGEST_CALLBACK:
        raise CallbackRefused("too_large")
    fields = _fields(request, rules)
    about = _signed(request, rules.signing, fields)
    said = _at(rules.signing.slot, request, fields)
    if not said or not is_right(rules.signing, about, said, secrets):
        raise CallbackRefused("bad_signature")
    until = _fresh_until(request, rules, about.timestamp)
    return _read(fields, rules, description, nonce=about.nonce, until=until)


def _fields(request: CallbackRequest, rules: CallbackRules) -> dict[str, Any]:
    try:
        if rules.body == "query":
            return read_body(urlsplit(request.path).query.encode(), "form")
        return read_body(request.body, rules.body)
    except (UnreadableError, ValueError) as wrong:
        raise CallbackRefused("malformed", str(wrong)) from None


def _signed(request: CallbackRequest, signing: Signing, fields: Mapping[str, Any]) -> Signed:
    url = urlsplit(request.path)
    return Signed(
        method=request.method,
        path=url.path,
        query=url.query,
        body=request.body,
        fields=fields_text(signing, fields),
        timestamp="" if signing.timestamp is None else _at(signing.timestamp.slot, request, fields),
        nonce="" if signing.nonce is None else _at(signing.nonce, request, fields),
    )


def _at(slot: Slot, request: CallbackRequest, fields: Mapping[str, Any]) -> str:
    if slot.where == "header":
        return request.headers.get(slot.name.lower(), "")
    return written(fields.get(slot.name))


def _fresh_until(request: CallbackRequest, rules: CallbackRules, text: str) -> Any:
    """Until when the call-back is taken by its age; None where it has none."""
    stamp = rules.signing.timestamp
    if rules.age is None or stamp is None:
        return None
    try:
        said = read_stamp(stamp, text)
    except ValueError:
        raise CallbackRefused("malformed", "its instant can't be read") from None
    if abs(request.at - said) > rules.age:
        away = int(abs(request.at - said).total_seconds())
        raise CallbackRefused("too_old", f"signed {away} seconds away from now")
    return said + rules.age


def _read(
    fields: Mapping[str, Any], rules: CallbackRules, description: SupplierDescription, *, nonce: str, until: Any
) -> Callback:
    reading = rules.reading
    try:
        amount_at(fields, reading.cost, description)
    except UnreadableError as wrong:
        raise CallbackRefused("wrong_amount", str(wrong)) from None
    try:
        said = listen(fields, reading, description)
        reply = reply_to_callback(said, reading)
    except (UnreadableError, InputError) as wrong:
        raise CallbackRefused("malformed", str(wrong)) from None
    if said.reference is None or not said.reference.isprintable() or len(said.reference) > _LONGEST_REFERENCE:
        raise CallbackRefused("unknown_reference_form")
    answer = CallbackAnswer(status=rules.status, text=rules.text, type=rules.type)
    return Callback(reference=said.reference, reply=reply, answer=answer, nonce=nonce, until=until)
