"""
The vault: card codes are stored encrypted, found without being read, and moved to new keys.

Each code is sealed by AES-256-GCM under a random 96-bit nonce, and bound to its pool, its own id
and the key's id: a seal that was moved to another row does not open. Beside it stands a blind
index, a keyed digest of the code (HMAC-SHA256, 16 bytes, under a key of its own), by which an
equal code is found and a duplicate refused: to the letter, or, where its pool ignores case, of the
code in normal form.

A plain code is never put into a `repr`, a log line, an error's text or a file. Random nonces
allow 2**32 seals under one key; take a new key long before.
"""

from __future__ import annotations

import hashlib
import logging
import os
from base64 import b32encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence

import attrs
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from quanyi.adapters.chance import random_bytes
from quanyi.entitlements.card_codes import clean_card_codes
from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.errors import StorageError

__all__ = ["KeyRing", "SealingVault", "generate_codes", "normalised"]

_log = logging.getLogger("quanyi.vault")

_KEY_BYTES = 32
_NONCE_BYTES = 12
_TO_THE_LETTER = b"\0"  # no code in normal form begins with it
_APART = b"\1"  # nor with this
_INDEX = "index"
_DEVELOPMENT = "development"


class SealingVault:
    """
    Seals card codes under the ring's current key, and opens what any key of the ring has sealed.

    >>> vault = SealingVault(KeyRing(keys={"2026a": bytes(32)}, current="2026a", index=b"i" * 32))
    >>> (sealed,) = vault.seal("coffee", [" AB-12 "])
    >>> vault.open(sealed), vault.blind("AB-12", ignore_case=False) == sealed.blind
    ('AB-12', True)

    Args:
        ring: The keys.
        entropy: Where nonces come from.
    """

    def __init__(self, ring: KeyRing, entropy: Callable[[int], bytes] = random_bytes) -> None:
        self._ring = ring
        self._entropy = entropy
        self._ciphers = {name: AESGCM(key) for name, key in ring.keys.items()}
        self._index = _KeyedDigest(ring.index)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._ring!r})"

    def seal(
        self, pool: str, codes: Sequence[str], *, ignore_case: bool = False, apart: Sequence[str] = ()
    ) -> Sequence[SealedCode]:
        """
        Encrypt card codes for one pool, each bound to its own id, without the white space around them.

        The id is derived from pool and blind index, so an import that is repeated after a lost
        connection gives the same ids.

        Args:
            ignore_case: Whether codes that differ by case, spaces and dashes alone are one code.
            apart: A name for each code, by which it is told from others of equal text. Its own blind index is made of the
                name, and that of its text stands beside it.

        Raises:
            InputError: Some of them are no card codes; see `quanyi.entitlements.card_codes.clean_card_codes`.
        """
        codes = clean_card_codes(codes)
        texts = [self.blind(code, ignore_case=ignore_case) for code in codes]
        blinds = [self._index.of(_APART + name.encode()) for name in apart] or texts
        ids = [_code_id(pool, blind) for blind in blinds]
        seals = self._seals(pool, ids, codes)
        key_id = self._ring.current
        return [
            SealedCode(
                id=code_id, pool=pool, sealed=sealed, key_id=key_id, blind=blind, twin_of=text if apart else None
            )
            for code_id, sealed, blind, text in zip(ids, seals, blinds, texts, strict=True)
        ]

    def open(self, code: SealedCode) -> str:
        """
        Decrypt one card code.

        Raises:
            StorageError: It was sealed under a key that the ring lacks, or it is not the code
                that was sealed for this pool and id.
        """
        cipher = self._ciphers.get(code.key_id)
        if cipher is None:
            raise StorageError(f"code {code.id} is sealed under key {code.key_id!r}, which is not on the ring")
        nonce, box = code.sealed[:_NONCE_BYTES], code.sealed[_NONCE_BYTES:]
        try:
            return cipher.decrypt(nonce, box, _bound(code.pool, code.key_id) + code.id.encode()).decode()
        except (InvalidTag, ValueError) as failure:
            raise StorageError(f"code {code.id} does not open: its row was changed or moved") from failure

    def reseal(self, codes: Sequence[SealedCode]) -> Sequence[SealedCode]:
        """
        Encrypt card codes anew under the current key. Those that are under it already are returned as they are.

        Id, blind index and owner stay, so only `sealed` and `key_id` have to be written.
        """
        return [code if code.key_id == self._ring.current else self._resealed(code) for code in codes]

    def blind(self, code: str, *, ignore_case: bool = True) -> bytes:
        """
        The 16 bytes by which an equal card code is found: to the letter, or regardless of case, spaces and dashes.

        Releases up to 0.1 stored all codes under the latter.
        """
        return self._index.of(normalised(code).encode() if ignore_case else _TO_THE_LETTER + code.encode())

    @property
    def current(self) -> str:
        """The id of the key that seals now."""
        return self._ring.current

    def _resealed(self, code: SealedCode) -> SealedCode:
        (sealed,) = self._seals(code.pool, [code.id], [self.open(code)])
        return attrs.evolve(code, sealed=sealed, key_id=self._ring.current)

    def _seals(self, pool: str, ids: Sequence[str], codes: Sequence[str]) -> list[bytes]:
        encrypt = self._ciphers[self._ring.current].encrypt
        bound = _bound(pool, self._ring.current)
        nonces = self._entropy(_NONCE_BYTES * len(codes))
        sealed = []
        for place, (code_id, code) in enumerate(zip(ids, codes, strict=True)):
            nonce = nonces[place * _NONCE_BYTES : (place + 1) * _NONCE_BYTES]
            sealed.append(nonce + encrypt(nonce, code.encode(), bound + code_id.encode()))
        return sealed


