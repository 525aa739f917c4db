"""The slips that product teams make: each is one clear finding where it stands, with a hint, and no noise."""

from __future__ import annotations

import pytest

from quanyi.campaigns.project.load import check_project
from tests.campaigns.test_findings import project_with

REWARD = """\
campaign: c
kind: reward
when: check_in
give: {points: 10}
at_most: [1 per user]
"""
ORDER = REWARD.replace("check_in", "order.paid")
SALE = """\
campaign: c
kind: flash_sale
sells: {iphone14: 5699.00}
quota: {iphone14: 10}
"""
BOTH = """\
campaign: y
kind: reward
when: order.payd
give: {points: 10.5}
at_most: [1 per usr per day]
only_if: {amont: {min: 3}}
---
campaign: z
kind: flash_sale
sells: {iphone14: 5699.999}
quota: {iphone14: 10}
runs: {from: "2026-05-01", until: "2026-04-01"}
at_mos: [1 piece per user]
hold: {pay_within: 30 minutez}
"""
NO_HINT = {"amount-not-positive", "bad-key-of-limit", "ends-before-start", "out-of-range"}  # the message says it
NO_HINT |= {"bad-number", "empty", "limit-never-reached", "limit-of-zero", "undo-without-source", "never-true"}

# What a slip is · what is written · instead of which words it is written, or after what · line:column code of each
REWARD_SLIPS = [
    ("a key misspelt", "give:", "giv:", ["4:1 unknown-key"]),
    ("the first key misspelt", "campaign:", "campain:", ["1:1 unknown-key"]),
    ("kind misspelt", "kind:", "knd:", ["2:1 unknown-key"]),
    ("a number as an id", "campaign: c", "campaign: 2026", ["1:11 wrong-type"]),
    ("a misspelt event in a list", "check_in", "[check_in, order.pade]", ["3:18 unknown-event"]),
    ("no event at all", "when: check_in\n", "", ["1:1 missing-key"]),
    ("an empty list of events", "check_in", "[]", ["3:7 empty"]),
    ("nothing given", "give: {points: 10}\n", "", ["1:1 gives-nothing"]),
    (
        "misspelt things, judged as what they are close to",
        "{points: 10}",
        "{pionts: 10.5, coffe: 2}",
        ["4:8 unknown-thing", "4:16 too-many-places", "4:22 unknown-thing"],
    ),
    ("a sign of money", "10}", "¥10}", ["4:16 bad-amount"]),
    ("a share without its form", "10}", "10%}", ["4:16 bad-amount"]),
    ("a comma in a number", "10}", "1,000}", ["4:16 bad-number"]),
    ("a negative amount", "10}", "-10}", ["4:16 amount-not-positive"]),
    ("a number beyond all counting", "10}", "99999999999999999999}", ["4:16 out-of-range"]),
    ("a window there is not", "1 per user", "1 per user per fortnight", ["5:11 bad-limit"]),
    ("a window without whose", "1 per user", "1 per day", ["5:11 unknown-key-of-limit"]),
    ("a Chinese comma between limits", "1 per user", "1 per user，2 per day", ["5:11 bad-limit"]),
    ("a number for a limit", "[1 per user]", "1", ["5:10 bad-limit"]),
    ("a number for a limit in a list", "[1 per user]", "[1]", ["5:11 bad-limit"]),
    ("per user more than in all", "[1 per user]", "[5 per user, 3 per campaign]", ["5:11 limit-never-reached"]),
    ("an open bracket", "[1 per user]", "[1 per user", ["5:10 not-yaml"]),
    (
        "two mistakes inside a limit",
        "1 per user",
        "{count: 1, wibble: 3, in: dya}",
        ["5:22 unknown-key", "5:37 unknown-word"],
    ),
    ("a missing colon", "when: check_in", "when check_in", ["3:5 missing-colon"]),
    ("a missing space", "campaign: c", "campaign:c", ["1:9 missing-space"]),
]
REWARD_AND_SLIPS = [
    ("text for a list", "checks: phase\n", ["6:9 wrong-type"]),
    ("a list for a map", "budget: [points]\n", ["6:9 wrong-type"]),
    ("a number for text", "title: 5\n", ["6:8 wrong-type"]),
    ("yes for true", "only_if: {user.vip: yes}\n", ["6:21 wrong-type"]),
    ("a percentage without its sign", "rollout: 5\n", ["6:10 bad-percent"]),
    ("slashes in a date", "runs: {from: 2026/05/01}\n", ["6:14 bad-time"]),
    ("curly quotes", "runs: {from: “2026-05-01 10:00”}\n", ["6:14 bad-time"]),
    ("to for until", 'runs: {from: "2026-05-01", to: "2026-06-01"}\n', ["6:28 unknown-key"]),
    (
        "years out of our time",
        'runs: {from: "0001-01-01", through: "9999-12-31"}\n',
        ["6:14 bad-time", "6:37 bad-time"],
    ),
    ("an undeclared fact", "for: {membership: gold}\n", ["6:7 unknown-attribute"]),
    ("an audience of nobody", "for: {all: [level: gold, level: silver]}\n", ["6:6 never-true"]),
    ("a huge int", "priority: 99999999999999999999\n", ["6:11 out-of-range"]),
    ("a second colon", "text: Buy: now\n", ["6:10 not-yaml"]),
    ("a value that begins with @", "text: @home\n", ["6:7 not-yaml"]),
    ("a document without ---", "mall: x\n", ["6:1 unknown-key"]),
]
ORDER_AND_SLIPS = [
    ("a negative duration", "after: -7d\nunless: {event: order.refunded, same: order}\n", ["6:8 bad-duration"]),
    ("a number for a duration", "after: 7\nunless: {event: order.refunded, same: order}\n", ["6:8 bad-duration"]),
    ("no time at all", "after: 0d\nunless: {event: order.refunded, same: order}\n", ["6:8 bad-duration"]),
    (
        "an event without the source",
        "after: 7d\nunless: {event: check_in, same: order}\n",
        ["7:33 undo-without-source"],
    ),
    (
        "a required key missing, and a misspelt event",
        "if_undone: {when: order.refundd}\n",
        ["6:1 missing-key", "6:19 unknown-event"],
    ),
    (
        "a limit per optional attribute",
        "at_payout: {at_most: [1 per channel]}\nafter: 1d\nunless: {event: order.refunded, same: order}\n",
        ["6:23 bad-key-of-limit"],
    ),
]
SALE_SLIPS = [
    ("a list for a map of prices", "{iphone14: 5699.00}", "[iphone14]", ["3:8 wrong-type"]),
    ("a price with sign and comma", "5699.00", "¥5,699.00", ["3:19 bad-number"]),
    ("a negative price", "5699.00", "-1", ["3:19 amount-not-positive"]),
    ("a quota of zero", "10}", "0}", ["4:19 limit-of-zero"]),
    ("no quota", "quota: {iphone14: 10}\n", "", ["1:1 missing-key"]),
    ("a misspelt thing, and its quota", "iphone14", "iphne14", ["3:9 unknown-thing"]),
    ("a limit per optional order", "quota:", "at_most: [1 per order]\nquota:", ["4:11 bad-key-of-limit"]),
    ("a hold beyond reason", "quota:", "hold: {pay_within: 99999999999999d}\nquota:", ["4:20 bad-duration"]),
]

