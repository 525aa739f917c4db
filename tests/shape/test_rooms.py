"""
The rooms of the house: nothing is imported in a circle, and every module is named where a reader looks for it.

Which room may import which stands in pyproject.toml, as contracts of import-linter.
"""

from __future__ import annotations

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from tests.shape.source import ROOT, Module, listing, product

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TOLD = ("adapters", "campaigns", "entitlements")
"""Folders whose modules are named in a README: in their own folder's, or in one above."""


def test_nothing_is_imported_in_a_circle():
    """Imports inside functions, and those for types alone, count as well."""
    assert circle_in({module.path: set(imports_of(module)) for module in product()}) is None


@pytest.mark.parametrize(
    ("imports", "circle"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, False),
        ({"a": {"b"}, "b": {"c"}, "c": {"a"}}, True),
    ],
)
def test_a_circle_is_noticed(imports, circle):
    assert (circle_in(imports) is not None) is circle


def test_every_module_is_named_in_a_readme():
    unnamed = {module.path: "in no README" for module in product() if is_told(module) and not is_named(module)}

    assert not unnamed, listing(unnamed)


def test_every_named_module_exists():
    """A first column of a table under *module* names a file of the README's folder, or of one below."""
    ghosts = {
        f"{readme}: {name}": "no such module"
        for readme, name in named_modules()
        if not list((ROOT / readme).parent.rglob(f"{name}.py"))
    }

    assert not ghosts, listing(ghosts)


# --- words ---------------------------------------------------------------------------------------


def circle_in(imports: Mapping[str, set[str]]) -> list[str] | None:
    """Modules that import each other; None if there are none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as found:
        return list(found.args[1])
    return None


def imports_of(module: Module) -> Iterator[str]:
    """The paths of our modules that *module* imports."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("quanyi"):
            found = [_path_of(f"{node.module}.{alias.name}") or _path_of(node.module or "") for alias in node.names]
            yield from (path for path in found if path is not None and path != module.path)


def is_told(module: Module) -> bool:
    """Whether a module must be named; each migration says by its own name what it is."""
    inside = module.path.split("/")[0] in TOLD and "/versions/" not in module.path
    return inside and not module.path.endswith("__init__.py")


def is_named(module: Module) -> bool:
    """Whether its row stands in the table of its own folder, in the README there or under a heading in one above."""
    path = PurePosixPath(module.path)
    return any(f"| `{path.stem}` |" in table for table in tables_of(path.parent))


def tables_of(folder: PurePosixPath) -> Iterator[str]:
    """What READMEs say of the modules of a folder: what stands before all other folders, or under its heading."""
    for above in (folder, *folder.parents):
        readme = ROOT / above / "README.md"
        if readme.exists():
            text = readme.read_text(encoding="utf-8")
            heads = dict(re.findall(r"^##+ ([^\n]+)\n(.*?)(?=^##+ |\Z)", text, re.DOTALL | re.MULTILINE))
            yield heads.get(folder.relative_to(above).as_posix(), "") if above != folder else own_part(text)


def own_part(text: str) -> str:
    """A README without the parts that are about folders below, which are headed by the folder's name."""
    return re.sub(r"^## [a-z_]+\n.*?(?=^## |\Z)", "", text, flags=re.DOTALL | re.MULTILINE)


def named_modules() -> Iterator[tuple[str, str]]:
    """Each README with the modules that its tables name."""
    for folder in TOLD:
        for readme in sorted((ROOT / folder).rglob("README.md")):
            tables = re.findall(r"^\| module \|.*\n(?:\|.*\n)+", readme.read_text(encoding="utf-8"), re.MULTILINE)
            names = (name for table in tables for name in re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
            yield from ((readme.relative_to(ROOT).as_posix(), name) for name in names)


def _path_of(dotted: str) -> str | None:
    """The file of a dotted name under `quanyi`; None if it is no module."""
    inner = dotted.replace(".", "/").removeprefix("quanyi/")
    found = (path for path in (f"{inner}.py", f"{inner}/__init__.py") if (ROOT / path).exists())
    return next(found, None)
