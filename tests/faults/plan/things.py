"""Faults in the pages of what is on offer: places, what is kept in memory, what is worked out."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["THINGS"]

_TEST = "tests/campaigns/test_catalogue.py::"
_STANDINGS = "tests/campaigns/test_standings.py::"
_WEB = "tests/adapters/test_web_things.py::"

THINGS = (
    Fault(
        name="marks-unchecked",
        promise="a place in a list that was made by hand is the first page",
        tests=(f"{_TEST}test_a_mark_that_was_made_by_hand_is_the_first_page",),
        edits=(Edit("campaigns/catalogue/marks.py", "if raw[:_CHECK] != _check(raw[_CHECK:], of):", "if not raw:"),),
    ),
    Fault(
        name="marks-of-any-list",
        promise="a place in one list is no place in another",
        tests=(f"{_TEST}test_a_mark_that_was_made_by_hand_is_the_first_page",),
        edits=(Edit("campaigns/catalogue/catalogue.py", "(self.name, self.unit, query.name)", "()"),),
    ),
    Fault(
        name="place-shown-twice",
        promise="pages follow each other, and none repeats what another has shown",
        tests=(f"{_TEST}test_pages_follow_each_other_and_lead_back[-price]",),
        edits=(
            Edit(
                "campaigns/catalogue/orders.py",
                "bisect_right(self.numbers, place, key=self.place)",
                "bisect_left(self.numbers, place, key=self.place)",
            ),
        ),
    ),
    Fault(
        name="gone-among-the-others",
        promise="what can be had stands before what is gone, on whichever page",
        tests=(f"{_STANDINGS}test_what_can_be_had_stands_before_what_is_gone_on_whichever_page[-2]",),
        edits=(Edit("campaigns/catalogue/standings.py", "            if left == 0:", "            if left == -1:"),),
    ),
    Fault(
        name="gone-by-its-campaign",
        promise="a thing that is not on sale yet stands behind what can be had",
        tests=("tests/engine/test_on_sale.py::test_lists_put_it_behind_what_can_be_had_until_it_begins",),
        edits=(Edit("campaigns/catalogue/standings.py", "[thing.timed]", "[thing.campaign]"),),
    ),
    Fault(
        name="place-without-its-part",
        promise="a page goes on in the part of the list in which the one before ended",
        tests=(f"{_STANDINGS}test_what_can_be_had_stands_before_what_is_gone_on_whichever_page[-3]",),
        edits=(
            Edit(
                "campaigns/catalogue/slices.py",
                "else (step[0], *place[:2], *place[3:])",
                "else (0, *place[:2], *place[3:])",
            ),
        ),
    ),
    Fault(
        name="assumed-to-be-there",
        promise="what a look has not loaded yet counts for nothing",
        tests=(f"{_STANDINGS}test_what_can_be_had_stands_before_what_is_gone_on_whichever_page[-50]",),
        edits=(
            Edit(
                "campaigns/offers.py",
                "view = self.ports.glance(needs) if needs else None",
                "view = None if hasattr(self.ports, 'seen') or not needs else self.ports.look(needs)",
            ),
        ),
    ),
    Fault(
        name="things-of-an-old-release",
        promise="things are listed anew when other campaigns come into force",
        tests=(f"{_TEST}test_things_are_listed_once_for_a_set_of_campaigns",),
        edits=(
            Edit(
                "campaigns/engine/in_force.py",
                "if known is None or known[0] != epoch:",
                "if known is None:",
            ),
        ),
    ),
    Fault(
        name="things-listed-for-each-page",
        promise="things are listed once, and a pause changes nothing about that",
        tests=(f"{_TEST}test_things_are_listed_once_for_a_set_of_campaigns",),
        edits=(
            Edit(
                "campaigns/engine/in_force.py",
                "known[2] if known is not None and same else make(plays)",
                "make(plays)",
            ),
        ),
    ),
    Fault(
        name="moments-kept-too-long",
        promise="a list knows when a campaign opens and closes",
        tests=(f"{_TEST}test_what_closes_first_changes_with_the_clock",),
        edits=(
            Edit(
                "campaigns/catalogue/moments.py",
                "return self.since <= now < self.until and paused == self.paused",
                "return self.since <= now and paused == self.paused",
            ),
        ),
    ),
    Fault(
        name="why-not-of-everything",
        promise="why not is worked out for what is shown alone",
        tests=(f"{_TEST}test_only_what_is_shown_is_worked_out",),
        edits=(
            Edit(
                "campaigns/offers.py",
                "return OfferPage(self._shown(found.things, whose), found)",
                "shown = self._shown(self.ports.catalogue().things, whose)\n"
                "        return OfferPage(shown[: len(found.things)], found)",
            ),
        ),
    ),
    Fault(
        name="money-within-points",
        promise="what costs money alone is nothing that points pay for",
        tests=(f"{_TEST}test_what_somebody_can_afford",),
        edits=(
            Edit(
                "campaigns/catalogue/thing.py",
                "if price is None or (price.money and not any(price.units.values())):",
                "if price is None:",
            ),
        ),
    ),
    Fault(
        name="search-without-bound",
        promise="a search looks at forty letters, whatever is typed",
        tests=(f"{_TEST}test_a_search_looks_at_forty_letters_and_eight_words",),
        edits=(
            Edit(
                "campaigns/catalogue/texts.py",
                "folded(text[:LONGEST_TEXT])[:LONGEST_TEXT]",
                "folded(text)",
            ),
        ),
    ),
    Fault(
        name="choices-that-forget",
        promise="a choice in a list keeps the others, so that a link is a view",
        tests=(f"{_WEB}test_a_link_is_a_view",),
        edits=(
            Edit(
                "adapters/web/wish.py",
                'attrs.evolve(self, **{"mark": "", **changes}).fields',
                "Wish(**changes).fields",
            ),
        ),
    ),
    Fault(
        name="place-kept-by-a-choice",
        promise="a choice in a list begins at its first page",
        tests=(f"{_WEB}test_a_link_is_a_view",),
        edits=(
            Edit(
                "adapters/web/wish.py",
                'attrs.evolve(self, **{"mark": "", **changes}).fields',
                "attrs.evolve(self, **changes).fields",
            ),
        ),
    ),
)
