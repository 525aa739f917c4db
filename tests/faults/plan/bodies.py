"""Faults in what finds an edit of the stored rows and texts."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["BODIES"]

_WITNESS = "tests/adapters/test_sql_witness.py"
_EDIT = f"{_WITNESS}::test_an_edit_of_any_column_is_named"
_FORMATS = "tests/formats/test_formats.py"
_PARKED = "tests/engine/test_parked.py"
_IDS = "tests/engine/test_ids_in_books.py"

BODIES = (
    Fault(
        name="bodies-look-ups-unread",
        promise="A record is found by what it names: a look-up that is gone or edited is a difference.",
        tests=("tests/adapters/test_sql_witness.py::test_a_row_that_is_gone_is_named[lookup]",),
        edits=(
            Edit("adapters/sql/audit/kept.py", "for by, value in record.lookups():", "for by, value in ():"),
            Edit(
                "adapters/sql/audit/kept.py",
                '        scan.each(tables.lookup, self._lookup, "kind", "name", "value", "record")\n',
                "",
            ),
        ),
    ),
    Fault(
        name="bodies-look-ups-of-older-processes",
        promise="What older processes wrote is found by what it names once the flag is raised.",
        tests=("tests/formats/test_flag.py::test_what_older_processes_wrote_is_named_when_the_flag_is_raised[sqlite]",),
        edits=(
            Edit("adapters/sql/formats.py", "        name_records(connection, tables.prefix, tables.schema)\n", ""),
        ),
    ),
    Fault(
        "bodies-record-unnamed",
        "The last change that wrote a record names its state.",
        (f"{_EDIT}[record-version]",),
        (
            Edit(
                "adapters/sql/digests.py",
                "kind, shape, version, changed_at, body)\n\n\ndef event",
                "kind, shape, changed_at, body)\n\n\ndef event",
            ),
        ),
    ),
    Fault(
        "bodies-timer-unnamed",
        "A timer is named with everything it wakes.",
        (f"{_EDIT}[wake-key]",),
        (Edit("adapters/sql/digests.py", ", *(part for wake in ordered for part in wake))", ")"),),
    ),
    Fault(
        "digests-same-not-escaped",
        "What is the same in many rows stands in each of their digests as it stands in one.",
        ("tests/adapters/test_sql_digests.py::test_digests_of_lists",),
        (Edit("adapters/sql/digests.py", '_said(one.value).replace("%", "%%")', "_said(one.value)"),),
    ),
    Fault(
        "digests-wakes-as-they-come",
        "What each of many timers wakes is put in order, as it is for one.",
        ("tests/adapters/test_sql_digests.py::test_digests_of_timers_put_what_each_wakes_in_order",),
        (Edit("adapters/sql/digests.py", "for _, said in sorted(found, key=itemgetter(0))", "for _, said in found"),),
    ),
    Fault(
        "digests-behind-what-is-the-same",
        "Many ids that begin alike are what each is by itself.",
        ("tests/adapters/test_sql_digests.py::test_ids[digest16]",),
        (Edit("entitlements/accounts.py", "        whole = begun.copy()\n", "        whole = begun\n"),),
    ),
    Fault(
        "bodies-journal-own-digest",
        "A journal row is compared with its own digest.",
        (f"{_EDIT}[journal-decided_at]", f"{_WITNESS}::test_two_journal_rows_that_change_places_are_named"),
        (
            Edit(
                "adapters/sql/audit/booked.py",
                "if journal_digest(values) != bytes(row.digest):",
                "if journal_digest(values) != bytes(row.digest) and False:",
            ),
        ),
    ),
    Fault(
        "bodies-receipt-own-digest",
        "A receipt is compared with its own digest.",
        (f"{_EDIT}[receipt-at]",),
        (
            Edit(
                "adapters/sql/audit/booked.py",
                "            == bytes(row.body_digest)",
                "            != b''",
            ),
        ),
    ),
    Fault(
        "receipts-content-over-the-id",
        "A receipt's digest of the content is over the holder, not over the host's id.",
        (f"{_IDS}::test_nothing_but_the_record_of_a_person_is_made_of_the_hosts_id[sqlite]",),
        (Edit("entitlements/inputs.py", "if formula == FORMULA:", "if formula < 0:"),),
    ),
    Fault(
        "receipts-content-without-people",
        "A key under which another user comes, or another person is named, is a reused one.",
        (
            f"{_IDS}::test_other_people_and_other_attributes_are_other_content[bob-data0]",
            f"{_IDS}::test_other_people_and_other_attributes_are_other_content[ann-data1]",
        ),
        (Edit("entitlements/inputs.py", "self._content + people.encode()", "self._content"),),
    ),
    Fault(
        "receipts-holder-unwatched",
        "Whose a receipt is can't be edited unseen.",
        (f"{_IDS}::test_receipts_say_whose_they_are[sqlite]",),
        (Edit("adapters/sql/digests.py", '_digest("receipt", *said, *more)', '_digest("receipt", *said)'),),
    ),
    Fault(
        "promises-name-others-by-id",
        "A promise names others by their holders.",
        (f"{_IDS}::test_nothing_but_the_record_of_a_person_is_made_of_the_hosts_id[sqlite]",),
        (Edit("entitlements/plays/reward/give.py", '"data": ask.stored(),', '"data": dict(ask.data),'),),
    ),
    Fault(
        "failures-name-others-by-id",
        "What a campaign broke on names others by their holders.",
        (f"{_IDS}::test_nothing_but_the_record_of_a_person_is_made_of_the_hosts_id[sqlite]",),
        (Edit("campaigns/engine/decisions.py", '"data": ask.stored()}', '"data": dict(ask.data)}'),),
    ),
    Fault(
        "told-among-campaigns-over-the-id",
        "What campaigns tell each other is digested over its own attributes, not over those that the host sent.",
        (f"{_IDS}::test_nothing_but_the_record_of_a_person_is_made_of_the_hosts_id[sqlite]",),
        (
            Edit(
                "campaigns/engine/decisions.py",
                "data=data, sent=None, holder=emit.holder",
                "data=data, holder=emit.holder",
            ),
        ),
    ),
    Fault(
        "ids-of-keys",
        "No id but a receipt's leads to the key of a request.",
        (f"{_IDS}::test_of_a_key_only_its_receipt_is_made[sqlite]",),
        (Edit("entitlements/inputs.py", "return self.seed or self.key", "return self.key"),),
    ),
    Fault(
        "changes-of-keys",
        "No change is named by a digest of the key.",
        (f"{_IDS}::test_of_a_key_only_its_receipt_is_made[sqlite]",),
        (Edit("campaigns/engine/write_set.py", "input=ask.root, decided_at", "input=ask.id, decided_at"),),
    ),
    Fault(
        "malls-without-seeds",
        "A mall that is opened as usual makes no id of a key.",
        (f"{_IDS}::test_a_mall_that_is_opened_as_usual_has_seeds",),
        (Edit("adapters/wiring.py", "seeds=seeds or (RandomIds() if ids is None else None)", "seeds=seeds"),),
    ),
    Fault(
        "failures-told-with-holders",
        "Whoever is told of what a campaign broke on is told the host's ids.",
        (f"{_IDS}::test_who_is_named_in_what_a_campaign_broke_on_is_told_by_the_hosts_id[sqlite]",),
        (Edit("adapters/sql/outbox.py", "    if _USERS in told:\n", "    if False:\n"),),
    ),
    Fault(
        "bodies-unknown-in-receipt",
        "A receipt that says more than this program knows is a difference, though its digest fits.",
        (f"{_WITNESS}::test_a_receipt_of_a_newer_program_is_named_though_its_digest_fits[False]",),
        (Edit("adapters/sql/audit/booked.py", "if plain.keys() <= _RECEIPT and all(", "if all("),),
    ),
    Fault(
        "bodies-sums-unheard",
        "What differs in a sum over keys is looked for by name.",
        (f"{_EDIT}[entry-campaign]", "tests/adapters/test_sql_verify.py::test_sums_over_keys_tell_what_names_tell[1]"),
        (Edit("adapters/sql/reconciliation.py", "return any(self._sums.values())", "return False"),),
    ),
    Fault(
        "bodies-sums-without-keys",
        "Numbers that come to the same for other keys are a difference.",
        ("tests/adapters/test_sql_verify.py::test_sums_over_keys_tell_what_names_tell[1]",),
        (Edit("adapters/sql/reconciliation.py", " * int.from_bytes(key)", ""),),
    ),
    Fault(
        "bodies-entry-of-its-change",
        "A line of a wallet's history says campaign, rule, date and label of its change.",
        (f"{_EDIT}[entry-campaign]",),
        (Edit("adapters/sql/audit/booked.py", "*wallet, row.campaign, row.rule,", "*wallet, row.rule,"),),
    ),
    Fault(
        "bodies-deleted-record",
        "A record that is gone is missed.",
        (f"{_WITNESS}::test_a_row_that_is_gone_is_named[record]",),
        (Edit("adapters/sql/reconciliation.py", "(stands is not null or needed = 1)", "stands is not null"),),
    ),
    Fault(
        "bodies-damaged-row",
        "A damaged row is a difference, and no crash.",
        (f"{_WITNESS}::test_a_damaged_row_is_named_and_stops_nothing[journal-lines-[[]",),
        (
            Edit(
                "adapters/sql/audit/scan.py",
                "        except Exception as error:  # noqa: BLE001  (a row may hold anything at all)",
                "        except SQLAlchemyError as error:",
            ),
        ),
    ),
    Fault(
        "bodies-text-not-applied",
        "A text that is not what was applied decides nothing.",
        (f"{_PARKED}::test_an_edited_campaign_pays_nothing_and_the_others_go_on[sqlite]",),
        (
            Edit(
                "entitlements/plays/parked.py",
                "if kept.digest in (None, digest) and applied in (None, digest.hex()):",
                "if kept.digest or digest or applied:",
            ),
        ),
    ),
    Fault(
        "bodies-one-text-stops-the-mall",
        "A text that can't be read parks its campaign, not the mall.",
        (f"{_PARKED}::test_a_text_that_cannot_be_read_parks_its_campaign_alone[sqlite-null]",),
        (
            Edit(
                "campaigns/engine/in_force.py",
                "        except Exception as error:  # noqa: BLE001  (whatever an edited text makes of the reader)",
                "        except NotFound as error:",
            ),
        ),
    ),
    Fault(
        "bodies-apply-mends",
        "Bringing a project into force writes a damaged text anew.",
        (f"{_PARKED}::test_what_a_damaged_version_made_waits_for_it[sqlite]",),
        (Edit("campaigns/project/release.py", "        anew = kept is not None\n", "        anew = False\n"),),
    ),
    Fault(
        "bodies-unknown-key-passed-over",
        "A stored body that says more than its class knows is an error, never a default.",
        (
            f"{_FORMATS}::test_a_renamed_field_of_a_record_is_an_error[deal]",
            f"{_FORMATS}::test_a_renamed_field_of_a_play_is_an_error[play-sale-flash_sale.json]",
        ),
        (Edit("campaigns/project/strict.py", "_cattrs_forbid_extra_keys=True", "_cattrs_forbid_extra_keys=False"),),
    ),
    Fault(
        "bodies-types-guessed",
        "A text where a number belongs is an error.",
        (f"{_FORMATS}::test_a_value_of_another_type_is_an_error[pieces-7]",),
        (Edit("campaigns/project/strict.py", "    if type(value) is not kind:\n", "    if value is kind:\n"),),
    ),
    Fault(
        "bodies-renamed-record-field",
        "A field of a stored record keeps its name, or there is an upcaster.",
        (
            f"{_FORMATS}::test_the_names_of_the_format_are_frozen",
            f"{_FORMATS}::test_a_golden_body_is_read_and_written_again_the_same[record-deal-1.json]",
        ),
        (Edit("entitlements/records/deals.py", "    refunded: int = 0\n", "    money_back: int = 0\n"),),
    ),
    Fault(
        "bodies-renamed-play-field",
        "A field of a stored play keeps its name, or there is an upcaster.",
        (f"{_FORMATS}::test_the_names_of_the_format_are_frozen",),
        (
            Edit(
                "entitlements/plays/sale/terms.py",
                "    quota: Mapping[str, int] = attrs",
                "    pieces_in_all: Mapping[str, int] = attrs",
            ),
        ),
    ),
)