SLIPS = [
    *((name, REWARD.replace(right, wrong), found) for name, right, wrong, found in REWARD_SLIPS),
    *((name, SALE.replace(right, wrong), found) for name, right, wrong, found in SALE_SLIPS),
    *((name, REWARD + more, found) for name, more, found in REWARD_AND_SLIPS),
    *((name, ORDER + more, found) for name, more, found in ORDER_AND_SLIPS),
]


def shown(findings):
    """Line, column and code of each."""
    return [f"{found.line}:{found.column} {found.code}" for found in findings]


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in SLIPS], ids=[row[0] for row in SLIPS])
def test_a_slip_is_one_finding_where_it_stands(text, expected, tmp_path):
    """No more, no fewer, and each says what to write."""
    found = check_project(project_with(tmp_path, text))

    assert shown(found) == expected
    assert [f.code for f in found if not f.hint and f.code not in NO_HINT] == []


@pytest.mark.parametrize("hold", ["hold: {pay_within: 5}", "hold: 5"])
def test_a_bare_number_of_time_to_pay_is_minutes(hold, tmp_path):
    """Nobody means five days; of other lengths of time a bare number is days."""
    (found,) = check_project(project_with(tmp_path, f"{SALE}{hold}\n"))

    assert "5m" in found.hint


