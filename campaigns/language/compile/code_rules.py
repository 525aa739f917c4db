"""
Compiles the rules by which card codes are generated, and finds those by which a code would be guessed.
"""

from __future__ import annotations

from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.schema.mall import CodeRuleMap, PoolMap
from quanyi.entitlements.code_rules import ALPHABETS, LONGEST_RULE, CodeRule

__all__ = ["code_rule"]

_FEWEST_LETTERS = 2


def code_rule(pool: PoolMap, place: Place, findings: Findings) -> CodeRule | None:
    """The rule of a pool, if it has one; with a finding for letters that can't be used and for one that is too weak."""
    said = pool.generate
    if said is None:
        return None
    if pool.reusable:
        hint = "leave reusable out, or import the one code"
        findings.key_error(place, "one-code", "everybody gets the same code of this pool, so none is generated", hint)
    letters = ALPHABETS.get(said.alphabet, said.alphabet)
    if wrong := _wrong(letters, ignore_case=pool.ignore_case):
        hint = Message("name one of {known}, or write letters and digits, each once", known=", ".join(ALPHABETS))
        spot = place / "alphabet"
        findings.error(
            spot, "bad-alphabet", Message("{letters!r} is no alphabet: {wrong}", letters=letters, wrong=wrong), hint
        )
        return None
    rule = _rule(said, letters)
    if rule.too_weak:
        _weak(rule, place, findings)
    return rule


def _rule(said: CodeRuleMap, letters: str) -> CodeRule:
    fields = ("length", "check", "group", "live", "guesses")
    return CodeRule(alphabet=letters, prefix=said.prefix or "", **{name: getattr(said, name) for name in fields})


def _wrong(letters: str, *, ignore_case: bool) -> str:
    """What is wrong with the letters of an alphabet; empty if nothing is."""
    if not letters.isascii() or not letters.isalnum() or len(letters) < _FEWEST_LETTERS:
        return Message("it has other signs than letters and digits, or fewer than two")
    if len(set(letters)) < len(letters):
        return Message("a letter stands in it twice")
    if ignore_case and len(set(letters.upper())) < len(letters):
        return Message("this pool ignores case, and a letter stands in it in both cases")
    return ""


def _weak(rule: CodeRule, place: Place, findings: Findings) -> None:
    message = Message(
        "with {live} codes alive and {guesses} guesses an hour, {lucky} codes a year would be guessed; at most 0.001 may be",
        live=rule.live,
        guesses=rule.guesses,
        lucky=f"{rule.lucky:.2g}",
    )
    enough = rule.needed_length
    hint = (
        Message("write length: {length}", length=enough)
        if enough <= LONGEST_RULE
        else Message("take an alphabet of more letters, such as crockford")
    )
    findings.error(place / "length", "codes-guessable", message, hint)
