"""Faults in the HTTP API: who may do what, what is told, what is stored of keys."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["API"]

_MATRIX = "tests/api/test_matrix.py::"
_PROBLEMS = "tests/api/test_problems.py::"
_KEYS = "tests/api/test_keys.py::"
_RATES = "tests/api/test_rates.py::"
_PAGING = "tests/api/test_paging.py::"
_READS = "adapters/api/reads.py"
_SETUP = "adapters/api/setup.py"
_CALLER = "adapters/api/caller.py"
_INCOMING = "adapters/api/incoming.py"
_STORED = "adapters/api_keys.py"

API = (
    Fault(
        name="every-offer-for-a-page",
        promise="over HTTP, only the offers on a page are looked up",
        tests=(f"{_PAGING}test_only_the_offers_on_a_page_are_looked_up",),
        edits=(Edit(_READS, "after=said.cursor, limit=said.limit)", "after=said.cursor)"),),
    ),
    Fault(
        name="any-cursor-of-offers",
        promise="a cursor of another list of offers is told as a mistake",
        tests=(f"{_PAGING}test_a_cursor_of_all_offers_is_none_among_those_of_one_kind",),
        edits=(Edit(_READS, "if page.misplaced:", "if said.cursor == '':"),),
    ),
    Fault(
        name="any-scope",
        promise="only its own scope opens an operation",
        tests=(f"{_MATRIX}test_only_the_one_scope_opens_an_operation",),
        edits=(Edit(_SETUP, "if operation.scope not in caller.scopes:", "if not caller.scopes:"),),
    ),
    Fault(
        name="anothers-things",
        promise="a key of one user meets nobody else's things",
        tests=(f"{_MATRIX}test_anothers_is_as_nobodys[getWallet]", f"{_MATRIX}test_anothers_is_as_nobodys[claim]"),
        edits=(Edit(_CALLER, "if self.caller.user not in (None, named):", "if not named:"),),
    ),
    Fault(
        name="everybodys-deal",
        promise="where nobody is named, a key of one user means that user",
        tests=(f"{_MATRIX}test_anothers_is_as_nobodys[getDeal]", f"{_MATRIX}test_anothers_is_as_nobodys[releaseDeal]"),
        edits=(Edit(_CALLER, "return self.caller.user if named is None else", "return None if named is None else"),),
    ),
    Fault(
        name="paid-by-an-event",
        promise="a key that reports events can't say that money has come in",
        tests=(f"{_MATRIX}test_the_commands_of_kinds_are_no_events",),
        edits=(
            Edit(
                "adapters/api/writes.py",
                "if declared is not None and declared.command and declared.built_in:",
                "if declared is not None and declared.inner:",
            ),
        ),
    ),
    Fault(
        name="users-make-points",
        promise="a key of one user has no scope of the host",
        tests=tuple(
            f"{_MATRIX}test_no_key_of_one_user_has_a_scope_of_the_host[{scope}]"
            for scope in ("decisions:read", "events:write", "payments:write")
        ),
        edits=(Edit("adapters/scopes.py", "if user is not None and host:", "if user is None and not wanted:"),),
    ),
    Fault(
        name="users-say-their-address",
        promise="a user says nothing about how a request came",
        tests=(f"{_MATRIX}test_a_user_says_nothing_about_the_request",),
        edits=(
            Edit(
                _CALLER,
                "if self.caller.user is not None:\n            raise Problem(403",
                "if not field:\n            raise Problem(403",
            ),
        ),
    ),
    Fault(
        name="shared-keys",
        promise="the keys of a user's writes are that user's",
        tests=(f"{_PROBLEMS}test_nobody_takes_anothers_key",),
        edits=(Edit(_INCOMING, "return bare if user is None else", "return bare if bare else"),),
    ),
    Fault(
        name="cut-body",
        promise="a body is never cut at the bound",
        tests=(f"{_PROBLEMS}test_a_body_without_a_length_is_bounded_too[x]",),
        edits=(Edit(_INCOMING, "    _insist_on_size(len(body))", "    body = body[:LARGEST_BODY]"),),
    ),
    Fault(
        name="twice-in-an-object",
        promise="a name that stands twice in an object is refused",
        tests=(f"{_PROBLEMS}test_what_is_no_json_is_refused_as_such[3]",),
        edits=(Edit(_INCOMING, "if len(found) < len(pairs):", "if len(found) > len(pairs):"),),
    ),
    Fault(
        name="addresses-in-the-log",
        promise="the log names operations and keys, and no people",
        tests=(f"{_PROBLEMS}test_the_log_of_a_refusal_names_nobody",),
        edits=(Edit(_SETUP, "problem.code, request.endpoint, g.get", "problem.code, request.full_path, g.get"),),
    ),
    Fault(
        name="told-what-broke",
        promise="no error of Python reaches a caller",
        tests=(f"{_PROBLEMS}test_what_breaks_is_answered_with_a_number_that_stands_in_the_log",),
        edits=(Edit(_SETUP, 'return Problem(500, "failed")', 'return Problem(500, "failed", repr(error))'),),
    ),
    Fault(
        name="tokens-stored",
        promise="of a token only a digest is stored",
        tests=(f"{_KEYS}test_no_token_stands_in_the_database_or_in_what_is_printed",),
        edits=(Edit(_STORED, "return sha256(secret.encode()).digest()", "return secret.encode()"),),
    ),
    Fault(
        name="revoked-comes-back",
        promise="a key's end only moves to an earlier instant",
        tests=(f"{_KEYS}test_revoked_it_is_refused_at_once_and_stays_so[sqlite]",),
        edits=(
            Edit(
                "adapters/sql/api_keys.py", "or_(ends.is_(None), ends > at)", "or_(ends.is_(None), ends.is_not(None))"
            ),
        ),
    ),
    Fault(
        name="ended-key",
        promise="a key is refused from its end on",
        tests=(
            f"{_KEYS}test_a_key_is_refused_from_its_end_on[memory]",
            f"{_KEYS}test_over_http_a_revoked_key_is_nobodys_at_once",
        ),
        edits=(
            Edit(
                _STORED,
                "return key.ends_at is None or now < key.ends_at",
                "return key.ends_at is None or now <= key.ends_at",
            ),
        ),
    ),
    Fault(
        name="dead-cache-dead-shop",
        promise="a storage of rates that is away stops nobody",
        tests=(f"{_RATES}test_a_storage_that_is_down_stops_nobody",),
        edits=(Edit("adapters/api/rates.py", "except Exception:  #", "except ZeroDivisionError:  #"),),
    ),
    Fault(
        name="page-short",
        promise="the pages together are the list",
        tests=("tests/api/test_paging.py::test_the_pages_together_are_the_list[1-/users/ann/wallet/points/entries-4]",),
        edits=(Edit("adapters/api/reads.py", "str(found[said.limit - 1].number)", "str(found[said.limit].number)"),),
    ),
)
