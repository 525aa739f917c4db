"""Every mistake is found, at its line and column, under its own code; none stops the search for others."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quanyi.campaigns.language.findings import Finding, did_you_mean, one_of
from quanyi.campaigns.project.load import check_project, load_project
from quanyi.entitlements.errors import CampaignFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SAMPLES = sorted((HERE / "bad").glob("*.yaml"))
BASIC = HERE.parent / "malls" / "basic"
EXPECTED = re.compile(r"# (\d+):(\d+) ([a-z-]+)")
ALONE = {"no-campaign", "no-file", "no-mall", "not-text", "too-many"}
ALONE |= {
    "bad-path",
    "bad-slot",
    "no-supplier",
    "unknown-placeholder",
    "unknown-secret",
    "unknown-supplier",
    "unsigned",
}
"""Told by tests of their own: below, in tests/hostile, tests/adapters/test_editing.py, tests/suppliers/test_description.py and tests/supply/test_project.py."""
OF_STORIES = ("story.py", "reader.py")
"""Modules that read stories, whose codes stand in docs/reference/stories.md."""


def project_with(tmp_path: Path, text: str) -> Path:
    """The base mall with one more file."""
    folder = tmp_path / "mall"
    shutil.copytree(HERE / "base", folder)
    (folder / "campaigns").mkdir()
    (folder / "campaigns" / "bad.yaml").write_text(text, encoding="utf-8")
    return folder


def expected_in(text: str) -> list[tuple[int, int, str]]:
    return [(int(line), int(column), code) for line, column, code in EXPECTED.findall(text)]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_mistake_is_found_where_it_stands(sample, tmp_path):
    """Each sample names the findings it must give, no more and no fewer."""
    text = sample.read_text(encoding="utf-8")

    found = check_project(project_with(tmp_path, text))

    assert [(f.line, f.column, f.code) for f in found] == expected_in(text)
    assert all(f.file == "campaigns/bad.yaml" and f.message for f in found)


@pytest.mark.parametrize("name", ["base", "basic"])
def test_what_is_right_has_no_findings(name, tmp_path):
    """The base of the samples and the basic mall are clean, warnings included."""
    folder = BASIC if name == "basic" else HERE / "base"

    assert check_project(folder) == ()


def test_a_folder_without_a_mall_says_so(tmp_path):
    """An empty folder is one finding, not a crash."""
    assert [f.code for f in check_project(tmp_path)] == ["no-mall"]


def test_bytes_that_are_no_text_say_so(tmp_path):
    """A file in another encoding is named, and the others are read all the same."""
    folder = project_with(tmp_path, "campaign: c\nkind: wrong\n")
    (folder / "campaigns" / "a.yaml").write_bytes("活动".encode("gb18030"))

    assert [f.code for f in check_project(folder)] == ["not-text", "unknown-kind"]


def test_all_mistakes_come_at_once(tmp_path):
    """Form, names and meaning in three documents and two files: one reading finds them all, in order."""
    text = "campaign: a\nkind: reward\nwhen: chek_in\ngive: {pionts: 10}\n---\ncampaign: b\nkind: sale\nsels: {}\n"
    folder = project_with(tmp_path, text)
    (folder / "catalogue" / "more.yaml").write_text("benefits:\n  film: {is: film}\n", encoding="utf-8")

    with pytest.raises(CampaignFileError) as caught:
        load_project(folder)

    assert [str(f).split(" ")[:2] for f in caught.value.findings] == [
        ["campaigns/bad.yaml:3:7", "unknown-event"],
        ["campaigns/bad.yaml:4:1", "unbounded"],
        ["campaigns/bad.yaml:4:8", "unknown-thing"],
        ["campaigns/bad.yaml:8:1", "unknown-key"],
        ["catalogue/more.yaml:2:14", "unknown-word"],
    ]


def test_a_broken_catalogue_entry_is_one_mistake(tmp_path):
    """A campaign that gives it is not blamed for the entry's own mistake."""
    folder = project_with(tmp_path, "campaign: c\nkind: reward\nwhen: check_in\ngive: film\nat_most: [1 per user]\n")
    (folder / "catalogue" / "more.yaml").write_text("benefits:\n  film: {is: film}\n", encoding="utf-8")

    assert [f.code for f in check_project(folder)] == ["unknown-word"]


