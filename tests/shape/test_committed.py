"""What is under version control serves everybody: no path of one machine, no address of one index."""

from __future__ import annotations

import re
import tomllib

from tests.shape.source import ROOT, committed, listing

# Written so that this file does not contain what it looks for.
PRIVATE = re.compile(
    r"""
      /(?:root|tmp/h|work|home/\w+|farm)/     # folders of one machine
    | \b(?:pypi|npmjs)\.org\b | \bpythonhosted\.org\b | \bdeb\.debian\.org\b   # package registries
    """,
    re.VERBOSE,
)
LARGEST_KB = 600


def test_nothing_committed_names_a_machine_or_a_registry():
    found = {
        f"{path}:{number}": hit.group()
        for path in committed()
        for number, line in enumerate(text_of(path), 1)
        if (hit := PRIVATE.search(line))
    }

    assert not found, listing(found)


def test_the_pattern_knows_what_it_looks_for():
    places = ["file:///home" + "/ann/x", "https://pypi" + ".org/simple", "https://files.pythonhosted" + ".org/a"]

    assert all(PRIVATE.search(place) for place in places)
    assert not PRIVATE.search("a network/working/root of 9")


def test_nothing_committed_is_large():
    sizes = {path: (ROOT / path).stat().st_size // 1024 for path in committed() if (ROOT / path).is_file()}
    large = {path: f"{size} kB" for path, size in sizes.items() if size > LARGEST_KB}

    assert not large, listing(large)


def test_the_lock_pins_everything_by_hash_and_names_no_index():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^([\w.-]+)==\S+.*\\$\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", lock, re.MULTILINE)

    assert "://" not in lock
    assert "--index" not in lock
    assert len(pins) == len(re.findall(r"^\S", lock, re.MULTILINE))


def test_the_lock_holds_every_declared_requirement():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [project["build-system"]["requires"], project["project"]["dependencies"]]
    groups += project["project"]["optional-dependencies"].values()
    declared = {normal(requirement) for group in groups for requirement in group} - {"quanyi"}

    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert declared <= {normal(name) for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}


def normal(requirement: str) -> str:
    """Bring a requirement down to the name by which indexes compare."""
    name = re.match(r"[\w.-]+", requirement)
    assert name
    return re.sub(r"[-_.]+", "-", name.group()).lower()


def text_of(path: str) -> list[str]:
    """Read a file's lines; pictures, fonts and links have none."""
    file = ROOT / path
    if file.is_symlink() or not file.is_file():
        return []
    data = file.read_bytes()
    return [] if b"\0" in data else data.decode("utf-8", errors="replace").splitlines()
