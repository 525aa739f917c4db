"""
Compiles `alarms:` of `mall.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction

from quanyi.campaigns.language.alarms import ALARM_NAMES, AlarmBounds
from quanyi.campaigns.language.compile.mall import MallParts
from quanyi.campaigns.language.findings import Findings, did_you_mean
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.schema.alarms import AlarmsMap
from quanyi.entitlements.amounts import parse_amount
from quanyi.entitlements.time import Duration

__all__ = ["compile_alarms"]

_LARGEST_SHARE = 100
_A_MONTH = 30


def compile_alarms(file: AlarmsMap, place: Place, parts: MallParts, findings: Findings) -> None:
    """Add `alarms:` to *parts*, whose units and benefits are known by then."""
    _known(file.stocks, place / "stocks", parts.benefits, ("benefit", "unknown-thing"), parts, findings)
    _known(file.expiring, place / "expiring", parts.units, ("unit", "unknown-unit"), parts, findings)
    for name in file.off:
        if name not in ALARM_NAMES:
            hint = did_you_mean(name, ALARM_NAMES)
            findings.error(place / "off", "unknown-word", Message("no alarm is called {name!r}", name=name), hint)
    share = Fraction(file.share)
    if share > _LARGEST_SHARE:
        findings.error(
            place / "share",
            "out-of-range",
            Message("{share}% is more than the whole", share=file.share),
            "write 100% or less",
        )
    parts.alarms = AlarmBounds(
        stock=file.stock,
        share=int(share),
        stocks=dict(file.stocks),
        budget=_time(file.budget),
        expiring={unit: _amount(unit, text, place, parts, findings) for unit, text in file.expiring.items()},
        within=_time(file.within),
        late=_time(file.late),
        tries=file.tries,
        off=frozenset(file.off),
    )


def _known(
    names: Iterable[str],
    place: Place,
    known: Iterable[str],
    sort: tuple[str, str],
    parts: MallParts,
    findings: Findings,
) -> None:
    there, (word, code) = set(known), sort
    for name in names:
        if name not in there and not parts.unsure(name):
            findings.key_error(
                place / name,
                code,
                Message("no {sort} is called {name!r}", sort=Message(word), name=name),
                did_you_mean(name, there),
            )


def _amount(unit: str, text: str, place: Place, parts: MallParts, findings: Findings) -> int:
    """An amount of points, in their smallest part."""
    scale = parts.units[unit].scale if unit in parts.units else 0
    try:
        return parse_amount(text, scale)
    except (ValueError, ArithmeticError) as no:
        if unit in parts.units:
            findings.error(
                place / "expiring" / unit,
                "too-many-places",
                str(no),
                Message("{unit} has {scale} decimal places", unit=unit, scale=scale),
            )
        return 0


def _time(text: str) -> timedelta:
    """A length of time; a month is thirty days here."""
    found = Duration.parse(text)
    return timedelta(days=found.days + _A_MONTH * found.months, seconds=found.seconds)
