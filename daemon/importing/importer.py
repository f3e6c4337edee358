"""Imports files: reads them batch by batch, stores each in one transaction, and tells what happened.

It holds one batch at a time, and never stops half-way because of a row. Stopped from outside it leaves
whole batches; the next run finds them unchanged and goes on.
"""

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from daemon.importing.batches import Batch, Item, Saved, gather, save
from daemon.importing.encodings import Encoding, EncodingUnclear, detect, named
from daemon.importing.identity import Identities, source_id_of
from daemon.importing.inputs import CONVERSATIONS, READERS, TABLES, Input, inspect_inputs, opened
from daemon.importing.records import Columns, ImportProblem, ReadOptions, Reject
from daemon.importing.rejects import Rejects
from daemon.importing.report import ImportedFile, ImportReport, Progress, Tally
from handlers.options import Options
from store.errors import Conflict, StoreError, StoreUnavailable
from store.imports import ensure_source
from store.pool import Pool, connection, transaction

CONFLICT_TRIES = 5
# SQLSTATE classes that concern a row: bad data, a violated constraint, a limit of the server.
_ABOUT_DATA = ("22", "23", "54")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What the user asked for; None is told from the file."""

    source: str | None = None
    format: str | None = None
    encoding: str | None = None
    columns: Columns = field(default_factory=Columns)
    timezone: str = "UTC"  # of times that name none
    rejects: Path | None = None  # default: FILE.rejects.csv in the current folder


async def import_files(
    pool: Pool,
    paths: Sequence[str | Path],
    options: ImportOptions,
    *,
    handler_options: Options,
    on_progress: Callable[[Progress], None] = lambda _: None,
    stdin: BinaryIO | None = None,
) -> ImportReport:
    """Import files (`-`: standard input) one after the other.

    Raises:
        ImportProblem: a file cannot be read as asked, or an export holds no words; whole files and batches before it
            are stored.
        StoreError: the database is gone or refuses; the next run continues.
    """
    started = time.perf_counter()
    inputs = inspect_inputs(paths, format_name=options.format, source=options.source)
    for chosen in inputs:
        if chosen.format not in TABLES and options.columns != Columns():
            raise ImportProblem(f"{chosen.name}: the format {chosen.format} has no columns to name")
    zone = _zone(options.timezone)
    tally = Tally()
    rejects: dict[Path, Rejects] = {}
    try:
        before = tally.copied()
        for chosen, following in itertools.zip_longest(inputs, inputs[1:]):
            path = options.rejects or Path(chosen.rejects_name)
            listed = rejects.setdefault(path, Rejects(path))
            with opened(chosen, stdin=stdin) as (stream, size):
                one = _FileImport(
                    pool=pool, chosen=chosen, stream=stream, size=size, tally=tally, rejects=listed,
                    options=handler_options, on_progress=on_progress,
                )  # fmt: skip
                await one.run(
                    ReadOptions(
                        encoding=_encoding(chosen, stream, options),
                        columns=options.columns,
                        zone=zone,
                        title=chosen.title,
                    )
                )
            if following is not None and following.path == chosen.path:
                continue  # an export in parts is judged as a whole
            if chosen.format in CONVERSATIONS and (why := tally.found_nothing_since(before)):
                raise ImportProblem(f"{chosen.path or chosen.name}: {why}")
            before = tally.copied()
    finally:
        for listed in rejects.values():
            listed.close()
    tally.problems += [listed.problem for listed in rejects.values() if listed.problem]
    return tally.finished(seconds=time.perf_counter() - started)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ImportProblem(f"there is no time zone {name!r}") from None


def _encoding(chosen: Input, stream: BinaryIO, options: ImportOptions) -> Encoding:
    try:
        return named(options.encoding) if options.encoding else detect(stream)
    except EncodingUnclear as unclear:
        raise ImportProblem(f"{chosen.name}: {unclear}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _FileImport:
    """The import of one file."""

    pool: Pool
    chosen: Input
    stream: BinaryIO
    size: int
    tally: Tally
    rejects: Rejects
    options: Options
    on_progress: Callable[[Progress], None]

    async def run(self, reading: ReadOptions) -> None:
        name = self.chosen.source
        async with connection(self.pool) as conn:
            source_id = await ensure_source(conn, source_id_of(name), name)
        rows = READERS[self.chosen.format](self.stream, reading)
        before, rejected_before = self.tally.read, self.tally.rejected
        try:
            for batch in gather(
                rows, Identities(source_id_of(name)), split_max_tokens=self.options.split_max_tokens
            ):
                await self._take(batch, source_id)
                self._tell(self.stream.tell(), self.tally.read - before)
        except ImportProblem as problem:
            raise ImportProblem(f"{self.chosen.name}: {problem}") from None
        self._tell(self.size, self.tally.read - before)
        has_rejects = self.tally.rejected > rejected_before and self.rejects.problem is None
        self.tally.files.append(
            ImportedFile(
                name=self.chosen.name,
                source=name,
                format=self.chosen.format,
                encoding=reading.encoding.name,
                rejects=self.rejects.path if has_rejects else None,
            )
        )

    def _tell(self, done_bytes: int, read: int) -> None:
        self.on_progress(
            Progress(file=self.chosen.name, done_bytes=done_bytes, total_bytes=self.size, read=read)
        )

    async def _take(self, batch: Batch, source_id: UUID) -> None:
        self.tally.read += len(batch.items) + len(batch.rejects) + batch.omitted.total()
        self.tally.omitted += batch.omitted
        for reject in batch.rejects:
            self._reject(reject)
        self.tally.cleaned += sum(item.record.is_cleaned for item in batch.items)
        self.tally.times_unreadable += sum(item.record.is_time_unreadable for item in batch.items)
        if batch.items:
            await self._store(batch.items, source_id)

    async def _store(self, items: Sequence[Item], source_id: UUID) -> None:
        """Store items in one transaction; what the database refuses is halved until the row is found."""
        try:
            saved = await self._save(items, source_id)
        except StoreError as error:
            if not _is_about_data(error):
                raise
            if len(items) == 1:
                self._reject(
                    Reject(line=items[0].record.line, reason="the database refuses it", detail=str(error))
                )
                return
            middle = len(items) // 2
            await self._store(items[:middle], source_id)
            await self._store(items[middle:], source_id)
            return
        self.tally.added += saved.added
        self.tally.updated += saved.updated
        self.tally.unchanged += saved.unchanged
        self.tally.queued += saved.queued

    async def _save(self, items: Sequence[Item], source_id: UUID) -> Saved:
        for _ in range(CONFLICT_TRIES - 1):
            try:
                return await self._save_once(items, source_id)
            except Conflict:  # another import or a worker met the same rows; it is through now
                continue
        return await self._save_once(items, source_id)

    async def _save_once(self, items: Sequence[Item], source_id: UUID) -> Saved:
        async with transaction(self.pool) as conn:
            return await save(conn, source_id, items, options=self.options)

    def _reject(self, reject: Reject) -> None:
        self.tally.rejected += 1
        self.tally.by_reason[reject.reason] += 1
        self.rejects.add(self.chosen.name, reject)


def _is_about_data(error: StoreError) -> bool:
    if isinstance(error, StoreUnavailable):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(_ABOUT_DATA)
