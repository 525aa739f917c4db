"""
One thing that a story expects to be true after a step.
"""

from __future__ import annotations

from typing import Any

import attrs

from quanyi.campaigns.language.formatting import said
from quanyi.campaigns.language.places import Place
from quanyi.entitlements.amounts import Amount

__all__ = ["Expectation"]


_CHINESE = {
    "balance": "余额",
    "ends": "到期时间",
    "has": "持有",
    "lapsed": "失效的承诺",
    "lots": "批次",
    "moved": "变动",
    "outcome": "结果",
    "promises": "承诺",
    "refused": "拒绝",
    "skipped": "跳过",
    "stock": "库存",
    "used": "已用",
    "why": "原因",
}


@attrs.frozen(kw_only=True)
class Expectation:
    """
    One thing that must be true after a step.

    Attributes:
        what: The name of the check; `about` says of whom or of what.
        wanted: The value, as the check finds it: whole numbers, text, lists, maps, bools.
        unit: What a whole number is an amount of, for showing it; `scale` its decimal places.
        user: Whom it is about; empty for nobody.
    """

    what: str
    about: tuple[str, ...] = ()
    wanted: Any
    unit: str = ""
    scale: int = 0
    user: str = ""
    place: Place = attrs.field(eq=False, repr=False)

    def miss(self, found: Any, locale: str = "en") -> str:
        """Say that *found* is not what is wanted, in English or Chinese."""
        if locale == "zh":
            what = " ".join([*filter(None, self.about), _CHINESE.get(self.what, self.what)])
            return f"{what}：应为 {self._said(self.wanted)}，实际是 {self._said(found)}"
        subject = " of ".join([self.what, " ".join(filter(None, self.about))]) if self.about else self.what
        return f"expected {subject} to be {self._said(self.wanted)}, got {self._said(found)}"

    def _said(self, value: Any) -> str:
        counts = self.scale and isinstance(value, int) and not isinstance(value, bool)
        return said(Amount(value, self.unit, self.scale) if counts else value) or "nothing"
