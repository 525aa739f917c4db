"""
What a supplier said, on its way into the books: as an input with a key, its card codes sealed.
"""

from __future__ import annotations

from typing import Any, Literal

import attrs

from quanyi.campaigns.ports import Ports
from quanyi.campaigns.requests import Requests
from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.card_codes import clean_card_codes
from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.records import Purchase, RecordKey
from quanyi.entitlements.supply.replies import Absent, Accepted, Busy, Delivered, Refused, Reply, Unknown

__all__ = ["To", "heard", "purchase_record", "tell_purchase"]

To = Literal["callback", "order", "query"]


def heard(ports: Ports, purchase: str, reply: Reply, *, round_: int, to: To, turn: int = 0) -> Receipt:
    """
    Take in a reply about the order of a round of a purchase.

    Args:
        turn: How often it was asked before: an answer to the same question is the same input. A call-back is known by
            what it says.
    """
    data = {**_said(reply), "round": round_, "to": to, **({"call": turn} if to == "order" else {})}
    codes, data = _sealed(ports, purchase, reply, data)
    said = (f"{name} {value}" for name, value in sorted(data.items()))
    key = digest16("callback", purchase, *said) if to == "callback" else digest16(to, purchase, str(round_), str(turn))
    return tell_purchase(ports, "purchase.reply", purchase, key=key.hex(), codes=codes, **data)


def tell_purchase(ports: Ports, type_: str, purchase: str, *, key: str, **said: Any) -> Receipt:
    """
    Tell the books something about a purchase, which the campaign that sold it answers; its refusal is raised.

    Args:
        said: What is told; `by` who does it, and `codes` the sealed codes that come with it.
    """
    by, codes = said.pop("by", None), said.pop("codes", ())
    requests, about = Requests(ports), RecordKey(kind=Purchase.kind, parts=(purchase,))
    data = {"purchase": purchase, **said}
    ask = requests.asked(type_, user=None, key=key, by=by, about=about, data=data)
    return requests.run(attrs.evolve(ask, personal={**ask.personal, "codes": codes}) if codes else ask)


def purchase_record(ports: Ports, purchase: str) -> Purchase | None:
    """A purchase as it stands; None if there is none of that number."""
    key = RecordKey(kind=Purchase.kind, parts=(purchase,))
    record, _ = ports.look([key]).stored(key)
    return record if isinstance(record, Purchase) else None


def _said(reply: Reply) -> dict[str, Any]:
    """A reply as plain data, without its codes."""
    match reply:
        case Accepted(number=number, cost=cost):
            return {"what": "accepted", "number": number, "cost": cost}
        case Delivered(number=number, cost=cost):
            return {"what": "delivered", "number": number, "cost": cost}
        case Refused(word=word, number=number):
            return {"what": "refused", "word": word, "number": number or ""}
        case Busy(word=word, after=after):
            return {"what": "busy", "word": word, "after": None if after is None else int(after.total_seconds())}
        case Absent():
            return {"what": "absent"}
        case Unknown(why=why):
            return {"what": "unknown", "word": why}


def _sealed(
    ports: Ports, purchase: str, reply: Reply, data: dict[str, Any]
) -> tuple[tuple[SealedCode, ...], dict[str, Any]]:
    """The codes that came, sealed for the purchase's own pool; ``unknown`` where some are no codes."""
    if not isinstance(reply, Delivered) or not reply.codes:
        return (), data
    try:
        clean = clean_card_codes(reply.codes)
    except InputError:
        return (), {**data, "what": "unknown", "word": "codes-unreadable"}
    codes = tuple(ports.code_vault().seal(f"purchase/{purchase}", clean))
    return codes, {**data, "blinds": sorted(code.blind.hex() for code in codes)}
