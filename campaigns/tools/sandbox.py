"""
A mall put up for stories and recorded events: the live path, with a clock that can be moved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import attrs

from quanyi.campaigns.engine.decisions import Outcome
from quanyi.campaigns.engine.timers import timer_input
from quanyi.campaigns.engine.transaction import Transactions
from quanyi.campaigns.language.context import context_of
from quanyi.campaigns.language.events import EventType, Incoming
from quanyi.campaigns.mall import Mall, MallStore
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.project.release import Applied
from quanyi.campaigns.requests import Context
from quanyi.entitlements.amounts import parse_amount
from quanyi.entitlements.derived_ids import deal_id
from quanyi.entitlements.errors import InputError, NotFound, QuanyiError, Refused
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.parsing import quoted
from quanyi.entitlements.plays.referral import Referral
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.ports import Facts
from quanyi.entitlements.records import Deal, RecordKey
from quanyi.entitlements.time import zone_of

__all__ = [
    "COMMANDS",
    "DEAL_COMMANDS",
    "YEARS",
    "Sandbox",
    "StageFactory",
    "code_attributes",
    "code_of",
    "deal_input",
    "load_pieces",
    "pass_time",
    "perform",
    "read_event",
]

_AT_ONE_INSTANT = 10_000
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@attrs.frozen(kw_only=True)
class Sandbox:
    """
    A mall with its clock in our hand.

    Attributes:
        move: Sets the clock.
        apply: Brings the project's campaigns into force.
        read_codes: The plain codes of an entitlement.
        over: The same mall, clock and all, with another project to bring into force.
    """

    mall: Mall
    project: Project
    transactions: Transactions
    store: MallStore
    move: Callable[[datetime], object]
    apply: Callable[[], Applied]
    read_codes: Callable[[str], tuple[str, ...]]
    over: Callable[[Project], Sandbox]


YEARS = range(1970, 3000)
"""The years that a clock may be set to: calendars and durations still fit behind them."""

StageFactory = Callable[[Project, Facts, datetime], AbstractContextManager[Sandbox]]
"""Puts up an empty mall whose clock stands at an instant, and takes it down afterwards."""


def pass_time(stage: Sandbox, to: datetime) -> Iterator[tuple[Input, Outcome]]:
    """
    Let time pass until *to*, which is inside: what falls due is decided in time order, each at
    its own instant, and what that causes too.
    """
    seen: set[bytes] = set()
    while due := stage.store.due(to, 1):
        now = max(due[0].due_at, stage.mall.now())
        stage.move(now)
        timers = [timer for timer in stage.store.due(now, _AT_ONE_INSTANT) if timer.id not in seen]
        if not timers:
            raise RuntimeError(f"a timer can't be booked: {due[0].event} of {due[0].due_at}")
        seen.update(timer.id for timer in timers)
        asks = [timer_input(timer) for timer in timers]
        yield from zip(asks, stage.transactions.run(asks, stage.store), strict=True)
    stage.move(to)


def load_pieces(stage: Sandbox, *, campaign: str, thing: str, total: int, splits: int, key: str) -> Receipt:
    """Bring what is on sale of a quota, or of a benefit's stock where no campaign is named, to *total*."""
    data = {"campaign": campaign, "thing": thing, "total": total, "splits": splits}
    ask = Input(type="stock.load", key=key, at=stage.mall.now(), data=data, asks=True)
    outcome = stage.transactions.run([ask], stage.store)[0]
    if isinstance(outcome, QuanyiError):
        raise outcome
    return outcome


def code_of(no: QuanyiError) -> str:
    """The stable word for an error: a refusal's own code, else the name of its class."""
    return no.code if isinstance(no, Refused) else _CAMEL.sub("-", type(no).__name__).lower()


# --- one input ---------------------------------------------------------------------------------


def perform(
    stage: Sandbox,
    type_: str,
    *,
    user: str | None,
    key: str,
    data: Mapping[str, Any],
    own_key: bool = False,
    context: Context = None,
) -> Receipt:
    """
    Do what a story or a recorded line says, through the public face.

    Args:
        type_: A built-in command (see `COMMANDS`) or a declared event.
        data: As written: amounts are decimals of their unit.
        own_key: Whether *key* comes from the host; else an event's key attribute is stronger.
        context: How the request comes, by the names that the mall declares.

    Raises:
        Refused: The answer is no.
        InputError: It is not said properly.
    """
    said = context and context_of(stage.project, "", context, stage.mall.now(), decimals=True)
    if type_ in COMMANDS:
        return COMMANDS[type_](stage, user or "", key, dict(data), said)
    event = stage.project.events.get(type_)
    if event is None:
        raise InputError(f"there is no event or command {type_!r}")
    read = read_event(stage, event, data)
    known_by = key if own_key else read.key or key
    return stage.mall.report(type_, user=user, key=known_by, data={**read.sent, **read.personal}, context=said)


