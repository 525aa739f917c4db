"""Rules by which codes are generated: how strong they must be, what they make, and what a check letter tells."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

import pytest

from quanyi.adapters.brake import GuessBrake
from quanyi.entitlements.code_rules import ALPHABETS, GUESSES_AN_HOUR, CodeRule
from quanyi.entitlements.errors import InputError
from tests.codes.conftest import Chance

CROCKFORD = ALPHABETS["crockford"]


@pytest.mark.parametrize(
    ("rule", "lucky"),
    [
        (CodeRule(alphabet=ALPHABETS["digits"], length=8, live=10**6, guesses=4_000_000), 3.504e8),
        (CodeRule(alphabet=ALPHABETS["digits"], length=12, live=10**6, guesses=200_000), 1752.0),
        (CodeRule(length=10, live=10**6, guesses=4_000_000), 31.12),
        (CodeRule(length=12, live=10**6, guesses=200_000), 1.5195e-3),
        (CodeRule(length=16, live=10**6, guesses=4_000_000), 2.8985e-8),
    ],
    ids=["8-digits", "12-digits", "10-letters", "12-letters", "16-letters"],
)
def test_lucky_guesses_of_a_year(rule, lucky):
    """Worked out by hand: live x guesses an hour x 8760 hours / letters to the power of the length."""
    assert rule.lucky == pytest.approx(lucky, rel=1e-3)
    assert rule.too_weak == (lucky > 1e-3)


def test_the_allowance_is_what_the_brake_lets_through():
    brake = GuessBrake()

    assert brake.most * brake.tries * (timedelta(hours=1) / brake.window) == GUESSES_AN_HOUR


@pytest.mark.parametrize("alphabet", [*ALPHABETS.values(), "AB", "ABC"])
@pytest.mark.parametrize("live", [1, 10**6, 10**9])
def test_the_needed_length_is_just_enough(alphabet, live):
    rule = CodeRule(alphabet=alphabet, length=1, live=live)
    enough = CodeRule(alphabet=alphabet, length=rule.needed_length, live=live)
    fewer = CodeRule(alphabet=alphabet, length=rule.needed_length - 1, live=live)

    assert (enough.too_weak, fewer.too_weak) == (False, True)


def test_codes_are_of_the_rule_and_the_same_by_the_same_chance():
    rule = CodeRule(length=12, prefix="KQ-", check=True, group=4)
    codes = rule.codes(500, Chance())

    assert codes == rule.codes(500, Chance())
    assert all(re.fullmatch(rf"KQ-([{CROCKFORD}]{{4}}-){{3}}[{CROCKFORD}]", code) for code in codes)
    assert rule.codes(500, Chance(8)) != codes


@pytest.mark.parametrize(
    "alphabet",
    [ALPHABETS["digits"], ALPHABETS["letters"], "ABC", CROCKFORD],
    ids=["digits", "letters", "three", "crockford"],
)
def test_each_letter_is_as_likely_as_any_other(alphabet):
    """Chi square of 200,000 letters, below what is passed once in a million."""
    counts = Counter("".join(CodeRule(alphabet=alphabet, length=40).codes(5_000, Chance())))
    expected = 200_000 / len(alphabet)
    chi = sum((counts[letter] - expected) ** 2 / expected for letter in alphabet)

    assert set(counts) == set(alphabet)
    assert chi < {3: 28, 10: 45, 26: 77, 32: 86}[len(alphabet)]


def test_codes_that_collide_are_drawn_again():
    """All that a tiny rule can make, each once."""
    tiny = CodeRule(alphabet="AB", length=3)

    assert sorted(tiny.codes(8, Chance())) == ["AAA", "AAB", "ABA", "ABB", "BAA", "BAB", "BBA", "BBB"]
    with pytest.raises(InputError, match="no more than 8"):
        tiny.codes(9, Chance())


def test_ten_digits_have_the_check_digit_that_everybody_knows():
    """The sample of the Luhn formula."""
    assert CodeRule(alphabet=ALPHABETS["digits"], length=10, check=True).written("7992739871") == "79927398713"


@pytest.mark.parametrize(
    "alphabet", [ALPHABETS["digits"], CROCKFORD, "ABC", ALPHABETS["hex"]], ids=["digits", "crockford", "three", "hex"]
)
def test_a_check_letter_tells_slips(alphabet):
    rule = CodeRule(alphabet=alphabet, length=6, check=True)
    ends = {alphabet[0], alphabet[-1]}
    for letters in rule_letters(alphabet):
        check = rule.check_of(letters)
        for place, letter in enumerate(letters):
            wrong = alphabet[(alphabet.index(letter) + 1) % len(alphabet)]
            assert rule.check_of(letters[:place] + wrong + letters[place + 1 :]) != check
        for place in range(5):
            one, other = letters[place : place + 2]
            if one != other and {one, other} != ends:
                assert rule.check_of(letters[:place] + other + one + letters[place + 2 :]) != check


def rule_letters(alphabet):
    return CodeRule(alphabet=alphabet, length=6).codes(200, Chance())
