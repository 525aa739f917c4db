"""
What newcomers write, what the hint says, and the file that does what the hint says: it must be accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quanyi.campaigns.project.load import check_project
from tests.campaigns.test_findings import project_with

if TYPE_CHECKING:
    from pathlib import Path

REWARD = """\
campaign: c
kind: reward
when: order.paid
give: {points: 10}
at_most: [1 per user per day]
"""
SALE = """\
campaign: c
kind: flash_sale
sells: {coffee: 9.90}
quota: {coffee: 3}
"""
EXCHANGE = """\
campaign: c
kind: points_exchange
sells: {coffee: {points: 300}}
at_most: [1 per user]
"""
TASK = """\
campaign: c
kind: task
goals: {a: {when: check_in, count: 3}}
in: week
all_done: {points: 3}
"""
STREAK = """\
campaign: c
kind: streak
mark: {on: check_in}
in_a_row: {days: 7, give: {points: 10}}
"""
GIVE, LIMIT = "give: {points: 10}", "[1 per user per day]"
SHARE = "give: {points: {percent: 10%, of: amount}}\nbudget: {points: [{amount: 1000}]}"
BOUND = "\nbudget: {points: [{amount: 1000}]}"

CASES = [
    # (a good file, the line in it, what a newcomer writes there, the hint, the line that follows it)
    # --- how often ---
    (REWARD, LIMIT, "[{count: 1, per: user, in: 7 days}]", "write {last: 7 days}", "[{count: 1, per: user, in: {last: 7 days}}]"),
    (REWARD, LIMIT, "[{count: 1, per: user, in: hour}]", "write {last: 1h}", "[{count: 1, per: user, in: {last: 1h}}]"),
    (REWARD, LIMIT, "[{count: 1, per: user, in: weekly}]", "write week", "[{count: 1, per: user, in: week}]"),
    (REWARD, LIMIT, "[{count: 1, per: user, in: total}]", "write ever", "[{count: 1, per: user, in: ever}]"),
    (REWARD, LIMIT, "[1 per user per 7 days]", "write {count: 1, per: user, in: {last: 7 days}}", "[{count: 1, per: user, in: {last: 7 days}}]"),
    (REWARD, LIMIT, "[2 per user per hour]", "write {count: 2, per: user, in: {last: 1h}}", "[{count: 2, per: user, in: {last: 1h}}]"),
    (REWARD, LIMIT, "2 times a day", "write 2 per user per day", "2 per user per day"),
    (REWARD, LIMIT, "once a month", "write 1 per user per month", "1 per user per month"),
    (REWARD, LIMIT, "once", "write 1 per user", "1 per user"),
    (REWARD, LIMIT, "daily", "write 1 per user per day", "1 per user per day"),
    (REWARD, LIMIT, "5", "write 5 per user, or 5 per user per day", "5 per user per day"),
    (REWARD, LIMIT, "[1 per user per days]", "did you mean day?", "[1 per user per day]"),
    (REWARD, LIMIT, "[1 per day]", "say whose place it is, then the window: 1 per user per day", "[1 per user per day]"),
    (REWARD, "at_most", "limit", "did you mean at_most?", "at_most"),
    (TASK, "in: week", "in: 7 days", "write {since_first: 7 days}", "in: {since_first: 7 days}"),
    (TASK, "in: week", "in: {last: 7 days}", "write in: {since_first: 7d}, or in: week", "in: {since_first: 7d}"),
    (TASK, "in: week", "in: monthly", "write month", "in: month"),
    (STREAK, "mark:", "resets: 14 days\nmark:", 'write {every: 14 days, from: "2026-06-01"}', 'resets: {every: 14 days, from: "2026-06-01"}\nmark:'),
    (SALE, "{coffee: 3}", "{coffee: {pieces: 3, in: 7 days}}", "one of day, ever, month, session, week, year", "{coffee: {pieces: 3, in: week}}"),
    # --- budgets ---
    (REWARD, "at_most", "budget: {points: 1000}\nat_most", "write [{amount: 1000}]", "budget: {points: [{amount: 1000}]}\nat_most"),
    (REWARD, "at_most", "budget: 1000 points\nat_most", "write {points: [{amount: 1000}]}", "budget: {points: [{amount: 1000}]}\nat_most"),
    # --- kinds ---
    (STREAK, "kind: streak", "kind: check_in", "did you mean streak?", "kind: streak"),
    (TASK, "kind: task", "kind: mission", "did you mean task?", "kind: task"),
    (SALE, "flash_sale", "seckill", "did you mean flash_sale?", "flash_sale"),
    (SALE, "flash_sale", "group_buy", "the nearest is flash_sale; one of bundle, flash_sale, points_exchange, referral, reward, sale, streak, task", "flash_sale"),
    (REWARD, "kind: reward", "kind: lottery", "the nearest is reward; one of bundle, flash_sale, points_exchange, referral, reward, sale, streak, task", "kind: reward"),
    # --- conditions ---
    (REWARD, "give", "only_if: event.amount >= 20.00\ngive", "write amt('20.00')", "only_if: event.amount >= amt('20.00')\ngive"),
    (REWARD, "give", 'only_if: "event.amount > amt(\'1.00\') and user.vip"\ngive', "write &&", 'only_if: "event.amount > amt(\'1.00\') && user.vip"\ngive'),
    (REWARD, "give", 'only_if: "user.vip or user.age > 60"\ngive', "write ||", 'only_if: "user.vip || user.age > 60"\ngive'),
    (REWARD, "give", 'only_if: "not user.vip"\ngive', "write !", 'only_if: "! user.vip"\ngive'),
    (REWARD, "give", "only_if: user.level = 'gold'\ngive", "write ==", "only_if: user.level == 'gold'\ngive"),
    (REWARD, "give", 'only_if: "amount >= amt(\'1.00\')"\ngive', "did you mean event.amount?", 'only_if: "event.amount >= amt(\'1.00\')"\ngive'),
    (REWARD, "give", "only_if: {amount: {gte: 20.00}}\ngive", "did you mean min?", "only_if: {amount: {min: 20.00}}\ngive"),
    (REWARD, "give", "only_if: {amount: {at_least: 20.00}}\ngive", "did you mean min?", "only_if: {amount: {min: 20.00}}\ngive"),
    (REWARD, "give", "only_if: {amount: {under: 20.00}}\ngive", "did you mean less_than?", "only_if: {amount: {less_than: 20.00}}\ngive"),
    (REWARD, "give", 'only_if: {amount: ">= 20.00"}\ngive', "write {min: 20.00}", "only_if: {amount: {min: 20.00}}\ngive"),
    (REWARD, "give", "for: gold\ngive", "write {level: gold}", "for: {level: gold}\ngive"),
    (REWARD, "give", "for: {level = gold}\ngive", "write {level: gold}", "for: {level: gold}\ngive"),
    (REWARD, "give", "for: {level: [gold, silver]}\ngive", "a list stands under in: {in: [a, b]}", "for: {level: {in: [gold, silver]}}\ngive"),
    # --- gifts and prices ---
    (REWARD, GIVE, f"give: {{points: 10% of amount}}{BOUND}", "write {percent: 10%, of: amount}", SHARE),
    (REWARD, GIVE, f"give: {{points: 10%}}{BOUND}", "write {percent: 10%, of: amount}", SHARE),
    (REWARD, GIVE, f"give: {{points: {{percent: 10, of: amount}}}}{BOUND}", "write 10%", SHARE),
    (REWARD, GIVE, f"give: {{points: {{percent: 0.1, of: amount}}}}{BOUND}", "write 10%", SHARE),
    (REWARD, GIVE, "give: 10 points", "write {points: 10}", GIVE),
    (REWARD, GIVE, "give: 10", "write {points: 10}", GIVE),
    (REWARD, GIVE, "give: {points: ten}", "write digits, like 300 or 19.90", "give: {points: 300}"),
    (EXCHANGE, "{coffee: {points: 300}}", "{coffee: 300 points}", "write {points: 300}", "{coffee: {points: 300}}"),
    (EXCHANGE, "{coffee: {points: 300}}", "{coffee: 18.00}", "write {points: 300} or {points: 300, money: 5.00}", "{coffee: {points: 300}}"),
    (SALE, "9.90", "9.9元", "write 9.9", "9.9"),
    (SALE, "{coffee: 9.90}", "coffee", "write {coffee: list}", "{coffee: list}"),
    (SALE, "quota: {coffee: 3}", "quota: 3", "write {coffee: 3}", "quota: {coffee: 3}"),
    (SALE, "quota: {coffee: 3}", "quota: {coffee: 3 per day}", "write {pieces: 3, in: day}", "quota: {coffee: {pieces: 3, in: day}}"),
    (SALE, "quota: {coffee: 3}", "quota: {coffee: [20, 3 pieces a week]}", "write {pieces: 3, in: week}", "quota: {coffee: [20, {pieces: 3, in: week}]}"),
    (SALE, "quota: {coffee: 3}", "quota: {coffee: 3 pieces}", "write 3", "quota: {coffee: 3}"),
    (SALE, "quota:", "stock:", "did you mean quota?", "quota:"),
    (SALE, "quota:", "hold: 15m\nquota:", "write {pay_within: 15m}", "hold: {pay_within: 15m}\nquota:"),
    (SALE, "quota:", "refund: 7d\nquota:", "write {within: 7d}", "refund: {within: 7d}\nquota:"),
    # --- times ---
    (REWARD, "give", "runs: 2026-05-01 to 2026-05-31\ngive", 'write {from: "2026-05-01", through: "2026-05-31"}', 'runs: {from: "2026-05-01", through: "2026-05-31"}\ngive'),
    (REWARD, "give", "runs: {from: 2026/05/01}\ngive", 'write "2026-05-01"', 'runs: {from: "2026-05-01"}\ngive'),
    (REWARD, "give", "runs: {start: 2026-05-01}\ngive", "did you mean from?", "runs: {from: 2026-05-01}\ngive"),
    (REWARD, "give", "runs: {end: 2026-05-31}\ngive", 'write through: "2026-05-31"', 'runs: {through: "2026-05-31"}\ngive'),
    (REWARD, "give", "runs: {until: 2026-05-31}\ngive", 'write through: "2026-05-31" if the whole day counts, or until: "2026-05-31 00:00"', 'runs: {through: "2026-05-31"}\ngive'),
    (SALE, "quota:", "open: 9:00-11:00\nquota:", "write daily 09:00-11:00", "open: daily 09:00-11:00\nquota:"),
    (SALE, "quota:", "open: weekends 10:00-12:00\nquota:", "write weekly sat,sun 10:00-12:00", "open: weekly sat,sun 10:00-12:00\nquota:"),
    (SALE, "quota:", "open: every day 10:00 to 12:00\nquota:", "write daily 10:00-12:00", "open: daily 10:00-12:00\nquota:"),
    (REWARD, "give", "rollout: 0.05\ngive", "write 5%", "rollout: 5%\ngive"),
    (REWARD, "give", "zone: CST\ngive", "write Asia/Shanghai, Europe/Berlin or UTC", "zone: Asia/Shanghai\ngive"),
    # --- tasks and streaks ---
    (TASK, "all_done:", "give:", "did you mean all_done?", "all_done:"),
    (TASK, "count: 3", "times: 3", "did you mean count?", "count: 3"),
    (TASK, "{a: {when: check_in, count: 3}}", "{a: check_in}", "write {when: check_in}", "{a: {when: check_in}}"),
    (STREAK, "{on: check_in}", "check_in", "write {on: check_in}", "{on: check_in}"),
    (STREAK, "{days: 7, give: {points: 10}}", "{7: {points: 10}}", "write {days: 7, give: {points: 10}}", "{days: 7, give: {points: 10}}"),
    (REWARD, "order.paid", "order.paid, check_in", "write [order.paid, check_in]", "[order.paid, check_in]"),
]  # fmt: skip


def files(case: tuple[str, str, str, str, str]) -> tuple[str, str]:
    """The wrong file, and the one that follows the hint."""
    good, line, wrong, _, right = case
    assert good.count(line) >= 1
    return good.replace(line, wrong, 1), good.replace(line, right, 1)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[2].partition("\n")[0])
def test_a_hint_that_is_followed_word_for_word_is_accepted(case, tmp_path: Path) -> None:
    wrong, followed = files(case)

    hints = [finding.hint for finding in check_project(project_with(tmp_path / "wrong", wrong))]
    assert case[3] in hints
    assert check_project(project_with(tmp_path / "followed", followed)) == ()


def test_a_kind_there_is_not_yet_is_one_finding(tmp_path: Path) -> None:
    """A group sale is not blamed for what another kind would need."""
    text = SALE.replace("flash_sale", "group_buy").replace("quota:", "people:")

    (finding,) = check_project(project_with(tmp_path, text))
    assert (finding.code, finding.message) == ("unknown-kind", "there is no kind 'group_buy' yet")


@pytest.mark.parametrize("text", ["1" * 100_000, "a " * 50_000, "2026" + "-" * 99_999, "9:00-" * 20_000, "=" * 90_000])
def test_a_long_text_gets_its_finding_at_once(text, tmp_path: Path) -> None:
    """No pattern of what could have been meant is tried on more than a line."""
    wrong = "\n".join(
        [
            "campaign: c",
            "kind: flash_sale",
            f'sells: {{coffee: "{text}"}}',
            f'quota: {{coffee: "{text}"}}',
            f'open: "{text}"',
            f'hold: "{text}"',
            f'refund: "{text}"',
            f'runs: "{text}"',
            f'at_most: "{text}"',
            f'budget: "{text}"',
        ]
    )

    found = check_project(project_with(tmp_path, wrong))
    assert found
    assert all(len(finding.hint) < 1_000 for finding in found)
