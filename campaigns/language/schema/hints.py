"""
Hints: what to write instead of what people tend to write first.

Each function returns the value that the file needs, or an empty text if it is not clear what was meant.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

__all__ = [
    "KEYS_MEANT",
    "date_meant",
    "duration_meant",
    "kind_meant",
    "limit_meant",
    "schedule_meant",
    "share_meant",
    "value_meant",
]

KEYS_MEANT: Mapping[str, str] = MappingProxyType({"times": "count"})
"""Keys that people call by another word, where that word looks like a third key."""

_LONGEST = 60
_NUMBER = r"\d{1,15}(?:\.\d{1,9})?"
_TIMES = {"once": "1", "twice": "2", "one": "1", "two": "2", "three": "3"}
_EVERY = {"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year"}
_COUNT = re.compile(
    r"(?P<count>once|twice|\d{1,9})(?: ?(?:times?|x))?"
    r"(?: ?(?:a|an|per|every|each|/) ?(?P<window>day|week|month|year))?"
)
_DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")
_LENGTH = re.compile(r"(?:a|an|one|\d{1,6})?\s*(minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|[smhd])")
_PIECES = re.compile(
    r"(\d{1,9})\s*(?:pieces?|pcs)?(?:\s*(?:per|a|an|in|each|every|/)\s*(session|day|week|month|year))?"
)
_HOURS = re.compile(r"(?P<days>[a-z ,]*?)\s*(?P<from>\d{1,2}:\d{2})\s*(?:-|–|to|~)\s*(?P<to>\d{1,2}:\d{2})")
_DAYS = {"": "daily", "daily": "daily", "every day": "daily", "each day": "daily", "weekends": "weekly sat,sun"}
_DAYS |= {"weekdays": "weekly mon,tue,wed,thu,fri", "on weekends": "weekly sat,sun", "weekend": "weekly sat,sun"}
_SHARE = re.compile(rf"(?P<percent>{_NUMBER})\s*[%％] (?:of|from) (?:the )?(?:event\.)?(?P<of>\w+)")

_SAME = {
    "streak": "check_in checkin check-in sign_in signin daily_check_in daily_sign attendance streaks sign",
    "task": "mission quest challenge tasks missions goal goals todo activity",
    "referral": "invite invitation invitations invite_friends share refer referrals fission",
    "flash_sale": "seckill flashsale flash limited_sale rush rush_sale spike",
    "points_exchange": "exchange points_mall redeem redemption points_shop swap mall",
    "bundle": "package combo pack set membership_package rights_package",
    "reward": "gift bonus cashback rebate points give earn rule event welcome birthday",
    "sale": "product shop sell item goods offer discount presale",
}
_MEANT = {word: kind for kind, words in _SAME.items() for word in words.split()}
_NEAREST = {
    "group_buy": "flash_sale", "groupbuy": "flash_sale", "group": "flash_sale", "team": "flash_sale",
    "pintuan": "flash_sale", "auction": "flash_sale", "bargain": "flash_sale", "crowdfunding": "flash_sale",
    "lottery": "reward", "raffle": "reward", "lucky_draw": "reward", "draw": "reward", "wheel": "reward",
    "blind_box": "sale", "coupon": "reward", "voucher": "reward", "subscription": "bundle",
    "tier": "task", "level": "task", "membership": "bundle", "leaderboard": "task", "ranking": "task",
    "commission": "referral", "affiliate": "referral", "distribution": "referral", "quiz": "task", "survey": "task",
}  # fmt: skip


def kind_meant(word: str) -> tuple[str, bool]:
    """The kind that an everyday word means, and whether it is exactly that; else the kind that comes nearest."""
    plain = word.strip().lower().replace("-", "_").replace(" ", "_")
    return (_MEANT[plain], True) if plain in _MEANT else (_NEAREST.get(plain, ""), False)


def limit_meant(text: str) -> str:
    """
    The limit for a text in everyday words.

    >>> limit_meant("2 times a day"), limit_meant("once"), limit_meant("daily")
    ('2 per user per day', '1 per user', '1 per user per day')
    """
    plain = text[:_LONGEST].strip().lower()
    if plain in _EVERY:
        return f"1 per user per {_EVERY[plain]}"
    found = _COUNT.fullmatch(plain)
    if found is None:
        return ""
    window = f" per {found['window']}" if found["window"] else ""
    return f"{_TIMES.get(found['count'], found['count'])} per user{window}"


def date_meant(text: str) -> str:
    """
    The date for one written in another order; empty if day and month can't be told apart.

    >>> date_meant("2026/5/1"), date_meant("20260501"), date_meant("5/1/2026")
    ('"2026-05-01"', '"2026-05-01"', '')
    """
    found = _DATE.fullmatch(text[:_LONGEST].strip())
    if found is None or not _is_in_calendar(*map(int, found.groups())):
        return ""
    return f'"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"'


def _is_in_calendar(year: int, month: int, day: int) -> bool:
    return year > 0 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]  # noqa: PLR2004


def duration_meant(value: Any, unit: str = "d") -> str:
    """
    The duration for a text in everyday words; a bare number means days, or what *unit* says.

    >>> duration_meant(7), duration_meant("a week"), duration_meant("2 hours"), duration_meant(5, "m")
    ('7d', '1 week', '2h', '5m')
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value}{unit}"
    found = _LENGTH.fullmatch(value[:_LONGEST].strip().lower()) if isinstance(value, str) else None
    if found is None:
        return ""
    digits = re.match(r"\d+", value.strip())
    count, word = digits[0] if digits else "1", found[1]
    return f"{count} {word}" if word.startswith(("day", "week", "mon", "year")) else f"{count}{word[0]}"


