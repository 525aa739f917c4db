"""What stories and hosts may say of invitation schemes; `test_malls` tells their stories."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from quanyi.adapters.stages import memory_stage
from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.tools.stories import tell
from quanyi.campaigns.tools.stories.expect import read_then
from quanyi.entitlements.errors import InputError
from tests.stories.stages import stories_of

INVITATIONS = Path(__file__).parents[1] / "malls" / "invitations"
PROJECT, STORIES = stories_of(INVITATIONS)


def test_a_rule_can_be_named_where_another_one_paid():
    """The wrong word of a rule is a problem of the story; a rule that there is not, a finding."""
    story = next(story for story in STORIES if story.campaigns == ("tenth-of-first",))
    *steps, last = story.steps
    (wanted,) = (check for check in last.then if check.what == "skipped")
    wrong = attrs.evolve(story, steps=(*steps, attrs.evolve(last, then=(attrs.evolve(wanted, wanted="undone"),))))
    findings = Findings()
    read_then({"skipped": {"tenth-of-first.inviter-payd": "x"}}, last.place, PROJECT, "UTC", findings)

    assert [str(p) for p in tell(wrong, PROJECT, memory_stage).problems if "to be undone, got limit-reached" in str(p)]
    assert [finding.code for finding in findings.items] == ["unknown-rule"]


def test_what_campaigns_tell_nobody_can_report():
    """Or anybody could count friends who never came."""
    with memory_stage(PROJECT, _NoFacts(), STORIES[0].steps[0].at) as stage, pytest.raises(InputError, match="told"):
        stage.mall.report("referral.rewarded", user="ann", key="k", data={"campaign": "friends", "friend": "b"})


class _NoFacts:
    def facts(self, user: str) -> dict[str, object]:
        return {}
