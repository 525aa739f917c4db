"""
Compiles how a supplier's requests are signed, and notes what would be no proof of anything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

from quanyi.campaigns.language.compile.supplier_texts import compile_template
from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.schema.suppliers import SigningMap, SlotMap
from quanyi.campaigns.language.suppliers import Signing, Slot, Stamp, Template

__all__ = ["check_callback_signing", "compile_signing"]

_SIGNED = ("method", "path", "query", "body", "body_md5", "body_sha256", "fields", "timestamp", "nonce")
_BODY = frozenset({"body", "body_md5", "body_sha256"})
_WHOLE = _BODY | {"query"}


def compile_signing(file: SigningMap, place: Place, secrets: Mapping[str, str], findings: Findings) -> Signing:
    """The signing of *file*; what can't be meant is noted."""
    text = compile_template(file.text, place / "text", _SIGNED, secrets, findings)
    signing = Signing(
        algorithm=file.algorithm,
        text=text,
        key=file.key or "",
        slot=_slot(file.at, place / "at", findings),
        written=file.written,
        timestamp=_stamp(file, place, findings),
        nonce=None if file.nonce is None else _slot(file.nonce, place / "nonce", findings),
        pair=compile_template(file.pair, place / "pair", ("name", "value"), {}, findings),
        joined=file.joined,
        empty=file.empty,
    )
    _check_secret(file, place, secrets, findings)
    if signing.slot.where == "field" and _WHOLE & set(text.names()):
        message = "a signature inside the body can't sign the body"
        findings.error(place / "text", "unsigned", message, "sign {fields}, or put the signature into a header")
    return signing


def check_callback_signing(
    signing: Signing, body: str, place: Place, age: timedelta | None, findings: Findings
) -> None:
    """
    Note where an old call-back could be sent as a new one, or another text under a signature that was seen.

    Args:
        body: How what a call-back says is written: ``json``, ``form`` or ``query``.
    """
    if not findings.sound(place / "text"):
        return  # what was meant is not known
    names = set(signing.text.names())
    if not _says(names, body):
        message = "what a call-back says is not signed"
        findings.error(place, "unsigned", message, "sign {body} or {fields}")
    if signing.nonce is not None and not _is_covered(signing.nonce, "nonce", names, body):
        message = "the nonce of a call-back is not signed, so it could be sent again under another one"
        findings.error(place, "unsigned", message, "sign {nonce} too")
    if age is None:
        return
    if signing.timestamp is None:
        message = "a call-back says no instant, so an old one could be sent as a new one"
        hint = "say where the instant stands, timestamp: {header: X-Timestamp}; or write age: none, if it says none"
        findings.error(place, "unsigned", message, hint)
    elif not _is_covered(signing.timestamp.slot, "timestamp", names, body):
        message = "the instant of a call-back is not signed, so an old one could be sent as a new one"
        findings.error(place, "unsigned", message, "sign {timestamp} too")


def _says(names: Collection[str], body: str) -> bool:
    """Whether what a call-back says is a part of what is signed."""
    return bool(set(names) & {"fields", *({"query"} if body == "query" else _BODY)})


def _is_covered(slot: Slot, name: str, names: Collection[str], body: str) -> bool:
    return name in names or (slot.where == "field" and _says(names, body))


def _check_secret(file: SigningMap, place: Place, secrets: Mapping[str, str], findings: Findings) -> None:
    if not findings.sound(place / "algorithm", place / "text"):
        return  # what was meant is not known
    if file.algorithm.startswith("hmac-") and file.key is None:
        findings.error(place, "missing-key", "an HMAC needs a key", "write key: sign, a name of secrets")
    if file.key is not None and file.key not in secrets:
        unknown = Message("there is no secret {name!r} here", name=file.key)
        findings.error(place / "key", "unknown-secret", unknown, "write secrets: {sign: ACME_SECRET}")
    if not file.algorithm.startswith("hmac-") and not any(name.startswith("secret.") for name in _names(file.text)):
        message = "anybody could compute this signature: there is no secret in its text"
        findings.error(place / "text", "unsigned", message, "add {secret.NAME} with a name of secrets")


def _names(text: str) -> list[str]:
    return list(Template.parse(text).names())


def _stamp(file: SigningMap, place: Place, findings: Findings) -> Stamp | None:
    stamp = file.timestamp
    if stamp is None:
        if "timestamp" in _names(file.text):
            message = "the instant is signed, and stands nowhere"
            findings.error(place / "text", "missing-key", message, "write timestamp: {header: X-Timestamp}")
        return None
    return Stamp(slot=_slot(stamp, place / "timestamp", findings), written=stamp.written, zone=stamp.zone)


def _slot(file: SlotMap, place: Place, findings: Findings) -> Slot:
    if (file.header is None) == (file.field is None):
        message = "it stands either in a header or in a field"
        findings.error(place, "bad-slot", message, "write {header: X-Signature} or {field: sign}")
    return Slot("header", file.header) if file.header is not None else Slot("field", file.field or "")
