"""One wheel and one sdist, built once per worker from the checkout as it stands, and empty environments."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.shape.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Environment:
    """
    An environment of its own: what a test installs there, and the tests' third-party packages.

    The latter are lent through a path line, which does not run the links of the checkout's own
    editable install: the only quanyi here is the one that the test put here.
    """

    folder: Path

    @property
    def python(self) -> str:
        return str(self.folder / "bin" / "python")

    def install(self, *what: str) -> None:
        """Install without any index and without dependencies."""
        pip = [sys.executable, "-m", "pip", "--python", self.python, "install", "--quiet", "--no-index"]
        run([*pip, "--no-deps", "--no-build-isolation", *what], cwd=self.folder)

    def run(self, *arguments: str, cwd: Path | None = None) -> str:
        """Run its Python outside the checkout and return what it printed."""
        return run([self.python, *arguments], cwd=cwd or self.folder)


def run(command: list[str], cwd: Path) -> str:
    """Run to the end, with nothing of this checkout on the path; what was printed is returned."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_", "VIRTUAL"))}
    done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout.strip()


def build(kind: str, source: Path, target: Path) -> Path:
    """Build a wheel or an sdist from a source tree."""
    run([sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(target)], cwd=source)
    (built,) = target.iterdir()
    return built


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("sdist", ROOT, tmp_path_factory.mktemp("sdist"))


@pytest.fixture
def new_environment(tmp_path: Path) -> Callable[[], Environment]:
    def make() -> Environment:
        folder = tmp_path / "environment"
        venv.create(folder, with_pip=False, symlinks=True)
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        site_packages = folder / "lib" / version / "site-packages"
        (site_packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
        return Environment(folder)

    return make