def test_no_mistake_hides_another(tmp_path):
    """Form, names, amounts and times of two campaigns come in one run; what follows from a mistake is not said."""
    found = check_project(project_with(tmp_path, BOTH))

    assert shown(found) == [
        "3:7 unknown-event",
        "4:16 too-many-places",
        "5:11 unknown-key-of-limit",
        "6:11 unknown-attribute",
        "10:19 too-many-places",
        "12:1 ends-before-start",
        "12:35 until-without-clock",
        "13:1 unknown-key",
        "14:20 bad-duration",
    ]
    assert found[0].hint == "did you mean order.paid? the rest is read as if you did"


def test_an_item_left_out_moves_no_other(tmp_path):
    """The columns of a list's items stay where they are written, whatever is left out before them."""
    text = REWARD.replace("[1 per user]", "[twice, 1 per usr, 0 per user, 3 per user per dai]")

    assert shown(check_project(project_with(tmp_path, text))) == [
        "5:11 bad-limit",
        "5:18 unknown-key-of-limit",
        "5:29 limit-of-zero",
        "5:41 bad-limit",
    ]


# --- whole files -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        REWARD.encode("utf-8-sig"),  # with a byte order mark
        REWARD.replace("\n", "\r\n").encode(),  # with the line ends of Windows
    ],
)
def test_marks_and_line_ends_do_not_matter(written, tmp_path):
    """Editors leave them behind, and nobody sees them."""
    folder = project_with(tmp_path, "")
    (folder / "campaigns" / "bad.yaml").write_bytes(written)

    assert check_project(folder) == ()


def test_a_file_in_another_encoding_says_how_to_save_it(tmp_path):
    """What Windows calls Unicode is UTF-16."""
    folder = project_with(tmp_path, "")
    (folder / "campaigns" / "bad.yaml").write_bytes(REWARD.encode("utf-16"))

    (found,) = check_project(folder)

    assert str(found) == "campaigns/bad.yaml:1:1 not-text the file is UTF-16 text (save the file as UTF-8)"


def test_an_empty_file_is_a_warning(tmp_path):
    """It may have been meant to say something."""
    assert [(f.code, f.level) for f in check_project(project_with(tmp_path, "\n"))] == [("empty", "warning")]


def test_one_id_in_two_files_is_one_finding(tmp_path):
    """And what is wrong in the second campaign is found all the same."""
    folder = project_with(tmp_path, REWARD)
    (folder / "campaigns" / "more.yaml").write_text(REWARD.replace("10}", "1.5}"), encoding="utf-8")

    found = [str(f).split(" ")[:2] for f in check_project(folder)]

    assert found == [["campaigns/more.yaml:1:1", "declared-twice"], ["campaigns/more.yaml:4:16", "too-many-places"]]


def test_an_unreadable_catalogue_blames_nobody_else(tmp_path):
    """Campaigns may well give what stands in it."""
    folder = project_with(tmp_path, REWARD.replace("{points: 10}", "sofa"))
    (folder / "catalogue" / "more.yaml").write_bytes("benefits: 沙发".encode("gb18030"))

    assert [f.code for f in check_project(folder)] == ["not-text"]


def test_each_document_of_a_file_is_read_by_itself(tmp_path):
    """A slip in one campaign of a file does not hide the others."""
    broken = REWARD.replace("when: check_in", "when: *check_in")
    other = REWARD.replace("campaign: c", "campaign: d").replace("10}", "1.5}")

    assert shown(check_project(project_with(tmp_path, f"{broken}---\n{other}"))) == [
        "3:7 not-yaml",
        "10:16 too-many-places",
    ]
