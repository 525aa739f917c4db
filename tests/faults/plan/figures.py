"""Faults in the figures: what is counted, once, from where on, for whom it is read."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["FIGURES"]

_COUNTING = "tests/figures/test_counting.py::"
_FIGURES = "tests/figures/test_figures.py::"
_BRANDS = "tests/figures/test_brands.py::"
_SUMS = f"{_COUNTING}test_sums_are_what_counting_again_comes_to[sqlite-1]"
_SEVERAL = f"{_COUNTING}test_several_count_at_once_while_others_write[sqlite]"

FIGURES = (
    Fault(
        name="figures-page-counted-by-two",
        promise="each change is counted once, however many count at the same time",
        tests=(_SEVERAL,),
        edits=(
            Edit(
                "adapters/sql/figures.py",
                "            if not self._moved(connection, mark, mark.after(page)):\n                return 0\n",
                "            self._moved(connection, self._marked(), mark.after(page))\n",
            ),
        ),
    ),
    Fault(
        name="figures-mark-moved-without-sums",
        promise="who dies while counting has counted nothing",
        tests=(f"{_COUNTING}test_who_dies_while_counting_has_counted_nothing[sqlite-before the sums]",),
        edits=(
            Edit(
                "adapters/sql/figures.py",
                "                return 0\n            if rows:\n                connection.execute(_adding",
                "                return 0\n        with self._store.working() as connection:\n            if rows:\n                connection.execute(_adding",
            ),
        ),
    ),
    Fault(
        name="figures-refund-not-counted",
        promise="the money of a refund is in the figures",
        tests=(f"{_FIGURES}test_a_deal_is_claimed_paid_and_refunded[memory]",),
        edits=(Edit("entitlements/plays/sale/refund.py", '    count(draft, "refunded", money)\n', ""),),
    ),
    Fault(
        name="figures-kept-promise-claimed-twice",
        promise="what is given because of a promise is no second claim",
        tests=(_SUMS,),
        edits=(
            Edit(
                "adapters/figures/counting.py",
                "not (self.kept or self.parts or self.deals)",
                "not (self.parts or self.deals)",
            ),
        ),
    ),
    Fault(
        name="figures-month-and-days-both",
        promise="a range that begins in the middle of a month comes to what its days come to",
        tests=(f"{_COUNTING}test_months_and_days_come_to_the_same[sqlite]",),
        edits=(
            Edit(
                "adapters/figures/asking.py",
                "begin = self.first if self.first.day == 1 else",
                "begin = self.first if self.first.day <= 15 else",
            ),
        ),
    ),
    Fault(
        name="figures-personal-attribute-counted-by",
        promise="figures are told apart by what the mall counts by, and by nothing about people",
        tests=(f"{_FIGURES}test_figures_are_told_apart_by_what_the_mall_counts_by[memory]",),
        edits=(Edit("adapters/figures/asking.py", "    if by and by not in there:", "    if False:"),),
    ),
    Fault(
        name="figures-brand-sees-all",
        promise="a key of a brand reads the figures of its own things",
        tests=(f"{_BRANDS}test_a_key_of_a_brand_reads_its_things_alone",),
        edits=(Edit("adapters/api/figures.py", '"brand": brand}', '"brand": None}'),),
    ),
    Fault(
        name="figures-brand-sees-cost",
        promise="a brand is not told what its things cost the mall",
        tests=(f"{_BRANDS}test_a_key_of_a_brand_reads_its_things_alone",),
        edits=(Edit("adapters/api/figures.py", '            row["cost"] = None\n', "            pass\n"),),
    ),
    Fault(
        name="figures-brand-with-another-scope",
        promise="a key of a brand can do nothing else",
        tests=(f"{_BRANDS}test_it_can_be_given_nothing_else",),
        edits=(Edit("adapters/scopes.py", "(user is not None or wanted != _OF_A_BRAND)", "user is not None"),),
    ),
    Fault(
        name="figures-console-brand-of-the-address",
        promise="no address shows an operator of one brand another",
        tests=("tests/console/test_figures.py::test_no_address_widens_it[asked0]",),
        edits=(
            Edit(
                "adapters/console/figures/screens.py",
                "brand = wanted if wanted in own else own[0]",
                "brand = wanted or own[0]",
            ),
        ),
    ),
    Fault(
        name="figures-showings-written-in-the-request",
        promise="what was shown is written once the answer is sent",
        tests=("tests/figures/test_showings.py::test_it_is_written_once_the_answer_is_sent[sqlite]",),
        edits=(Edit("adapters/web/shown.py", "        response.call_on_close(sent)\n", "        sent()\n"),),
    ),
    Fault(
        name="key-of-a-brand-misspelt",
        promise="a key is not made for a brand that there is not",
        tests=("tests/cli/test_api_keys.py::test_a_key_is_for_a_brand_that_there_is",),
        edits=(Edit("adapters/api_keys.py", "        known_brand(of, brands)\n", "        pass\n"),),
    ),
    Fault(
        name="csv-parted-by-semicolons",
        promise="no CSV file has a formula for a spreadsheet that parts columns by semicolons",
        tests=(
            "tests/figures/test_command.py::test_csv_has_no_formula_for_whoever_parts_columns_by_semicolons",
            "tests/console/test_manners.py::test_a_file_has_no_formula_for_whoever_parts_columns_otherwise",
        ),
        edits=(Edit("adapters/figures/tables.py", "([;|\\t\\r\\n]", "([|\\t\\r\\n]"),),
    ),
)
