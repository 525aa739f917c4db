"""
Golden bodies: one stored text of each kind and format, and the names that a format is made of.

    python -m tests.formats.kept        # writes those that are missing; one that is there is never changed
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import attrs

from quanyi.adapters.codec import Codec
from quanyi.campaigns.kinds.builtin import KINDS
from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.project.model import Campaign, Project, is_stored
from quanyi.campaigns.project.versions import FORMAT, unstructure_campaign, unstructure_play, unstructure_project
from quanyi.entitlements.accounts import Account, held, outside
from quanyi.entitlements.changes import (
    Because,
    CallOff,
    Changes,
    CodesSeen,
    Counted,
    Draw,
    Emit,
    Erase,
    InContext,
    InForce,
    Posting,
    Put,
    SealedCode,
    Stash,
)
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.plays.records import BUILTIN_RECORDS
from quanyi.entitlements.records import RecordKey

__all__ = ["FOLDER", "NAMES", "filled", "goldens", "names"]

FOLDER = Path(__file__).parent / str(FORMAT)
NAMES = Path(__file__).parent / f"names-{FORMAT}.txt"
_ROOT = Path(__file__).parents[2]
_AT = datetime(2026, 3, 8, 4, 0, 0, 123456, tzinfo=UTC)
_WRITTEN_BY_HAND = (Account, RecordKey)


def goldens() -> dict[str, str]:
    """Every golden body by its file's name, as this program would write it."""
    codec, projects = Codec(), list(_projects())
    richest: dict[str, Campaign] = {}
    for campaign in sorted(
        (c for p in projects for c in p.campaigns.values()), key=lambda c: len(unstructure_play(c.play))
    ):
        richest[f"{type(campaign.play).__name__.lower()}-{campaign.head.kind}"] = campaign
    project = max(projects, key=lambda each: len(unstructure_project(each)))
    return {
        **{f"play-{name}.json": unstructure_play(campaign.play) for name, campaign in richest.items()},
        **{f"record-{kind.kind}-{kind.shape}.json": codec.record_out(filled(kind)) for kind in BUILTIN_RECORDS},
        "campaign.json": unstructure_campaign(max(richest.values(), key=lambda c: len(c.source))),
        "project.json": unstructure_project(project),
        "receipt.json": codec.receipt_out(filled(Receipt)),
        "lines.json": codec.lines_out(_changes()),
    }


def filled(kind: Any) -> Any:
    """A value of *kind* in which every field says something."""
    origin, inner = get_origin(kind), get_args(kind)
    if attrs.has(kind):
        hints = get_type_hints(kind)
        return kind(**{field.name: _field(kind, field.name, hints[field.name]) for field in attrs.fields(kind)})
    if origin is tuple:
        return (filled(inner[0]),) if inner[1:] == (Ellipsis,) else tuple(filled(each) for each in inner)
    if origin is Mapping:
        return {"a name": filled(inner[1])}
    if origin is Literal:
        return inner[-1]
    if inner:  # something or nothing
        return filled(inner[0])
    return {str: "text", int: 7, bool: True, datetime: _AT, Any: ("any", 1)}[kind]


def names() -> list[str]:
    """``Class.field`` for everything that a stored body can be made of, sorted."""
    found: dict[str, Any] = {}
    for root in (*(kind.play for kind in KINDS), Campaign, Project, Receipt, Changes, *BUILTIN_RECORDS):
        _reach(root, found)
    fields = {
        f"{name}.{field.name}" for name, kind in found.items() for field in attrs.fields(kind) if is_stored(field)
    }
    shapes = {f"{kind.__name__} is the record {kind.kind} of shape {kind.shape}" for kind in BUILTIN_RECORDS}
    return sorted(fields | shapes)


def _reach(kind: Any, found: dict[str, Any]) -> None:
    for inner in get_args(kind):
        _reach(inner, found)
    if isinstance(kind, type) and attrs.has(kind) and kind not in _WRITTEN_BY_HAND and found.get(kind.__name__) is None:
        found[kind.__name__] = kind
        hints = get_type_hints(kind)
        for field in attrs.fields(kind):
            if is_stored(field):
                _reach(hints[field.name], found)


def _field(kind: Any, name: str, hint: Any) -> Any:
    if hint is Account:
        return held("d1", "pieces")
    if (kind, name) == (Receipt, "answer"):
        return {"hold": "d1", "due_at": _AT, "parts": (1, 2)}
    return filled(hint)


def _projects() -> Iterator[Project]:
    folders = [path for path in sorted((_ROOT / "tests" / "malls").iterdir()) if (path / "mall.yaml").is_file()]
    return (load_project(folder) for folder in (*folders, _ROOT / "demo_app" / "mall"))


def _changes() -> Changes:
    """A line of every kind."""
    code = SealedCode(id="v1", pool="videos", sealed=b"s", key_id="k", blind=b"b")
    lines = (
        Posting(source=outside("issued", "points"), destination=held("d1", "points"), amount=7, label="earn", cap=9),
        Put(record=filled(next(kind for kind in BUILTIN_RECORDS if kind.kind == "bond")), expected=1),
        Draw(pool="videos", count=2, owner="e1"),
        Stash(codes=(code,)),
        Emit(event="deal.placed"),
        Emit(event="deal.lapse", at=_AT),
        InForce(epoch=1, campaigns=(("c", "v", "0a"),), paused=("c",)),
        Emit(event="deal.lapse", at=_AT, of=RecordKey(kind="deal", parts=("d1",))),
        CallOff(record=RecordKey(kind="deal", parts=("d1",))),
        Counted(figure="worked", amount=-1),
        InContext(values=(("channel", "app"),)),
        Erase(records=(bytes(16),)),
        CodesSeen(owner="e1"),
    )
    return Changes(because=Because(campaign="c"), lines=lines)


def main() -> None:
    """Write what is missing."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in goldens().items():
        path = FOLDER / name
        if not path.exists():
            path.write_text(json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if not NAMES.exists():
        NAMES.write_text("\n".join(names()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