def _keys(_ring: object, _attribute: object, keys: Mapping[str, bytes]) -> None:
    if not keys or any(len(key) != _KEY_BYTES for key in keys.values()):
        raise ValueError(f"a key ring needs keys of {_KEY_BYTES} bytes")


@attrs.frozen(kw_only=True, repr=False)
class KeyRing:
    """
    The keys of a vault. Its `repr` names them and shows none.

    Attributes:
        keys: Sealing keys of 32 bytes, by id. Old ones stay until nothing is sealed under them.
        current: The id of the key that seals from now on.
        index: The key of the blind index, 32 bytes. It never changes, or no code is found again.
    """

    keys: Mapping[str, bytes] = attrs.field(validator=_keys)
    current: str
    index: bytes

    def __attrs_post_init__(self) -> None:
        """Refuse a ring without its current key, or with a key of another length."""
        if self.current not in self.keys:
            raise ValueError(f"the current key {self.current!r} is not on the ring")
        if len(self.index) != _KEY_BYTES or self.index in self.keys.values():
            raise ValueError(f"the blind index needs a key of its own, of {_KEY_BYTES} bytes")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(sorted(self.keys))}; current {self.current})"

    @classmethod
    def parse(cls, text: str) -> KeyRing:
        """
        Read ``2026a=<key> 2025b=<key> index=<key>``: the first one seals, ``index`` is the blind index's.

        Keys are 32 bytes in base64. The text is never repeated in an error.

        >>> from base64 import b64encode
        >>> ring = KeyRing.parse(f"2026a={b64encode(bytes(32)).decode()} index={b64encode(b'i' * 32).decode()}")
        >>> ring.current, KeyRing.parse(ring.text()) == ring
        ('2026a', True)
        """
        pairs = [entry.partition("=") for entry in text.split()]
        keys = {name: _decoded(name, key) for name, _, key in pairs}
        if len(keys) != len(pairs) or _INDEX not in keys:
            raise ValueError("a key ring is written id=key id=key index=key, each id once")
        index = keys.pop(_INDEX)
        return cls(keys=keys, current=next(iter(keys), ""), index=index)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, name: str = "QUANYI_KEYS") -> KeyRing:
        """
        The ring in an environment variable, in the form that `parse` reads.

        Raises:
            StorageError: The variable is not set. There is no default: codes sealed under a key that is not kept
                would be lost.
        """
        text = (os.environ if environment is None else environment).get(name)
        if not text:
            raise StorageError(f"{name} is not set: no key to keep card codes under; see KeyRing.parse")
        return cls.parse(text)

    @classmethod
    def for_development(cls) -> KeyRing:
        """Published keys, the same on each start; a warning in the log says so."""
        _log.warning("DEVELOPMENT KEYS: card codes are sealed under keys that everybody knows; set QUANYI_KEYS")
        key, index = (hashlib.sha256(f"quanyi {use}, not a secret".encode()).digest() for use in ("seal", _INDEX))
        return cls(keys={_DEVELOPMENT: key}, current=_DEVELOPMENT, index=index)

    @classmethod
    def fresh(cls, name: str, entropy: Callable[[int], bytes] = random_bytes) -> KeyRing:
        """A new ring with one random key; put its `text` into the environment."""
        return cls(keys={name: entropy(_KEY_BYTES)}, current=name, index=entropy(_KEY_BYTES))

    def text(self) -> str:
        """The ring in the form that `parse` reads. This is the secret itself: store it with your secrets."""
        order = sorted(self.keys, key=lambda name: name != self.current)
        keys = [*((name, self.keys[name]) for name in order), (_INDEX, self.index)]
        return " ".join(f"{name}={urlsafe_b64encode(key).decode()}" for name, key in keys)


