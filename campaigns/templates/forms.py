"""
The forms of the templates: what has to be known before a campaign of each sort can be written.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from quanyi.campaigns.language.schema.base import Event, Id
from quanyi.campaigns.language.schema.values import DurationText, Instant
from quanyi.campaigns.templates.asking import TemplateForm, asks

__all__ = [
    "Amount",
    "BundleForm",
    "CheckInForm",
    "EventRewardForm",
    "ExchangeForm",
    "FlashSaleForm",
    "Per",
    "Pieces",
    "Price",
    "ReferralForm",
    "SaleForm",
    "TaskForm",
]

Pieces = Annotated[int, Field(ge=1, le=10**9)]
Amount = Annotated[int, Field(ge=1, le=10**12)]
Price = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)]
Per = Literal["ever", "day", "week", "month", "year"]

_THING = asks("商品", "Thing", "thing")
_PRICE = asks("价格", "Price", "amount", "顾客付的钱", "What a customer pays")
_QUOTA = asks("数量", "Pieces", "whole", "这次活动一共卖多少份", "How many this campaign sells in all")
_UNIT = asks("积分种类", "Unit", "unit")
_FROM = asks("开始", "From", "moment", "不填则立即开始", "Left empty: at once")
_UNTIL = asks("结束", "Until", "moment", "到这一刻为止；不填则不结束", "Not that moment itself; left empty: no end")
_MOST = asks("每人最多", "Each person at most", "whole")
_PER = asks("计次周期", "Counted over", "choice")
_BUDGET = asks("积分预算", "Budget of the unit", "whole", "最多一共发出多少", "The most that is given in all")
_GIVEN = asks("奖励数量", "How much is given", "whole")
_EVENT = asks("触发事件", "Event", "event")


class SaleForm(TemplateForm):
    """A thing for money, with no quota."""

    thing: Annotated[Id, _THING]
    price: Annotated[Price, _PRICE]
    most: Annotated[Pieces, _MOST] = 1
    per: Annotated[Per, _PER] = "month"
    pay_within: Annotated[DurationText, asks("付款时限", "Pay within")] = "15m"
    starts: Annotated[Instant | None, _FROM] = None
    ends: Annotated[Instant | None, _UNTIL] = None


class FlashSaleForm(SaleForm):
    """A few of a thing for a low price, for a while."""

    quota: Annotated[Pieces, _QUOTA]
    most: Annotated[Pieces, _MOST] = 1
    per: Annotated[Per, _PER] = "ever"


class ExchangeForm(TemplateForm):
    """A thing for points."""

    thing: Annotated[Id, _THING]
    unit: Annotated[Id, _UNIT]
    points: Annotated[Amount, asks("所需积分", "Price in the unit", "whole")]
    money: Annotated[
        Price | None, asks("另付现金", "Money besides", "amount", "不填则只用积分", "Left empty: none")
    ] = None
    quota: Annotated[Pieces | None, _QUOTA] = None
    most: Annotated[Pieces, _MOST] = 1
    per: Annotated[Per, _PER] = "month"
    starts: Annotated[Instant | None, _FROM] = None
    ends: Annotated[Instant | None, _UNTIL] = None


class CheckInForm(TemplateForm):
    """Points for every day, and more for days in a row."""

    on: Annotated[Event, _EVENT]
    unit: Annotated[Id, _UNIT]
    daily: Annotated[Amount, asks("每天奖励", "For each day", "whole")]
    days: Annotated[int, Field(ge=2, le=366), asks("连续天数", "Days in a row", "whole")] = 7
    more: Annotated[Amount, asks("连续奖励", "For days in a row", "whole")]
    budget: Annotated[
        Amount, asks("每月积分预算", "Budget a month", "whole", "一个月最多发出多少", "The most in a month")
    ]


class EventRewardForm(TemplateForm):
    """Points for something that people do."""

    when: Annotated[Event, _EVENT]
    unit: Annotated[Id, _UNIT]
    give: Annotated[Amount, _GIVEN]
    most: Annotated[Pieces, asks("每人最多几次", "Times a person at most", "whole")] = 1
    per: Annotated[Per, _PER] = "day"
    budget: Annotated[Amount, _BUDGET]
    starts: Annotated[Instant | None, _FROM] = None
    ends: Annotated[Instant | None, _UNTIL] = None


class TaskForm(TemplateForm):
    """Something to be done so many times in a week or month."""

    when: Annotated[Event, _EVENT]
    count: Annotated[int, Field(ge=1, le=10_000), asks("完成次数", "How many times", "whole")]
    goal_zh: Annotated[
        str | None, asks("目标（中文）", "Goal in Chinese", "text", "如：读完 3 章", "Such as 读完 3 章", "zh")
    ] = None
    goal_en: Annotated[
        str | None,
        asks("目标（英文）", "Goal in English", "text", "如：Finish 3 chapters", "Such as Finish 3 chapters", "en"),
    ] = None
    within: Annotated[Literal["day", "week", "month"], asks("周期", "Begins anew each", "choice")] = "week"
    unit: Annotated[Id, _UNIT]
    give: Annotated[Amount, _GIVEN]
    budget: Annotated[Amount, _BUDGET]


class BundleForm(TemplateForm):
    """A thing with two companions."""

    thing: Annotated[Id, _THING]
    price: Annotated[Price, _PRICE]
    quota: Annotated[Pieces, _QUOTA]
    first: Annotated[Id, asks("随包赠送", "With it", "thing")]
    second: Annotated[Id, asks("下月再送", "A month later", "thing")]
    most: Annotated[Pieces, _MOST] = 1
    per: Annotated[Per, _PER] = "month"
    pay_within: Annotated[DurationText, asks("付款时限", "Pay within")] = "15m"


class ReferralForm(TemplateForm):
    """Points for whoever brings a friend, and for the friend."""

    joins: Annotated[Event, asks("好友加入的事件", "Event of the friend's joining", "event")]
    inviter: Annotated[
        Id,
        asks(
            "邀请人字段",
            "Attribute with the inviter",
            hint_zh="事件里写着邀请人的字段",
            hint_en="As the event calls it",
        ),
    ]
    unit: Annotated[Id, _UNIT]
    friend_gets: Annotated[Amount, asks("好友得", "The friend gets", "whole")]
    inviter_gets: Annotated[Amount, asks("邀请人得", "The inviter gets", "whole")]
    after: Annotated[DurationText, asks("邀请人多久后到账", "The inviter's after")] = "3 days"
    most: Annotated[Pieces, asks("每月最多奖励几次", "Rewards a month at most", "whole")] = 5
    budget: Annotated[Amount, _BUDGET]
