"""Faults at buying from suppliers: what is sent twice, refunded too early, given twice, owed wrongly."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["BUYING"]

_LIFE = "entitlements/supply/purchasing.py"
_SAID = "entitlements/supply/said.py"
_TESTS = "tests/supply/test_buying.py::"

BUYING = (
    Fault(
        name="purchase-sent-twice",
        promise="an order is taken on before the supplier is called, once",
        tests=(f"{_TESTS}test_nobody_orders_twice_what_one_has_taken_on[memory]",),
        edits=(
            Edit(_LIFE, 'if purchase.to_do != "order":', 'if purchase.to_do == "query":'),
            Edit(_LIFE, 'phase="sent", to_do=""', 'phase="sent", to_do="order"'),
        ),
    ),
    Fault(
        name="purchase-refunded-while-unknown",
        promise="what nobody knows is not refunded",
        tests=(f"{_TESTS}test_a_connector_that_breaks_leaves_the_outcome_unknown[memory]",),
        edits=(
            Edit(
                _LIFE, 'not in ("wanted", "retrying", "refused")', 'not in ("wanted", "retrying", "refused", "unknown")'
            ),
        ),
    ),
    Fault(
        name="purchase-code-given-twice",
        promise="a code that came before is given to nobody",
        tests=(f"{_TESTS}test_a_code_that_came_before_is_not_given_again[memory]",),
        edits=(
            Edit(
                _LIFE,
                'word="code-came-before") if twice else said',
                'word="code-came-before") if twice and not codes else said',
            ),
        ),
    ),
    Fault(
        name="purchase-short-batch-taken",
        promise="another count of codes than was ordered is unknown",
        tests=(f"{_TESTS}test_another_count_of_codes_is_unknown[memory-codes1]",),
        edits=(
            Edit(
                _SAID, "self.codes != (quantity if with_codes else 0)", "self.codes > (quantity if with_codes else 0)"
            ),
        ),
    ),
    Fault(
        name="purchase-owed-after-a-no",
        promise="what was accepted and then refused is not owed",
        tests=(f"{_TESTS}test_what_was_accepted_and_then_refused_is_not_owed[memory]",),
        edits=(
            Edit(
                _LIFE,
                '        """A final no: the next supplier, or the end."""\n        self._owe(0)\n',
                '        """A final no: the next supplier, or the end."""\n',
            ),
        ),
    ),
    Fault(
        name="purchase-call-back-of-another",
        promise="a call-back is heard of the supplier that the order went to",
        tests=(f"{_TESTS}test_a_call_back_is_heard_once_and_of_its_own_supplier[memory]",),
        edits=(
            Edit(
                "campaigns/supply/desk.py",
                "        return purchase.supplier == supplier\n",
                "        return bool(purchase.supplier)\n",
            ),
        ),
    ),
    Fault(
        name="purchase-late-no-believed",
        promise="a late no to an earlier sending changes nothing once the order was sent again",
        tests=(f"{_TESTS}test_a_late_no_to_an_earlier_sending_changes_nothing[memory-late1]",),
        edits=(Edit(_LIFE, "self._is_repeated(said) or self._is_overtaken(said)", "self._is_repeated(said)"),),
    ),
    Fault(
        name="purchase-keeps-others-waiting",
        promise="a purchase that can't go on keeps nobody waiting",
        tests=(f"{_TESTS}test_one_that_can_not_go_on_keeps_nobody_waiting[memory]",),
        edits=(Edit("campaigns/supply/ordering.py", "except QuanyiError:", "except KeyError:"),),
    ),
    Fault(
        name="purchase-without-a-job",
        promise="a worker buys what was paid for",
        tests=(f"{_TESTS}test_a_worker_buys[memory]",),
        edits=(Edit("adapters/jobs.py", "    if ports.suppliers:\n", "    if not ports.suppliers:\n"),),
    ),
    Fault(
        name="purchase-erased-while-bought",
        promise="whoever waits for a supplier is not erased yet",
        tests=(f"{_TESTS}test_whoever_waits_for_a_supplier_is_not_erased_yet[sqlite]",),
        edits=(Edit("adapters/sql/erasing.py", "            *self._purchases(holder),\n", ""),),
    ),
    Fault(
        name="purchase-said-to-be-done",
        promise="a page says that an order is on its way until it is delivered",
        tests=("tests/supply/test_pages.py::test_an_order_is_on_its_way_until_it_is_delivered[en]",),
        edits=(Edit("adapters/web/deals.py", '        return "coming"\n', '        return "goods"\n'),),
    ),
    Fault(
        name="purchase-written-off-is-given",
        promise="what was written off and is delivered later goes to nobody, and is owed",
        tests=(f"{_TESTS}test_what_was_written_off_and_is_delivered_later_is_owed_and_goes_to_nobody[memory]",),
        edits=(
            Edit(
                "entitlements/records/purchases.py",
                '"unknown", "wanted")',
                '"unknown", "wanted", "written_off")',
            ),
        ),
    ),
)
