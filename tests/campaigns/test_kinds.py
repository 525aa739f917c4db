"""The kinds that a mall knows: found by their words, and never two of one name."""

from __future__ import annotations

import attrs
import pytest

from quanyi.campaigns.kinds.builtin import BUILTIN, KINDS
from quanyi.campaigns.kinds.registry import Kinds
from quanyi.campaigns.kinds.reward.kind import REWARD
from quanyi.campaigns.kinds.sale.kind import SALE
from quanyi.campaigns.kinds.streak.kind import STREAK
from quanyi.campaigns.language.events import Attribute, command
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.plays.records import BUILTIN_RECORDS


def test_the_stores_know_the_records_of_all_kinds_that_are_there_from_the_start():
    assert set(BUILTIN.records) == set(BUILTIN_RECORDS)


def test_a_record_of_a_kind_is_known_only_with_the_kind():
    marks = STREAK.records[0]

    assert marks in BUILTIN.records
    assert marks not in Kinds([REWARD]).records


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({}, "two of each kind have the same name: reward"),
        (
            {"word": "other", "commands": (command("order.cancel", Attribute(name="why", type="text")),)},
            "two of each command or event have the same name: order.cancel",
        ),
        ({"word": "other", "tells": (command("order.cancel", Attribute(name="x", type="id")),)}, "order.cancel"),
    ],
)
def test_two_of_one_name_are_refused(changes, complaint):
    """A host's kind takes no word, no command and no event that is taken."""
    with pytest.raises(InputError, match=complaint):
        Kinds([*KINDS, attrs.evolve(REWARD, **changes)])


def test_kinds_that_share_a_command_share_its_value():
    other = attrs.evolve(REWARD, word="other", commands=SALE.commands)

    assert Kinds([*KINDS, other]).commands() == BUILTIN.commands()
