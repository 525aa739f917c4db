"""What a key or an id is."""

from __future__ import annotations

from typing import Any

import pytest

from quanyi.entitlements.errors import InputError
from quanyi.entitlements.identifiers import identifier, identifier_or_none


@pytest.mark.parametrize("text", ["a", "x" * 200, "用户/7", " ", "a\u200bb"])
def test_text_of_one_to_two_hundred_characters_is_one(text: str) -> None:
    assert identifier(text, "key") == text


@pytest.mark.parametrize("value", ["", "x" * 201, "a\n", "\x7f", "\x9b", "\udfff", None, b"a", 1.0, True, [], 10**200])
def test_anything_else_is_none(value: Any) -> None:
    with pytest.raises(InputError):
        identifier(value, "key")


def test_it_has_two_hundred_characters_at_most() -> None:
    with pytest.raises(InputError, match="201"):
        identifier("x" * 201, "key")


def test_what_may_be_left_out_may_be_left_out() -> None:
    assert identifier_or_none(None, "actor") is None
