"""Acts of operators and grants by hand, on every store."""

from __future__ import annotations

import pytest

from quanyi.entitlements.errors import InputError, NotFound, OutOfStock


def test_an_act_is_begun_then_done_and_listed(mall):
    """By person and by phase, newest first, page after page; a repeated note is the first one."""
    desk = mall.desk
    desk.adjust("ann", "points", 1, key="in the books", reason="known")
    for n in range(5):
        for _ in range(2):
            desk.note_act(f"n{n}", "person.adjust", "begun", by="ops/7", reason=f"because {n}", user="ann")
    desk.note_act("n4", "person.adjust", "done", by="ops/7", rows=3)
    desk.note_act("other", "codes.import", "refused", by="ops/8", why="role-missing", about="music")

    assert [act.id for act in desk.acts()] == ["other", "n4", "n3", "n2", "n1", "n0"]
    assert [act.id for act in desk.acts(user="ann", limit=2)] == ["n4", "n3"]
    assert [act.id for act in desk.acts(user="ann", after="n3")] == ["n2", "n1", "n0"]
    assert [act.id for act in desk.acts(phase="refused")] == ["other"]
    done = desk.act("n4")
    assert (done.phase, done.reason, done.rows, done.by) == ("done", "because 4", 3, "ops/7")


@pytest.mark.parametrize(
    ("phase", "by", "name"), [("done", "ops/8", "a"), ("done", "ops/7", "b"), ("over", "ops/7", "a")]
)
def test_an_act_is_ended_by_its_author_alone(mall, phase, by, name):
    mall.desk.note_act("n1", "a", "begun", by="ops/7", reason="because")
    with pytest.raises(InputError):
        mall.desk.note_act("n1", name, phase, by=by)

    assert mall.desk.act("n1").phase == "begun"


def test_an_act_that_is_over_stays_as_it_is(mall):
    mall.desk.note_act("n1", "a", "begun", by="ops/7", reason="because")
    mall.desk.note_act("n1", "a", "refused", by="ops/7", why="asleep")
    with pytest.raises(InputError):
        mall.desk.note_act("n1", "a", "done", by="ops/7")

    assert (mall.desk.act("n1").phase, mall.desk.act("n1").why) == ("refused", "asleep")


def test_a_benefit_by_hand_takes_a_piece_and_a_code(mall):
    """Once for each key; what is gone is refused, and nothing moves."""
    desk = mall.desk
    desk.import_codes("music", ["AAAA-1111"], key="codes")
    right = desk.grant("ann", "music", key="g/1", reason="sorry", by="ops/7").entitlements[0]
    assert desk.grant("ann", "music", key="g/1", reason="sorry", by="ops/7").duplicate
    with pytest.raises(OutOfStock):
        desk.grant("ann", "music", key="g/2", reason="sorry", by="ops/7")
    with pytest.raises(NotFound):
        desk.grant("ann", "wine", key="g/3", reason="sorry", by="ops/7")

    assert [held.id for held in mall.entitlements("ann")] == [right]
    assert mall.reveal(right, user="ann", key="r/1").codes == ("AAAA-1111",)
    assert mall.desk.person_data("ann")["records"]["entitlement"][0]["id"] == right
