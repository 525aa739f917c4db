"""Invitation schemes as shops run them do what was reckoned by hand, on every store, swept or not."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from quanyi.adapters.stages import memory_stage
from quanyi.campaigns.findings import Findings
from quanyi.campaigns.show import show
from quanyi.campaigns.stories import tell
from quanyi.campaigns.stories.expect import read_then
from quanyi.campaigns.versions import structure_play, unstructure_play
from quanyi.entitlements.errors import InputError
from tests.stories.stages import stories_of, verified_stage

INVITATIONS = Path(__file__).parents[1] / "malls" / "invitations"
PROJECT, STORIES = stories_of(INVITATIONS)
NAMES = [story.name for story in STORIES]


def test_every_scheme_has_a_story():
    assert set(PROJECT.campaigns) == {campaign for story in STORIES for campaign in story.campaigns}


@pytest.mark.parametrize("lazy", [False, True], ids=["swept", "unswept"])
@pytest.mark.parametrize("story", STORIES, ids=NAMES)
def test_a_story_in_memory_does_not_depend_on_sweeps(story, lazy):
    outcome = tell(story, PROJECT, memory_stage, lazy=lazy)

    assert outcome.good, "\n".join(map(str, outcome.problems))


def test_all_stories_come_out_the_same_in_a_database_with_its_books_verified(engine):
    put_up = verified_stage(engine)

    told = [tell(story, PROJECT, put_up) for story in STORIES]

    assert [str(problem) for outcome in told for problem in outcome.problems] == []


@pytest.mark.parametrize("name", sorted(PROJECT.campaigns))
def test_a_kept_play_comes_back_equal_and_is_shown(name):
    play = PROJECT.campaign(name).play

    assert structure_play(unstructure_play(play)) == play
    assert all(name in show(PROJECT, name, locale) for locale in ("zh", "en"))


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