def normalised(code: str) -> str:
    """
    A card code in normal form: upper case, without spaces and dashes.

    >>> normalised("abcd-1234 ef")
    'ABCD1234EF'
    """
    if code.isascii() and code.isalnum():
        return code.upper()
    return "".join(code.upper().translate(_NOISE).split())


_NOISE = dict.fromkeys(map(ord, "-‐‑‒–—−_"))


# --- making card codes ------------------------------------------------------------------------------

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TO_CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", _CROCKFORD.encode())
_CODE_BYTES = 10
_CODE_CHARACTERS = 16
_CHECK_PRIME = 37


def generate_codes(count: int, entropy: Callable[[int], bytes] = random_bytes) -> list[str]:
    """
    *count* card codes of 16 random characters and a check character, without I, L, O and U.

    The check is Crockford's: the number modulo 37, which detects every wrong and every two swapped
    characters. Draws whose check would be a sign and not a letter or digit are repeated,
    which leaves 79.8 random bits of 80.

    >>> len(generate_codes(1, lambda count: bytes(count))[0])
    17
    """
    codes: list[str] = []
    while len(codes) < count:
        codes += _drawn((count - len(codes)) * 6 // 5 + 1, entropy)
    return codes[:count]


def _drawn(count: int, entropy: Callable[[int], bytes]) -> list[str]:
    """The codes among *count* draws whose check character is a letter or digit."""
    raw = entropy(_CODE_BYTES * count)
    text = b32encode(raw).translate(_TO_CROCKFORD).decode()
    checks = [int.from_bytes(raw[at : at + _CODE_BYTES]) % _CHECK_PRIME for at in range(0, len(raw), _CODE_BYTES)]
    return [
        text[place * _CODE_CHARACTERS : (place + 1) * _CODE_CHARACTERS] + _CROCKFORD[check]
        for place, check in enumerate(checks)
        if check < len(_CROCKFORD)
    ]


# --- inside ------------------------------------------------------------------------------------


class _KeyedDigest:
    """HMAC-SHA256 with the key's two states prepared once and copied for each message."""

    def __init__(self, key: bytes) -> None:
        block = key.ljust(64, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def of(self, message: bytes) -> bytes:
        """The first 16 bytes of the message's digest."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()[:16]


def _bound(pool: str, key_id: str) -> bytes:
    """The bytes that a seal is bound to, without the code's own id; each part is preceded by its length."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in (pool.encode(), key_id.encode()))


def _code_id(pool: str, blind: bytes) -> str:
    digest = hashlib.blake2b(pool.encode() + b"\0" + blind, digest_size=16, person=b"quanyi code").digest()
    return urlsafe_b64encode(digest)[:22].decode()


def _decoded(name: str, key: str) -> bytes:
    try:
        return urlsafe_b64decode(key)
    except ValueError:
        raise ValueError(f"the key {name!r} is not base64") from None
