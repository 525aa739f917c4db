"""Faults in webhooks: where requests go, what is signed, who is held up, what is taken in."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["WEBHOOKS"]

_ADDRESSES = "tests/webhooks/test_addresses.py::"
_JOB = "tests/webhooks/test_job.py::"
_POST = "tests/webhooks/test_post.py::"
_SIGNED = "tests/webhooks/test_signatures.py::"
_IN = "tests/api/test_webhooks.py::"

WEBHOOKS = (
    Fault(
        name="webhook-one-public-address-is-enough",
        promise="a webhook whose host has a private address among public ones is refused",
        tests=(f"{_ADDRESSES}test_one_private_address_among_public_ones_is_enough_to_refuse",),
        edits=(
            Edit(
                "adapters/webhooks/addresses.py",
                "if not local and not all(is_public(address) for address in found):",
                "if not local and not any(is_public(address) for address in found):",
            ),
        ),
    ),
    Fault(
        name="webhook-mapped-addresses",
        promise="a private address inside an IPv6 address is private",
        tests=(f"{_ADDRESSES}test_a_private_address_is_refused[2002:a00:1::1]",),
        edits=(Edit("adapters/webhooks/addresses.py", "    yield from inner\n", ""),),
    ),
    Fault(
        name="webhook-resolved-again",
        promise="a request goes to the address that was checked",
        tests=(f"{_POST}test_it_goes_to_the_checked_address_under_the_name_that_was_asked_for",),
        edits=(
            Edit(
                "adapters/webhooks/connection.py",
                "(str(self._target.address), self.port)",
                "(self._target.host, self.port)",
            ),
        ),
    ),
    Fault(
        name="webhook-any-certificate",
        promise="over https the certificate is the name's",
        tests=(f"{_POST}test_over_https_the_certificate_is_the_names",),
        edits=(Edit("adapters/webhooks/connection.py", "host = self._target.host", 'host = "shop.example"'),),
    ),
    Fault(
        name="webhook-a-byte-now-and-then",
        promise="a receiver has no more time than it was given",
        tests=(f"{_POST}test_a_receiver_that_takes_its_time_has_no_more_than_it_was_given[endless-header]",),
        edits=(
            Edit("adapters/webhooks/connection.py", "    watch.start()\n", ""),
            Edit("adapters/webhooks/connection.py", "        watch.cancel()\n", ""),
        ),
    ),
    Fault(
        name="webhook-signed-with-the-newest-alone",
        promise="while two secrets are valid, messages are signed with both",
        tests=(f"{_JOB}test_while_two_secrets_are_valid_messages_are_signed_with_both",),
        edits=(
            Edit(
                "adapters/webhooks/endpoints.py",
                "for each in endpoint.secrets if _valid",
                "for each in endpoint.secrets[:1] if _valid",
            ),
        ),
    ),
    Fault(
        name="webhook-a-leak-lives-on",
        promise="a secret that is ended at once is so, whatever was said before",
        tests=(f"{_JOB}test_a_secret_that_leaks_is_ended_at_once",),
        edits=(
            Edit(
                "adapters/webhooks/endpoints.py",
                "ends_at=min(each.ends_at or ends, ends)",
                "ends_at=each.ends_at or ends",
            ),
        ),
    ),
    Fault(
        name="webhook-asked-for-each-event",
        promise="an endpoint that fails rests",
        tests=(f"{_JOB}test_who_fails_or_hangs_holds_nobody_up",),
        edits=(Edit("adapters/webhooks/job.py", "if self._rests.get(sink, now) <= now:", "if sink:"),),
    ),
    Fault(
        name="webhook-old-messages",
        promise="a message is taken within five minutes",
        tests=(f"{_SIGNED}test_a_message_is_taken_within_five_minutes[5.02-False]",),
        edits=(Edit("adapters/webhooks/signatures.py", "if abs(now - at) > TOLERANCE:", "if at - now > TOLERANCE:"),),
    ),
    Fault(
        name="webhook-unsigned-body",
        promise="another body is refused",
        tests=(f"{_SIGNED}test_another_body_or_another_secret_is_refused",),
        edits=(
            Edit(
                "adapters/webhooks/signatures.py",
                'f"{id_}.{seconds}.".encode() + body, sha256',
                'f"{id_}.{seconds}.".encode() + body[:1], sha256',
            ),
        ),
    ),
    Fault(
        name="webhook-a-message-of-two-sources",
        promise="the same id of two sources is two messages",
        tests=(f"{_IN}test_the_same_id_of_two_sources_is_two_messages",),
        edits=(
            Edit("adapters/api/webhooks.py", 'key = f"webhook/{name}/{signed.id}"', 'key = f"webhook/{signed.id}"'),
        ),
    ),
    Fault(
        name="webhook-paid-by-a-message",
        promise="a message can't say that a deal's money has come in",
        tests=(f"{_IN}test_the_commands_of_kinds_are_no_messages",),
        edits=(Edit("adapters/api/webhooks.py", "    insist_on_event(mall, told.type)\n", ""),),
    ),
)
