"""Values survive being kept: in type, to the microsecond, and over changes of shape."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import ClassVar

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanyi.adapters.codec import Codec, account_in, account_out, load, plain_in, plain_out, posting_in
from quanyi.entitlements.accounts import Account, lot, outside, quota
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.changes import Because, Changes, Draw, Emit, Posting, Put
from quanyi.entitlements.errors import StorageError
from quanyi.entitlements.plays.records import BUILTIN_RECORDS
from quanyi.entitlements.records import Person, Record

NOW = datetime(2026, 3, 8, 4, 0, 0, 123456, tzinfo=UTC)

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.binary()
    | st.dates()
    | st.datetimes(timezones=st.just(UTC))
    | st.decimals(allow_nan=False)
    | st.builds(Amount, st.integers(), st.text(max_size=5), st.integers(0, 4)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=5) | st.sampled_from(["$at", "$map", "$"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), plain, max_size=4))
def test_data_comes_back_as_it_was(data):
    """Any nest of permitted values is the same after being kept, types and tuples included."""
    codec = Codec()

    assert codec.data_in(codec.data_out(data)) == data


def test_an_instant_is_kept_in_utc():
    """The same moment, whatever zone it came in."""
    there = NOW.astimezone(timezone(timedelta(hours=8)))

    assert plain_out(there) == {"$at": "2026-03-08T04:00:00.123456+00:00"}
    assert plain_in(plain_out(there)) == there


@pytest.mark.parametrize("value", [object(), {1, 2}, datetime(2026, 1, 1), timedelta(1), NOW.time()])  # noqa: DTZ001
def test_what_cannot_be_kept_is_refused(value):
    """Nothing is turned into text by guess."""
    with pytest.raises(TypeError):
        plain_out(value)


@pytest.mark.parametrize("value", [date(2024, 2, 29), Decimal("1.20"), (1, (2,)), b"\x00", frozenset({"a"})])
def test_types_are_kept(value):
    """A value comes back in its own type."""
    assert plain_in(plain_out(value)) == value
    assert type(plain_in(plain_out(value))) is type(value)


@given(st.sampled_from(["lot", "quota", "used"]), st.lists(st.text(), max_size=4), st.text())
def test_accounts_come_back(kind, parts, unit):
    """Any parts, with whatever signs in them, make the same account with the same id."""
    account = Account(kind=kind, parts=tuple(parts), unit=unit)

    assert account_in(account_out(account)) == account
    assert account_in(account_out(account)).id == account.id


def test_lines_are_short_and_name_nobody():
    """The journal keeps postings whole; of a record it keeps the kind, the digest and the phase."""
    posting = Posting(
        source=outside("issued", "points"), destination=lot("h1", "points"), amount=5, label="earn", cap=9
    )
    person = Person(user="ann@example", holder="h1", phase="known")
    lines = (
        posting,
        Put(record=person, expected=None),
        Draw(pool="p", count=1, owner="e"),
        Emit(event="x", data={"secret": 1}, at=NOW),
    )
    kept = Codec().lines_out(Changes(because=Because(campaign="c"), lines=lines))
    first, second, *rest = Codec().lines_in(kept)

    assert posting_in(first) == posting
    assert second == ["put", "person", person.key.id.hex(), None, "known"]
    assert rest == [["draw", "p", 1, "e"], ["emit", "x", "2026-03-08T04:00:00.123456+00:00"]]
    assert "ann" not in kept


@attrs.frozen(kw_only=True)
class Team(Record):
    """A host's own kind, in its third shape."""

    kind: ClassVar[str] = "team"
    shape: ClassVar[int] = 3
    id: str
    members: tuple[str, ...] = ()

    @property
    def parts(self):
        return (self.id,)


def test_old_shapes_are_brought_up_step_by_step():
    """Each upcaster turns a body into one of the next shape."""
    steps = {
        ("team", 1): lambda body: {"id": body["name"], "people": body["people"]},
        ("team", 2): lambda body: {"id": body["id"], "members": body["people"]},
    }
    codec = Codec([Team], steps)

    assert codec.record_in("team", 1, '{"name":"t","people":["a"]}') == Team(id="t", members=("a",))
    assert codec.record_in("team", 3, codec.record_out(Team(id="t"))) == Team(id="t")


@pytest.mark.parametrize(("kind", "shape"), [("team", 2), ("team", 4), ("club", 1)])
def test_what_nobody_knows_is_an_error(kind, shape):
    """A kind or shape without a way to today's is refused, never guessed."""
    with pytest.raises(StorageError):
        Codec([*BUILTIN_RECORDS, Team]).record_in(kind, shape, '{"id":"t"}')


def test_defaults_are_left_out():
    """Rows stay short."""
    assert Codec([Team]).record_out(Team(id="t")) == '{"id":"t"}'
    assert account_out(quota("c", "x")) == ["quota", "pieces", "c", "x", "0"]


@pytest.mark.parametrize("text", ["", "  ", '{"a": 1} x', "[1] [2]", "[1", "\ufeff1", "tru", b"\xff", b"[1] 2"])
def test_a_text_is_read_whole_or_not_at_all(text):
    with pytest.raises(ValueError, match=r"."):
        load(text)


@pytest.mark.parametrize("text", [' {"a": [1, null]}\n', '{"a":[1,null]}', b'{"a":[1,null]}'])
def test_space_and_bytes_are_read_like_text(text):
    assert load(text) == {"a": [1, None]}
