"""
What operators do with card codes, beside bringing a list of them in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from quanyi.adapters.codes.batches import BatchView, batch_named, batches_of, plain_codes, view_of
from quanyi.adapters.codes.by_rule import generate
from quanyi.adapters.codes.files import lines_of
from quanyi.adapters.codes.importing import CodeImport, FileImport, LineReport
from quanyi.adapters.codes.resealing import reseal, reseal_secrets
from quanyi.adapters.codes.stash import Stashing, behind
from quanyi.adapters.codes.tracing import TracedCode, trace
from quanyi.adapters.ids import RandomIds
from quanyi.campaigns.desk import Desk
from quanyi.entitlements.arguments import a_text, a_whole_number, how_many
from quanyi.entitlements.errors import InputError, QuanyiError
from quanyi.entitlements.identifiers import identifier, identifier_or_none

__all__ = ["CodeDesk"]

_LONGEST_MARK = 64
_CHUNK = 1 << 20


class CodeDesk(Desk):
    """The code desk of an open mall. What comes in many at once commits part by part."""

    def generate_codes(  # noqa: PLR0913  (one keyword for each thing that is said of a batch)
        self,
        pool: str,
        count: int,
        *,
        key: str,
        by: str,
        reason: str = "",
        batch: str = "",
        channel: str | None = None,
        region: str | None = None,
        ends_at: datetime | None = None,
        progress: Callable[[int], object] | None = None,
    ) -> BatchView:
        """
        Generate card codes by the rule of their pool, as one batch. None of them is shown.

        The same call with the same key gives the same batch again, and goes on where one was cut off.

        >>> made = mall.desk.generate_codes("music", 3, key="may", by="ops/7", batch="May", channel="print")
        >>> made.added, made.codes.free, [len(code) for code in mall.desk.plain_codes(made.id, by="ops/7", reason="printer")]
        (3, 3, [16, 16, 16])

        Args:
            pool: The pool, or the benefit that it stands behind.
            count: How many, from 1.
            by: Who does it, and *reason* why.
            batch: What the batch is called.
            channel: Where they are meant for; `region` for which region.
            ends_at: From when on nobody gets one any more.
            progress: Is told how many there are, after each part.

        Raises:
            InputError: The pool has no rule, or more codes would be alive than it allows for.
            NotFound: There is no such pool.
        """
        number, stashing = a_whole_number(count, "count"), self._stashing(pool, "generate", key, by, reason, batch)
        if number < 1:
            raise InputError(f"count is 1 or more, not {number}")
        marks = {
            "channel": _mark(channel, "channel"),
            "region": _mark(region, "region"),
            "ends_at": _with_zone(ends_at),
        }
        generate(stashing, number, progress or _untold, **marks)
        return self._view(stashing.id)

    def import_code_file(  # noqa: PLR0913  (one keyword for each thing that is said of a batch)
        self,
        pool: str,
        file: str | Path | bytes | BinaryIO,
        *,
        by: str,
        key: str | None = None,
        reason: str = "",
        batch: str = "",
        channel: str | None = None,
        region: str | None = None,
        ends_at: datetime | None = None,
        report: Callable[[LineReport], object] | None = None,
        progress: Callable[[int, int], object] | None = None,
    ) -> CodeImport:
        r"""
        Bring the codes of a CSV or XLSX file in, as one batch; what of them, and what not, is told line by line.

        An import that was cut off goes on where it was when the same file is imported again.

        >>> found = mall.desk.import_code_file("music", b"code,region\nAB-1,CN\n\nAB-1,CN\n", by="ops/7")
        >>> found.taken, [(each.line, each.outcome, each.first) for each in found.told]
        (1, [(3, 'empty', None), (4, 'repeated', 2)])

        Args:
            pool: The pool, or the benefit that it stands behind.
            file: Its path, its bytes, or the open file.
            key: Made of the file's content unless given.
            batch: What the batch is called.
            channel: Of lines that name none; so *region* and *ends_at*.
            report: Is told of every line, in order; no line is quoted.
            progress: Is told after each part how many lines were read, and how many codes were taken.

        Raises:
            ImportRefused: Nothing was taken: no line could be, or the pool takes all lines or none.
            InputError: The file can't be read.
            NotFound: There is no such pool.
        """
        with _opened(file) as source:
            importing = FileImport(
                stashing=self._stashing(pool, "import", key or f"file/{_digest(source)}", by, reason, batch),
                channel=_mark(channel, "channel"),
                region=_mark(region, "region"),
                ends_at=_with_zone(ends_at),
                report=report,
                progress=progress,
            )
            return importing.run(lambda: lines_of(source))

    def batches(self, pool: str, limit: int = 100) -> list[BatchView]:
        """
        The batches of a pool, newest first, each with how many of its codes are free, issued, seen, ended and void.

        >>> receipt = mall.desk.import_codes("music", ["AAAA-1111", "BBBB-2222"], key="codes/b")
        >>> [(batch.added, batch.codes.free) for batch in mall.desk.batches("music", limit=1)]
        [(2, 2)]

        Raises:
            NotFound: There is no such pool.
        """
        benefit, found = behind(self._ports.project, pool)
        return batches_of(self._ports, found.id, benefit.id, how_many(limit))

    def plain_codes(self, batch: str, *, by: str, reason: str) -> Iterator[str]:
        """
        The codes of a batch that the mall has generated, in clear. Whoever reads them is noted as an act of the books.

        Raises:
            InputError: There is no reason, or the batch was imported.
            NotFound: There is no such batch.
        """
        found, act = batch_named(self._ports, identifier(batch, "batch")), RandomIds().new()
        codes = plain_codes(self._ports, found)
        self._note(act, "codes.export", "begun", by, reason, about=found.id)
        yield from codes
        self.note_act(act, "codes.export", "done", by=by, rows=found.added)

    def trace_code(self, text: str, *, by: str, reason: str) -> list[TracedCode]:
        """
        Every card with that text, oldest first, and what became of it: batch, state, deal, and whom it was given to.

        Neither the text nor a code is shown, logged or kept; that somebody asked is an act of the books.

        >>> receipt = mall.desk.import_codes("music", ["TRACE-1"], key="codes/t")
        >>> [(card.pool, card.state) for card in mall.desk.trace_code(" TRACE-1", by="ops/7", reason="ann can't use it")]
        [('cards', 'free')]

        Raises:
            InputError: There is no reason, or the text can't be a code.
        """
        act = RandomIds().new()
        self._note(act, "codes.trace", "begun", by, reason)
        try:
            found = trace(self._ports, text)
        except QuanyiError:
            self.note_act(act, "codes.trace", "refused", by=by, why="invalid")
            raise
        self.note_act(act, "codes.trace", "done", by=by, rows=len(found))
        return found

    def reseal_codes(
        self, *, by: str, reason: str = "", limit: int | None = None, progress: Callable[[int], object] | None = None
    ) -> int:
        """
        Seal codes anew under the current key of the ring, those that an older one has sealed; how many those were. The
        secrets of webhooks are sealed anew with them.

        Sales go on meanwhile. One that was cut off goes on with what is left when it is called again.

        >>> mall.desk.reseal_codes(by="ops/7", reason="a new key each year")
        0

        Args:
            limit: How many at most; all of them without it.
            progress: Is told how many were done, after each page.

        Raises:
            StorageError: A code was sealed under a key that is not on the ring.
        """
        act = RandomIds().new()
        self._note(act, "codes.reseal", "begun", by, reason or "a new key")
        done = reseal(self._ports, None if limit is None else how_many(limit), progress or _untold)
        reseal_secrets(self._ports)
        self.note_act(act, "codes.reseal", "done", by=by, rows=done)
        return done

    def _stashing(self, pool: str, source: str, key: str, by: str, reason: str, batch: str) -> Stashing:
        benefit, found = behind(self._ports.project, pool)
        return Stashing(
            requests=self._requests,
            benefit=benefit,
            pool=found,
            key=identifier(key, "key"),
            source=source,
            name=a_text(batch, "batch"),
            by=identifier_or_none(by, "actor"),
            reason=a_text(reason, "reason"),
        )

    def _view(self, id_: str) -> BatchView:
        batch = batch_named(self._ports, id_)
        return view_of(batch, self._ports.store.code_counts(batch.pool, self._ports.now()))

    def _note(self, act: str, name: str, phase: str, by: str, reason: str, about: str = "") -> None:
        why = a_text(reason, "reason").strip()
        if not why:
            raise InputError("whoever asks for this says why")
        self.note_act(act, name, phase, by=by, reason=why, about=about)


def _untold(_: int) -> None:
    """Nobody is told."""


def _mark(text: str | None, name: str) -> str | None:
    """A channel or region as it is kept; None for none."""
    if text is None or not a_text(text, name).strip():
        return None
    if len(text.strip()) > _LONGEST_MARK:
        raise InputError(f"a {name} has at most {_LONGEST_MARK} characters")
    return text.strip()


def _with_zone(ends_at: datetime | None) -> datetime | None:
    """The end of codes, if they have one: an instant with a zone."""
    if ends_at is not None and (not isinstance(ends_at, datetime) or ends_at.tzinfo is None):
        raise InputError("ends_at is an instant with a zone")
    return ends_at


@contextmanager
def _opened(file: str | Path | bytes | BinaryIO) -> Iterator[BinaryIO]:
    """The file to read from its first byte on; one that was given open stays open."""
    if isinstance(file, str | Path):
        with Path(file).open("rb") as opened:
            yield opened
    else:
        yield BytesIO(file) if isinstance(file, bytes) else file


def _digest(file: BinaryIO) -> str:
    """The digest of a file's content."""
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()[:32]
