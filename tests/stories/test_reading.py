"""Reading stories: every mistake is found, with its line."""

from __future__ import annotations

from textwrap import dedent

import pytest

from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.tools.stories import read_stories
from quanyi.campaigns.tools.words import words_of
from tests.stories.samples import write_project


def found(folder, story):
    """The findings about one story, without its file name."""
    write_project(folder, one=dedent(story))
    findings = Findings()
    read_stories(folder, load_project(folder), findings)
    return [str(finding).removeprefix("stories/one.yaml:") for finding in findings.sorted()]


STEP = '{at: "2026-03-01 10:00", who: ann, do: order.paid, with: {order: o1, amount: 50.00}}'


MISSPELT = [
    ("order.refund", "order: o1, qyt: 1", "qyt"),
    ("order.place", "item: coffee, ordr: o1", "ordr"),
    ("order.pay", "order: o1, amount: 9.90, note: x", "note"),
    ("order.cancel", "oder: o1", "oder"),
    ("exchange", "offer: coffee, qnt: 2", "qnt"),
    ("redeem", "benefits: coffee", "benefits"),
    ("reveal", "benefits: coffee", "benefits"),
    ("bundle.choose", "order: o1, prt: tea, choice: x", "prt"),
    ("referral.code", "campain: c", "campain"),
    ("referral.bind", "cod: c", "cod"),
    ("reminder.set", "itm: coffee", "itm"),
    ("reminder.cancel", "itm: coffee", "itm"),
    ("wallet.adjust", "unit: points, amount: 1, reson: x", "reson"),
]


@pytest.mark.parametrize(("do", "said", "word"), MISSPELT, ids=[do for do, *_ in MISSPELT])
def test_what_a_command_would_not_read_is_a_finding(tmp_path, do, said, word):
    """A misspelt `qty` of a refund takes all of it back, and the story would stay green."""
    step = f"- {{at: '2026-03-01 10:00', who: ann, do: {do}, with: {{{said}}}}}"
    (only,) = found(tmp_path, f"story: a\nsteps:\n{step}")

    assert only.startswith(f"3:{step.index(word) + 1} unknown-attribute {do} has no attribute {word!r}")


def test_every_command_says_what_it_reads(tmp_path):
    """So that none of the built-in ones takes a misspelt attribute in silence."""
    write_project(tmp_path)
    words = words_of(load_project(tmp_path))

    assert sorted(words.takes) == sorted(words.steps)


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("story: a\nsteps: []", "2:8 empty"),
        ("story: a\nstep: []\nsteps: [{at: '2026-03-01 10:00', do: let time pass}]", "2:1 unknown-key"),
        (
            f"story: a\ncampaigns: [thank]\nsteps: [{STEP}]",
            "2:13 unknown-campaign there is no campaign 'thank' (did you",
        ),
        (f"story: a\ngiven: {{pionts: {{ann: 1}}}}\nsteps: [{STEP}]", "2:9 unknown-unit there is no unit 'pionts'"),
        (f"story: a\ngiven: {{points: {{ann: 1.5}}}}\nsteps: [{STEP}]", "2:23 bad-amount 1.5 is not a whole number"),
        (
            f"story: a\ngiven: {{users: {{ann: {{vp: true}}}}}}\nsteps: [{STEP}]",
            "2:23 unknown-fact there is no fact 'vp'",
        ),
        (f"story: a\ngiven: {{users: {{ann: {{vip: 3}}}}}}\nsteps: [{STEP}]", "2:22 bad-fact"),
        (f"story: a\ngiven: {{stock: {{tea: 3}}}}\nsteps: [{STEP}]", "2:17 unknown-benefit"),
        (f"story: a\ngiven: {{codes: {{coffee: [a]}}}}\nsteps: [{STEP}]", "2:25 no-pool"),
        (f"story: a\ngiven: {{used: {{coffee-hour.quota.coffee: 4}}}}\nsteps: [{STEP}]", "2:42 out-of-range more than"),
        ("story: a\nsteps:\n- {at: '2026-03-01 10:00', who: ann, do: order.payed}", "3:42 unknown-event"),
        (
            "story: a\nsteps:\n- {at: '2026-03-01 10:00', who: ann, do: order.paid}",
            "3:3 bad-event order.paid: 'order' is missing",
        ),
        ("story: a\nsteps:\n- {at: '2026-03-01 10:00', do: order.place}", "3:3 missing-key the key 'who' is missing"),
        (f"story: a\nsteps:\n- {STEP}\n- {STEP.replace('10:00', '09:00')}", "4:8 out-of-order"),
        ("story: a\nsteps:\n- {at: tomorrow, do: let time pass}", "3:8 bad-time"),
    ],
)
def test_a_mistake_is_found_where_it_is(tmp_path, line, finding):
    (only,) = found(tmp_path, line)

    assert only.startswith(finding)


@pytest.mark.parametrize(
    ("then", "finding"),
    [
        ("{refusd: not-open}", "unknown-check there is no check 'refusd' (did you mean refused?)"),
        ("{refused: 3}", "wrong-type expected the code of a refusal"),
        ("{points: {ann: many}}", "bad-amount"),
        ("{has: {ann: {cofee: 1}}}", "unknown-benefit there is no benefit 'cofee'"),
        ("{has: {ann: {coffee: 1.5}}}", "wrong-type 1.5 is not a whole number"),
        ("{order: {o1: done}}", "unknown-word done is not possible here"),
        ("{skipped: {thank: x}}", "unknown-campaign"),
        ("{left: {tea: 1}}", "unknown-thing"),
        ("{pay: 9.999}", "bad-amount 9.999 has more than 2 decimal places"),
        ("{duplicate: 1}", "wrong-type expected true or false"),
        ("{codes: {o1: k1}}", "wrong-type expected a list of codes"),
        ("{points: {an: 0}}", "unknown-user there is no user 'an' (did you mean ann?)"),
        ("{promises: 1}", "wrong-type expected a map of names"),
    ],
)
def test_a_mistake_in_what_must_be_true_is_found(tmp_path, then, finding):
    (only,) = found(tmp_path, f"story: a\nsteps:\n- {STEP[:-1]}, then: {then}}}")

    assert only.partition(" ")[0].startswith("3:")
    assert only.partition(" ")[2].startswith(finding)


def test_goods_of_the_host_have_no_stock_which_is_worth_a_warning_only(tmp_path):
    write_project(tmp_path, one=f"story: a\ngiven: {{stock: {{phone: 195}}}}\nsteps: [{STEP}]\n")
    (tmp_path / "catalogue" / "goods.yaml").write_text("goods: {phone: {list: 5999.00}}\n", encoding="utf-8")
    findings = Findings()

    stories = read_stories(tmp_path, load_project(tmp_path), findings)

    assert [(finding.code, finding.level) for finding in findings.items] == [("no-stock", "warning")]
    assert len(stories) == 1


def test_instants_are_local_to_the_story_s_zone(tmp_path):
    write_project(tmp_path, one=f"story: a\nzone: Europe/Warsaw\nsteps: [{STEP}]\n")

    (story,) = read_stories(tmp_path, load_project(tmp_path), Findings())

    assert story.steps[0].at.isoformat() == "2026-03-01T09:00:00+00:00"
