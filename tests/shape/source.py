"""Reading the repository's own source, for the tests of its shape."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("entitlements", "campaigns", "adapters", "demo_app")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Module:
    """One source file; *path* is relative to the repository."""

    path: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    def functions(self) -> Iterator[tuple[str, int]]:
        """Yield each function's name and its length in lines, without its docstring."""
        yield from _functions(self.tree, "")


@cache
def product() -> tuple[Module, ...]:
    """Every module that is shipped."""
    folders = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    return tuple(_module(path) for path in [ROOT / "quanyi" / "__init__.py", *folders])


@cache
def proofs() -> tuple[Module, ...]:
    """Every module under tests/."""
    return tuple(_module(path) for path in sorted((ROOT / "tests").rglob("*.py")))


@cache
def committed() -> tuple[str, ...]:
    """Every path that is, or is about to be, under version control."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    present = (path for path in listed.stdout.split("\0") if path and (ROOT / path).exists())
    return tuple(sorted(set(present)))


def listing(found: Mapping[str, str]) -> str:
    """Write what was found one to a line, for the message of an assertion."""
    return "\n".join(["", *(f"  {where}: {what}" for where, what in sorted(found.items()))])


def _module(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    return Module(path.relative_to(ROOT).as_posix(), text, ast.parse(text, str(path)))


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, int]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield prefix + child.name, _length(child)
        named = isinstance(child, Function | ast.ClassDef)
        yield from _functions(child, f"{prefix}{child.name}." if named else prefix)


def _length(function: Function) -> int:
    return _span(function) - (_span(function.body[0]) if ast.get_docstring(function) else 0)


def _span(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1
