"""The vault: what is sealed opens in its own row, and is seen nowhere else."""

from __future__ import annotations

import logging
import pickle
import re
import sqlite3
import traceback

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanyi.adapters.vault import KeyRing, SealingVault, generate_codes, normalised
from quanyi.adapters.wiring import wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import InputError, StorageError
from tests.engine.conftest import FOLDER, sql_store

CANARY = "CANARY-7Q2X-PLAIN"


@pytest.fixture
def ring():
    return KeyRing.fresh("2026a")


@pytest.fixture
def vault(ring):
    return SealingVault(ring)


class TestSealing:
    def test_what_is_sealed_opens(self, vault):
        """Every code comes back to the letter, in order."""
        codes = ["a b-c", "ÄÖ 卡密", "x" * 512]

        assert [vault.open(code) for code in vault.seal("coffee", codes)] == codes

    def test_the_same_code_looks_different_each_time(self, vault):
        """Two seals of one code share nothing that an observer could compare, but the keyed index."""
        first, second = vault.seal("coffee", ["A1"])[0], vault.seal("coffee", ["A1"])[0]

        assert first.sealed != second.sealed
        assert first.blind == second.blind

    def test_a_repeated_import_names_the_same_codes(self, vault):
        """Ids come from pool and content, so that a repeated import is recognised."""
        first, second, other = (vault.seal(pool, ["A1"])[0].id for pool in ("coffee", "coffee", "tea"))

        assert first == second != other
        assert re.fullmatch(r"[\w-]{22}", first)

    @pytest.mark.parametrize("field", ["pool", "id", "key_id"])
    def test_a_swapped_row_does_not_open(self, field):
        """A seal belongs to one pool, one code and one key."""
        keys = KeyRing.fresh("k1").keys["k1"]
        vault = SealingVault(KeyRing(keys={"k1": keys, "k2": keys}, current="k1", index=b"i" * 32))
        code = vault.seal("coffee", ["A1"])[0]
        moved = attrs.evolve(code, **{field: {"pool": "tea", "id": "other", "key_id": "k2"}[field]})
        with pytest.raises(StorageError, match="does not open"):
            vault.open(moved)

    def test_two_swapped_seals_do_not_open(self, vault):
        """Nobody can give one row the code of another."""
        cheap, dear = vault.seal("cards", ["CHEAP", "DEAR"])
        with pytest.raises(StorageError):
            vault.open(attrs.evolve(cheap, sealed=dear.sealed))

    @pytest.mark.parametrize("sealed", [b"", b"short", b"\0" * 64])
    def test_a_damaged_seal_is_a_storage_error(self, vault, sealed):
        """Whatever stands there, the answer is typed."""
        code = attrs.evolve(vault.seal("coffee", ["A1"])[0], sealed=sealed)
        with pytest.raises(StorageError):
            vault.open(code)

    @pytest.mark.parametrize("bad", ["", " - ", "x" * 513])
    def test_a_code_that_is_none_is_refused_by_its_place(self, vault, bad):
        """An import says which line is wrong, and not what stands in it."""
        with pytest.raises(InputError, match=r"line 2 is (empty|longer)"):
            vault.seal("coffee", ["A1", bad, "A3"])


class TestBlindIndex:
    @pytest.mark.parametrize("typed", ["ABCD1234", "abcd-1234", " ab cd 12-34 ", "abcd—1234"])
    def test_a_code_is_found_however_it_is_typed(self, vault, typed):
        """Case, spaces and dashes don't matter."""
        assert vault.blind(typed) == vault.blind("ABCD-1234")

    def test_it_is_hmac_sha256(self, ring, vault):
        """The prepared states give what the standard says."""
        import hmac

        assert vault.blind("a1") == hmac.digest(ring.index, b"A1", "sha256")[:16]

    def test_it_says_nothing_without_the_key(self, vault):
        """Another ring finds nothing."""
        assert vault.blind("A1") != SealingVault(KeyRing.fresh("other")).blind("A1")

    def test_it_survives_a_rotation(self, ring):
        """A new sealing key changes no index."""
        newer = KeyRing(keys={**ring.keys, "2026b": b"n" * 32}, current="2026b", index=ring.index)

        assert SealingVault(newer).blind("A1") == SealingVault(ring).blind("A1")


