"""Faults in how things are shown and used: addresses, articles, scenes in their time, stacks, and what holders say."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["DISPLAY"]

_SHOWN = "tests/adapters/test_web_display.py::"
_RIGHTS = "tests/adapters/test_web_rights.py::"
_BASICS = "tests/entitlements/test_basics.py::"
_BAD = "tests/campaigns/test_findings.py::test_a_mistake_is_found_where_it_stands"

DISPLAY = (
    Fault(
        name="any-address",
        promise="a page shows and leads to https and this site alone",
        tests=(f"{_BAD}[bad-address]", f"{_SHOWN}test_what_an_article_leads_to_is_on_the_list_of_what_it_may[host]"),
        edits=(Edit("campaigns/language/display.py", "_ADDRESS.fullmatch(address) is not None", 'address != ""'),),
    ),
    Fault(
        name="html-in-articles",
        promise="an article can't carry a script",
        tests=(f"{_SHOWN}test_neither_a_title_nor_an_article_can_carry_a_script",),
        edits=(Edit("adapters/web/articles.py", '{"html": False}', '{"html": True}'),),
    ),
    Fault(
        name="mark-before-picture",
        promise="the host's own picture stands before any other",
        tests=(f"{_SHOWN}test_a_picture_of_the_hosts_stands_before_any_other",),
        edits=(Edit("adapters/web/pictures.py", "if shown.image is not None:", "if shown.image is None:"),),
    ),
    Fault(
        name="scene-for-ever",
        promise="a scene is shown in its time by the mall's clock",
        tests=(
            f"{_SHOWN}test_a_scene_is_a_shelf_and_a_page_while_it_runs",
            f"{_SHOWN}test_a_scene_is_not_shown_before_it_runs",
        ),
        edits=(
            Edit(
                "campaigns/language/display.py",
                "(self.start is None or self.start <= now) and (self.end is None or now < self.end)",
                "now is not None",
            ),
        ),
    ),
    Fault(
        name="scene-of-anything",
        promise="a scene names what there is",
        tests=(f"{_BAD}[scenes]",),
        edits=(
            Edit(
                "campaigns/language/compile/display.py",
                "elif shown not in known and not parts.unsure(shown):",
                "elif False:",
            ),
        ),
    ),
    Fault(
        name="stack-of-seen",
        promise="a code that was looked at stands alone in the list",
        tests=(f"{_RIGHTS}test_a_code_that_was_looked_at_stands_alone",),
        edits=(Edit("adapters/web/stacks.py", 'right.id if alone else ""', '""'),),
    ),
    Fault(
        name="rating-of-anybody",
        promise="nobody rates what is not theirs",
        tests=(
            f"{_BASICS}test_nobody_rates_what_is_not_theirs[bob-e1]",
            f"{_RIGHTS}test_nobody_rates_or_reads_what_is_not_theirs",
        ),
        edits=(
            Edit(
                "entitlements/plays/rate.py",
                "if right is None or (ask.user is not None and right.holder != ask.holder):",
                "if right is None:",
            ),
        ),
    ),
    Fault(
        name="rating-forgets",
        promise="what is left out of a rating stays as it was",
        tests=(f"{_BASICS}test_what_is_said_of_an_entitlement_is_kept_as_said_last",),
        edits=(Edit("entitlements/plays/rate.py", "if before is None:", "if before is not None or before is None:"),),
    ),
)
