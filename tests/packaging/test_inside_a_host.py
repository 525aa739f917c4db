"""
A host may have folders of the same names: its own stay its own, and ours stay ours.

That is the reason why the folders are imported as quanyi.…, see docs/decisions/0001.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.packaging.conftest import Environment
from tests.packaging.test_distribution import copy_of_the_checkout
from tests.shape.source import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

APPLICATION = """
import json
import adapters, campaigns, demo_app, entitlements
from adapters.storage import OWNER
import quanyi
import quanyi.adapters, quanyi.campaigns, quanyi.demo_app, quanyi.entitlements

print(json.dumps({
    "owners": [OWNER, adapters.OWNER, campaigns.OWNER, demo_app.OWNER, entitlements.OWNER],
    "ours": [m.__name__ for m in (quanyi.entitlements, quanyi.campaigns, quanyi.adapters, quanyi.demo_app)],
    "refused": quanyi.Refused.code,
}))
"""

TYPED = """
from quanyi import LimitReached, Refused

def say(no: Refused) -> str:
    return no.message("zh")

say(LimitReached())
say("enough")
"""


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """A product with its own folders of all four names."""
    product = tmp_path / "product"
    for folder in FOLDERS:
        (product / folder).mkdir(parents=True)
        (product / folder / "__init__.py").write_text("OWNER = 'host'\n")
        (product / folder / "storage.py").write_text("OWNER = 'host'\n")
    (product / "application.py").write_text(APPLICATION)
    (product / "typed.py").write_text(TYPED)
    return product


@pytest.mark.parametrize("how", ["wheel", "editable"])
def test_both_live_side_by_side(how, host: Path, wheel: Path, new_environment: Callable[[], Environment]):
    environment = new_environment()
    if how == "wheel":
        environment.install(str(wheel))
    else:
        environment.install("--editable", str(copy_of_the_checkout(host.parent / "checkout")))

    said = json.loads(environment.run("application.py", cwd=host))
    assert said == {
        "owners": ["host"] * 5,
        "ours": [f"quanyi.{folder}" for folder in FOLDERS],
        "refused": "refused",
    }


def test_the_host_sees_our_types(host: Path, wheel: Path, new_environment: Callable[[], Environment]):
    environment = new_environment()
    environment.install(str(wheel))

    mypy = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--python-executable", environment.python]
    checked = subprocess.run([*mypy, "typed.py"], cwd=host, capture_output=True, text=True, check=False)
    assert checked.stdout.splitlines() == [
        'typed.py:8: error: Argument 1 to "say" has incompatible type "str"; expected "Refused"  [arg-type]',
        "Found 1 error in 1 file (checked 1 source file)",
    ]
