"""Faults in what pages read together: one instant, one question to the host, everything that is needed."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["LOOKS"]

_TEST = "tests/engine/test_looks.py::"
_DEMO = "tests/demo/test_looks.py::test_a_look_answers_as_each_question_does[later0]"
_SUITE = "::test_a_snapshot_stands_still"

LOOKS = (
    Fault(
        name="look-kept-by-the-process",
        promise="A page is shown as it stands when it is asked for: nothing of an earlier request is on it.",
        tests=("tests/adapters/test_web_statements.py::test_a_page_is_shown_as_it_stands_each_time[sqlite]",),
        edits=(
            Edit(
                "adapters/web/visit.py",
                '    if "quanyi_visit" not in g:\n        g.quanyi_visit = Visit(current_app.extensions[EXTENSION])\n'
                "    found: Visit = g.quanyi_visit\n",
                '    kept = current_app.extensions.setdefault("kept", {})\n'
                "    found: Visit = kept.setdefault(request.path, Visit(current_app.extensions[EXTENSION]))\n",
            ),
            Edit(
                "adapters/web/visit.py",
                "        whose = [_wallet] if wallet and self.user else []\n",
                '        if "kept" in self.__dict__:\n            return self.__dict__["kept"]\n'
                "        whose = [_wallet] if wallet and self.user else []\n",
            ),
            Edit(
                "adapters/web/visit.py",
                '"wallet": answers.pop(0)} if whose else {})})\n',
                '"wallet": answers.pop(0)} if whose else {})})\n        self.__dict__["kept"] = tuple(answers)\n',
            ),
        ),
    ),
    Fault(
        name="look-begun-again-with-what-it-had",
        promise="A look that begins again keeps nothing but what the host said.",
        tests=(f"{_TEST}test_a_look_begins_again_if_campaigns_change_under_it[memory]",),
        edits=(
            Edit(
                "campaigns/looks.py",
                "    seen.begin(excluded, ports.transactions.in_force.epoch)\n",
                "    seen.excluded = excluded\n    seen.late = None\n    seen.epoch = ports.transactions.in_force.epoch\n",
            ),
            Edit(
                "campaigns/looks.py",
                "        while asking.open:\n",
                "        while asking.open and seen.view is None:\n",
            ),
        ),
    ),
    Fault(
        name="look-of-two-releases",
        promise="All of a page is of the campaigns that are in force at its instant.",
        tests=(f"{_TEST}test_a_look_begins_again_if_campaigns_change_under_it[sqlite]",),
        edits=(Edit("campaigns/looks.py", "        loading.insist_on_release()\n", ""),),
    ),
    Fault(
        name="facts-of-anybody",
        promise="What the host said about one user is never taken for another.",
        tests=(f"{_TEST}test_the_host_is_asked_once_in_a_look[memory]",),
        edits=(
            Edit(
                "campaigns/looks.py", "        if user not in self.seen.facts:\n", "        if not self.seen.facts:\n"
            ),
            Edit(
                "campaigns/looks.py",
                "= self.seen.facts[user]\n        if isinst",
                "= next(iter(self.seen.facts.values()))\n        if isinst",
            ),
        ),
    ),
    Fault(
        name="facts-for-each-question",
        promise="The host is asked once about each user of a look.",
        tests=(f"{_TEST}test_the_host_is_asked_once_in_a_look[memory]",),
        edits=(
            Edit(
                "campaigns/looks.py",
                "        if user not in self.seen.facts:\n",
                "        if not self.seen.connected or user not in self.seen.facts:\n",
            ),
        ),
    ),
    Fault(
        name="facts-with-a-connection-taken",
        promise="The host is asked before a look takes a connection, so that both may share a pool.",
        tests=(f"{_TEST}test_the_host_is_asked_before_a_connection_is_taken[sqlite]",),
        edits=(
            Edit(
                "campaigns/looks.py",
                "        if self.seen.connected:\n",
                "        if False:\n",
            ),
        ),
    ),
    Fault(
        name="needs-of-one-offer-missing",
        promise="What every offer needs is loaded together: none is tried on rows that nobody read.",
        tests=(f"{_TEST}test_a_look_answers_as_each_question_does[memory-later0]",),
        edits=(
            Edit("campaigns/looks.py", "*foresee(asks)})))", "*foresee(asks[:1])})))"),
            Edit(
                "campaigns/engine/looking.py",
                "        if sheet.undeclared or sheet.short:\n            raise StillAsking(sheet.undeclared, sheet.asking, {}",
                "        if False:\n            raise StillAsking(sheet.undeclared, sheet.asking, {}",
            ),
        ),
    ),
    Fault(
        name="needs-of-offers-loaded-late",
        promise="What every offer needs is loaded together, in the statements that the first needs anyway.",
        tests=("tests/adapters/test_web_statements.py::test_pages_ask_as_often_whatever_is_on_offer[/mall/]",),
        edits=(
            Edit("campaigns/looks.py", "*foresee(asks)})))", "*foresee(asks[:1])})))"),
            Edit("campaigns/offers.py", "frozenset(left.union(*rooms))", "frozenset(left)"),
        ),
    ),
    Fault(
        name="why-not-of-what-is-paused",
        promise="An offer shows the no that its call would meet.",
        tests=(f"{_TEST}test_why_not_is_the_no_that_the_call_would_meet",),
        edits=(
            Edit(
                "campaigns/engine/decisions.py",
                "            self._decided(ask, play, self.view.draft(ask.at), foreseen=ask.about is None)\n",
                "            play.decide(ask, self.view.draft(ask.at))\n",
            ),
        ),
    ),
    Fault(
        name="joined-pictures-forget",
        promise="What was loaded first is still there when more is loaded.",
        tests=(_DEMO,),
        edits=(Edit("entitlements/needs.py", "balances=self.balances | other.balances", "balances=other.balances"),),
    ),
    Fault(
        name="lists-mixed-up",
        promise="Each of several lists has its own records.",
        tests=("tests/conformance/test_sqlite.py::TestSqlite::test_several_lists_are_what_each_of_them_is",),
        edits=(
            Edit(
                "adapters/sql/listings.py",
                "        found[place].append(tuple(row))\n",
                "        found[0].append(tuple(row))\n",
            ),
        ),
    ),
    Fault(
        name="snapshot-of-memory-moves",
        promise="In memory a snapshot stands still.",
        tests=(f"tests/conformance/test_memory.py::TestMemory{_SUITE}",),
        edits=(Edit("adapters/memory_tables.py", "        if not self.shown:\n", "        if True:\n"),),
    ),
    Fault(
        name="snapshot-of-postgres-moves",
        promise="In PostgreSQL a snapshot stands still.",
        tests=(f"tests/conformance/test_postgres.py::TestPostgres{_SUITE}",),
        edits=(
            Edit(
                "adapters/sql/dialects/generic.py",
                '(isolation_level="REPEATABLE READ")',
                '(isolation_level="READ COMMITTED")',
            ),
        ),
    ),
    Fault(
        name="strangers-remembered",
        promise="Whom a host's transaction made known is not remembered before it commits.",
        tests=(f"{_TEST}test_in_a_hosts_transaction_a_look_shows_what_that_sees[sqlite]",),
        edits=(Edit("campaigns/looks.py", "        if self.submit is not None:  #", "        if found:  #"),),
    ),
)
