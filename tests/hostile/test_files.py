"""Files of a mall project that somebody made to do harm: each is a finding, in little time and memory."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from quanyi.campaigns.project.load import check_project

BASIC = Path(__file__).parents[1] / "malls" / "basic"
REWARD = "campaign: x\nkind: reward\nwhen: order.paid\ngive: {points: 1}\nat_most: [1 per user]\n"
MEASURED = """
import resource, sys
from quanyi.campaigns.project.load import check_project
codes = [finding.code for finding in check_project(sys.argv[1])]
used = resource.getrusage(resource.RUSAGE_SELF)
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
kilobytes = int(status["VmHWM"].split()[0])  # ru_maxrss would count the process that started this one
print(",".join(sorted(set(codes))), round(used.ru_utime + used.ru_stime, 1), kilobytes // 1024)
"""
CPU_SECONDS, MEGABYTES = 10, 256  # with starting Python; a quiet machine needs a fifth of the time

TEXTS = {
    "keys-by-the-thousand": ("too-large", REWARD + "".join(f"k{n}: 1\n" for n in range(49_000))),
    "unknown-keys": ("too-many", REWARD + "".join(f"k{n}: 1\n" for n in range(5_000))),
    "brackets": ("too-large", "[" * 100_000),
    "braces": ("too-large", "{a: " * 100_000),
    "items": ("not-yaml", "- " * 100_000),
    "complex-keys": ("not-yaml", "? " * 50_000),
    "quotes": ("not-yaml", '"' * 50_001),
    "separators": ("too-large", "---\n" * 200_000),
    "anchors": ("missing-key", "".join(f"a{n}: &a{n} 1\n" for n in range(5_000))),
    "laughs": ("too-many-aliases", "a: &a [1,1,1,1]\n" + "".join(f"b{n}: [*a,*a,*a,*a,*a,*a]\n" for n in range(9))),
    "one-long-value": ("out-of-range", "campaign: " + "x" * 900_000 + "\nkind: reward\n"),
    "tag": ("tag", REWARD + "title: !!python/name:os.system x\n"),
    "lone-surrogate": ("bad-character", REWARD + 'title: {zh: "\\ud800", en: a}\n'),
    "surrogate-key": ("bad-character", REWARD + '"\\ud800": 1\n'),
    "right-to-left": ("bad-character", REWARD + 'title: {zh: "a\\u202eb", en: a}\n'),
    "isolate": ("bad-character", REWARD + 'title: {zh: "a\\u2066b", en: a}\n'),
    "zero-width": ("bad-character", REWARD + 'title: {zh: "a\\u200bb", en: a}\n'),
    "null": ("bad-character", REWARD + 'title: {zh: "a\\0b", en: a}\n'),
    "escape": ("bad-character", REWARD + 'title: {zh: "\\e[31mred", en: a}\n'),
    "delete": ("bad-character", REWARD + 'title: {zh: "a\\x7f", en: a}\n'),
    "control-of-the-second-kind": ("bad-character", REWARD + 'title: {zh: "a\\x9b", en: a}\n'),
    "byte-order-mark-inside": ("bad-character", REWARD + 'title: {zh: "a\\ufeff", en: a}\n'),
    "deep-expression": ("out-of-range", REWARD + f'only_if: "{"(" * 5_000}true{")" * 5_000}"\n'),
    "long-expression": ("out-of-range", REWARD + f'only_if: "{" && ".join(["true"] * 20_000)}"\n'),
}


def mall_with(tmp_path: Path) -> Path:
    folder = tmp_path / "mall"
    shutil.copytree(BASIC, folder)
    shutil.rmtree(folder / "stories", ignore_errors=True)
    return folder


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_file_is_a_finding_in_little_time_and_memory(name, tmp_path):
    code, text = TEXTS[name]
    folder = mall_with(tmp_path)
    (folder / "campaigns" / "a-hostile.yaml").write_text(text, encoding="utf-8", errors="surrogatepass")
    done = subprocess.run([sys.executable, "-c", MEASURED, folder], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr[-2000:]
    told, seconds, megabytes = done.stdout.split()
    bounded = (float(seconds) < CPU_SECONDS, int(megabytes) < MEGABYTES)

    assert (code in told.split(","), *bounded) == (True, True, True), done.stdout


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    place = os.open(path.parent, os.O_RDONLY)
    try:
        with socket.socket(socket.AF_UNIX) as end:
            end.bind(f"/proc/self/fd/{place}/{path.name}")  # a path of its own may be too long for a socket
    finally:
        os.close(place)


def _link_out(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _link_to_itself(path: Path) -> None:
    path.symlink_to(path)


def _dangling(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere"))


@pytest.mark.parametrize("make", [_device, _pipe, _socket, _link_out, _link_to_itself, _dangling])
@pytest.mark.parametrize("place", ["mall.yaml", "events/x.yaml", "catalogue/x.yaml", "campaigns/x.yaml"])
def test_what_is_no_file_of_the_folder_is_not_opened(make, place, tmp_path):
    """A pipe would wait for ever, a device would never end, a link may lead to what nobody meant to show."""
    folder = mall_with(tmp_path)
    path = folder / place
    path.unlink(missing_ok=True)
    make(path)

    assert "no-file" in [finding.code for finding in check_project(folder)]


def test_a_link_inside_the_folder_is_read(tmp_path):
    folder = mall_with(tmp_path)
    (folder / "campaigns" / "x.yaml").symlink_to(folder / "mall.yaml")

    assert "no-file" not in [finding.code for finding in check_project(folder)]


def test_a_text_that_is_too_large_is_not_read(tmp_path):
    folder = mall_with(tmp_path)
    (folder / "campaigns" / "x.yaml").write_text("# c\n" * 300_000, encoding="utf-8")

    assert [finding.code for finding in check_project(folder)] == ["too-large"]


def test_many_mistakes_are_told_up_to_a_bound_and_the_rest_is_counted(tmp_path):
    folder = mall_with(tmp_path)
    (folder / "campaigns" / "x.yaml").write_text(REWARD + "".join(f"k{n}: 1\n" for n in range(500)), encoding="utf-8")
    found = [finding for finding in check_project(folder) if finding.file == "campaigns/x.yaml"]

    assert [finding.message for finding in found if finding.code == "too-many"] == [
        "300 more mistakes in this document"
    ]
    assert sum(finding.code == "unknown-key" for finding in found) == 200
