"""Faults in what a request says of itself, and in what limits keep of people."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["CONTEXT"]

_CONTEXT = "tests/engine/test_context.py::"
_FILES = "tests/campaigns/test_context.py::"
_WEB = "tests/adapters/test_web_context.py::"

CONTEXT = (
    Fault(
        name="pages-say-nothing",
        promise="the stock pages hand what the host says of a request to every order",
        tests=(f"{_WEB}test_one_piece_goes_to_an_address", f"{_WEB}test_one_piece_goes_to_a_device"),
        edits=(Edit("adapters/web/actions.py", '"context": to.context, **attrs', "**attrs"),),
    ),
    Fault(
        name="phone-in-clear",
        promise="a limit keeps a digest of what is personal",
        tests=(f"{_CONTEXT}test_a_phone_stands_nowhere[sqlite]",),
        edits=(Edit("entitlements/limits/limit.py", "if name in limit.hidden else key", "if False else key"),),
    ),
    Fault(
        name="digest-without-its-limit",
        promise="two limits don't show that they met the same phone",
        tests=(f"{_CONTEXT}test_a_digest_is_of_one_mall_limit_attribute_and_value",),
        edits=(Edit("entitlements/limits/limit.py", '"per", limit.salt, limit.id, name', '"per", limit.salt, name'),),
    ),
    Fault(
        name="counted-under-nothing",
        promise="nothing is counted under a key that nobody said",
        tests=(f"{_CONTEXT}test_a_limit_whose_key_nobody_says_refuses[memory-None]",),
        edits=(Edit("entitlements/limits/limit.py", "value is None and name not in _ROLES", "False"),),
    ),
    Fault(
        name="empty-address",
        promise="an empty text is the same as none",
        tests=(f"{_FILES}test_an_empty_text_says_nothing",),
        edits=(Edit("campaigns/language/context.py", 'None if value == "" else value', "value"),),
    ),
    Fault(
        name="network-in-the-content",
        promise="another network under a used key is the same request",
        tests=(f"{_CONTEXT}test_another_network_under_a_used_key_is_the_same_request[memory]",),
        edits=(
            Edit(
                "entitlements/inputs.py",
                "self.type, self.campaign, self.about and self.about.parts, said]",
                "self.type, self.campaign, self.about and self.about.parts, {**said, **self.personal}]",
            ),
        ),
    ),
    Fault(
        name="cashiers-address",
        promise="what a late payment takes again is the place of whoever placed the deal",
        tests=(f"{_CONTEXT}test_a_payment_says_nothing_of_the_address[memory]",),
        edits=(Edit("entitlements/plays/sale/pay.py", ", subjects=known_subjects(deal.moves)", ""),),
    ),
    Fault(
        name="context-before-the-event",
        promise="an attribute of the event's own comes before the context",
        tests=(f"{_CONTEXT}test_what_an_event_says_itself_comes_before_the_context[memory]",),
        edits=(
            Edit(
                "campaigns/requests.py",
                "{**came, **read.personal}",
                "{**read.personal, **(context or {})}",
            ),
        ),
    ),
    Fault(
        name="undeclared-context",
        promise="what a mall does not declare is refused at the door",
        tests=(f"{_CONTEXT}test_what_is_not_declared_is_said_at_the_door[redeem]",),
        edits=(
            Edit(
                "campaigns/requests.py", "came = context_of(project, type_, context, now)", "came: dict[str, str] = {}"
            ),
        ),
    ),
    Fault(
        name="counted-later-by-an-address",
        promise="what is counted when the request is over can't count by its context",
        tests=(f"{_FILES}test_nothing_is_counted_by_an_address_once_the_request_is_over",),
        edits=(Edit("campaigns/language/compile/limits.py", '_LATER = ("at_payout", "goals")', '_LATER = ("goals",)'),),
    ),
    Fault(
        name="silent-new-count",
        promise="plan says where a count begins at zero because its key is a digest from now on",
        tests=(f"{_FILES}test_a_count_of_a_personal_attribute_begins_at_zero_and_plan_says_so",),
        edits=(
            Edit(
                "campaigns/tools/plan.py",
                "return (limit.hidden, limit.salt) != (before.hidden, before.salt)",
                "return False",
            ),
        ),
    ),
    Fault(
        name="personal-never-heard",
        promise="a condition that asks for a personal value is met by it",
        tests=(f"{_CONTEXT}test_a_condition_on_a_channel_is_heard[memory]",),
        edits=(
            Edit(
                "campaigns/engine/index.py",
                "return value_at(path, ask)",
                "return ask.data.get(path.rpartition('.')[2])",
            ),
        ),
    ),
    Fault(
        name="no-for-an-unknown-address",
        promise="an offer is not refused because a page has no request to count by",
        tests=(f"{_CONTEXT}test_what_is_shown_is_no_no_where_only_the_request_can_tell[memory]",),
        edits=(Edit("campaigns/offers.py", 'why_not.reason == "attribute-missing"', 'why_not.reason == ""'),),
    ),
)