class TestKeys:
    def test_rotation_moves_codes_to_the_current_key(self, ring, vault):
        """Old codes open under the new ring, and are then sealed under its current key alone."""
        old = vault.seal("coffee", ["A1", "A2"])
        both = KeyRing(keys={**ring.keys, "2026b": b"n" * 32}, current="2026b", index=ring.index)
        new = SealingVault(both).reseal(old)
        alone = SealingVault(KeyRing(keys={"2026b": b"n" * 32}, current="2026b", index=ring.index))

        assert [alone.open(code) for code in new] == ["A1", "A2"]
        assert [(code.id, code.blind) for code in new] == [(code.id, code.blind) for code in old]
        assert SealingVault(both).reseal(new) == new

    def test_a_missing_key_is_named(self, vault):
        """A code under a key that has been thrown away says which one."""
        code = vault.seal("coffee", ["A1"])[0]
        with pytest.raises(StorageError, match="sealed under key '2026a'"):
            SealingVault(KeyRing.fresh("2027a")).open(code)

    def test_a_ring_is_read_as_it_is_written(self, ring):
        """What `text` writes, the environment gives back."""
        assert KeyRing.from_environment({"QUANYI_KEYS": ring.text()}) == ring

    def test_the_first_key_seals(self):
        """Putting a key in front rotates."""
        a, b = KeyRing.fresh("a"), KeyRing.fresh("b")

        assert KeyRing.parse(f"{b.text().split()[0]} {a.text()}").current == "b"

    def test_without_keys_there_is_no_ring(self):
        """Nothing is sealed under a key that nobody wrote down."""
        with pytest.raises(StorageError, match="QUANYI_KEYS is not set"):
            KeyRing.from_environment({})

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("a=c2hvcnQ= index=c2hvcnQ=", "32 bytes"),
            ("a=!!!!! index=x", "not base64"),
            ("a", "index=key"),
            ("", "index=key"),
        ],
    )
    def test_a_bad_ring_is_refused_without_repeating_it(self, text, complaint):
        """An error about keys shows no key."""
        with pytest.raises(ValueError, match=complaint) as caught:
            KeyRing.parse(text)

        assert not [entry for entry in text.split() if "=" in entry and entry in str(caught.value)]

    def test_the_index_has_a_key_of_its_own(self):
        """One key for two purposes is refused."""
        with pytest.raises(ValueError, match="key of its own"):
            KeyRing(keys={"a": b"k" * 32}, current="a", index=b"k" * 32)

    def test_development_keys_say_what_they_are(self, caplog):
        """They work, they are the same tomorrow, and the log and every row say what they are."""
        with caplog.at_level(logging.WARNING):
            vault = SealingVault(KeyRing.for_development())
        code = vault.seal("coffee", ["A1"])[0]

        assert "DEVELOPMENT KEYS" in caplog.text
        assert code.key_id == "development"
        assert SealingVault(KeyRing.for_development()).open(code) == "A1"


class TestCanary:
    """The plain code is a canary: it must not turn up anywhere."""

    def test_not_in_a_repr(self, ring, vault):
        """Neither codes nor keys are shown by what keeps them."""
        code = vault.seal("coffee", [CANARY])[0]
        shown = " ".join(map(repr, (vault, ring, code, vault.__dict__.keys())))

        assert CANARY not in shown
        assert not [key for key in (*ring.keys.values(), ring.index) if repr(key) in shown or key.hex() in shown]

    def test_not_in_errors_or_logs(self, vault, caplog):
        """Nothing that goes wrong carries the code."""
        good = vault.seal("coffee", [CANARY])[0]
        said = []
        with caplog.at_level(logging.DEBUG):
            for act in (
                lambda: vault.open(attrs.evolve(good, id="x")),
                lambda: vault.open(attrs.evolve(good, key_id="x")),
                lambda: vault.seal("coffee", [CANARY, CANARY * 100]),
            ):
                try:
                    act()
                except (StorageError, InputError) as failure:
                    said.append("".join(traceback.format_exception(failure)))

        assert len(said) == 3
        assert CANARY not in caplog.text + "".join(said)

    def test_not_in_bytes_that_are_kept(self, vault, tmp_path):
        """A file that holds the sealed rows holds neither the code nor its normal form."""
        code = vault.seal("coffee", [CANARY])[0]
        path = tmp_path / "codes.db"
        with sqlite3.connect(path) as db:
            db.execute("pragma journal_mode=wal")
            db.execute("create table codes (id, pool, sealed, key_id, blind)")
            db.execute("insert into codes values (?,?,?,?,?)", attrs.astuple(code)[:5])
            db.commit()
            kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())

        assert b"coffee" in kept
        for plain in (CANARY, normalised(CANARY)):
            assert plain.encode() not in kept + pickle.dumps(code)

    def test_not_in_a_database_that_lived_through_it(self, sqlite_engine, tmp_path, caplog):
        """Import, sale, payment, reveal: the file, its write-ahead log and the log know no plain code."""
        codes = [f"{CANARY}-{number}" for number in range(20)]
        with caplog.at_level(logging.DEBUG):
            mall = wire(load_project(FOLDER), sql_store(sqlite_engine), vault=SealingVault(KeyRing.fresh("a")))
            mall.desk.apply()
            mall.desk.import_codes("music", codes, key="import")
            mall.report("points.granted", user="ann", key="g", data={"points": 100})
            deal = mall.exchange("music", user="ann", key="x")
            mall.settle(deal.hold, paid=deal.pay, key="pay")
            (held,) = mall.entitlements("ann")
            seen = mall.reveal(held.id, user="ann", key="r").codes
            again = mall.reveal(held.id, user="ann", key="r")
        kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())

        assert set(seen) == set(again.codes) <= set(codes)
        assert len(kept) > 10_000
        assert CANARY not in caplog.text
        for plain in (CANARY, normalised(CANARY)):
            assert plain.encode() not in kept


class TestGeneratedCodes:
    def test_they_have_seventeen_readable_characters(self):
        """Sixteen and a check, without letters that are taken for digits."""
        codes = generate_codes(2000)

        assert len(set(codes)) == 2000
        assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{17}", code) for code in codes)

    @given(st.integers(0, 15), st.integers(1, 31))
    def test_the_check_notices_one_wrong_character(self, place, by):
        """Any other character in any place makes another check."""
        code = generate_codes(1)[0]
        wrong = alphabet[(alphabet.index(code[place]) + by) % 32]

        assert check(code[:place] + wrong + code[place + 1 :]) != code[16]

    @given(st.integers(0, 14))
    def test_the_check_notices_swapped_neighbours(self, place):
        """Two characters in the wrong order make another check."""
        code = generate_codes(1)[0]
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

        assert (swapped == code) == (check(swapped) == code[16])

    def test_none_and_few(self):
        """Any number can be asked for."""
        assert [len(generate_codes(count)) for count in (0, 1, 7)] == [0, 1, 7]


alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def check(code: str) -> str:
    """Crockford's check, by the book."""
    number = 0
    for character in code[:16]:
        number = number * 32 + alphabet.index(character)
    return (alphabet + "*~$=U")[number % 37]
