"""
`kind: sale` and its presets, shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from quanyi.campaigns.kinds.show import looked_at, run
from quanyi.campaigns.language.speaker import Speaker
from quanyi.entitlements.messages.spacing import joined
from quanyi.entitlements.plays.sale import Coupon, Offset, Price, Refund, Sale

__all__ = ["deadlines", "looks_at", "phases", "sentence"]


def sentence(play: Sale, speaker: Speaker) -> str:
    """From 2 to 4 pm, for 9.90 or 300 points, one each, ten in all; unpaid ones come back."""
    say = speaker.say
    gap, end = say("，", ", "), say("。", ".")
    said = [speaker.span(play.head.runs, play.head.zone)] if play.head.runs.start or play.head.runs.end else []
    said += [speaker.several(map(speaker.schedule, play.head.open))] if play.head.open else []
    if play.head.audience is not None:
        condition = speaker.condition(play.head.audience)
        said.append(say(f"面向 {condition} 的人", f"for people with {condition}"))
    ours = bool(said)
    said += [_offer(play, thing, price, speaker) for thing, price in play.sells.items()]
    if play.per_order is not None:
        said.append(
            say(f"每笔至多 {play.per_order} 件", f"at most {speaker.amount(play.per_order, 'pieces')} in one order")
        )
    said += [speaker.limit(limit) for limit in (*play.at_most, *play.budget)]
    said += [_part(play, play.offset, speaker)] if play.offset is not None else []
    said += [_code(play, name, coupon, speaker) for name, coupon in play.codes.items()]
    said += [_hold(play, speaker)] if _paid(play) else []
    said += [_refund(play, speaker)] if play.refund != Refund() else []
    text = gap.join(said) + end
    return text[0].upper() + text[1:] if ours else text  # a name keeps its letters: iPhone


def deadlines(play: Sale, speaker: Speaker) -> Iterator[dict[str, str]]:
    """The end of the run, and of a hold."""
    where = play.head.where
    yield from run(play, speaker)
    if play.refund != Refund():
        yield {"says": _refund(play, speaker), "where": where.get("refund", "")}
    if _paid(play):
        yield {"says": _hold(play, speaker), "where": where.get("hold", "")}
    if play.late.until is not None:
        last = speaker.instant(play.late.until, play.head.zone)
        says = speaker.say(f"{last} 起不再接受迟到的付款", f"late payments are taken until {last}")
        yield {"says": says, "where": where.get("late", "")}
    for thing, span in play.on_sale.items():
        if says := speaker.span(span, play.head.zone):
            name, place = speaker.thing(thing), where.get(f"on_sale.{thing}", "")
            yield {"says": speaker.say(joined([f"{name} {says}", "在售"]), f"{name} is on sale {says}"), "where": place}
    for thing, benefit in play.benefits.items():
        if benefit.lasts is not None:
            length, name = speaker.duration(benefit.lasts), speaker.thing(thing)
            says = speaker.say(f"{name} 有效 {length}", f"{name} lasts {length}")
            yield {"says": says, "where": where.get(f"sells.{thing}", "")}


def looks_at(play: Sale) -> dict[str, str]:
    """The key that each check looks at, where it is called otherwise; empty if there is nothing to look at."""
    counted = any(benefit.counted for benefit in play.benefits.values())
    return looked_at(play.all_checks, stock=counted, points=play.units)


def phases(play: Sale, speaker: Speaker) -> dict[str, Any]:
    """What each input does in each phase; no cell is empty, so every hold ends exactly once."""
    say = speaker.say
    no, unknown = say("拒绝", "refuses"), say("查无此单", "not found")
    place, settle = _place(play, speaker), _settle(play, speaker)
    back = say("全部退回", "everything goes back")
    late, taken = _late(play, speaker), _taken(play, speaker)
    ends = play.hold.overdue == "closes"
    asks = "exchange" if play.preset == "points_exchange" else "order.place"
    rows = [
        (say("尚无", "–"), [place, unknown, unknown, unknown, unknown]),
        (say("已占用", "placed"), [place, settle, back, no, no]),
        (
            say("已到期", "overdue"),
            [place, late if ends else settle, no if ends else back, back if ends else no, no],
        ),
        (say("已支付", "paid"), [place, no, no, no, taken]),
        (say("已关闭", "closed"), [place, late, no, no, no]),
        (say("已退款", "refunded"), [place, no, no, no, no]),
    ]
    return {
        "inputs": [asks, "order.pay", "order.cancel", "deal.lapse", "order.refund"],
        "rows": [{"phase": phase, "cells": cells} for phase, cells in rows],
    }


def _paid(play: Sale) -> bool:
    return any(each.money for price in play.sells.values() for each in price.all)


def _place(play: Sale, speaker: Speaker) -> str:
    if play.hold.since == "pay":
        return speaker.say("查看余量并开单", "looks for pieces, opens a deal")
    return speaker.say("占用并开单", "reserves, opens a deal")


def _settle(play: Sale, speaker: Speaker) -> str:
    if play.hold.since == "place":
        return speaker.say("结清并发放", "settles, hands out")
    if play.short == "refund":
        return speaker.say(
            "占用、结清并发放；无货则退款", "takes the pieces, settles, hands out; asks for a refund if they are gone"
        )
    return speaker.say("占用、结清并发放", "takes the pieces, settles, hands out")


def _taken(play: Sale, speaker: Speaker) -> str:
    if play.refund.never:
        return speaker.say("拒绝", "refuses")
    if play.refund.if_used == "keep":
        return speaker.say("收回未用部分，退其余款", "withdraws what is unused, returns the rest of the price")
    return speaker.say("收回并全部退回", "withdrawn, everything goes back")


def _refund(play: Sale, speaker: Speaker) -> str:
    """Until when a refund is possible, and what becomes of what was used."""
    if play.refund.never:
        return speaker.say("不支持退款", "no refunds")
    within = speaker.duration(play.refund.within) if play.refund.within is not None else ""
    until = speaker.say(f"支付后 {within}内可退款", f"refunds within {within} of paying") if within else ""
    keeps = speaker.say("已用部分保留并扣除其价格", "what was used is kept at its price")
    days = speaker.say("按剩余天数退款", "refunds by the days still to come")
    return speaker.several(
        [
            *([until] if until else []),
            *([days] if play.refund.by_day else []),
            *([keeps] if play.refund.if_used == "keep" else []),
        ]
    )


def _part(play: Sale, offset: Offset, speaker: Speaker) -> str:
    """What may be paid with a unit instead of money."""
    each, money = speaker.amount(offset.each, offset.unit), speaker.amount(offset.money, play.currency)
    steps = speaker.amount(offset.step, offset.unit) if offset.step > 1 else ""
    least = speaker.amount(offset.at_least, offset.unit) if offset.at_least else ""
    said = [
        speaker.say(f"{each} 抵 {money}，至多抵 {offset.up_to}%", f"{each} pay for {money}, for up to {offset.up_to}%"),
        *([speaker.say(f"至少 {least}", f"at least {least}")] if least else []),
        *([speaker.say(f"每 {steps} 一档", f"in steps of {steps}")] if steps else []),
    ]
    return speaker.say("，", ", ").join(said)


def _code(play: Sale, name: str, coupon: Coupon, speaker: Speaker) -> str:
    off = f"{coupon.percent}%" if coupon.percent else speaker.amount(coupon.off, play.currency)
    often = speaker.several(speaker.limit(limit) for limit in coupon.at_most)
    limits = speaker.say(f"（{often}）", f" ({often})") if often else ""
    return speaker.say(f"优惠码 {name} 减 {off}{limits}", f"{off} off with the code {name}{limits}")


def _offer(play: Sale, thing: str, price: Price, speaker: Speaker) -> str:
    say = speaker.say
    cost = _cost(play, price, speaker)
    for least, step in price.steps:
        each = _cost(play, step, speaker)
        cost += say(f"，{least} 件起 {each}", f", from {speaker.amount(least, 'pieces')} {each}")
    was = speaker.amount(price.list_price, play.currency)
    listed = say(f"（原价 {was}）", f" (list price {was})") if price.list_price else ""
    pieces = play.quota.get(thing)
    left = say(f"，共 {pieces} 件", f", {speaker.amount(pieces, 'pieces')} in all") if pieces is not None else ""
    left += "".join(
        say(f"，{said}", f", {said}") for limit in play.rounds.get(thing, ()) if (said := speaker.limit(limit))
    )
    name = speaker.thing(thing)
    span = speaker.span(play.on_sale[thing], play.head.zone) if thing in play.on_sale else ""
    left += say(joined([f"，{span}", "在售"]), f", on sale {span}") if span else ""
    return say(f"{name} {cost}{listed}{left}", f"{name} for {cost}{listed}{left}")


def _cost(play: Sale, price: Price, speaker: Speaker) -> str:
    parts = [speaker.amount(amount, unit) for unit, amount in price.units.items()]
    parts += [speaker.amount(price.money, play.currency)] if price.money else []
    return " + ".join(parts) or speaker.say("免费", "free")


def _hold(play: Sale, speaker: Speaker) -> str:
    length = speaker.duration(play.hold.pay_within)
    if play.hold.overdue == "stays":
        return speaker.say(f"{length}未付仍保留", f"a deal not paid within {length} stays")
    return speaker.say(
        f"{length}未付则关闭并全部退回", f"a deal not paid within {length} is closed and everything goes back"
    )


def _late(play: Sale, speaker: Speaker) -> str:
    again = speaker.say("（重新占用）", " if there is room again") if play.late.take_again else ""
    end = speaker.instant(play.late.until, play.head.zone) if play.late.until else ""
    until = speaker.say(f"，{end} 止", f" until {end}") if end else ""
    return {
        "accept": speaker.say(f"接受{again}{until}", f"accepts{again}{until}"),
        "refuse": speaker.say("拒绝", "refuses"),
        "refund": speaker.say("请退款", "asks for a refund"),
    }[play.late.then]
