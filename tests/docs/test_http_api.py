"""The page about the HTTP API is built as it says, word for word, served, and walked through by curl."""

from __future__ import annotations

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.serving import make_server

from quanyi.adapters.api import OPERATIONS, SCOPES
from quanyi.adapters.api.titles import TITLES
from quanyi.entitlements.refusals import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "http-api.md").read_text(encoding="utf-8")
_FILE = re.compile(r"^```(?:yaml|python) title=(\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_SHELL = re.compile(r"^```sh title=(\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_JSON = re.compile(r"^```json title=(\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture
def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The page's host, on a server of its own."""
    quickstart = (DOCS / "quickstart.md").read_text(encoding="utf-8")
    for title, body in _FILE.findall(quickstart + PAGE):
        (tmp_path / title).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / title).write_text(body, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names = runpy.run_path("api.py")
    server = make_server("127.0.0.1", 0, names["app"], threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()
    names["engine"].dispose()


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl")
def test_the_walk_by_curl_answers_what_the_page_says(port: int, tmp_path: Path) -> None:
    """Each call in its order, in one shell; what the page shows of an answer is in it."""
    steps = _SHELL.findall(PAGE)
    script = "set -e\n" + "".join(f"echo '@@{title}'\n{body}echo\n" for title, body in steps)
    script = script.replace("127.0.0.1:5000", f"127.0.0.1:{port}")
    commands = tmp_path / "bin"
    commands.mkdir()
    (commands / "quanyi").write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -c "from quanyi.adapters.cli import main; main()" "$@"\n'
    )
    (commands / "quanyi").chmod(0o755)
    environ = {**os.environ, "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}", "no_proxy": "127.0.0.1"}
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False, env=environ, timeout=120)
    told = dict(re.findall(r"@@(\S+)\n(.*?)(?=@@|\Z)", done.stdout, re.DOTALL))

    assert done.returncode == 0, done.stderr
    assert list(told) == [title for title, _ in steps]
    for title, shown in _JSON.findall(PAGE):
        assert missing(json.loads(shown), json.loads(told[title])) == [], told[title]


def missing(shown: Any, there: Any, place: str = "") -> list[str]:
    """What the page shows and the answer has not."""
    if isinstance(shown, dict) and isinstance(there, dict):
        return [
            each
            for name, value in shown.items()
            for each in missing(value, there.get(name, "nothing"), f"{place}/{name}")
        ]
    if isinstance(shown, list) and isinstance(there, list) and len(shown) == len(there):
        pairs = enumerate(zip(shown, there, strict=True))
        return [each for n, (one, other) in pairs for each in missing(one, other, f"{place}/{n}")]
    return [] if shown == there else [f"{place}: {shown!r}, and not {there!r}"]


def test_every_operation_scope_and_code_stands_on_the_page() -> None:
    requests = {f"{operation.method} {operation.path}" for operation in OPERATIONS} | {"POST /webhooks/{source}"}
    told = {re.sub(r"\?.*", "", request) for request in re.findall(r"`((?:GET|POST) /[^`]+)`", PAGE)}
    refusals = {code.strip() for word in WORDS.values() for code in word.code.split(",")}

    assert told == requests
    assert {scope for scope in SCOPES if f"`{scope}`" not in PAGE} == set()
    assert {code for code in TITLES if f"`{code}`" not in PAGE} <= refusals
