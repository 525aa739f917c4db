"""Values that nobody should send, in every parameter of every call: each answer is a typed one, and the books stay right."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quanyi import InputError, QuanyiError
from quanyi.adapters.sql.verify import verify
from tests.hostile.calls import CALLS, JUNK, Call, Junk

if TYPE_CHECKING:
    from quanyi import OpenMall

CASES = [(call, parameter) for call in CALLS for parameter in call.right]


def outcome(mall: OpenMall, call: Call, changed: dict[str, Any]) -> BaseException | None:
    try:
        attrgetter(call.method)(mall)(**{**call.right, **changed})
    except BaseException as no:
        return no
    return None


def books(mall: OpenMall) -> list[str]:
    """What `verify` finds; nothing for a mall in memory."""
    engine = getattr(mall.ports.store, "engine", None)
    return [] if engine is None else [str(found) for found in verify(engine, "engine").differences]


def test_junk_in_any_parameter_is_answered_in_words(mall: OpenMall) -> None:
    mall.desk.adjust("ann", "points", 10_000, key="stake", reason="something to lose")
    untyped, told = [], []
    for call, parameter in CASES:
        for junk in JUNK:
            no = outcome(mall, call, {parameter: junk.value})
            if no is not None and not isinstance(no, QuanyiError):
                untyped.append(f"{call.method}({parameter}={junk.name}): {type(no).__name__}: {str(no)[:100]}")
            if isinstance(no, InputError):
                told.append(str(no))

    assert not untyped, f"{len(untyped)} of {len(CASES) * len(JUNK)}\n" + "\n".join(untyped)
    assert max(map(len, told)) < 1_000
    assert not [text for text in told if not text.isprintable()]
    assert books(mall) == []


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_several_at_once_are_answered_in_words(mall: OpenMall, data: st.DataObject) -> None:
    call = data.draw(st.sampled_from(CALLS))
    junk = st.sampled_from(JUNK).map(lambda each: each.value) | st.text() | st.integers() | st.binary() | st.floats()
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(call.right)), junk))
    no = outcome(mall, call, changed)

    assert no is None or isinstance(no, QuanyiError)


def test_no_two_kinds_of_junk_have_one_name() -> None:
    assert len({junk.name for junk in JUNK}) == len(JUNK) > 30
    assert all(isinstance(junk, Junk) for junk in JUNK)
