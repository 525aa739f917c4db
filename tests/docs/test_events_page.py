"""The page of events names every event that the product tells, and its job runs."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "events.md").read_text(encoding="utf-8")
TOLD = re.compile(
    r"\b(?:emit|told|_?tell)\(\s*(?:[\w.]+,\s*)?\"([a-z_]+\.[a-z_]+)\"|Emit\(event=\"([a-z_]+\.[a-z_]+)\""
)
TIMERS = {
    "codes.ended",
    "deal.lapse",
    "lot.ends",
    "part.due",
    "promise.due",
    "purchase.due",
}  # they wake the mall itself


def test_every_event_has_its_line_and_no_line_is_dead():
    sources = [path for folder in ("entitlements", "campaigns") for path in (ROOT / folder).rglob("*.py")]
    told = {a or b for path in sources for a, b in TOLD.findall(path.read_text(encoding="utf-8"))}

    assert told - TIMERS == set(re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \|", PAGE, re.MULTILINE))
    assert told > TIMERS


def test_the_job_hands_events_on(tmp_path, monkeypatch, capsys):
    """Beside the quickstart's mall: somebody joins, and the job tells of what that brought."""
    pages = ("quickstart.md", "quickstart-flask.md")
    quickstart = "".join((ROOT / "docs" / page).read_text(encoding="utf-8") for page in pages)
    for title, body in re.findall(r"^```\w+ title=(\S+)\n(.*?)^```$", quickstart + PAGE, re.DOTALL | re.MULTILINE):
        (tmp_path / title).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / title).write_text(body, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    host = runpy.run_path("host.py")
    host["app"].test_client().get("/enter/ann")
    jobs = runpy.run_path("jobs.py")
    jobs["every_minute"]()

    assert "points.changed ann {'unit': 'points', 'amount': 100, 'label': 'earn'}" in capsys.readouterr().out
    for names in (host, jobs):
        (names.get("engine") or names["mall"].ports.store.engine).dispose()
