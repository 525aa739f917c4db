"""Faults in the face: keys and ids at the door, who saw a code, what a slip reads as."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["FACE"]

_ACTORS = "tests/engine/test_actors.py::"
_IDENTIFIERS = "tests/engine/test_identifiers.py::"
_KEYS = "tests/engine/test_keys.py::"
_HOLDINGS = "tests/engine/test_long_holdings.py::"
_MANY = "tests/engine/test_many_things.py::"
_PLAIN = "tests/engine/test_plain.py::"
_REVEALS = "tests/engine/test_reveals.py::"
_SLIPS = "tests/engine/test_slips_of_operators.py::"

_EVERY_CALL = f"{_IDENTIFIERS}test_what_is_no_identifier_is_refused_by_every_call"

FACE = (
    # --- keys and ids --------------------------------------------------------------------------
    Fault(
        name="fact-swallowed",
        promise="a fact under somebody else's key is told so",
        tests=(f"{_KEYS}test_a_key_that_somebody_else_used_swallows_no_fact[memory]",),
        edits=(
            Edit(
                "campaigns/engine/decisions.py", "if kept.digest != digest:", "if kept.digest != digest and ask.asks:"
            ),
        ),
    ),
    Fault(
        name="anybody-is-nobody",
        promise="an empty text is nobody",
        tests=(f"{_EVERY_CALL}[wallet]", f"{_EVERY_CALL}[report, user]"),
        edits=(Edit("entitlements/identifiers.py", "{{1,{LONGEST}}}", "{{0,{LONGEST}}}"),),
    ),
    Fault(
        name="ids-without-end",
        promise="a key has at most 200 characters",
        tests=("tests/entitlements/test_identifiers.py::test_it_has_two_hundred_characters_at_most",),
        edits=(Edit("entitlements/identifiers.py", "{{1,{LONGEST}}}", "{{1,}}"),),
    ),
    Fault(
        name="reads-unchecked",
        promise="reads refuse what is no user, as writes do",
        tests=(f"{_EVERY_CALL}[deals]",),
        edits=(Edit("campaigns/ports.py", 'known = identifier(user, "user")', "known = user"),),
    ),
    Fault(
        name="actor-in-the-content",
        promise="who acts is no part of the content",
        tests=(f"{_KEYS}test_who_acts_is_no_part_of_the_content[memory]",),
        edits=(
            Edit("entitlements/inputs.py", "body = [self.type, self.user, ", "body = [self.type, self.user, self.by, "),
        ),
    ),
    Fault(
        name="defaults-are-content",
        promise="what we fill in is not what the host sent",
        tests=(f"{_KEYS}test_a_redelivery_on_another_day_is_the_same_fact",),
        edits=(
            Edit(
                "campaigns/language/events.py",
                "for name, value in kept.items() if data.get(name) is not None}",
                "for name, value in kept.items()}",
            ),
        ),
    ),
    Fault(
        name="old-formula-forgotten",
        promise="a receipt of an older release is compared by its own formula",
        tests=(f"{_KEYS}test_an_old_receipt_is_answered_by_the_old_formula",),
        edits=(
            Edit(
                "campaigns/engine/decisions.py",
                "ask.digest if kept.formula == FORMULA else ask.digest_by(kept.formula)",
                "ask.digest",
            ),
        ),
    ),
    Fault(
        name="actor-not-kept",
        promise="the actor of a write stands in the journal",
        tests=(f"{_ACTORS}test_the_actor_of_every_write_stands_in_the_journal[memory]",),
        edits=(Edit("campaigns/engine/write_set.py", "changes=changes, by=ask.by)", "changes=changes)"),),
    ),
    Fault(
        name="history-without-actors",
        promise="a history says who acted",
        tests=("tests/conformance/test_sqlite.py::TestSqlite::test_a_wallets_history_says_who_acted",),
        edits=(Edit("adapters/sql/rows.py", "        write.by,\n", "        None,\n"),),
    ),
    Fault(
        name="a-slip-never-happened",
        promise="asking for a type that there is none of is a mistake",
        tests=(f"{_KEYS}test_asking_for_a_type_that_there_is_none_of_is_a_mistake[memory]",),
        edits=(Edit("campaigns/queries.py", "if receipt is None and named not in self._types():", "if False:"),),
    ),
    # --- many things ---------------------------------------------------------------------------
    Fault(
        name="a-thousand-at-most",
        promise="no answer depends on how many things somebody has",
        tests=(f"{_MANY}test_a_pass_is_valid_however_many_newer_things_its_owner_holds[memory]",),
        edits=(
            Edit(
                "campaigns/lists.py",
                "while len(page) == AT_ONCE and (listing.keys, listing.ids) == (None, None) and len(whole) != listing.most:",
                "while False:",
            ),
        ),
    ),
    Fault(
        name="the-last-page-unsaid",
        promise="a page says whether more follows",
        tests=(f"{_MANY}test_all_deals_are_listed_and_paged[memory]",),
        edits=(
            Edit(
                "campaigns/lists.py",
                'return Page(items[:most], cast("Any", items[most - 1]).id)',
                "return Page(items[:most])",
            ),
        ),
    ),
    Fault(
        name="due-things-on-no-page",
        promise="what is due by now is on a page before any sweep",
        tests=(f"{_HOLDINGS}test_what_is_due_is_on_a_page_before_any_sweep[memory]",),
        edits=(Edit("campaigns/own_pages.py", "_merged(some, fresh, order)", "_merged(some, [], order)"),),
    ),
    Fault(
        name="equal-ends-skipped",
        promise="pages by end are the whole list, also where many things end at once",
        tests=(f"{_HOLDINGS}test_pages_are_the_whole_list_in_its_order[sqlite-None-ending]",),
        edits=(Edit("adapters/sql/listings.py", "or_(beyond, and_(record.due_at == due, newer))", "beyond"),),
    ),
    Fault(
        name="times-of-a-thing-unread",
        promise="two campaigns that sell a thing at times that are apart do not sell it at once",
        tests=("tests/campaigns/test_same_offer.py::test_times_of_a_thing_that_are_apart_are_not_at_once[behind]",),
        edits=(
            Edit(
                "campaigns/project/lint/offers.py",
                "return offers.head(campaign.play, thing)",
                "return campaign.play.head",
            ),
        ),
    ),
    # --- who saw a code ------------------------------------------------------------------------
    Fault(
        name="second-sight-untold",
        promise="every sight of a code is booked",
        tests=(f"{_REVEALS}test_every_sight_of_a_code_leaves_a_trace[memory]",),
        edits=(Edit("campaigns/stashing.py", "while sight.duplicate:", "while False:"),),
    ),
    Fault(
        name="codes-in-a-repr",
        promise="the text of a receipt hides the codes",
        tests=(f"{_REVEALS}test_the_text_of_a_receipt_hides_the_codes[memory]",),
        edits=(Edit("entitlements/inputs.py", "attrs.field(factory=dict, repr=_masked)", "attrs.field(factory=dict)"),),
    ),
    Fault(
        name="codes-in-the-plain-form",
        promise="the plain form of a receipt hides the codes",
        tests=(f"{_PLAIN}test_the_plain_form_of_a_receipt_hides_the_codes[memory]",),
        edits=(
            Edit(
                "entitlements/inputs.py",
                '{name: "***" if name == "codes" else value for name, value in self.answer',
                "{name: value for name, value in self.answer",
            ),
        ),
    ),
    Fault(
        name="receipts-keep-everything",
        promise="a receipt keeps who said no and why, and no more",
        tests=(f"{_PLAIN}test_a_receipt_keeps_who_said_no_and_why_and_no_more[memory]",),
        edits=(Edit("campaigns/engine/decisions.py", "kept = receipt.kept()", "kept = receipt"),),
    ),
    # --- slips of operators --------------------------------------------------------------------
    Fault(
        name="pause-of-nothing",
        promise="pausing a campaign that there is none of is not found",
        tests=(f"{_SLIPS}test_pausing_what_is_not_there_is_not_found[memory]",),
        edits=(
            Edit(
                "campaigns/project/release.py",
                'if identifier(campaign, "campaign") not in release.campaigns:',
                "if not campaign:",
            ),
        ),
    ),
    Fault(
        name="points-of-no-unit",
        promise="an adjustment in a unit that is not declared is refused",
        tests=(f"{_SLIPS}test_an_adjustment_in_no_unit_of_the_mall_is_a_mistake[memory]",),
        edits=(Edit("campaigns/desk.py", "known = self._ports.unit(unit)", "known = unit"),),
    ),
)
