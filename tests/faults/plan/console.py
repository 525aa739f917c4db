"""Faults in the console: who may do what, what is noted of it, what files and lists do."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["CONSOLE"]

_ACTING = "adapters/console/acting.py"
_BULK = "adapters/console/people/bulk.py"
_MANNERS = "tests/console/test_manners.py::"
_PEOPLE = "tests/console/test_people.py::"
_MATRIX = "tests/console/test_matrix.py::"

CONSOLE = (
    Fault(
        name="any-role-acts",
        promise="only the roles of an action do it",
        tests=(f"{_MATRIX}test_an_action_is_done_by_its_roles_alone[viewer]",),
        edits=(Edit(_ACTING, "if not to.may(action.roles):", "if not action.roles:"),),
    ),
    Fault(
        name="any-role-sees",
        promise="only the roles of a screen open it",
        tests=(f"{_MATRIX}test_a_screen_opens_for_its_roles_alone_and_writes_nothing[brand]",),
        edits=(Edit("adapters/console/setup.py", "if not to.may(screen.roles):", "if to.operator is None:"),),
    ),
    Fault(
        name="no-reason",
        promise="an act without a reason is refused and noted",
        tests=(f"{_MANNERS}test_an_act_without_a_reason_is_refused_and_noted[abc]",),
        edits=(Edit(_ACTING, "if len(reason) < _SHORTEST_REASON:", "if len(reason) < 0:"),),
    ),
    Fault(
        name="acts-unheard-of",
        promise="every act stands in the journal with author and reason before it is done",
        tests=(f"{_MANNERS}test_the_journal_keeps_author_and_reason",),
        edits=(Edit(_ACTING, '_note(to, number, name, "begun", reason=reason, **_concerns(to))', "pass"),),
    ),
    Fault(
        name="refusal-unnoted",
        promise="an act without a role is noted",
        tests=(f"{_MANNERS}test_an_act_without_a_role_is_refused_and_noted[viewer]",),
        edits=(
            Edit(
                _ACTING,
                '_note(to, RandomIds().new(), name, "refused", reason=reason, why="role-missing", **_concerns(to))',
                "pass",
            ),
        ),
    ),
    Fault(
        name="formula-in-a-file",
        promise="no cell of a file is run by a spreadsheet",
        tests=(f"{_MANNERS}test_files_have_all_rows_and_no_formula",),
        edits=(
            Edit("adapters/figures/tables.py", "if plain.startswith(_FORMULA) else plain", "if not plain else plain"),
        ),
    ),
    Fault(
        name="upload-unpacked-unseen",
        promise="a file that unpacks to far more than a list of things is not unpacked",
        tests=(
            "tests/console/test_catalogue.py::test_a_small_file_that_unpacks_to_a_large_one_is_not_unpacked[cells]",
        ),
        edits=(Edit("adapters/tables_read.py", "        _check_size(file, largest)\n", ""),),
    ),
    Fault(
        name="first-page-for-a-file",
        promise="a file has the rows of all pages",
        tests=(f"{_MANNERS}test_files_have_all_rows_and_no_formula",),
        edits=(
            Edit("adapters/console/showing.py", "to.after, to.limit = None, _AT_ONCE", "to.after, to.limit = None, 5"),
            Edit("adapters/console/showing.py", "if table.next is None or", "if table.next or"),
        ),
    ),
    Fault(
        name="list-twice",
        promise="a list of the same name gives nobody anything twice",
        tests=(f"{_PEOPLE}test_a_list_of_the_same_name_books_nobody_twice",),
        edits=(Edit(_BULK, 'digest16("bulk", found.name, found.thing)', 'digest16("bulk", booking.id, found.thing)'),),
    ),
    Fault(
        name="list-unconfirmed",
        promise="a list is shown before it is booked",
        tests=(f"{_PEOPLE}test_a_list_is_shown_before_it_is_booked",),
        edits=(Edit(_BULK, 'if to.typed.get("confirmed") != _CONFIRMED:', 'if to.typed.get("confirmed") == "never":'),),
    ),
    Fault(
        name="codes-shown-again",
        promise="no card code is on the page of the form that brings it",
        tests=("tests/console/test_stock.py::test_a_form_that_is_asked_for_again_shows_no_code",),
        edits=(
            Edit(
                "adapters/console/codes.py",
                "for name, said in to.typed.items() if name != _FIELD}",
                "for name, said in to.typed.items()}",
            ),
        ),
    ),
)
