"""A campaign that stands in no file is checked beside files that are not read again, and the findings are the same."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from quanyi.campaigns.kinds.builtin import BUILTIN
from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.project import kept_files, load
from quanyi.campaigns.project.kept_files import KeptFiles
from quanyi.campaigns.project.load import project_with
from tests.campaigns.test_findings import HERE, SAMPLES

TEXT = "campaign: {name}\nkind: reward\nwhen: check_in\ngive: {{points: 10}}\nat_most: [1 per user]\n"
WARNED = TEXT.replace("1 per", "0 per")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A mall with a campaign in each of two files, and a scene that shows one of them."""
    folder = tmp_path / "mall"
    shutil.copytree(HERE / "base", folder)
    (folder / "campaigns").mkdir()
    for name in ("one", "two"):
        (folder / "campaigns" / f"{name}.yaml").write_text(TEXT.format(name=name))
    (folder / "catalogue" / "scenes.yaml").write_text("scenes: {front: {title: {zh: 首页, en: Front}, shows: [two]}}\n")
    return folder


def both(kept: KeptFiles, folder: Path, texts: dict[str, str], without: tuple[str, ...] = ()):
    """Findings and project, as they are kept and as everything read anew gives them."""
    here, anew = Findings(), Findings()
    found = kept.project_with(folder, texts, here, BUILTIN, without)
    wanted = project_with(folder, (), anew, BUILTIN, texts=texts, without=without)
    return (found, here.items), (wanted, anew.items)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_findings_are_those_of_everything_read_anew(sample, folder):
    """Of every sample of a mistake, also after another draft, and for a draft in place of a file's campaign."""
    kept, text = KeptFiles(), sample.read_text(encoding="utf-8")
    for draft in (TEXT.format(name="one"), text, text):
        found, wanted = both(kept, folder, {"two.yaml": TEXT.format(name="two"), "proposal.yaml": draft})
        assert found[1] == wanted[1]

    assert found == wanted


@pytest.mark.parametrize(
    ("texts", "without"),
    [
        ([TEXT.format(name="three")], ()),
        ([TEXT.format(name="one") + "---\n" + TEXT.format(name="one")], ()),
        ([TEXT.format(name="one"), TEXT.format(name="one").replace("10", "20")], ()),
        ([WARNED.format(name="three")], ("one",)),
        ([TEXT.format(name="three")], ("two",)),  # which a scene shows
        (["", TEXT.format(name="three")], ()),
        (["a: [", TEXT.format(name="three").replace("points", "pionts")], ()),
    ],
    ids=["new", "twice", "replaced", "warned", "shown", "empty", "unread"],
)
def test_so_are_those_of_several_texts_beside_each_other(texts, without, folder):
    kept = KeptFiles()
    for _ in range(3):
        found, wanted = both(kept, folder, {f"{n}.yaml": text for n, text in enumerate(texts)}, without)

        assert found == wanted


def test_nothing_is_read_or_compiled_again_but_the_draft(folder, monkeypatch):
    kept, files, compiled = KeptFiles(), [], []
    read, compile_ = kept_files.read_documents, load.compile_campaign
    monkeypatch.setattr(kept_files, "read_documents", lambda path, *said: files.append(path) or read(path, *said))
    monkeypatch.setattr(load, "compile_campaign", lambda *said: compiled.append(said[0].campaign) or compile_(*said))
    newer = {"three.yaml": TEXT.format(name="three")}
    counts = []
    for draft in ("one", "four", "five"):
        found = kept.project_with(folder, {**newer, "p.yaml": TEXT.format(name=draft)}, Findings(), BUILTIN)
        assert draft in found.campaigns
        counts.append((len(files), list(compiled)))
        files.clear(), compiled.clear()

    assert counts[0][0] == len(list(load.files_of(folder)))
    assert counts[1:] == [(0, ["four"]), (0, ["five"])]


def test_a_file_that_was_changed_is_read_again(folder):
    """Of the same length, too."""
    kept, file = KeptFiles(), folder / "campaigns" / "one.yaml"
    both(kept, folder, {})
    file.write_text(file.read_text().replace("10", "20"))
    os.utime(file, ns=(1, 1))
    found, wanted = both(kept, folder, {})
    (folder / "campaigns" / "six.yaml").write_text(TEXT.format(name="six"))
    more, wanted_too = both(kept, folder, {})
    file.unlink()
    fewer, wanted_then = both(kept, folder, {})

    assert (found, more, fewer) == (wanted, wanted_too, wanted_then)
    assert sorted(fewer[0].campaigns) == ["six", "two"]


def test_a_mistake_in_the_files_is_told_each_time_until_it_is_mended(folder):
    kept, file = KeptFiles(), folder / "campaigns" / "one.yaml"
    sound = file.read_text()
    for text in (sound.replace("points", "pionts"), "campaign: [", sound):
        file.write_text(text)
        for _ in range(2):
            found, wanted = both(kept, folder, {"p.yaml": TEXT.format(name="three")})
            assert found == wanted

    assert found[0] is not None
