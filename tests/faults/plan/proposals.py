"""Faults in what brings a few campaigns into force beside the others, and in what writes them into the files."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["PROPOSALS"]

_EDITING = "tests/adapters/test_editing.py::"
_FILES, _KEPT = "tests/campaigns/test_kept_files.py::", "campaigns/project/kept_files.py"
_APPROVAL = "tests/adapters/test_approval.py::"
_TRIALS = "tests/adapters/test_trials.py::"
_CAMPAIGNS = "tests/console/test_campaigns.py::"
_PULL = "tests/cli/test_pull.py::"

PROPOSALS = (
    Fault(
        name="published-over-another-release",
        promise="whoever looked at an earlier release looks again before anything comes into force",
        tests=(f"{_EDITING}test_whoever_looked_at_an_earlier_release_looks_again[sqlite]",),
        edits=(Edit("campaigns/project/release.py", "if onto is not None and release.epoch != onto:", "if False:"),),
    ),
    Fault(
        name="published-over-another-version",
        promise="a proposal that was begun on an older version of its campaign takes nothing back",
        tests=(f"{_EDITING}test_a_proposal_of_an_older_version_is_told_so[sqlite]",),
        edits=(Edit("adapters/editing.py", "if present.get(name) != proposal.base.get(name))", "if False)"),),
    ),
    Fault(
        name="publishing-never-noted",
        promise="a proposal whose process ended between publishing and noting it is recognised when it is published again",
        tests=(f"{_EDITING}test_a_proposal_whose_process_ended_before_it_was_noted_is_recognised[sqlite]",),
        edits=(
            Edit(
                "adapters/editing.py",
                "        if moved and present == wanted:",
                "        if not moved and present == wanted:",
            ),
        ),
    ),
    Fault(
        name="any-version-is-the-proposed-one",
        promise="another version that came into force meanwhile is not taken for the proposed one",
        tests=(f"{_EDITING}test_another_version_is_not_taken_for_the_proposed_one[sqlite]",),
        edits=(
            Edit(
                "adapters/editing.py",
                "        if moved and present == wanted:",
                "        if moved or present == wanted:",
            ),
        ),
    ),
    Fault(
        name="releases-read-again",
        promise="what a release changed is read and compared once",
        tests=(f"{_EDITING}test_of_releases_that_were_listed_before_none_is_read_again[sqlite]",),
        edits=(Edit("adapters/sql/past_releases.py", "if name not in kept]", "if True]"),),
    ),
    Fault(
        name="changed-file-kept",
        promise="a file that was changed is read again before a draft is checked beside it",
        tests=(f"{_FILES}test_a_file_that_was_changed_is_read_again",),
        edits=(Edit(_KEPT, "self._sound.marks != marks or ", ""),),
    ),
    Fault(
        name="files-read-for-each-draft",
        promise="a draft is checked without reading or compiling the files again",
        tests=(f"{_FILES}test_nothing_is_read_or_compiled_again_but_the_draft",),
        edits=(Edit(_KEPT, "if self._sound is None or ", "if True or self._sound is None or "),),
    ),
    Fault(
        name="kept-campaigns-not-compared",
        promise="what is wrong between a draft and the files is found though the files are not read again",
        tests=(f"{_FILES}test_findings_are_those_of_everything_read_anew[limit-id-clash]",),
        edits=(Edit(_KEPT, "        lint_together(campaigns, parts, findings)\n", ""),),
    ),
    Fault(
        name="second-writer-wins",
        promise="of two who write one proposal the second is told, and nothing of the first is lost",
        tests=(f"{_EDITING}test_of_two_who_write_a_proposal_the_second_is_told[sqlite]",),
        edits=(
            Edit(
                "adapters/sql/proposals.py",
                "self._table.c.edition == proposal.edition - 1",
                "self._table.c.edition >= 0",
            ),
        ),
    ),
    Fault(
        name="folder-before-what-is-in-force",
        promise="a campaign that was retired leaves its place, though the folder has it still",
        tests=(f"{_EDITING}test_a_campaign_that_was_taken_out_leaves_its_place_to_a_new_one[sqlite]",),
        edits=(Edit("campaigns/project/proposal.py", "gone = project.campaigns.keys() - present.keys()", "gone = ()"),),
    ),
    Fault(
        name="titles-of-the-folder-alone",
        promise="pages call a campaign by its name, though it came into force without the folder",
        tests=(f"{_EDITING}test_a_proposal_comes_into_force_alone[sqlite]",),
        edits=(Edit("campaigns/queries.py", "return self._ports.as_in_force()", "return self._ports.project"),),
    ),
    Fault(
        name="pull-takes-the-neighbours",
        promise="pulling leaves comments and other campaigns as they are",
        tests=(f"{_PULL}test_what_stands_around_a_campaign_stays",),
        edits=(
            Edit(
                "campaigns/project/pulling.py",
                "last = first + len(campaign.source.splitlines())",
                "last = first + len(campaign.source.splitlines()) + 1",
            ),
        ),
    ),
    Fault(
        name="authors-yes-counts",
        promise="no yes of somebody who wrote on a proposal counts",
        tests=(f"{_APPROVAL}test_whoever_wrote_a_word_of_it_is_an_author[sqlite]",),
        edits=(
            Edit(
                "adapters/proposals.py",
                "return frozenset({*self.authors, self.made_by, self.changed_by})",
                "return frozenset({self.made_by})",
            ),
        ),
    ),
    Fault(
        name="yes-outlives-its-text",
        promise="a yes is to what was looked at: a change needs a new one",
        tests=(f"{_APPROVAL}test_a_yes_is_to_what_was_looked_at[sqlite]",),
        edits=(Edit("adapters/proposals.py", "return review.content == content_of(self)", "return True"),),
    ),
    Fault(
        name="published-unapproved",
        promise="what needs somebody else's yes is not published without it",
        tests=(f"{_APPROVAL}test_an_author_publishes_nothing_without_another_ones_yes[sqlite]",),
        edits=(Edit("adapters/editing.py", "if not proposal.approved and self.approvable(read):", "if False:"),),
    ),
    Fault(
        name="published-in-another-edition",
        promise="a draft is published as its page showed it",
        tests=(f"{_CAMPAIGNS}test_nobody_publishes_a_draft_that_another_one_changed_since",),
        edits=(
            Edit(
                "adapters/console/proposals.py",
                "    proposal = proposal_seen(to)\n    if to.books",
                "    proposal = proposal_here(to)\n    if to.books",
            ),
        ),
    ),
    Fault(
        name="published-over-a-withdrawal",
        promise="what is withdrawn or sent back just before it is published keeps it back",
        tests=(f"{_APPROVAL}test_what_happens_to_it_just_before_it_is_published_keeps_it_back[sqlite-discard]",),
        edits=(
            Edit(
                "adapters/editing.py",
                "claimed = self._kept(attrs.evolve(proposal, edition=proposal.edition + 1))",
                "claimed = proposal",
            ),
        ),
    ),
    Fault(
        name="unbounded-needs-nobody",
        promise="what has no bound is above every amount",
        tests=(f"{_APPROVAL}test_a_rule_names_changes_and_amounts",),
        edits=(Edit("campaigns/project/approval.py", "if most is None or most > bound:", "if (most or 0) > bound:"),),
    ),
    Fault(
        name="later-answer-lost",
        promise="whoever asks for a trial again gets the later answer",
        tests=(f"{_TRIALS}test_whoever_asks_again_meanwhile_gets_the_later_answer[sqlite]",),
        edits=(Edit("adapters/sql/trials.py", 'table.id == trial.id, table.state == "asked")', 'table.id != "")'),),
    ),
    Fault(
        name="days-before-are-counted",
        promise="a back-test counts the days that were asked for alone",
        tests=(f"{_TRIALS}test_a_back_test_says_what_would_have_been_given_on_the_last_days[sqlite]",),
        edits=(
            Edit(
                "campaigns/tools/replay.py",
                "if self._since is not None and self._stage.mall.now() < self._since:",
                "if False:",
            ),
        ),
    ),
    Fault(
        name="used-pieces-cost-again",
        promise="what is given or held is no longer among what a campaign can still cost",
        tests=(f"{_CAMPAIGNS}test_a_campaign_says_what_it_does_and_what_it_can_still_cost",),
        edits=(Edit("campaigns/tools/exposure.py", 'if "quota" in made:', "if False:"),),
    ),
    Fault(
        name="reasonless-release",
        promise="a release keeps the reason that was given for it",
        tests=(f"{_CAMPAIGNS}test_versions_have_an_author_a_time_and_a_reason",),
        edits=(Edit("adapters/sql/past_releases.py", 'return said[1] if said[:1] == ["reason"] else ""', 'return ""'),),
    ),
)