def schedule_meant(text: str | int) -> str:
    """
    The schedule for hours in everyday words.

    >>> schedule_meant("9:00-11:00"), schedule_meant("weekends 10:00 to 12:00")
    ('daily 09:00-11:00', 'weekly sat,sun 10:00-12:00')
    """
    found = _HOURS.fullmatch(str(text)[:_LONGEST].strip().lower())
    days = _DAYS.get(found["days"].strip()) if found else None
    return f"{days} {found['from']:0>5}-{found['to']:0>5}" if found and days else ""


def share_meant(text: str) -> str:
    """
    The map for a share written as a text.

    >>> share_meant("10% of amount")
    '{percent: 10%, of: amount}'
    """
    found = _SHARE.fullmatch(text[:_LONGEST].strip())
    return f"{{percent: {found['percent']}%, of: {found['of']}}}" if found else ""


def value_meant(key: str, value: Any, beside: Mapping[str, Any]) -> str:
    """What to write under *key* in place of a value of another shape; *beside* has the keys around it."""
    meant = _BY_KEY.get(key)
    if meant is None or (isinstance(value, str) and len(value) > _LONGEST):
        return ""
    return meant(value, beside)


def _hold(value: Any, _: Mapping[str, Any]) -> str:
    meant = duration_meant(value, "m")
    return f"{{pay_within: {meant}}}" if meant else ""


def _refund(value: Any, _: Mapping[str, Any]) -> str:
    return f"{{within: {duration_meant(value)}}}" if duration_meant(value) else ""


def _runs(value: Any, _: Mapping[str, Any]) -> str:
    parts = re.split(r"\s+(?:to|until|till|-|–|~)\s+", value.strip()) if isinstance(value, str) else []
    dates = [date_meant(part) for part in parts]
    return f"{{from: {dates[0]}, through: {dates[1]}}}" if len(dates) == 2 and all(dates) else ""  # noqa: PLR2004


def _when(value: Any, _: Mapping[str, Any]) -> str:
    words = re.split(r"\s*(?:[,，、|+&]|\bor\b|\band\b)\s*", value) if isinstance(value, str) else []
    fine = len(words) > 1 and all(re.fullmatch(r"[a-z][a-z0-9_.]*", word) for word in words)
    return f"[{', '.join(words)}]" if fine else ""


def _mark(value: Any, _: Mapping[str, Any]) -> str:
    return f"{{on: {value}}}" if isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9_.]*", value) else ""


def _budget(value: Any, _: Mapping[str, Any]) -> str:
    found = re.fullmatch(rf"({_NUMBER}) ([A-Za-z][\w-]*)", value) if isinstance(value, str) else None
    return f"{{{found[2]}: [{{amount: {found[1]}}}]}}" if found else ""


def _quota(value: Any, beside: Mapping[str, Any]) -> str:
    things = beside.get("sells")
    if not isinstance(things, dict) or len(things) != 1 or isinstance(value, bool) or not isinstance(value, int):
        return ""
    return f"{{{next(iter(things))}: {value}}}"


def _pieces(value: Any, _: Mapping[str, Any]) -> str:
    found = _PIECES.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    return "" if found is None else f"{{pieces: {found[1]}, in: {found[2]}}}" if found[2] else found[1]


def _sells(value: Any, _: Mapping[str, Any]) -> str:
    return f"{{{value}: list}}" if isinstance(value, str) and re.fullmatch(r"[A-Za-z][\w-]*", value) else ""


def _resets(value: Any, _: Mapping[str, Any]) -> str:
    length = duration_meant(value) if isinstance(value, str) else ""
    return f'{{every: {length}, from: "2026-06-01"}}' if length else ""


def _share_of_one(value: Any, _: Mapping[str, Any]) -> str:
    fraction = isinstance(value, Decimal) and 0 < value < 1
    return f"{format((value * 100).normalize(), 'f')}%" if fraction else ""


_BY_KEY: Mapping[str, Callable[[Any, Mapping[str, Any]], str]] = MappingProxyType(
    {
        "budget": _budget,
        "hold": _hold,
        "mark": _mark,
        "percent": _share_of_one,
        "pieces": _pieces,
        "quota": _quota,
        "refund": _refund,
        "resets": _resets,
        "rollout": _share_of_one,
        "holdout": _share_of_one,
        "runs": _runs,
        "sells": _sells,
        "when": _when,
    }
)
