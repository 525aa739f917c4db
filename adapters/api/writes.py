"""
What the operations that write ask of the mall. Each is one call of the mall's face, under the caller's key.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from quanyi.adapters.api.answers import receipt_answer
from quanyi.adapters.api.caller import Call
from quanyi.adapters.api.problems import Mistake, Problem
from quanyi.adapters.brake import guarded
from quanyi.campaigns.mall import Mall
from quanyi.entitlements.inputs import Receipt

__all__ = [
    "cancel_reminder",
    "claim",
    "exchange",
    "insist_on_event",
    "redeem",
    "refund",
    "release",
    "remind",
    "report",
    "settle",
]


def report(call: Call) -> Any:
    """
    A fact, or a command that the mall's own files declare.

    The commands of the kinds have operations with scopes of their own, and are not taken here.
    """
    said = call.said
    insist_on_event(call.mall, said.type)
    user = call.whose_or_all(said.user)
    return _told(
        call, call.mall.report(said.type, user=user, key=call.key, data=said.data, by=call.by, context=call.context)
    )


def insist_on_event(mall: Mall, type_: str) -> None:
    """Refuse the commands of the kinds (422): whoever may report events can't say that money has come in."""
    declared = mall.project.events.get(type_)
    if declared is not None and declared.command and declared.built_in:
        detail = "is a command with an operation of its own, and no event"
        raise Problem.malformed([Mistake(place="body", path=("type",), detail=detail)])


def exchange(call: Call) -> Any:
    """Points for a benefit."""
    said, user = call.said, call.whose(call.said.user)
    with _braked(call, user):
        receipt = call.mall.exchange(
            said.offer,
            user=user,
            key=call.key,
            campaign=said.campaign,
            by=call.by,
            context=call.context,
            **_order(said),
        )
    return _told(call, receipt)


def claim(call: Call) -> Any:
    """A piece of a sale."""
    said, user = call.said, call.whose(call.said.user)
    with _braked(call, user):
        receipt = call.mall.claim(
            said.campaign, item=said.item, user=user, key=call.key, by=call.by, context=call.context, **_order(said)
        )
    return _told(call, receipt)


def release(call: Call) -> Any:
    """A deal is given up."""
    return _told(call, call.mall.release(call.path["deal"], **_about(call)))


def settle(call: Call) -> Any:
    """The money has come in."""
    return _told(call, call.mall.settle(call.path["deal"], paid=call.said.paid, **_about(call)))


def refund(call: Call) -> Any:
    """A paid deal is taken back."""
    return _told(call, call.mall.refund(call.path["deal"], qty=call.said.qty, **_about(call)))


def redeem(call: Call) -> Any:
    """An entitlement is used."""
    return _told(call, call.mall.redeem(call.path["entitlement"], **_about(call)))


def remind(call: Call) -> Any:
    """A user wants to be told when a thing can be had."""
    return _told(call, call.mall.remind(call.path["campaign"], call.path["item"], **_of_user(call)))


def cancel_reminder(call: Call) -> Any:
    """A user wants it no more."""
    return _told(call, call.mall.cancel_reminder(call.path["campaign"], call.path["item"], **_of_user(call)))


def _of_user(call: Call) -> dict[str, Any]:
    """Who wants something, under which key, by whom."""
    return {"user": call.whose(call.said.user), "key": call.key, "by": call.by, "context": call.context}


def _about(call: Call) -> dict[str, Any]:
    """Whose thing it must be, under which key, by whom."""
    return {"user": call.whose_or_all(call.said.user), "key": call.key, "by": call.by, "context": call.context}


def _order(said: Any) -> dict[str, Any]:
    return {"qty": said.qty, "order": said.order or "", "code": said.code or "", "offset": said.offset}


def _braked(call: Call, user: str) -> AbstractContextManager[None]:
    """Whoever tries many codes that do not exist has to wait."""
    return guarded(call.brake, f"user/{user}", now=call.mall.now()) if call.said.code else nullcontext()


def _told(call: Call, receipt: Receipt) -> Any:
    return receipt_answer(receipt, call.shown_key)
