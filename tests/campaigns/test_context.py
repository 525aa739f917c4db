"""What a mall declares of its requests, and where its campaigns can't use it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from quanyi.campaigns.language.context import context_of
from quanyi.campaigns.project.load import check_project, load_project
from quanyi.campaigns.tools.plan import plan
from tests.campaigns.samples import MALL

CONTEXT = "context: {ip: text, level: id, phone: text, personal: [phone]}"
REWARD = "campaign: c\nkind: reward\nwhen: check_in\ngive: {points: 10}\nbudget: {points: [{amount: 100}]}\n"
TASK = "campaign: c\nkind: task\nwindow: week\nwho: user\n"


def mall(folder, campaign="", context=CONTEXT, events=""):
    folder.mkdir(parents=True, exist_ok=True)
    text = MALL.replace("profile:", f"{context}\nprofile:").replace("  check_in: {}\n", events or "  check_in: {}\n")
    (folder / "mall.yaml").write_text(text + (f"---\n{campaign}" if campaign else ""), encoding="utf-8")
    return folder


def found(folder, **said):
    return [str(finding).split(" ", 1)[1] for finding in check_project(mall(folder, **said))]


@pytest.mark.parametrize("name", ["clauses", "no", "rules", "skipped"])
def test_no_fact_is_called_as_decisions_call_what_they_note(tmp_path, name):
    """It would stand in the place of what a decision notes under that name."""
    text = MALL.replace("profile: {", f"profile: {{{name}: bool, ")
    (tmp_path / "mall.yaml").write_text(text, encoding="utf-8")

    said = [str(finding).split(" ", 1)[1] for finding in check_project(tmp_path)]
    assert said == [f"reserved-word {name!r} has a meaning of its own in decisions (call it user_{name})"]


def test_a_thing_without_a_name_is_no_crash(tmp_path):
    text = MALL + '---\ncampaign: c\nkind: sale\nsells: {"": {money: 9.00}}\n'
    (tmp_path / "mall.yaml").write_text(text, encoding="utf-8")

    assert [finding.code for finding in check_project(tmp_path)][:1] == ["unknown-thing"]


@pytest.mark.parametrize(
    ("context", "said"),
    [
        ("context: {order: id}", "reserved-word 'order' has a meaning of its own in requests (call it client_order)"),
        ("context: {user: text}", "reserved-word"),
        ("context: {inviter: text}", "reserved-word"),
        ("context: {friend: user}", "reserved-word"),
        ("context: {seller: user}", "unknown-type the context names nobody"),
        ("context: {ip: txt}", "unknown-type there is no type 'txt' (did you mean text?)"),
        ("context: {ip: text, personal: [ipp]}", "unknown-attribute the context has no 'ipp' (did you mean ip?)"),
        ("context: {n: int = x}", "bad-default"),
    ],
)
def test_a_declaration_that_is_wrong_is_a_finding(tmp_path, context, said):
    (line,) = found(tmp_path, context=context)

    assert line.startswith(said)


@pytest.mark.parametrize(
    ("campaign", "said"),
    [
        (REWARD + "at_most: [1 per ip, 1 per phone per day]\nonly_if: {level: {in: [a, b]}}", ""),
        (REWARD + "at_most: [1 per user]\nonly_if: \"event.ip != '' && has(event.phone)\"", ""),
        (REWARD + "at_most: [1 per ipp]", "unknown-key-of-limit check_in has no attribute 'ipp' (did you mean ip?)"),
        (REWARD + "at_most: [1 per user]\nonly_if: {ipp: x}", "unknown-attribute check_in has no attribute 'ipp'"),
        (
            REWARD.replace("check_in", "order.paid")
            + "at_most: [1 per user]\nafter: 7d\nunless: {event: order.refunded, same: order}\nat_payout: {at_most: [1 per ip]}",
            "bad-key-of-limit 'ip' is known only while it is asked, and this counts later (use an id)",
        ),
        (
            "campaign: c\nkind: reward\nwhen: goal.done\ngive: {points: 1}\nat_most: [1 per ip]",
            "unknown-key-of-limit goal.done has no attribute 'ip'",
        ),
    ],
)
def test_campaigns_use_what_is_declared_while_it_is_known(tmp_path, campaign, said):
    lines = found(tmp_path, campaign=campaign)

    assert [line for line in lines if line.startswith(said or "?")] == lines[:1]


def test_nothing_is_counted_by_an_address_once_the_request_is_over(tmp_path):
    promise = REWARD.replace("check_in", "order.paid") + "at_most: [1 per user]\nafter: 7d\n"
    late = promise + "unless: {event: order.refunded, same: order}\nat_payout: {at_most: [1 per ip]}"

    assert "bad-key-of-limit" in {finding.code for finding in check_project(mall(tmp_path, late))}


def test_an_empty_text_says_nothing(tmp_path):
    """A proxy that sends an empty header has not told the address."""
    project, now = load_project(mall(tmp_path)), datetime(2026, 3, 1, tzinfo=UTC)

    assert context_of(project, "check_in", {"ip": "", "level": "a"}, now) == {"level": "a"}


def test_a_count_of_a_personal_attribute_begins_at_zero_and_plan_says_so(tmp_path):
    """What was counted in clear before is not found under a digest."""
    campaign = REWARD + "at_most: [{count: 1, per: phone, id: phones}]\n"
    clear = load_project(mall(tmp_path / "a", campaign, events="  check_in: {phone: text}\n"))
    hidden = load_project(mall(tmp_path / "b", campaign, events="  check_in: {phone: text, personal: [phone]}\n"))

    assert clear.campaign("c").version != hidden.campaign("c").version
    assert [limit.hidden for each in (clear, hidden) for limit in each.campaign("c").play.at_most] == [(), ("phone",)]
    lines = [line for change in plan(clear, hidden, {}, "en").changes for line in change.says]
    assert "at most 1 per phone: counts from zero (phones)" in lines
