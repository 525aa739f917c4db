"""
What a module offers stands in its `__all__`, and nothing else is public.

The order inside `__all__` (constants, classes, functions; each alphabetical) is kept and repaired
by ruff's rule RUF022.
"""

from __future__ import annotations

import ast

import pytest

from tests.shape.source import listing, product

# Modules whose names are given by somebody else: a runner, or the migration tool.
NOT_OURS = ("__main__.py", "/migrations/env.py", "/migrations/versions/")


def test_every_module_says_what_it_offers():
    complaints = {
        module.path: complaint
        for module in product()
        if not any(part in module.path for part in NOT_OURS) and (complaint := complaint_about(module.tree))
    }

    assert not complaints, listing(complaints)


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("_x = 1\n", None),
        ("__all__ = ['f']\ndef f(): ...\n", None),
        ("__all__ = ['f']\nfrom a import f\n", None),  # passed on
        ("from a import f\n", None),  # only used here
        ("T = TypeVar('T')\n", None),  # of no use to anybody else
        ("def f(): ...\n", "public, but there is no __all__: f"),
        ("__all__ = ['f']\ndef f(): ...\nclass C: ...\nN: int = 1\n", "not in __all__: C, N"),
        ("__all__ = ['f', 'g']\ndef f(): ...\n", "in __all__, but nowhere else: g"),
    ],
)
def test_an_open_secret_is_noticed(source, complaint):
    assert complaint_about(ast.parse(source)) == complaint


def complaint_about(tree: ast.Module) -> str | None:
    """Say what is wrong with a module's `__all__`, or nothing."""
    listed, defined, passed_on = _listed(tree), _defined(tree), _passed_on(tree)
    if listed is None:
        return f"public, but there is no __all__: {_names(defined)}" if defined else None
    if hidden := defined - listed:
        return f"not in __all__: {_names(hidden)}"
    if ghosts := listed - defined - passed_on:
        return f"in __all__, but nowhere else: {_names(ghosts)}"
    return None


def _names(names: set[str]) -> str:
    return ", ".join(sorted(names))


def _listed(tree: ast.Module) -> set[str] | None:
    for node in tree.body:
        if "__all__" in _targets(node):
            return set(ast.literal_eval(node.value))
    return None


def _defined(tree: ast.Module) -> set[str]:
    names = {name for node in tree.body for name in _targets(node)}
    names |= {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    return {name for name in names if not name.startswith("_")}


def _targets(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.Assign) and not _is_type_variable(node.value):
        return {name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return {node.target.id}
    return set()


def _is_type_variable(value: ast.expr) -> bool:
    return (
        isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in {"ParamSpec", "TypeVar"}
    )


def _passed_on(tree: ast.Module) -> set[str]:
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))
    return {alias.asname or alias.name.split(".")[0] for node in imports for alias in node.names}
