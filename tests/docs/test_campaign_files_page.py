"""Campaign files: what the page shows is a project without a mistake, block by block."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent

import pytest

from quanyi.campaigns.project.load import check_project
from tests.docs.pages import ROOT

TEXT = (ROOT / "docs" / "reference" / "campaign-files.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
BESIDE = {
    "events/beside.yaml": """
events:
  chapter.read: {source: [chapter], chapter: id}
  book.shared: {channel: text = web}
  link.clicked: {sharer: user}
  check_in.makeup: {command: true, date: date, pay: text}
  cart.checked: {amount: money, items: "id*", channel: text}
""",
    "catalogue/beside.yaml": """
benefits:
  coffee: {is: voucher, title: {zh: 咖啡, en: Coffee}, face: 20.00, stock: 100}
  video: {is: pass, title: {zh: 视频, en: Video}, face: 20.00, stock: 100}
  music: {is: pass, title: {zh: 音乐, en: Music}, face: 20.00, stock: 100}
  film-box: {is: pass, title: {zh: 观影包, en: Film box}, face: 20.00, stock: 100}
  game: {is: code, pool: game_codes, title: {zh: 游戏, en: Game}, face: 12.00}
  year_card: {is: card, title: {zh: 年卡, en: Year card}, face: 99.00}
goods:
  phone: {title: {zh: 手机, en: Phone}, list: 3999.00}
  lamp: {title: {zh: 台灯, en: Lamp}, list: 90.00}
pools:
  game_codes: {}
""",
}
MORE_UNITS = "  makeup_card: {title: {zh: 补签卡, en: streak savers}}\n"
MORE_PROFILE = "  registered: bool = false\n  device: text = none\n"
CONTEXT = next(block for block in BLOCKS if block.startswith("context:"))


def mall() -> str:
    """The page's own `mall.yaml`, with what its other blocks need besides."""
    (text,) = [block for block in BLOCKS if block.startswith("mall:")]
    return re.sub(r"^(profile:.*\n)", rf"{MORE_UNITS}\1{MORE_PROFILE}", text, flags=re.MULTILINE) + CONTEXT


def project(folder: Path, **files: str) -> Path:
    """A project of the page's mall, events and catalogue, with these files besides."""
    (events,) = [block for block in BLOCKS if block.startswith("events:")]
    things = [block for block in BLOCKS if block.startswith("benefits:")]
    texts = {"mall.yaml": mall(), "events/page.yaml": events, **BESIDE}
    texts |= {f"catalogue/page{n}.yaml": text for n, text in enumerate(things)}
    for path, text in {**texts, **{f"campaigns/{name}.yaml": text for name, text in files.items()}}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def test_every_block_is_of_a_sort_that_is_read_here() -> None:
    known = ("# yaml", "mall:", "events:", "benefits:", "only_if:", "context:", "campaign:", "- {at:", "- {to:")

    assert [block for block in BLOCKS if not block.startswith(known)] == []
    assert len(BLOCKS) > 15


def test_the_campaigns_of_the_page_have_no_mistake(tmp_path: Path) -> None:
    """All of them in one mall, with the conditions and the rule that the page shows by themselves."""
    whole = [block for block in BLOCKS if block.startswith("campaign:")]
    conditions = [line for block in BLOCKS if block.startswith("only_if:") for line in block.splitlines()]
    heard = "campaign: c{n}\nkind: reward\nwhen: cart.checked\n{line}\ngive: {{points: 1}}\nat_most: [1 per user]\n"
    tried = [heard.format(n=n, line=line) for n, line in enumerate(conditions)]
    (rule,) = [block for block in BLOCKS if block.startswith("- {to:")]
    friends = (
        f"campaign: friends\nkind: referral\nbind: {{when: referral.bind, to: to}}\nrewards:\n{indent(rule, '  ')}"
    )
    first = "campaign: first-month\nkind: task\ngoals: {three-orders: {when: order.paid, count: 3}}\nall_done: {points: 1}\n"
    folder = project(tmp_path, **{f"page{n}": text for n, text in enumerate([*whole, *tried, friends, first])})

    assert [str(finding) for finding in check_project(folder)] == []


def test_a_mistake_in_a_block_would_be_noticed(tmp_path: Path) -> None:
    folder = project(tmp_path, one="campaign: one\nkind: reward\nwen: check_in\n")

    assert {finding.code for finding in check_project(folder)} >= {"unknown-key"}


@pytest.mark.parametrize(
    "line", [line for block in BLOCKS if block.startswith("- {at:") for line in block.splitlines()]
)
def test_a_step_of_the_page_reads_as_one(tmp_path: Path, line: str) -> None:
    lamps = next(block for block in BLOCKS if block.startswith("campaign: lamps"))
    folder = project(tmp_path, lamps=lamps)
    (folder / "stories").mkdir()
    (folder / "stories" / "one.yaml").write_text(
        f"story: lamps\ncampaigns: [lamps]\nsteps:\n  {line}\n", encoding="utf-8"
    )

    assert [str(finding) for finding in check_project(folder)] == []
