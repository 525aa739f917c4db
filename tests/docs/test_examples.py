"""Every example in a docstring runs, and comes to what it says."""

from __future__ import annotations

import doctest
import re
from importlib import import_module
from types import ModuleType

import pytest

from tests.shape.source import product

ON_A_MALL = {
    "adapters/codes/desk.py",
    "adapters/desk.py",
    "adapters/wiring.py",
    "campaigns/desk.py",
    "campaigns/help_requests.py",
    "campaigns/mall.py",
    "campaigns/queries.py",
    "campaigns/supply/desk.py",
}
"""Their examples need a mall, and are run by test_face_examples.py."""

MODULES = {m.path: m.text for m in product() if ">>> " in m.text and m.path not in ON_A_MALL}


@pytest.mark.parametrize("path", MODULES)
def test_the_examples_of_a_module_come_to_what_they_say(path: str) -> None:
    complaints, ran = run(import_module(dotted(path)))

    assert not complaints, "\n".join(complaints)
    assert ran == sum(line.lstrip().startswith(">>> ") for line in MODULES[path].splitlines())


def test_a_wrong_example_is_noticed() -> None:
    module = ModuleType("shop", ">>> 1 + 1\n3\n")
    complaints, ran = run(module)

    assert ran == 1
    assert "Expected:\n    3\nGot:\n    2" in complaints[0]


class Checker(doctest.OutputChecker):
    """Exceptions are told by their bare names: ``InputError: …``, not ``quanyi.entitlements.errors.InputError: …``."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        return super().check_output(want, re.sub(r"^(?:\w+\.)+(?=\w+: )", "", got), optionflags)


def run(module: ModuleType) -> tuple[list[str], int]:
    """What is wrong with the examples of *module*, and how many lines of them ran."""
    complaints: list[str] = []
    runner = doctest.DocTestRunner(Checker(), verbose=False)
    for example in doctest.DocTestFinder(exclude_empty=True).find(module):
        runner.run(example, out=complaints.append)
    return complaints, runner.summarize(verbose=False).attempted


def dotted(path: str) -> str:
    """The name by which a file of the repository is imported."""
    name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return name if name.startswith("quanyi") else f"quanyi.{name}"
