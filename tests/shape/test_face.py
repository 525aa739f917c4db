"""The public face: the names a host needs, each loaded when it is first used, and only then."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module

import pytest

import quanyi
from tests.shape.source import FOLDERS, ROOT

HEAVY = (
    "alembic",
    "click",
    "cryptography",
    "django",
    "flask",
    "httpx",
    "jinja2",
    "pydantic",
    "rich",
    "ruamel",
    "yaml",
    "sqlalchemy",
)


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


def test_importing_quanyi_is_light():
    loaded = python("import quanyi, sys; print(*sys.modules)").stdout.split()

    assert "quanyi" in loaded
    assert not {name.split(".")[0] for name in loaded} & set(HEAVY)


def test_an_answer_of_no_is_light():
    """A host that only catches refusals loads the tree of errors, and nothing that does work."""
    loaded = python("from quanyi import Refused; import sys; print(*sys.modules)").stdout.split()

    assert "quanyi.entitlements.errors" in loaded
    assert not {name.split(".")[0] for name in loaded} & set(HEAVY)


def test_djangos_helper_is_there_without_django():
    """A host that has no Django never loads it; one that has loads it with the first call."""
    loaded = python("import quanyi.adapters.django, sys; print(*sys.modules)").stdout.split()

    assert "quanyi.adapters.django" in loaded
    assert "django" not in {name.split(".")[0] for name in loaded}


@pytest.mark.parametrize("name", quanyi.__all__)
def test_every_public_name_is_what_its_home_calls_so(name):
    home = type_checked_names()[name]

    assert getattr(quanyi, name) is getattr(import_module(home), name)


def test_type_checkers_and_the_running_program_see_the_same_names():
    assert set(type_checked_names()) == set(quanyi.__all__)
    assert set(quanyi.__all__) <= set(dir(quanyi))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'open_sesame'"):
        quanyi.open_sesame  # noqa: B018


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_refuses_its_bare_name(folder):
    answer = python(f"import {folder}")

    assert answer.returncode == 1
    assert f"ImportError: import quanyi.{folder}, not {folder}" in answer.stderr


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_is_reached_by_a_relative_link(folder):
    link = ROOT / "quanyi" / folder

    assert link.is_symlink()
    assert str(link.readlink()) == f"../{folder}"


def test_a_checkout_without_links_says_what_to_do(tmp_path):
    package = tmp_path / "quanyi"
    package.mkdir()
    (package / "__init__.py").write_text((ROOT / "quanyi" / "__init__.py").read_text())
    (package / "entitlements").write_text("../entitlements")  # what git leaves where links are off

    answer = subprocess.run(
        [sys.executable, "-c", "import quanyi; quanyi.Refused"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "core.symlinks" in answer.stderr


def type_checked_names() -> dict[str, str]:
    """Each name that quanyi/__init__.py imports for type checkers, with the module it comes from."""
    tree = ast.parse((ROOT / "quanyi" / "__init__.py").read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    imports = (node for node in block.body if isinstance(node, ast.ImportFrom))
    return {alias.name: node.module or "" for node in imports for alias in node.names}
