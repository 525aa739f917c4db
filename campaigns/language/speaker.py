"""
Says clauses of campaigns in Chinese and English.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

import attrs

from quanyi.campaigns.language.vocabulary import Vocabulary
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.checks.conditions import AllOf, AnyOf, Condition, Expression, Not, Test
from quanyi.entitlements.clauses import Computed, Fixed, Gift, HowMuch, Limit, Percent, PerStep, Slabs, Undo
from quanyi.entitlements.messages.render import singular
from quanyi.entitlements.messages.spacing import joined
from quanyi.entitlements.plays.base import Exposure
from quanyi.entitlements.time import Duration, Schedule, Span, Window, zone_of

__all__ = ["CHECKS", "Speaker", "plural"]

CHECKS: Mapping[str, tuple[str, str]] = {
    "phase": ("活动是否在进行", "the campaign is running"),
    "open": ("是否在开放时段", "it is open at this hour"),
    "for": ("是否面向此人", "it is for this person"),
    "only_if": ("条件是否满足", "the condition holds"),
    "goals": ("是否计入目标", "it counts for a goal that is not done"),
    "not-future": ("日子是否已到", "the day has come"),
    "not-today": ("补的是否不是今天", "the day to make up is not today"),
    "not-marked": ("这天是否未记", "the day is not marked yet"),
    "in-time": ("是否还能补", "the day can still be made up"),
    "pay": ("补记的花费", "the balance covers making it up"),
    "self": ("是否邀请自己", "nobody invites himself"),
    "same": ("双方是否同一人", "inviter and friend have nothing forbidden in common"),
    "again": ("是否已被邀请", "the friend is not bound yet"),
    "code": ("码是否有效", "the code is known"),
    "loop": ("是否循环邀请", "no circle is closed"),
    "undone": ("起因是否已撤回", "the cause has not been undone"),
    "per_order": ("单笔件数", "pieces in one order"),
    "at_most": ("次数限额", "limits"),
    "quota": ("活动名额", "pieces of this campaign"),
    "stock": ("权益库存", "stock of the benefit"),
    "points": ("积分余额", "the balance covers it"),
    "budget": ("活动预算", "budget"),
}
_TESTS = {
    "has": ("包含", "contains"),
    "in": ("属于", "is one of"),
    "is": ("是", "is"),
    "less_than": ("小于", "is less than"),
    "max": ("不超过", "is at most"),
    "min": ("不少于", "is at least"),
    "missing": ("缺失：", "is missing:"),
    "more_than": ("大于", "is more than"),
    "not": ("不是", "is not"),
    "within": ("在最近", "lies within the last"),
}
_WINDOWS = {
    "day": ("每天", "per day"),
    "week": ("每周", "per week"),
    "session": ("每场", "per session"),
    "month": ("每月", "per month"),
    "year": ("每年", "per year"),
}
_WEEKDAYS = (("一", "mon"), ("二", "tue"), ("三", "wed"), ("四", "thu"), ("五", "fri"), ("六", "sat"), ("日", "sun"))
_DAY = 24 * 60


@attrs.frozen(kw_only=True)
class Speaker:
    """Says the clauses of one project in one language."""

    project: Vocabulary
    locale: str = "zh"

    def say(self, zh: str, en: str) -> str:
        """The text in this language."""
        return zh if self.locale.startswith("zh") else en

    def pair(self, both: tuple[str, str]) -> str:
        """The same for a pair of texts."""
        return self.say(*both)

    def text(self, texts: Mapping[str, str]) -> str:
        """A text of the mall in this language, or in another one if it has none."""
        return texts.get(self.locale) or next(iter(texts.values()), "")

    def several(self, parts: Iterable[str]) -> str:
        """The parts as a list inside a sentence."""
        return self.say("、", ", ").join(parts)

    def thing(self, id_: str) -> str:
        """The shown name of a unit, benefit or goods."""
        known = self.project.units.get(id_) or self.project.benefits.get(id_) or self.project.goods.get(id_)
        return self.text(known.title) if known is not None else id_

    def amount(self, value: int, unit: str) -> str:
        """An amount with its decimal places and its unit's name."""
        number = str(Amount(value, unit, self.project.scale_of(unit)))
        if unit == "times":
            return self.say(f"{number} 次", number)
        if unit == "pieces":
            return self.say(f"{number} 件", f"{number} {plural('piece', value)}")
        name = self.thing(unit)
        one = number == "1" and unit in self.project.units and not self.locale.startswith("zh")
        return f"{number} {singular(name) if one else name}"

    def duration(self, value: Duration) -> str:
        """A length of time, in the largest units that fit."""
        said = [f"{value.months} {self.say('个月', plural('month', value.months))}"] if value.months else []
        said += [f"{value.days} {self.say('个自然日', plural('calendar day', value.days))}"] if value.days else []
        rest = value.seconds
        for size, both in ((86400, ("天", "d")), (3600, ("小时", "h")), (60, ("分钟", "min")), (1, ("秒", "s"))):
            count, rest = divmod(rest, size)
            said += [f"{count} {self.pair(both)}"] if count else []
        return " ".join(said) or self.say("立刻", "at once")

    def instant(self, at: datetime, zone: str) -> str:
        """A local date and time."""
        return f"{at.astimezone(zone_of(zone)):%Y-%m-%d %H:%M}"

    def span(self, span: Span, zone: str) -> str:
        """From when to when; empty if always."""
        start = span.start and self.instant(span.start, zone)
        end = span.end and self.instant(span.end, zone)
        parts = [
            self.say(f"{start} 起", f"from {start}") if start else "",
            self.say(f"{end} 止", f"until {end}") if end else "",
        ]
        return " ".join(part for part in parts if part)

    def schedule(self, schedule: Schedule) -> str:
        """The days and hours of a schedule, in words."""
        if schedule.rule:
            return schedule.rule
        hours = f"{_clock(schedule.opens)}-{_clock(schedule.closes)}"
        if len(schedule.days) == len(_WEEKDAYS):
            return self.say(f"每天 {hours}", f"daily {hours}")
        days = [self.pair(_WEEKDAYS[day]) for day in schedule.days]
        return self.say(f"每周{'、'.join(days)} {hours}", f"{', '.join(days)} {hours}")

    def limit(self, limit: Limit) -> str:
        """A limit in words: how often, per whom, in which window."""
        window = self.window(limit.window)
        everybody = limit.per == ("campaign",)
        cap = self.amount(limit.count, limit.of)
        if everybody:
            return self.say(f"全体{window}至多 {cap}", f"at most {cap} in all {window}".rstrip())
        whose = self.say("、".join(f"每个{self._key(key)}" for key in limit.per), f"per {' and '.join(limit.per)}")
        return self.say(f"{whose}{window}至多 {cap}", f"at most {cap} {whose} {window}".rstrip())

    def beyond(self, limit: Limit) -> str:
        """What happens once a limit is full."""
        least = self.amount(limit.at_least, limit.of)
        return {
            "clip": self.say(f"给余下的部分，不足 {least}则不发", f"what is left is given, if it is {least} or more"),
            "flag": self.say("照常通过，只作记录（limit.crossed）", "it goes on, and is only told (limit.crossed)"),
            "lapse": self.say("承诺失效，不发", "the promise lapses, and nothing is given"),
            "refuse": self.say("拒绝", "refused"),
            "skip": self.say("跳过，不发", "skipped, and nothing is given"),
        }[limit.over]

    def window(self, window: Window) -> str:
        """A window in words; empty for ever."""
        if window.name in _WINDOWS:
            return self.pair(_WINDOWS[window.name])
        length = self.duration(window.length)
        since = "" if window.start is None else f"{window.start:%Y-%m-%d %H:%M} UTC"
        return {
            "every": self.say(f"每 {length}（自 {since}）", f"every {length} from {since}"),
            "last": self.say(f"任意 {length} 内", f"in any {length}"),
            "since_first": self.say(f"自首次起 {length} 内", f"within {length} of the first time"),
        }.get(window.name, "")

    def share(self, undos: Iterable[Undo]) -> str:
        """By which attribute something is undone in part, in words; empty if it is undone as a whole."""
        name = next((undo.share for undo in undos if undo.share), "")
        return self.say(f"按 {name} 的比例", f" by the share of {name}") if name else ""

    def gifts(self, gifts: Iterable[Gift]) -> str:
        """Gifts in words, thing by thing."""
        return self.several(self._gift(gift) for gift in gifts)

    def condition(self, condition: Condition) -> str:
        """A condition in words."""
        match condition:
            case AllOf(parts=parts):
                return self.say(" 且 ", " and ").join(self.condition(part) for part in parts)
            case AnyOf(parts=parts):
                return f"（{self.say(' 或 ', ' or ').join(self.condition(part) for part in parts)}）"
            case Not(part=part):
                return self.say(f"并非（{self.condition(part)}）", f"not ({self.condition(part)})")
            case Expression(text=text):
                return f"`{text}`"
            case Test():
                return self._test(condition)

    def exposure(self, part: Exposure) -> str:
        """The most that can be given of one thing: over all, or in each window where windows go on for ever."""
        total = self._most(part, part.total, [(each.window, each.total) for each in part.windows])
        per_user = self._most(part, part.per_user, [(each.window, each.per_user) for each in part.windows])
        if part.per_user is None and not any(each.per_user is not None for each in part.windows):
            per_user = total  # a bound of all together bounds each of them
        whose = [
            self.say(joined([f"每人{window}", most]), f"{most} per user {window}".rstrip()) for window, most in per_user
        ]
        whole = [
            self.say(joined([f"全体{window}" if window else "共", most]), f"{most} in all {window}".rstrip())
            for window, most in total
        ]
        return self.thing(part.unit) + self.say("：", ": ") + self.say("，", ", ").join([*whose, *whole])

    def _most(
        self, part: Exposure, most: int | None, windows: Iterable[tuple[Window, int | None]]
    ) -> list[tuple[str, str]]:
        """Windows in words, empty for ever, with what can be given in each."""
        if most is not None:
            return [("", self.amount(most, part.unit))]
        bounded = [(self.window(window), self.amount(some, part.unit)) for window, some in windows if some is not None]
        return bounded or [("", self.say("无上限", "unbounded"))]

    def _key(self, key: str) -> str:
        return {"user": "用户", "friend": "好友", "inviter": "邀请人"}.get(key, f" {key} ")

    def _test(self, test: Test) -> str:
        value = test.value
        if test.unit and isinstance(value, int):
            value = Amount(value, test.unit, test.scale)
        if isinstance(value, tuple):
            value = self.several(str(Amount(item, test.unit, test.scale)) if test.unit else str(item) for item in value)
        name = test.path.removeprefix("event.")
        return f"{name} {self.pair(_TESTS[test.op])} {value}"

    def _gift(self, gift: Gift) -> str:
        name = self.thing(gift.thing)
        match gift.how_much:
            case Fixed(value=value):
                return name if gift.benefit is not None and value == 1 else self.amount(value, gift.thing)
            case other:
                scale = self.project.scale_of(gift.thing)
                return f"{name} ({self._how_much(other, scale)}{self._cap(other, scale)})"

    def _cap(self, rule: HowMuch, scale: int) -> str:
        cap = getattr(rule, "cap", None)
        number = "" if cap is None else str(Amount(cap, "", scale))
        return self.say(f"，最多 {number}", f", at most {number}") if number else ""

    def _how_much(self, rule: HowMuch, scale: int) -> str:
        match rule:
            case Percent(percent=percent, of=of):
                share = Decimal(percent).scaleb(self._scale(of) - scale).normalize()
                return self.say(f"{_name(of)} 的 {share:f}%", f"{share:f}% of {_name(of)}")
            case PerStep(step=step, give=give, of=of):
                each, number = Amount(step, "", self._scale(of)), Amount(give, "", scale)
                return self.say(
                    f"{_name(of)} 每满 {each} 得 {number}", f"{number} for every full {each} of {_name(of)}"
                )
            case Slabs(of=of, steps=steps):
                said = (f"{Amount(a, '', self._scale(of))} → {Amount(b, '', scale)}" for a, b in steps)
                return f"{_name(of)}: {self.several(said)}"
            case Computed(text=text):
                return f"`{text}`"
            case Fixed(value=value):
                return str(Amount(value, "", scale))

    def _scale(self, path: str) -> int:
        """The decimal places of an attribute, which all events of a campaign share."""
        found = (event.attributes.get(_name(path)) for event in self.project.events.values())
        return next((attribute.scale for attribute in found if attribute is not None and attribute.is_amount), 0)


def plural(noun: str, count: int) -> str:
    """
    An English noun in singular or plural.

    >>> plural("day", 1), plural("day", 2)
    ('day', 'days')
    """
    return noun if count == 1 else f"{noun}s"


def _name(path: str) -> str:
    return path.removeprefix("event.")


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}" if minutes < _DAY else "24:00"
