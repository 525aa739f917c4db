"""
`kind: bundle`, shown: the sale that it is, and its parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from quanyi.campaigns.kinds.sale import show as sale
from quanyi.campaigns.kinds.show import looked_at
from quanyi.campaigns.language.speaker import Speaker, plural
from quanyi.entitlements.plays.bundle import Bundle, Part

__all__ = ["deadlines", "looks_at", "phases", "sentence"]


def sentence(play: Bundle, speaker: Speaker) -> str:
    """A year costs 99; you get these parts, some later, one of them to choose."""
    stop, gap, end = speaker.say("；", "; "), speaker.say("，", ", "), speaker.say("。", ".")
    sold = sale.sentence(play, speaker).removesuffix(end)
    return stop.join([sold, *(gap.join(_part(part, speaker)) for part in play.parts)]) + end


def deadlines(play: Bundle, speaker: Speaker) -> Iterator[dict[str, str]]:
    """Those of the sale; when a part comes, and until when there is a choice."""
    yield from sale.deadlines(play, speaker)
    for part in play.parts:
        where = play.head.where.get(f"parts.{part.name}", "")
        if part.after is not None:
            length = speaker.duration(part.after)
            says = speaker.say(f"{part.name} 在支付后 {length}", f"{part.name} comes {length} after paying")
            yield {"says": says, "where": where}
        if part.choose is not None:
            length, default = speaker.duration(part.choose.within), speaker.several(part.choose.default)
            says = speaker.say(
                f"{part.name} 须在 {length}内选择，否则给 {default}",
                f"{part.name} is chosen within {length}, else it is {default}",
            )
            yield {"says": says, "where": where}
        length = speaker.duration(part.every)
        says = speaker.say(
            f"{part.name} 缺货时每 {length}重试，至多 {part.tries} 次",
            f"{part.name} is tried again every {length} while out of stock, at most {part.tries} {plural('time', part.tries)}",
        )
        yield {"says": says, "where": where}


def looks_at(play: Bundle) -> dict[str, str]:
    """As of a sale; what only the parts have is not looked at before it is bought."""
    counted = any(play.benefits[thing].counted for thing in play.sells if thing in play.benefits)
    spent = any(each.units for price in play.sells.values() for each in price.all)
    return looked_at(play.all_checks, stock=counted, points=spent)


def phases(play: Bundle, speaker: Speaker) -> dict[str, Any]:
    """The deal's phases as a sale has them, with two more inputs; no cell is empty."""
    say = speaker.say
    table = sale.phases(play, speaker)
    unknown, no, nothing = say("查无此单", "not found"), say("拒绝", "refuses"), say("不变", "nothing")
    paid = len(table["rows"]) - 3
    chooses = say("发放所选（开放时）", "gives what is chosen, while open")
    due = say("开放、给默认或重试", "opens, gives the default, or tries again")
    more = [(unknown, nothing), *[(no, nothing)] * (len(table["rows"]) - 1)]
    more[paid] = (chooses, due)
    rows = [{**row, "cells": [*row["cells"], *extra]} for row, extra in zip(table["rows"], more, strict=True)]
    return {"inputs": [*table["inputs"], "bundle.choose", "part.due"], "rows": rows}


def _price(part: Part, speaker: Speaker) -> str:
    currency = speaker.project.currency.id
    shares = {**part.price.units, **({currency: part.price.money} if part.price.money else {})}
    return " + ".join(speaker.amount(amount, unit) for unit, amount in shares.items())


def _part(part: Part, speaker: Speaker) -> Iterator[str]:
    say = speaker.say
    if part.choose is None:
        yield say(f"附赠 {speaker.gifts(part.give)}", f"with {speaker.gifts(part.give)}")
    else:
        choice = part.choose
        options, length = speaker.several(choice.names), speaker.duration(choice.within)
        default = speaker.several(choice.default)
        count = f"{choice.pick}/{len(choice.of)}"
        yield say(f"{length}内从 {options} 中选 {count}", f"with {count} of {options}, chosen within {length}")
        if choice.given == "at_end":
            yield say("期满前可更改，期满时发放", "to be changed until then, and given then")
        yield say(f"未选则给 {default}", f"else {default}")
    if part.after is not None:
        length = speaker.duration(part.after)
        yield say(f"支付 {length}后", f"{length} after paying")
    if part.instead:
        instead = speaker.gifts(part.instead)
        yield say(f"一直缺货则改发 {instead}", f"or {instead} if it stays out of stock")
    if part.if_failed == "refund_all":
        yield say("无法发放则整单退款", "the whole bundle is refunded if it can't be given")
    if part.if_failed == "refund":
        price = _price(part, speaker)
        yield say(f"无法发放则退 {price}", f"{price} back if it can't be given")
