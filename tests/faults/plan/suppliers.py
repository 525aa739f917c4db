"""Faults at suppliers: what is concluded from an answer, whom a call-back is believed, where requests go, what is shown."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["SUPPLIERS"]

_ANSWERS = "adapters/suppliers/answers.py"
_CALLBACKS = "adapters/suppliers/callbacks.py"
_EXCHANGE = "adapters/suppliers/exchange.py"
_TESTS = "tests/suppliers/"

SUPPLIERS = (
    Fault(
        name="supplier-unknown-state-succeeds",
        promise="a state that nobody declared says nothing",
        tests=(
            f"{_TESTS}test_second_shape.py::test_only_declared_states_say_anything[5-Unknown]",
            f"{_TESTS}test_answers.py::test_nothing_is_concluded_that_is_not_declared",
        ),
        edits=(
            Edit(
                _ANSWERS, "else reading.states.get(said.state)\n", 'else reading.states.get(said.state, "delivered")\n'
            ),
        ),
    ),
    Fault(
        name="supplier-success-without-a-number",
        promise="a success without an order number is unknown",
        tests=(f"{_TESTS}test_switches.py::test_what_was_taken_and_is_not_said_clearly_is_unknown[no_number]",),
        edits=(
            Edit(
                _ANSWERS,
                '        return Unknown(f"contradicts itself: {kind}, and no order number")\n',
                '        said = attrs.evolve(said, number="none")\n    assert said.number is not None\n',
            ),
        ),
    ),
    Fault(
        name="supplier-refusal-with-a-number",
        promise="a refusal of an order that carries a number is unknown",
        tests=(f"{_TESTS}test_switches.py::test_a_refusal_with_a_number_is_unknown",),
        edits=(Edit(_ANSWERS, '(numbered and asked == "order")', "(numbered and not asked)"),),
    ),
    Fault(
        name="supplier-busy-to-a-query",
        promise="that a query comes too often says nothing of the purchase",
        tests=(f"{_TESTS}test_switches.py::test_being_asked_too_often_says_nothing_of_the_purchase",),
        edits=(
            Edit(
                "campaigns/language/compile/supplier_reads.py",
                '    "query": frozenset({"ok", "absent"}),\n',
                '    "query": frozenset({"ok", "absent", "busy"}),\n',
            ),
        ),
    ),
    Fault(
        name="supplier-silence-is-busy",
        promise="an order without an answer is not sent again",
        tests=(f"{_TESTS}test_switches.py::test_what_is_delivered_and_never_answered_is_unknown",),
        edits=(
            Edit(
                "adapters/suppliers/connector.py",
                "        except NoAnswer as no:\n            return Unknown(str(no))\n",
                "        except NoAnswer as no:\n            return Busy(str(no))\n",
            ),
        ),
    ),
    Fault(
        name="supplier-part-of-a-list-completes-it",
        promise="a page with an entry that can't be read completes no list",
        tests=(f"{_TESTS}test_listing.py::test_a_page_with_an_entry_that_can_not_be_read_completes_no_list[a]",),
        edits=(Edit("adapters/suppliers/listing.py", "complete=whole and not skipped", "complete=whole"),),
    ),
    Fault(
        name="supplier-key-twice",
        promise="a body with a key twice is not read",
        tests=(f"{_TESTS}test_listing.py::test_a_key_that_stands_there_twice_is_not_read",),
        edits=(
            Edit(
                "adapters/suppliers/documents.py",
                "    if len(found) != len(pairs):\n",
                "    if len(found) > len(pairs):\n",
            ),
        ),
    ),
    Fault(
        name="supplier-redirect-followed",
        promise="a redirect is not followed",
        tests=(f"{_TESTS}test_exchange.py::test_a_redirect_is_not_followed",),
        edits=(
            Edit(
                _EXCHANGE,
                "        return _answer(connection, target, request)\n",
                "        found = _answer(connection, target, request)\n"
                '    if url := found.headers.get("location"):\n'
                "        return exchange(attrs.evolve(request, url=url), connect=connect, seconds=seconds, reach=reach)\n"
                "    return found\n",
            ),
        ),
    ),
    Fault(
        name="supplier-endless-answer",
        promise="an answer that was cut off is none",
        tests=(f"{_TESTS}test_exchange.py::test_what_is_cut_off_is_no_answer",),
        edits=(Edit(_EXCHANGE, "    if response.length:  #", "    if response.length == 0:  #"),),
    ),
    Fault(
        name="callback-signature-not-compared",
        promise="a call-back that somebody else signed is refused",
        tests=(
            f"{_TESTS}test_callbacks.py::test_what_is_not_believed_changes_nothing[options0-401-bad_signature]",
            f"{_TESTS}test_callbacks.py::test_the_fake_calls_back_in_every_bad_way_and_the_host_takes_one",
        ),
        edits=(
            Edit(
                "adapters/suppliers/signatures.py",
                "right |= hmac.compare_digest(wanted.encode(), plain.encode())",
                "right |= len(wanted) == len(plain)",
            ),
        ),
    ),
    Fault(
        name="callback-old-ones",
        promise="a call-back is believed for five minutes",
        tests=(f"{_TESTS}test_second_shape.py::test_a_call_back_is_believed_for_five_minutes[-310-False]",),
        edits=(
            Edit(
                "adapters/suppliers/verifying.py",
                "    if abs(request.at - said) > rules.age:\n",
                "    if said - request.at > rules.age:\n",
            ),
        ),
    ),
    Fault(
        name="callback-taken-twice",
        promise="the very same call-back is taken once",
        tests=(f"{_TESTS}test_callbacks.py::test_the_very_same_request_is_taken_once",),
        edits=(Edit(_CALLBACKS, "        if not self.nonces.take(", "        if None is self.nonces.take("),),
    ),
    Fault(
        name="callback-lost",
        promise="a call-back that the host could not take may come again",
        tests=(f"{_TESTS}test_callbacks.py::test_what_the_host_could_not_take_may_come_again",),
        edits=(Edit(_CALLBACKS, "            self.nonces.give_back(name, callback.nonce)\n", ""),),
    ),
    Fault(
        name="callback-unsigned-instant",
        promise="a description whose call-backs don't sign their instant is a mistake",
        tests=(f"{_TESTS}test_description.py::test_an_instant_that_is_not_signed_is_a_mistake",),
        edits=(
            Edit(
                "campaigns/language/compile/supplier_signing.py",
                '    elif not _is_covered(signing.timestamp.slot, "timestamp", names, body):\n',
                "    elif not names:\n",
            ),
        ),
    ),
    Fault(
        name="supplier-secret-shown",
        promise="no repr of a connector shows a secret",
        tests=(f"{_TESTS}test_secrets.py::test_no_repr_shows_a_secret_a_code_or_an_account",),
        edits=(
            Edit(
                "adapters/suppliers/connector.py",
                "    secrets: Secrets = attrs.field(repr=False)\n",
                "    secrets: Secrets = attrs.field()\n",
            ),
        ),
    ),
    Fault(
        name="supplier-code-in-the-log",
        promise="no log of a call-back shows a code",
        tests=(f"{_TESTS}test_secrets.py::test_no_log_and_no_answer_of_a_call_back_shows_one",),
        edits=(Edit(_CALLBACKS, "name, type(error).__name__)", "name, error)"),),
    ),
)
