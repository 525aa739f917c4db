"""The product team's path: short enough, true word for word, and honest about the language."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from quanyi.campaigns.kinds.builtin import KINDS
from quanyi.campaigns.project.load import check_project
from tests.docs.pages import ROOT, titled_blocks
from tests.docs.told import differences

PATH = ROOT / "docs" / "product"
PAGES = [PATH / name for name in ("first-story.md", "into-force.md", "language.md")]
EXAMPLE = PATH / "corner"
MOST_WORDS = 3000
UNSAID = ("lottery", "group_buy", "bargain", "auction", "presale", "wheel", "subscription", "tier")


def test_the_path_takes_at_most_three_thousand_words() -> None:
    words = {page.name: len(page.read_text(encoding="utf-8").split()) for page in PAGES}

    assert {page.name for page in PATH.glob("*.md")} == set(words)
    assert sum(words.values()) <= MOST_WORDS, words


def test_the_path_does_what_it_says(tmp_path: Path, monkeypatch) -> None:
    """From the copied example to the back-test: each command answers what the page shows."""
    shell = titled_blocks(PAGES[0])["copy"] + "pwd\n"
    done = subprocess.run(
        ["sh", "-ec", shell],
        cwd=ROOT,
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    folder = Path(done.stdout.strip())
    monkeypatch.chdir(folder)

    assert [differences(page, folder) for page in PAGES[:2]] == [[], []]


def test_the_example_is_what_the_page_shows_first() -> None:
    """`titled_blocks` keeps the last block of a name; here the first one counts."""
    text = PAGES[0].read_text(encoding="utf-8")
    shown = dict(reversed(re.findall(r"^```yaml title=(\S+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)))
    files = {path.relative_to(EXAMPLE).as_posix(): path.read_text(encoding="utf-8") for path in EXAMPLE.rglob("*.yaml")}

    assert len(files) == 6
    assert {name: shown[name] for name in files} == files


def test_the_command_is_found_where_the_page_says() -> None:
    """`make setup` makes the environment that the second line names."""
    make = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert titled_blocks(PAGES[0])["get"] == 'make setup\nexport PATH="$PWD/.venv/bin:$PATH"\n'
    assert "VENV  := .venv" in make
    assert re.search(r"^setup:", make, re.MULTILINE)


def test_the_page_names_every_kind_and_no_other() -> None:
    table = PAGES[2].read_text(encoding="utf-8").partition("## What it can't say")[0]
    kinds = {kind.word for kind in KINDS}

    assert set(re.findall(r"^\| `(\w+)` \(", table, re.MULTILINE)) == kinds
    assert len(kinds) == 8
    assert "one of eight kinds" in table


def test_what_the_page_says_is_lacking_is_lacking(tmp_path: Path) -> None:
    """Whoever adds such a kind, or a key for what is lacking, has this page to change."""
    from quanyi.adapters.cli import COMMANDS

    for name in ("mall.yaml", "campaigns/one.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / "mall.yaml").write_text("mall: corner\nzone: UTC\ncurrency: EUR\n")
    (tmp_path / "campaigns/one.yaml").write_text("campaign: one\nkind: lottery\nprizes: {}\n")
    keys = set(
        re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/reference/keys.md").read_text(encoding="utf-8"), re.MULTILINE)
    )

    assert not {kind.word for kind in KINDS} & set(UNSAID)
    assert not keys & {"transfer", "gift_to", "variants", "segment", "holidays", "stack", "combine", "levels", "chance"}
    assert "rollback" not in COMMANDS
    assert [finding.code for finding in check_project(tmp_path)] == ["unknown-kind"]
