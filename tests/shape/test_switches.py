"""
What depends on the kind of a campaign is asked of the kind: nobody else looks at which play it has before it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.shape.source import listing, product

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_HOME = ("entitlements/plays/", "campaigns/kinds/")
"""Where plays and their kinds are made: they may know each other."""

PLAYS = {"Bundle", "Referral", "Reward", "Sale", "Streak", "Task"}
PLAYS |= {f"{name}Terms" for name in PLAYS}


def test_nobody_else_asks_which_play_it_has():
    asking = {path: f"asks {count} times: ask the kind (campaigns/kinds/kind.py)" for path, count in counts().items()}

    assert not asking, listing(asking)


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("isinstance(play, Sale)", 1),
        ("isinstance(found.play, (Sale, Bundle))", 1),
        ("isinstance(play, kind)", 1),
        ("self.plays_of(Task)", 1),
        ("getattr(campaign.play, 'rules', ())", 1),
        ("hasattr(play, 'rules')", 1),
        ("play.preset == 'bundle'", 1),
        ("type(play) is Sale", 1),
        ("match play:\n    case Sale() | Bundle(parts=parts): ...", 2),
        ("isinstance(play, Parked)", 0),  # a stored text that does not decide, whatever its kind
        ("isinstance(no, Refused)", 0),
        ("getattr(module, name)", 0),
        ("def of(play: Sale) -> Task: ...", 0),
    ],
)
def test_a_question_is_noticed(source, count):
    assert len(list(questions(ast.parse(source)))) == count


# --- words ---------------------------------------------------------------------------------------


def counts() -> dict[str, int]:
    """How often each module asks, of those that do."""
    asked = {m.path: len(list(questions(m.tree))) for m in product() if not m.path.startswith(AT_HOME)}
    return {path: count for path, count in asked.items() if count}


def questions(tree: ast.AST) -> Iterator[ast.AST]:
    """The places in *tree* that ask which play something is."""
    yield from (node for node in ast.walk(tree) if _asks(node))


def _asks(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="getattr" | "hasattr" | "type"), args=[first, *_]):
            return _is_play(first)
        case ast.Call(func=ast.Name(id="isinstance"), args=[first, sort]) if _is_play(first):
            return not (isinstance(sort, ast.Name) and sort.id == "Parked")
        case ast.Call(args=args):
            return any(_is_class(arg) for arg in args)
        case ast.MatchClass(cls=ast.Name(id=name)):
            return name in PLAYS
        case ast.Attribute(attr="preset"):
            return True
    return False


def _is_play(node: ast.AST) -> bool:
    """Whether it is called a play: ``play``, ``campaign.play``."""
    return (isinstance(node, ast.Name) and node.id == "play") or (
        isinstance(node, ast.Attribute) and node.attr == "play"
    )


def _is_class(node: ast.AST) -> bool:
    """Whether it is a play's class, or several: ``Sale``, ``(Sale, Bundle)``, ``Sale | Bundle``."""
    match node:
        case ast.Name(id=name):
            return name in PLAYS
        case ast.Tuple(elts=parts):
            return any(_is_class(part) for part in parts)
        case ast.BinOp(left=left, right=right):
            return _is_class(left) or _is_class(right)
    return False
