"""
Compiles the head of a campaign: its texts, run, openings, audience, and order of checks.
"""

from __future__ import annotations

from decimal import Decimal

from quanyi.campaigns.language.compile.conditions import condition
from quanyi.campaigns.language.compile.mall import texts
from quanyi.campaigns.language.compile.scope import Scope
from quanyi.campaigns.language.compile.times import runs
from quanyi.campaigns.language.findings import did_you_mean
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.schema.clauses import CampaignHead
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.time import Schedule

__all__ = ["checks", "head", "schedules"]


def head(file: CampaignHead, kind: str, root: Place, scope: Scope) -> Head:
    """Compile the head. The version stays empty until it is computed."""
    names = dict.fromkeys(scope.mall.locales, file.campaign)
    audience = None
    if file.for_ is not None:
        audience = condition(root.data["for"], root / "for", scope, profile=True)
    return Head(
        campaign=file.campaign,
        kind=kind,
        title=texts(file.title, root / "title", scope.mall, scope.findings) or names,
        text=texts(file.text, root / "text", scope.mall, scope.findings),
        zone=scope.zone,
        runs=runs(file.runs, root / "runs", scope),
        open=schedules(file),
        audience=audience,
        rollout=_basis_points(file.rollout, root / "rollout", scope, 10_000),
        holdout=_basis_points(file.holdout, root / "holdout", scope, 0),
        priority=file.priority,
        where=root.document.lines(),
    )


def checks(file: CampaignHead, root: Place, scope: Scope, default: tuple[str, ...], used: set[str]) -> tuple[str, ...]:
    """
    The order of the checks.

    Checks that the file does not list come last, in their usual order, so that nothing goes unchecked.

    Args:
        used: The checks that this campaign has any use for.
    """
    if file.checks is None:
        return default
    place = root / "checks"
    for n, name in enumerate(file.checks):
        if name not in default:
            hint = did_you_mean(name, default)
            scope.findings.error(
                place / n, "unknown-check", Message("there is no check {name!r} in this kind", name=name), hint
            )
        elif name in file.checks[:n]:
            scope.findings.error(place / n, "check-twice", Message("{name!r} stands here already", name=name))
    missing = [name for name in default if name in used and name not in file.checks]
    if missing and scope.findings.sound(place):
        message = Message("not in the list: {missing}", missing=", ".join(missing))
        scope.findings.warning(place, "check-missing", message, "they are looked at last; name them where they belong")
    known = tuple(name for name in file.checks if name in default)
    return known + tuple(name for name in default if name not in known)


def schedules(file: CampaignHead) -> tuple[Schedule, ...]:
    """The schedules of `open`."""
    values = (file.open,) if isinstance(file.open, str) else file.open
    return tuple(Schedule.parse(text) for text in values)


def _basis_points(text: str | None, place: Place, scope: Scope, default: int) -> int:
    if text is None:
        return default
    share = Decimal(text) * 100
    if share > 10_000:  # noqa: PLR2004  (100%)
        scope.findings.error(place, "out-of-range", Message("{text}% is more than everybody", text=text))
    if share != share.to_integral_value():
        scope.findings.error(place, "too-many-places", Message("{text}% is finer than 0.01%", text=text))
    return int(share)
