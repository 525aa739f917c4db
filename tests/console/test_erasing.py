"""Erasing a person by the button of their page: what refuses it, what it says, and what is left to read."""

from __future__ import annotations

import pytest

FORM = {"confirmed": "ann-4711", "reason": "asked for it in writing", "drop_events": "1"}


@pytest.fixture
def lived(there):
    """Somebody with points and a benefit, whom the host and an operator have named elsewhere."""
    mall = there.mall
    mall.desk.adjust("ann-4711", "points", 1000, key="stake", reason="to begin with")
    mall.exchange("coffee", user="ann-4711", key="x/1")
    return there.as_("approver", "operator", "auditor")


def page_of(there):
    return f"/people/{there.holder('ann-4711')}"


def test_what_is_open_is_named(lived):
    """An order with its number and until when, things that are due, and events that nobody took; nothing is done."""
    held = lived.mall.claim("flash", item="phone", user="ann-4711", key="c/1").hold
    answer = lived.post(f"{page_of(lived)}/erase", {name: FORM[name] for name in ("confirmed", "reason")})

    assert answer.status_code == 409
    assert f"order {held} is waiting for payment until" in answer.text
    assert "been delivered (" in answer.text
    assert "{" not in answer.text.split("<main", 1)[1]
    assert lived.acts(limit=1) == [("person.erase", "refused", "still-open")]
    assert lived.mall.wallet("ann-4711").units["points"].balance > 0


def test_a_reason_that_names_the_person_is_kept_nowhere(lived):
    """It is told at its field before anything is noted, since what is noted stays."""
    answer = lived.post(f"{page_of(lived)}/erase", FORM, reason="ann-4711 wrote to us")

    assert (answer.status_code, "leave the person’s id out of it" in answer.text) == (422, True)
    assert lived.acts() == []
    assert lived.mall.ports.user_of(lived.holder("ann-4711")) == "ann-4711"


def test_where_the_id_is_still_written_is_shown_once(lived):
    """On the page that answers the form, with the number of the act; in no log, and not again."""
    lived.mall.desk.adjust("bob", "points", 5, key="b/1", reason="a gift of ann-4711")
    answer = lived.post(f"{page_of(lived)}/erase", FORM)

    assert answer.status_code == 200
    assert "Done: Erase this person" in answer.text
    assert "a gift of ann-4711" in answer.text
    assert lived.acts(limit=1) == [("person.erase", "done", "")]
    assert "ann-4711" not in lived.get("/acts").text
    assert lived.differences() == ()


def test_the_page_of_who_was_erased_says_so(lived):
    """Whoever follows an old link learns what happened; of an id that never was nothing is claimed."""
    page = page_of(lived)
    lived.post(f"{page}/erase", FORM)
    gone, never = lived.get(page), lived.get("/people/0123456789abcdef")

    assert (gone.status_code, never.status_code) == (404, 404)
    assert "This person was erased" in gone.text
    assert "This person was erased" not in never.text
    assert "Nobody found" in lived.get("/people", q="ann-4711").text
    assert "an erased user" in lived.get("/acts").text


def test_who_writes_another_id_erases_nobody(lived):
    answer = lived.post(f"{page_of(lived)}/erase", FORM, confirmed="ann-471")

    assert (answer.status_code, "This isn’t the id" in answer.text) == (422, True)
    assert lived.acts() == []
