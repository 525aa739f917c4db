"""Whatever people read, amounts are decimals: never the smallest part, never the name of a class."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.errors import InsufficientPoints

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "mall.yaml": """\
mall: decimals
zone: Asia/Shanghai
currency: CNY
locales: [zh, en]
units:
  credit: {title: {zh: 余额, en: credit}, scale: 2}
""",
    "events/shop.yaml": "events:\n  order.paid: {key: order, source: [order], order: id, amount: money, tip: credit?}\n",
    "catalogue/things.yaml": "goods:\n  lamp: {title: {zh: 灯, en: Lamp}, list: 4999.99}\n",
    "campaigns/all.yaml": """\
campaign: back
kind: reward
when: order.paid
only_if: {amount: {min: 2345.67}}
give: {credit: 1234.56}
at_most: [{amount: 3456.78, of: credit, per: user, in: month}]
budget: {credit: [{amount: 5678.91}]}
if_undone: {when: order.paid, same: order}
---
campaign: lamps
kind: sale
sells: {lamp: {credit: 1234.56, money: 4567.89}}
at_most: [1 per user]
---
campaign: spender
kind: task
goals: {spend: {when: order.paid, sum: {amount: 6789.12}}}
all_done: {credit: 1234.56}
---
campaign: exact
kind: reward
when: order.paid
only_if: {amount: 7891.23}
give: {credit: {per: 2345.67, give: 1234.56, of: amount, cap: 3456.78}}
at_most: [1 per user]
""",
    "stories/wrong.yaml": """\
story: everything is wrong
given: {users: [ann, bob], credit: {ann: 1234.55, bob: 2345.67}}
steps:
  - {at: "2026-03-01 10:00", who: ann, do: order.place, with: {item: lamp, order: o1}}
  - {at: "2026-03-01 10:01", who: bob, do: order.place, with: {item: lamp, order: o2}, then: {pay: 1234.56, price: {credit: 4567.89, list: 1.00}}}
  - {at: "2026-03-01 10:02", who: bob, do: order.pay, with: {order: o2, amount: 2345.67}}
  - {at: "2026-03-01 10:03", who: ann, do: order.paid, with: {order: p1, amount: 2345.66}, then: {credit: {ann: 2345.67}, shows: {missing: 1.00}}}
  - {at: "2026-03-01 10:04", who: ann, do: order.paid, with: {order: p2, amount: 3456.78}, then: {moved: {ann: {credit: 9.00}}, progress: {ann: {spend: 1.00}}, skipped: {exact: x}}}
  - {at: "2026-03-01 10:05", who: ann, do: order.paid, with: {order: p3, amount: 3456.78}, then: {used: {back/budget/credit/campaign: 1.00}, lots: {ann: {credit: {}}}}}
  - {at: "2026-03-01 10:06", who: ann, do: order.paid, with: {order: p4, amount: 3456.78}, then: {outcome: {back: granted}}}
  - {at: "2026-03-01 10:07", who: ann, do: wallet.adjust, with: {unit: credit, amount: -6789.12}}
""",
}
SMALLEST = re.compile(r"(?<![\d.])(123455|123456|234566|234567|345678|456789|567891|678912|789123|499999)(?!\d)")
CLASSES = re.compile(r"Decimal\(|Amount\(|mappingproxy|datetime\.")


@pytest.fixture
def mall(tmp_path: Path) -> Path:
    folder = tmp_path / "decimals"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.replace("if_undone: {when: order.paid, same: order}\n", ""), encoding="utf-8")
    return folder


def test_no_tool_says_an_amount_in_its_smallest_part(quanyi, mall, db, tmp_path) -> None:
    """Shown, planned, applied, changed, explained, run, back-tested, and told wrongly, in both languages."""
    event = {"at": "2026-03-06 19:10", "user": "ann", "type": "order.paid", "data": {"order": "o1", "amount": 3456.78}}
    (tmp_path / "events.jsonl").write_text(f"{json.dumps(event)}\n", encoding="utf-8")
    stream, place = ["--events", tmp_path / "events.jsonl"], ["--db", db]
    asked = ["explain", mall, *place, "--event", "order.paid", "--user", "ann", "--data"]
    answers = [
        quanyi("show", mall, "--lang", "zh"),
        quanyi("show", mall, "--lang", "en"),
        quanyi("show", mall, "--json"),
        quanyi("plan", mall, *place),
        quanyi("apply", mall, *place, "--yes"),
        quanyi(*asked, '{"order": "o1", "amount": 3456.78}'),
        quanyi(*asked, '{"order": "o1", "amount": 2345.66}'),
        quanyi(*asked, '{"order": "o1", "amount": 123456}', "--lang", "zh"),
        quanyi("run", mall, *stream, "--memory"),
        quanyi("test", mall),
        quanyi("test", mall, "--coverage"),
        quanyi("test", mall, "--json"),
    ]
    path = mall / "campaigns" / "all.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("3456.78", "4567.89"), encoding="utf-8")
    answers += [quanyi("plan", mall, *place), quanyi("backtest", mall, *stream, *place)]
    texts = [line for answer in answers for line in f"{answer.out}\n{answer.err}".splitlines()]

    assert [answer.err for answer in answers if answer.code not in (0, 1)] == []
    assert len(texts) > 200
    assert [line for line in texts if SMALLEST.search(line.replace("123456.00", "")) or CLASSES.search(line)] == []


def test_a_payment_that_is_not_the_deals_is_said_in_money(quanyi, mall) -> None:
    told = quanyi("test", mall).out

    assert "paid 2345.67, the deal asks for 4567.89 CNY" in told


def test_a_refusal_in_a_log_reads_as_a_sentence_would() -> None:
    no = InsufficientPoints(shows={"needed": Amount(2500, "CNY", 2), "missing": Amount(1, "CNY", 2)})

    assert str(no) == "insufficient-points (needed 25.00, missing 0.01)"
    assert str(Amount(1, "gold", 8)) == "0.00000001"


@pytest.mark.parametrize("amount", ["much", "1e400", ".", "nan"])
def test_what_is_no_amount_is_said_in_words(quanyi, mall, amount) -> None:
    story = f'story: a\nsteps: [{{at: "2026-03-01", who: ann, do: order.paid, with: {{order: o, amount: 1}}, then: {{credit: {{ann: "{amount}"}}}}}}]\n'
    (mall / "stories" / "wrong.yaml").write_text(story, encoding="utf-8")

    (finding,) = [f for f in quanyi("validate", mall, "--json").json["findings"] if f["file"].startswith("stories")]
    assert finding["code"] == "bad-amount"
    assert "class" not in finding["message"]
    assert amount in finding["message"]
