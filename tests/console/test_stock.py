"""Codes, stock, and events on their way out, at the console."""

from __future__ import annotations

from io import BytesIO

import pytest

from tests.console.samples import ADDRESSES


def test_stock_is_what_is_left(there):
    there.mall.desk.adjust("ann", "points", 1000, key="stake", reason="to begin with")
    there.mall.exchange("coffee", user="ann", key="x/1")
    text = there.get("/codes").text

    assert "999" in text
    assert "Empty" in text  # of the music codes none was imported


def test_codes_come_in_by_a_list_or_a_file_and_are_counted(there):
    answer = there.post("/codes/import", benefit="music", codes="AAAA-1111\r\n\r\nBBBB-2222\nAAAA-1111\n")
    assert (answer.status_code, "AAAA" in answer.text) == (200, False)
    file = (BytesIO(b"\xef\xbb\xbfBBBB-2222\nCCCC-3333"), "codes.txt")
    there.post("/codes/import", {"benefit": "music", "codes": "", "file": file})

    acts = [(act.name, act.rows, act.refusals) for act in there.mall.desk.acts()]
    assert acts == [("codes.import", 1, 1), ("codes.import", 2, 1)]
    assert there.differences() == ()


@pytest.mark.parametrize(("bad", "why"), [("BAD\x07CODE", "control character"), ("x" * 5000, "Too long")])
def test_bad_lines_are_named_and_none_is_quoted(there, bad, why):
    answer = there.post("/codes/import", benefit="music", codes=f"GOOD-1\n{bad}\n", lang="en")

    assert (answer.status_code, "GOOD" in answer.text, bad in answer.text) == (200, False, False)
    assert why in answer.text
    assert [(act.rows, act.refusals) for act in there.mall.desk.acts()] == [(1, 1)]


def test_a_list_without_codes_is_asked_for_again(there):
    assert there.post("/codes/import", benefit="music", codes="").status_code == 422
    assert there.post("/codes/import", {"benefit": "music", "file": (BytesIO(b"A\xff"), "a.csv")}).status_code == 422
    assert "Empty" in there.get("/codes").text


def test_a_form_that_is_asked_for_again_shows_no_code(there):
    answer = there.post("/codes/import", benefit="nothing", codes="GOOD-1\nGOOD-2")

    assert (answer.status_code, "GOOD" in answer.text) == (422, False)


def test_lines_that_leave_no_code_are_told_as_refused(there):
    answer = there.post("/codes/import", benefit="music", codes="BAD\x07CODE\n", lang="en")

    assert "Nothing was imported" in answer.text
    assert [(act.rows, act.refusals) for act in there.mall.desk.acts()] == [(0, 1)]


def test_batches_of_a_pool_are_listed_with_their_states(there):
    there.post("/codes/import", benefit="music", codes="AAAA-1111\nBBBB-2222", batch="May")
    page = there.get("/codes/music_codes").text

    assert "May" in page
    assert there.get("/codes/nothing").status_code == 404


def test_a_code_is_traced_by_a_form_and_stands_in_no_address(there):
    there.post("/codes/import", benefit="music", codes="AAAA-1111")
    there.mall.desk.grant("ann", "music", key="sorry/1", reason="the film stopped twice")
    answer = there.post("/codes/trace", text=" AAAA-1111")

    assert (answer.status_code, "AAAA" in answer.text, "ann" in answer.text) == (200, False, True)
    assert there.acts()[0] == ("codes.trace", "done", "")
    assert there.get("/codes/trace", text="AAAA-1111").status_code in (404, 405)
    wrong = there.post("/codes/trace", text="AAAA\x07")
    assert (wrong.status_code, "AAAA" in wrong.text) == (422, False)


def test_an_import_that_is_sent_again_comes_in_once(there):
    for _ in range(2):
        there.post("/codes/import", token="once", benefit="music", codes="AAAA-1111")

    assert there.acts() == [("codes.import", "done", "")]


def test_what_nobody_took_is_seen_and_sent_again(there):
    there.mall.desk.adjust("ann", "points", 1, key="stake", reason="to begin with")
    address = ADDRESSES["event"](there)
    assert "points.changed" in there.get("/events").text
    assert "ann" in there.get(address).text

    there.post(f"{address}/requeue")
    taken = []
    there.mall.desk.relay(lambda event: taken.append(event.type)).run()
    assert "points.changed" in taken
    assert there.get(address).status_code == 404


def test_what_is_given_up_takes_an_approver(there):
    there.mall.desk.adjust("ann", "points", 1, key="stake", reason="to begin with")
    address = ADDRESSES["event"](there)

    assert there.as_("operator").post(f"{address}/drop").status_code == 403
    assert there.as_("approver").post(f"{address}/drop").status_code == 303
    assert there.mall.desk.parked.list(limit=1000)[0:1] == [] or there.get(address).status_code == 404


@pytest.mark.parametrize("number", ["0", "x", "99999999999999999999999", "-1", "١"])
def test_no_event_has_such_a_number(there, number):
    assert there.get(f"/events/{number}").status_code == 404


@pytest.mark.parametrize("screen", sorted(ADDRESSES))
def test_no_page_and_no_file_has_a_code(there, screen):
    """Planted ones, of which one was given away and not looked at, and one was traced."""
    there.post("/codes/import", benefit="music", codes="CANARY-7Q1\nCANARY-7Q2")
    there.mall.desk.grant("ann", "music", key="sorry/1", reason="the film stopped twice")
    there.post("/codes/trace", text="CANARY-7Q1")
    address = ADDRESSES[screen](there)

    for answer in (there.get(address), there.get(address, **{"as": "csv"})):
        assert "CANARY" not in answer.text
        assert "CANARY" not in answer.headers.get("location", "")
