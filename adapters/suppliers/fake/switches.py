"""
Switches: how the fake supplier misbehaves, each in so many of a hundred requests, the same ones for the same seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any

import attrs

from quanyi.entitlements.errors import InputError

__all__ = ["SETTINGS", "SWITCHES", "Switches"]

SWITCHES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "slow": ("回答慢", "answers slowly"),
        "error_before": ("未受理即报错（500）", "fails with 500 before it takes anything"),
        "error_after": ("受理之后报错（500）", "fails with 500 after it took the order"),
        "rate_limited": ("限流（429）", "says that it is asked too often (429)"),
        "silent": ("发货后不回答", "delivers, and never answers"),
        "fails_later": ("受理后失败", "takes the order, and fails later"),
        "out_of_stock": ("缺货", "is out of stock"),
        "balance_empty": ("余额不足", "says that our balance is empty"),
        "price_change": ("下单时涨价", "raises the price while we order"),
        "wrong_amount": ("金额不符", "says another amount than it charges"),
        "same_code": ("卡密重复", "sends a code that it has sent before"),
        "short_batch": ("少发卡密", "sends one code too few"),
        "no_number": ("成功但没有单号", "says success without an order number"),
        "numbered_refusal": ("拒绝却带单号", "refuses, and names an order number"),
        "odd_state": ("未约定的状态", "says a state that nobody declared"),
        "incomplete_list": ("目录不完整", "lists a part of what it sells"),
        "early_callback": ("回调早于回答", "calls back before it answers"),
        "late_callback": ("回调迟到", "calls back late"),
        "duplicate_callback": ("重复回调", "calls back three times"),
        "forged_callback": ("伪造回调", "somebody else calls back too, with a wrong signature"),
        "stale_callback": ("过期回调", "calls back an hour too late by its own clock, too"),
        "replayed_callback": ("重放回调", "the very same call-back comes again"),
    }
)
"""What each switch makes it do, in Chinese and English."""

SETTINGS: Mapping[str, tuple[float, str, str]] = MappingProxyType(
    {
        "delivers_after": (0.0, "发货用时（秒）", "seconds until it delivers"),
        "slow_seconds": (2.0, "“回答慢”的秒数", "seconds of a slow answer"),
        "silent_seconds": (30.0, "“不回答”时连接保持的秒数", "seconds for which a silent connection is held"),
        "late_seconds": (5.0, "“回调迟到”的秒数", "seconds by which a call-back is late"),
    }
)
"""Numbers beside the switches, with what they are unless set."""

_MOST_SECONDS = 3600
_ALL = 100


@attrs.frozen(kw_only=True)
class Switches:
    """
    How the switches stand.

    Attributes:
        shares: In how many of a hundred requests each does what it says; one that is not there never does.
        numbers: The settings that are not as usual.
        seed: What chance is made of: with the same seed the same requests are met.
        callback: Where call-backs go; empty for nowhere.
    """

    shares: Mapping[str, int] = attrs.field(factory=dict)
    numbers: Mapping[str, float] = attrs.field(factory=dict)
    seed: str = "0"
    callback: str = ""

    def hit(self, switch: str, key: str) -> bool:
        """
        Whether a switch does what it says in the request that *key* names.

        >>> always, never = Switches(shares={"slow": 100}), Switches()
        >>> always.hit("slow", "o1/1"), never.hit("slow", "o1/1")
        (True, False)
        """
        share = self.shares.get(switch, 0)
        drawn = int(sha256(f"{self.seed}/{switch}/{key}".encode()).hexdigest()[:8], 16) % _ALL
        return drawn < share

    def number(self, name: str) -> float:
        """A setting."""
        return self.numbers.get(name, SETTINGS[name][0])

    def changed(self, said: Mapping[str, Any]) -> Switches:
        """
        The switches after a change; what it does not name stays.

        Raises:
            InputError: It names something that there is not, or a value that can't be.
        """
        shares, numbers, texts = dict(self.shares), dict(self.numbers), {"seed": self.seed, "callback": self.callback}
        for name, value in said.items():
            if name in SWITCHES:
                shares[name] = _number(name, value, _ALL, whole=True)
            elif name in SETTINGS:
                numbers[name] = _number(name, value, _MOST_SECONDS)
            elif name in texts:
                texts[name] = str(value)[:500]
            else:
                known = ", ".join((*SWITCHES, *SETTINGS, *texts))
                raise InputError(f"there is no switch {str(name)[:60]!r}: one of {known}")
        return Switches(shares=shares, numbers=numbers, **texts)

    def to_dict(self) -> dict[str, Any]:
        """As JSON says it: every switch and every setting."""
        shares = {name: self.shares.get(name, 0) for name in SWITCHES}
        return {
            **shares,
            **{name: self.number(name) for name in SETTINGS},
            "seed": self.seed,
            "callback": self.callback,
        }


def _number(name: str, value: Any, most: int, *, whole: bool = False) -> Any:
    """A number from 0 to *most*; a switch may also be true or false."""
    if isinstance(value, bool):
        return most if value else 0
    try:
        found = int(value) if whole else float(value)
    except (TypeError, ValueError):
        found = -1
    if not 0 <= found <= most:
        raise InputError(f"{name} is a number from 0 to {most}")
    return found