def test_warnings_do_not_keep_a_project_from_loading(tmp_path):
    """They come with the project instead."""
    text = "campaign: c\nkind: reward\nwhen: check_in\ngive: coffee\nat_most: [1 per user]\ninstead: {points: 1}\n"

    project = load_project(project_with(tmp_path, text))

    assert [f.code for f in project.warnings] == ["instead-not-needed"]


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("pionts", "did you mean points?"),
        ("zzz", "one of growth, points"),  # nothing close: the choice
    ],
)
def test_hints_name_what_was_meant(word, hint):
    """A close word is suggested; without one, all words are listed."""
    assert did_you_mean(word, ["points", "growth"]) == hint


def test_long_lists_are_not_hints():
    """Nobody reads forty words."""
    assert one_of(str(n) for n in range(40)) == ""


def test_a_finding_is_one_line():
    """The form that editors and people can follow."""
    finding = Finding(file="a.yaml", line=3, column=5, code="tag", message="no tags", hint="write the value")

    assert str(finding) == "a.yaml:3:5 tag no tags (write the value)"


# --- the table of codes ----------------------------------------------------------------------------


def test_every_code_is_explained_and_has_a_sample():
    """The codes in the source, the samples and the reference page are the same."""
    page = (ROOT / "docs" / "reference" / "findings.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE))
    sampled = {code for path in SAMPLES for _, _, code in expected_in(path.read_text(encoding="utf-8"))}

    assert sampled | ALONE == explained
    assert set(codes_in_source()) == explained


def codes_in_source() -> Iterator[str]:
    """Every code that a checker of mall projects can give; stories have codes of their own."""
    rooms = (ROOT / "campaigns" / room for room in ("language", "kinds", "project"))
    for path in (path for room in rooms for path in room.rglob("*.py")):
        if path.name not in OF_STORIES:
            yield from _codes(ast.parse(path.read_text(encoding="utf-8")))


def _codes(tree: ast.Module) -> Iterator[str]:
    givers = {
        "error",
        "key_error",
        "error_inside",
        "warning",
        "note",
        "wrong",
        "_finding",
        "_parsed",
        "UnreadableError",
        "_blank",
        "found",
        "thing",
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in givers:
                yield from (found for part in node.args[:4] if (found := _code(part)))
            yield from (found for word in node.keywords if word.arg == "code" and (found := _code(word.value)))
        if isinstance(node, ast.FunctionDef) and node.name == "_code":
            returns = [part for part in ast.walk(node) if isinstance(part, ast.Return) and part.value is not None]
            yield from (found for part in returns if (found := _code(part.value)))


def _code(node: ast.expr | None) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[a-z]+(-[a-z]+)*", node.value):
        return node.value
    return None


# --- nothing crashes -------------------------------------------------------------------------------


@settings(max_examples=60)
@given(data=st.data())
def test_no_damage_to_a_file_crashes_the_reader(data, tmp_path_factory):
    """Cut, doubled or replaced characters give findings or another project, never an accident."""
    folder = tmp_path_factory.mktemp("damaged") / "mall"
    shutil.copytree(BASIC, folder)
    path = data.draw(st.sampled_from(sorted(folder.rglob("*.yaml"))))
    text = path.read_text(encoding="utf-8")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 8))
        new = data.draw(
            st.sampled_from(["", ":", "- ", "[", "{", "'", "&x ", "*x", "\n", "\t", "!a ", "~", "9" * 30, "é"])
        )
        text = text[:at] + new + text[at + cut :]
    path.write_text(text, encoding="utf-8")

    found = check_project(folder)

    assert all(isinstance(f, Finding) for f in found)