def read_event(stage: Sandbox, event: EventType, data: Mapping[str, Any]) -> Incoming:
    """The attributes of a declared event as they are written in a story; `InputError` if they don't fit."""
    now, zone = stage.mall.now(), zone_of(stage.project.zone)
    return event.read(_with_code(stage, event, data), now=now, zone=zone, decimals=True)


def _place(stage: Sandbox, user: str, key: str, data: dict[str, Any], context: Context) -> Receipt:
    item = _word(data, "item", "sku")
    campaign = str(data.get("campaign") or _seller(stage.project, item))
    return stage.mall.claim(campaign, item=item, user=user, key=key, context=context, **_how_many(data))


def _exchange(stage: Sandbox, user: str, key: str, data: dict[str, Any], context: Context) -> Receipt:
    return stage.mall.exchange(_word(data, "offer", "item"), user=user, key=key, context=context, **_how_many(data))


def _pay(stage: Sandbox, user: str, key: str, data: dict[str, Any], context: Context) -> Receipt:
    paid = _amount(data, stage.project.currency.scale, "amount", "paid")
    return stage.mall.settle(_deal(data), paid=paid, key=key, context=context, user=user or None)


def _cancel(stage: Sandbox, user: str, key: str, data: dict[str, Any], context: Context) -> Receipt:
    return stage.mall.release(_deal(data), key=key, context=context, user=user or None)


def _refund(stage: Sandbox, user: str, key: str, data: dict[str, Any], context: Context) -> Receipt:
    return stage.mall.refund(_deal(data), key=key, context=context, user=user or None, qty=data.get("qty"))


def _redeem(stage: Sandbox, user: str, key: str, data: dict[str, Any], context: Context) -> Receipt:
    return stage.mall.redeem(_entitlement(stage, user, data), user=user, key=key, context=context)


def _reveal(stage: Sandbox, user: str, key: str, data: dict[str, Any], context: Context) -> Receipt:
    return stage.mall.reveal(_entitlement(stage, user, data), user=user, key=key, context=context)


def _adjust(stage: Sandbox, user: str, key: str, data: dict[str, Any], context: Context) -> Receipt:
    if context:
        raise InputError("a correction by an operator has no context")
    unit = _word(data, "unit")
    amount = _amount(data, stage.project.scale_of(unit), "amount")
    return stage.mall.adjust(user, unit, amount, key=key, reason=str(data.get("reason", "")))


def _choose(stage: Sandbox, user: str, key: str, data: dict[str, Any], context: Context) -> Receipt:
    choice = data.get("choice") or ()
    names = [choice] if isinstance(choice, str) else [str(name) for name in choice]
    return stage.mall.choose(_deal(data), _word(data, "part"), names, user=user, key=key, context=context)


def _invite_code(stage: Sandbox, user: str, key: str, data: dict[str, Any], context: Context) -> Receipt:
    return stage.mall.invite_code(_referral(stage.project, data), user=user, key=key, context=context)


def _bind(stage: Sandbox, user: str, key: str, data: dict[str, Any], context: Context) -> Receipt:
    """By the inviter's id, by a code, or by the code of somebody who has asked for one."""
    if data.get("to"):
        return stage.mall.report("referral.bind", user=user, key=key, data={"to": str(data["to"])}, context=context)
    code = _code_of(stage, data) if data.get("code_of") else str(data.get("code") or "")
    return stage.mall.accept_invite(code, user=user, key=key, context=context)


