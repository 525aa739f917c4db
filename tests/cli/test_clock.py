"""`quanyi clock`, and what `sweep` and `doctor` make of a clock that is wrong."""

from __future__ import annotations

from freezegun import freeze_time

RIGHT, BACK, AHEAD = "2026-03-08 02:00:00", "2026-03-08 01:00:00", "2036-03-08 02:00:00"


def at(instant, quanyi, *words):
    with freeze_time(instant):
        return quanyi(*words)


def test_a_sweep_by_a_clock_far_ahead_is_refused(quanyi, applied):
    """The sweep before has marked how far time has come."""
    assert at(RIGHT, quanyi, "clock", "--db", applied, "--accept").code == 0
    answer = at(AHEAD, quanyi, "sweep", "--db", applied)

    assert answer.code == 2
    assert "quanyi clock --accept" in answer.err
    assert at(RIGHT, quanyi, "sweep", "--db", applied).code == 0


def test_doctor_tells_of_a_mark_ahead_and_accept_sets_it_back(quanyi, applied):
    """Until then the mall's time stands still."""
    at(AHEAD, quanyi, "clock", "--db", applied, "--accept")
    found = at(RIGHT, quanyi, "doctor", "--db", applied)
    at(RIGHT, quanyi, "clock", "--db", applied, "--accept")

    assert (found.code, "time-ahead" in found.out) == (1, True)
    assert at(RIGHT, quanyi, "doctor", "--db", applied).code == 0
    assert at(BACK, quanyi, "clock", "--db", applied, "--json").json == {
        "now": "2026-03-08T01:00:00+00:00",
        "mark": "2026-03-08T02:00:00+00:00",
    }


def test_a_mall_that_was_never_marked_says_so(quanyi, applied):
    """Nothing was swept or reported yet."""
    assert "nobody has marked" in at(RIGHT, quanyi, "clock", "--db", applied).out
