"""
What a no says to a person: one table, in Chinese and English, with the numbers and the way on.

An entry is looked up by the reason, else by the code. Of its sentences the first is taken whose
values are all there; the last one needs none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from string import Formatter
from typing import TYPE_CHECKING, Any, Literal

from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.time import zone_of

if TYPE_CHECKING:
    from quanyi.entitlements.errors import Refused

__all__ = [
    "LANGUAGES",
    "TEXTS",
    "Language",
    "Sentences",
    "language_of",
    "refusal_text",
    "say_amount",
    "say_day",
    "say_when",
]

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
"""The languages that every text exists in."""

Sentences = tuple[str, ...]

TEXTS: Mapping[str, Mapping[Language, Sentences]] = {
    "refused": {
        "zh": ("暂时无法办理。",),
        "en": ("This is not possible at the moment.",),
    },
    # --- when ---
    "not-open": {
        "zh": ("尚未开始，{next_at} 开放。", "现在不在开放时间。"),
        "en": ("Not open yet; it opens on {next_at}.", "It is not open now."),
    },
    "ended": {
        "zh": ("活动已结束，看看其他活动吧。",),
        "en": ("This has ended. Have a look at what else is on.",),
    },
    "paused": {
        "zh": ("活动暂停中，请稍后再来。",),
        "en": ("This is paused for the moment. Please come back later.",),
    },
    # --- who ---
    "blocked": {
        "zh": ("你的账号暂时无法参加，请联系客服。",),
        "en": ("Your account cannot take part at the moment. Please contact support.",),
    },
    "order-exists": {
        "zh": ("订单 {order} 已提交过，请在订单中查看。", "这笔订单已提交过。"),
        "en": ("Order {order} has been placed already; see your orders.", "This order has been placed already."),
    },
    "not-eligible": {
        "zh": ("还差 {missing}，达到 {min} 即可参加。", "你暂不符合参加条件。"),
        "en": ("{missing} short; it takes {min} to take part.", "This is not available to you."),
    },
    "only-new-users": {
        "zh": ("只有新用户才能接受邀请。",),
        "en": ("Only new users can be invited.",),
    },
    "self-referral": {
        "zh": ("不能邀请自己。把邀请码发给朋友吧。",),
        "en": ("You cannot invite yourself. Send the code to a friend.",),
    },
    "already-bound": {
        "zh": ("你已接受过邀请，不能再次绑定。",),
        "en": ("You have accepted an invitation already.",),
    },
    "loop": {
        "zh": ("对方是你邀请来的，不能反过来邀请你。",),
        "en": ("They came through your invitation, so they cannot invite you.",),
    },
    "tree-too-tall": {
        "zh": ("邀请关系层级过多，无法绑定。",),
        "en": ("The line of invitations is too long to add you to it.",),
    },
    "unknown-code": {
        "zh": ("邀请码无效，请核对后再试。",),
        "en": ("This invitation code is not valid. Please check and try again.",),
    },
    "no-inviter": {
        "zh": ("没有填写邀请人。",),
        "en": ("No inviter was named.",),
    },
    "not-bound": {
        "zh": ("你还没有接受过邀请。",),
        "en": ("You have not accepted an invitation.",),
    },
    "seen-before": {
        "zh": ("这台设备或账号已参加过，不再发放邀请奖励。",),
        "en": ("This device or account has taken part before, so there is no reward for the invitation.",),
    },
    "undone": {
        "zh": ("对应的订单已撤销。",),
        "en": ("What this was for has been undone.",),
    },
    # --- how often, how much ---
    "limit-reached": {
        "zh": ("最多 {limit}，已用 {used}，{next_at} 起可以再来。", "最多 {limit}，已用 {used}。", "已达上限。"),
        "en": (
            "At most {limit}, and {used} used. You can come again from {next_at}.",
            "At most {limit}, and {used} used.",
            "The limit is reached.",
        ),
    },
    "per-order": {
        "zh": ("每单最多 {limit}，请减少数量。", "超出每单数量上限。"),
        "en": ("At most {limit} per order. Please choose fewer.", "That is more than one order may have."),
    },
    "out-of-stock": {
        "zh": ("仅剩 {left}，不足 {asked}，请减少数量。", "已兑完，看看其他好物吧。"),
        "en": (
            "Only {left} left of the {asked} you want. Please choose fewer.",
            "Sold out. Have a look at what else there is.",
        ),
    },
    "still-placed": {
        "zh": ("未售出的仅 {left}，不够减少 {asked}；总量至少为 {least}。", "已占用的数量不能减少。"),
        "en": (
            "Only {left} are free, so {asked} cannot be taken off; the total must be {least} or more.",
            "What is placed already cannot be taken off.",
        ),
    },
    "insufficient-points": {
        "zh": ("还差 {missing}：需要 {needed}，现有 {available}。做任务可以再攒一些。", "余额不足。"),
        "en": (
            "{missing} short: it takes {needed}, and you have {available}. You can earn more with tasks.",
            "The balance does not cover it.",
        ),
    },
    "budget-exhausted": {
        "zh": ("活动额度已发完，{next_at} 起可以再来。", "活动额度已发完。"),
        "en": ("Everything has been given out; there is more from {next_at}.", "Everything has been given out."),
    },
    # --- vouchers and codes ---
    "voucher-refused": {
        "zh": ("这张权益无法使用。",),
        "en": ("This cannot be used.",),
    },
    "unknown": {
        "zh": ("没有找到这张权益，请核对后再试。",),
        "en": ("There is no such entitlement. Please check and try again.",),
    },
    "already-used": {
        "zh": ("已于 {used_at} 使用。", "已经使用过。"),
        "en": ("It was used on {used_at}.", "It has been used already."),
    },
    "already-revealed": {
        "zh": ("卡密已查看，无法退回。",),
        "en": ("Its code has been seen, so it cannot be taken back.",),
    },
    "expired": {
        "zh": ("已于 {ended_at} 过期。", "已经过期。"),
        "en": ("It expired on {ended_at}.", "It has expired."),
    },
    "withdrawn": {
        "zh": ("这张权益已被收回。",),
        "en": ("It has been withdrawn.",),
    },
    "void": {
        "zh": ("这张权益已作废。",),
        "en": ("It is void.",),
    },
    # --- deals and promises ---
    "hold-closed": {
        "zh": ("这笔订单已结束。",),
        "en": ("This order has come to its end already.",),
    },
    "order-closed": {
        "zh": ("订单已关闭，请重新下单。",),
        "en": ("The order is closed. Please place a new one.",),
    },
    "too-late": {
        "zh": ("订单已关闭，也已过最后付款日期，请重新下单。",),
        "en": ("The order is closed, and the last date for payment has passed. Please place a new one.",),
    },
    "already-paid": {
        "zh": ("订单已支付。",),
        "en": ("The order has been paid already.",),
    },
    "already-refunded": {
        "zh": ("订单已退款。",),
        "en": ("The order has been refunded already.",),
    },
    "not-paid": {
        "zh": ("订单未支付，无需退款。",),
        "en": ("The order is not paid, so there is nothing to refund.",),
    },
    "wrong-choice": {
        "zh": ("请从 {options} 中选择 {pick} 项。", "请重新选择。"),
        "en": ("Please choose {pick} of {options}.", "Please choose again."),
    },
    "choice-closed": {
        "zh": ("已选定 {chosen}，不能再改。", "选择已截止。"),
        "en": ("{chosen} has been chosen, and cannot be changed.", "It is too late to choose."),
    },
    "choose-when-paid": {
        "zh": ("订单支付后才能选择。",),
        "en": ("You can choose once the order is paid.",),
    },
    # --- tasks and streaks ---
    "goal-done": {
        "zh": ("这一步已完成，看看其他步骤吧。",),
        "en": ("This step is done already. Have a look at the others.",),
    },
    "task-done": {
        "zh": ("任务已完成，{next_at} 起可以再做。", "任务已完成。"),
        "en": ("The task is done; it can be done again from {next_at}.", "The task is done."),
    },
    "not-yet": {
        "zh": ("要先完成前面的步骤。",),
        "en": ("Another step has to be done first.",),
    },
    "counted-already": {
        "zh": ("这一个已经算过了，换一个吧。",),
        "en": ("This one has been counted already. Take another one.",),
    },
    "already-marked": {
        "zh": ("{day} 已打卡，{next_at} 起可以再来。", "{day} 已打卡，无需重复。", "已经打过卡了。"),
        "en": (
            "{day} is marked already. Come back from {next_at}.",
            "{day} is marked already; once is enough.",
            "It is marked already.",
        ),
    },
    "day-to-come": {
        "zh": ("{day} 还没到，到时再来。", "这一天还没到。"),
        "en": ("{day} is still to come. Please come back then.", "That day is still to come."),
    },
    "day-not-over": {
        "zh": ("还没过完，直接打卡就好。",),
        "en": ("It is not over: it can still be marked, and needs no making up.",),
    },
    "day-before-start": {
        "zh": ("{day} 活动还没开始，不能补。", "活动那天还没开始。"),
        "en": ("This had not begun on {day}.", "This had not begun on that day."),
    },
    "too-late-to-make-up": {
        "zh": ("{day} 最晚可在 {last} 补，现在已过期。", "补卡已过期。"),
        "en": ("{day} could be made up until {last}. It is too late now.", "It is too late to make that day up."),
    },
    "unknown-payment": {
        "zh": ("请选择用什么补卡。",),
        "en": ("Please choose how to pay for making it up.",),
    },
    "promise-closed": {
        "zh": ("这笔待发奖励已处理。",),
        "en": ("This promised reward has been dealt with already.",),
    },
    "kept-already": {
        "zh": ("奖励已发放，无法取消。",),
        "en": ("The reward has been given already, so it is too late to cancel it.",),
    },
}
"""Sentences by reason or code, the one that says most first."""

_POINTS = {"zh": "积分", "en": "points"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_COUNTED: Mapping[str, Mapping[Language, str]] = {
    "times": {"zh": "次", "en": "times"},
    "pieces": {"zh": "件", "en": "pieces"},
}
_PIECES = ("asked", "least", "left")


def refusal_text(refusal: Refused, locale: str = "zh") -> str:
    """The sentence for a refusal in the language of *locale*; English where it is not one of ours."""
    language = language_of(locale)
    entry = TEXTS.get(refusal.reason) or TEXTS.get(refusal.code) or TEXTS["refused"]
    values = _said(refusal, language)
    fitting = (text for text in entry[language] if _fields(text) <= values.keys())
    return next(fitting).format_map(values)


def language_of(locale: str) -> Language:
    """`zh` for every kind of Chinese, else `en`."""
    return "zh" if locale.lower().startswith("zh") else "en"


def say_when(at: datetime, zone: str | None, locale: str) -> str:
    """
    An instant as people say it, in *zone*; to the minute. Without a zone it is in UTC, and says so.

    >>> from datetime import UTC
    >>> say_when(datetime(2026, 3, 8, 16, 0, tzinfo=UTC), "Asia/Shanghai", "en")
    '9 Mar 2026, 00:00'
    """
    local = at.astimezone(zone_of(zone or "UTC"))
    clock = f"{local:%H:%M}" + ("" if zone else " UTC")
    return f"{say_day(local.date(), locale)}{' ' if language_of(locale) == 'zh' else ', '}{clock}"


def say_day(day: date, locale: str) -> str:
    """
    A date as people say it.

    >>> say_day(date(2026, 4, 3), "zh"), say_day(date(2026, 4, 3), "en")
    ('2026年4月3日', '3 Apr 2026')
    """
    if language_of(locale) == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def say_amount(amount: Amount, locale: str, title: Mapping[str, str] | None = None) -> str:
    """
    An amount with its unit, singular or plural.

    >>> say_amount(Amount(1, "points"), "en"), say_amount(Amount(30, "points"), "zh")
    ('1 point', '30 积分')
    >>> say_amount(Amount(1990, "CNY", 2), "zh")
    '19.90 元'
    """
    language = language_of(locale)
    if amount.unit == "CNY":
        return f"{amount} 元" if language == "zh" else f"CNY {amount}"
    names = title or (_POINTS if amount.unit == "points" else {})
    return _count(str(amount), names.get(language, amount.unit), language)


def _said(refusal: Refused, language: Language) -> dict[str, str]:
    """The values of a refusal as its sentences say them."""
    shows = {**refusal.shows, **({"next_at": refusal.next_at} if refusal.next_at is not None else {})}
    counted = _COUNTED.get(shows.get("of", "pieces"), _COUNTED["pieces"])[language]
    said = {}
    for name, value in shows.items():
        text = _say(name, value, refusal, counted, language)
        if text:
            said[name] = text
    return said


def _say(name: str, value: Any, refusal: Refused, counted: str, language: Language) -> str:
    if isinstance(value, Amount):
        return say_amount(value, language, refusal.shows.get("title"))
    if isinstance(value, datetime):
        return say_when(value, refusal.zone, language)
    if isinstance(value, date):
        return say_day(value, language)
    if name in _PIECES and refusal.code == "out-of-stock":
        return _count(str(value), counted, language) if value else ""
    if name in ("limit", "used", "asked"):
        return _count(str(value), counted, language)
    return str(value)


def _count(number: str, noun: str, language: Language) -> str:
    if language == "en" and number == "1":
        noun = noun.removesuffix("s")
    return f"{number} {noun}"


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