def _with_code(stage: Sandbox, event: EventType, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """An event with the code of somebody who has asked for one, where ``code_of`` names him."""
    names = code_attributes(stage.project, event)
    if "code_of" in event.attributes or "code_of" not in data or not names:
        return data
    kept = {name: value for name, value in data.items() if name != "code_of"}
    return {**kept, names[0]: _code_of(stage, data)}


def code_attributes(project: Project, event: EventType) -> list[str]:
    """The attributes of an event in which a referral looks for a code."""
    plays = [play for play in project.plays() if isinstance(play, Referral) and event.id in play.bind.when]
    return [play.bind.code for play in plays if play.bind.code in event.attributes]


def _code_of(stage: Sandbox, data: Mapping[str, Any]) -> str:
    """The code that a user has asked for: ``ann``, or ``spring.ann`` where there are several campaigns."""
    campaign, dot, user = str(data["code_of"]).partition(".")
    if not dot or campaign not in stage.project.campaigns:
        campaign, user = "", str(data["code_of"])
    views = [view for view in stage.mall.invites(user) if view.code and campaign in ("", view.campaign)]
    return views[0].code if views else "none"


COMMANDS: Mapping[str, Callable[[Sandbox, str, str, dict[str, Any], Context], Receipt]] = {
    "bundle.choose": _choose,
    "exchange": _exchange,
    "order.cancel": _cancel,
    "order.pay": _pay,
    "order.place": _place,
    "order.refund": _refund,
    "redeem": _redeem,
    "referral.bind": _bind,
    "referral.code": _invite_code,
    "reveal": _reveal,
    "wallet.adjust": _adjust,
}
"""What every mall can be asked, besides the declared events."""


DEAL_COMMANDS = ("order.cancel", "order.pay", "order.refund")
"""Those of them that are about a deal."""


def deal_input(
    project: Project,
    type_: str,
    *,
    user: str | None,
    data: Mapping[str, Any],
    at: datetime,
    context: Context = None,
) -> Input:
    """One of `DEAL_COMMANDS` as an input that nobody waits for: to be tried, not settled."""
    deal = _deal(data)
    values: dict[str, Any] = {"deal": deal}
    if type_ == "order.pay":
        values["paid"] = _amount(data, project.currency.scale, "amount", "paid")
    if type_ == "order.refund" and data.get("qty") is not None:
        values["qty"] = data["qty"]
    about = RecordKey(kind=Deal.kind, parts=(deal,))
    personal = context_of(project, type_, context, at, decimals=True)
    return Input(type=type_, key="explain", at=at, user=user, about=about, data=values, personal=personal)


# --- reading attributes ------------------------------------------------------------------------


def _word(data: Mapping[str, Any], *names: str) -> str:
    for name in names:
        if data.get(name) is not None:
            return str(data[name])
    raise InputError(f"{names[0]!r} is missing")


def _amount(data: Mapping[str, Any], scale: int, *names: str) -> int:
    text = _word(data, *names)
    try:
        return parse_amount(text, scale)
    except (ValueError, ArithmeticError):
        raise InputError(f"{names[0]!r}: {quoted(text)} is not an amount of at most {scale} places") from None


def _how_many(data: Mapping[str, Any]) -> dict[str, Any]:
    qty = data.get("qty", 1)
    if not isinstance(qty, int):
        raise InputError(f"'qty': {quoted(qty)} is not a whole number")
    offset = data.get("offset", 0)
    if not isinstance(offset, int):
        raise InputError(f"'offset': {quoted(offset)} is not a whole number")
    return {"qty": qty, "offset": offset, **{name: str(data.get(name) or "") for name in ("order", "code")}}


def _deal(data: Mapping[str, Any]) -> str:
    """The deal by its own number, or by the host's order number."""
    return str(data["deal"]) if data.get("deal") else deal_id("", "", _word(data, "order"))


def _referral(project: Project, data: Mapping[str, Any]) -> str:
    """The referral campaign that is named, or the only one that has codes."""
    if data.get("campaign"):
        return str(data["campaign"])
    found = [play.head.campaign for play in project.plays() if isinstance(play, Referral) and play.bind.code]
    if len(found) != 1:
        raise InputError(f"say which campaign's code: one of {', '.join(found) or 'none, for none has codes'}")
    return found[0]


def _seller(project: Project, item: str) -> str:
    sellers = [play.head.campaign for play in project.plays() if isinstance(play, Sale) and item in play.sells]
    if len(sellers) > 1:
        raise InputError(f"{item!r} is sold by {' and '.join(sellers)}; say which: campaign: {sellers[0]}")
    if not sellers:
        raise NotFound(f"no campaign sells {item!r}")
    return sellers[0]


def _entitlement(stage: Sandbox, user: str, data: Mapping[str, Any]) -> str:
    """By its number, by the order that it came from, or the user's one of a benefit, usable and ending first."""
    if data.get("entitlement"):
        return str(data["entitlement"])
    if data.get("order"):
        return _first_of(stage.mall.deal(_deal(data)), str(data["order"]))
    benefit = _word(data, "benefit")
    held = [view for view in stage.mall.entitlements(user) if view.benefit.id == benefit]
    if not held:
        raise NotFound(f"{user} has no {benefit}")
    return min(held, key=lambda view: (view.phase != "usable", view.ends or view.got_at, view.id)).id


def _first_of(deal: Deal, order: str) -> str:
    if not deal.grants:
        raise NotFound(f"order {order} has given nothing")
    return deal.grants[0]
