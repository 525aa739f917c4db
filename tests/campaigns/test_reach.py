"""What a recording can be asked to meet: read off the campaigns, with a reason for what nobody can meet."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.tools.coverage import Reached, reach
from quanyi.campaigns.tools.coverage.keys import REASON, SAYS_NO

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
MALL = ROOT / "demo_app" / "mall"
BY_CLAUSE = {
    "already-bound": "again",
    "already-marked": "not-marked",
    "attribute-missing": "at_most",
    "day-not-over": "not-today",
    "day-to-come": "not-future",
    "only-new-users": "only_if",
    "per-order": "per_order",
    "self-referral": "self",
    "unknown-code": "code",
    "wrong-choice": "choose",
}
"""Words that are the only one of their clause, so that the clause stands for them."""

NEVER = {
    "parked": "a stored text that was changed behind the program",
    "promise-closed": "a deadline of what has ended otherwise",
    "purchase-closed": "a timer of what went another way, or an operator who comes too late",
    "purchase-not-unknown": "an operator who comes too early",
    "wallet-full": "a balance beyond what is counted",
}
"""Words that nobody meets, and why."""


def rows(folder: Path, *changes: tuple[str, str], file: str = "") -> dict[tuple[str, str, str], Reached]:
    """The parts of the demo mall, with some words of one of its files changed."""
    shutil.copytree(MALL, folder / "mall")
    path = folder / "mall" / "campaigns" / file
    for old, new in changes:
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")
    return {(row.campaign, row.part, row.name): row for row in reach(load_project(folder / "mall"), {})}


HELLO = ("bring-a-friend", SAYS_NO, "rewards/hello/at_most/bring-a-friend/hello/at_most/times/friend")
STEPS = ("first-steps", SAYS_NO, "at_most/first-steps/at_most/times/user")


@pytest.mark.parametrize(("key", "why"), [(HELLO, "a friend is bound once"), (STEPS, "a task is done once")])
def test_a_clause_behind_another_is_not_wanted_and_says_why(
    tmp_path: Path, key: tuple[str, str, str], why: str
) -> None:
    row = rows(tmp_path)[key]

    assert not row.wanted
    assert why in row.why


@pytest.mark.parametrize(
    ("key", "file", "old", "new"),
    [
        (HELLO, "friends.yaml", "code: code}", "code: code, keep: 30 days}"),
        (STEPS, "tasks.yaml", "give: {points: 5}}\nall_done: chapter_pass", "give: {points: 5}}\nin: week\nall_done: chapter_pass"),
    ],
)  # fmt: skip
def test_it_is_wanted_where_the_campaign_lets_it_come_to_it(
    tmp_path: Path, key: tuple[str, str, str], file: str, old: str, new: str
) -> None:
    """A bond that ends may be made again, and a task of a week be finished in the next."""
    assert rows(tmp_path, (old, new), file=file)[key].wanted


def test_words_are_listed_where_the_campaigns_can_say_them(tmp_path: Path) -> None:
    """`day-before-start` needs a start, and `seen-before` a suspicion: the demo has neither."""
    listed = rows(tmp_path)
    names = {name for _, part, name in listed if part in (REASON, SAYS_NO)}

    assert {"loop: tree-too-tall", "pay: unknown-payment", "bundle.choose: choose-when-paid"} <= names
    assert not {name for name in names if "day-before-start" in name or "seen-before" in name}


def test_a_start_adds_the_word_for_days_before_it(tmp_path: Path) -> None:
    listed = rows(
        tmp_path, ("mark: {on: check_in}", 'mark: {on: check_in}\nruns: {from: "2026-03-01 00:00"}'), file="days.yaml"
    )

    assert ("daily-check-in", SAYS_NO, "in-time: day-before-start") in listed
    assert ("daily-check-in", SAYS_NO, "in-time") not in listed


def test_what_was_met_and_stands_nowhere_is_told(tmp_path: Path) -> None:
    project = load_project(MALL)

    found = reach(project, {("welcome", REASON, "user.joined: out-of-the-blue"): 3})

    (blue,) = [row for row in found if "blue" in row.name]
    assert (blue.wanted, blue.count, blue.why) == (False, 3, "was met, and nobody expected it")


def test_every_word_of_a_no_is_known_to_the_list() -> None:
    """Whoever gives a play a new word says where a recording can meet it."""
    said = {word for path in (ROOT / "entitlements").rglob("*.py") for word in words_in(path)}
    listed = {text for path in telling() for text in texts_in(path)}
    known = {part for text in listed for part in text.split(": ")}

    assert len(said) > 30
    assert not said - known - BY_CLAUSE.keys() - NEVER.keys()


def telling() -> Iterator[Path]:
    """The modules that say where a word can be met: those of the mall's own, and those of the kinds."""
    yield from (ROOT / "campaigns" / "tools" / "coverage").glob("*.py")
    yield from (ROOT / "campaigns" / "kinds").rglob("coverage.py")
    yield ROOT / "campaigns" / "kinds" / "refusals.py"


def words_in(path: Path) -> set[str]:
    """The reasons that a module of the domain gives its refusals."""
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    reasons = (word.value for call in calls for word in call.keywords if word.arg == "reason")
    return {value.value for value in reasons if isinstance(value, ast.Constant) and isinstance(value.value, str)}


def texts_in(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
