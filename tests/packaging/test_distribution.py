"""Wheel, sdist and editable install: whole, alike, and importable under one name only."""

from __future__ import annotations

import shutil
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.packaging.conftest import Environment, build, run
from tests.shape.source import FOLDERS, ROOT, committed

if TYPE_CHECKING:
    from collections.abc import Callable

FACE = "import quanyi, quanyi.entitlements.errors as e; assert quanyi.Refused is e.Refused; print(e.__file__)"


def shipped() -> set[str]:
    """Name every file of the four folders as a wheel has it."""
    inside = {f"quanyi/{path}" for path in committed() if path.split("/")[0] in FOLDERS}
    return {"quanyi/__init__.py", "quanyi/py.typed", *inside}


def contents(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_the_wheel_holds_every_file_of_the_four_folders_once(wheel: Path):
    assert contents(wheel) == shipped()


def test_the_wheel_brings_licence_and_command(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        metadata = {name.split(".dist-info/")[1]: name for name in archive.namelist() if ".dist-info/" in name}
        entry_points = archive.read(metadata["entry_points.txt"]).decode()

    assert "licenses/LICENSE" in metadata
    assert "quanyi = quanyi.adapters.cli:main" in entry_points


def test_the_sdist_builds_the_same_wheel(sdist: Path, wheel: Path, tmp_path: Path):
    with tarfile.open(sdist) as archive:
        archive.extraction_filter = lambda member, _: (
            member
        )  # our own archive; before 3.11.4 there is no other spelling
        archive.extractall(tmp_path)
    (source,) = tmp_path.iterdir()

    rebuilt = build("wheel", source, tmp_path / "rebuilt")
    assert rebuilt.name == wheel.name
    assert contents(rebuilt) == contents(wheel)


def test_an_installed_wheel_is_importable(wheel: Path, new_environment: Callable[[], Environment]):
    environment = new_environment()
    environment.install(str(wheel))

    assert environment.run("-c", FACE).startswith(str(environment.folder))


def test_the_command_comes_with_the_wheel(wheel: Path, new_environment: Callable[[], Environment]):
    environment = new_environment()
    environment.install(str(wheel))

    assert "Usage: quanyi" in run([str(environment.folder / "bin" / "quanyi"), "--help"], cwd=environment.folder)


def test_an_editable_install_follows_the_checkout(tmp_path: Path, new_environment: Callable[[], Environment]):
    checkout = copy_of_the_checkout(tmp_path / "checkout")
    environment = new_environment()
    environment.install("--editable", str(checkout))

    assert environment.run("-c", FACE) == str(checkout / "quanyi" / "entitlements" / "errors.py")
    (checkout / "entitlements" / "novelty.py").write_text("WORD = 'fresh'\n")
    assert environment.run("-c", "from quanyi.entitlements import novelty; print(novelty.WORD)") == "fresh"


def test_a_wheel_puts_no_common_word_on_the_path(wheel: Path, new_environment: Callable[[], Environment]):
    environment = new_environment()
    environment.install(str(wheel))

    code = f"import importlib.util as u; print([u.find_spec(name) for name in {FOLDERS!r}])"
    assert environment.run("-c", code) == "[None, None, None, None]"


def copy_of_the_checkout(target: Path) -> Path:
    """Copy what is under version control, links as links."""
    for path in committed():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, target / path, follow_symlinks=False)
    return target
