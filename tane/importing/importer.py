"""Imports files: reads them batch by batch, stores each in one transaction, and tells what happened.

It holds one batch at a time, and never stops half-way because of a row. Stopped from outside it leaves whole batches; the
next run finds them unchanged and goes on. Whether a file may change words that are stored is decided before the first of
its batches is stored: a small file is held as a whole for that, a larger one read once more.
"""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tane.decoding.encodings import Encoding, EncodingUnclear, detect, named
from tane.importing.batches import (
    BATCH_CHARS,
    NO_OVERLAP,
    IdentifiedRecord,
    JobPlan,
    RecordBatch,
    SavedBatch,
    Unforeseen,
    gather,
    overlap_of,
    save,
)
from tane.importing.identity import (
    Identities,
    Rewording,
    WouldOverwrite,
    is_allowed,
    joined,
    refusal,
    source_id_of,
)
from tane.importing.import_report import ImportCounts, ImportedFile, ImportProgress, ImportReport, Rejects
from tane.importing.inputs import ARTICLES, READERS, TABLES, Input, inspect_inputs, opened, readable
from tane.importing.records import Columns, ImportProblem, NothingUsable, ReadOptions, Reject
from tane.store.articles import follow_mapped_kinds
from tane.store.domain import ARTICLE_KINDS, ArticleKind
from tane.store.errors import Conflict, StoreError, StoreUnavailable
from tane.store.imports import ImportSource, Overlap, ensure_source, find_source_from, remember_origin
from tane.store.pool import Connection, Pool, connection, transaction

CONFLICT_TRIES = 5
KEPT_RECORDS = 10_000
"""What is examined before it is stored is kept up to this size, and read once more above it."""
SMALL_BYTES = 65536  # read at once: a change of threads would cost more
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
    rewording: Rewording = Rewording.FEW
    map_sources: frozenset[str] = frozenset()  # kinds of articles that are on maps
    kind: ArticleKind | None = None  # of a new source of articles; default: told from the file
    origin: str | None = None  # what to remember as the file that the source came from; default: its path


async def import_files(
    pool: Pool,
    paths: Sequence[str | Path],
    options: ImportOptions,
    *,
    plan: JobPlan,
    on_progress: Callable[[ImportProgress], None] = lambda _: None,
    stdin: BinaryIO | None = None,
    counts: ImportCounts | None = None,
) -> ImportReport:
    """Import files (`-`: standard input) one after the other.

    A caller that passes its own `counts` knows what is stored when the import is cut off.

    Raises:
        ImportProblem: a file cannot be read as asked, or holds something and no words; whole files and batches before it
            are stored.
        WouldOverwrite: a file would replace words of what is probably another; nothing of it is stored.
        StoreError: the database is gone or refuses; the next run continues.
    """
    started = time.perf_counter()
    inputs = inspect_inputs(paths, format_name=options.format, source=options.source)
    for chosen in inputs:
        if chosen.format not in TABLES and options.columns != Columns():
            raise ImportProblem(f"{chosen.name}: the format {chosen.format} has no columns to name")
    zone = _zone(options.timezone)
    counts = ImportCounts() if counts is None else counts
    counts.timezone = options.timezone
    rejects: dict[Path, Rejects] = {}
    try:
        before = counts.copied()
        for chosen, following in itertools.zip_longest(inputs, inputs[1:]):
            path = options.rejects or Path(chosen.rejects_name)
            listed = rejects.setdefault(path, Rejects(path))
            with opened(chosen, stdin=stdin) as (stream, size):
                one = _FileImport(
                    pool=pool, chosen=chosen, stream=stream, size=size, counts=counts, rejects=listed,
                    plan=plan, on_progress=on_progress, rewording=options.rewording,
                    origin=options.origin or chosen.origin, map_sources=options.map_sources,
                    kind=(options.kind or chosen.article_kind) if chosen.format == ARTICLES else "import",
                    reading=ReadOptions(
                        encoding=_encoding(chosen, stream, options), columns=options.columns, zone=zone,
                        title=chosen.title,
                    ),
                )  # fmt: skip
                await one.run()
            if following is not None and following.path == chosen.path:
                continue  # an export in parts is judged as a whole
            if why := counts.found_nothing_since(before):
                raise NothingUsable(
                    f"{chosen.path or chosen.name}: {why}", counts.by_reason - before.by_reason
                )
            before = counts.copied()
    finally:
        for listed in rejects.values():
            listed.close()
    counts.problems += [listed.problem for listed in rejects.values() if listed.problem]
    return counts.finished(seconds=time.perf_counter() - started)


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


@dataclass(slots=True)
class _Foreseen:
    """How many known utterances may still get other words; None: any number."""

    left: int | None

    def count(self, reworded: int) -> None:
        self.left = None if self.left is None else self.left - reworded


@dataclass(frozen=True, slots=True, kw_only=True)
class _FileImport:
    """The import of one file."""

    pool: Pool
    chosen: Input
    stream: BinaryIO
    size: int
    counts: ImportCounts
    rejects: Rejects
    plan: JobPlan
    on_progress: Callable[[ImportProgress], None]
    rewording: Rewording
    origin: str
    kind: str
    map_sources: frozenset[str]
    reading: ReadOptions

    async def run(self) -> None:
        before, rejected_before = self.counts.read, self.counts.rejected
        try:
            name, source, batches, foreseen = await self._under_its_source()
            async for batch in self._each(batches):
                await self._take(batch, source, foreseen)
                self._tell(self.stream.tell(), self.counts.read - before)
        except WouldOverwrite:
            raise
        except ImportProblem as problem:
            raise ImportProblem(f"{self.chosen.name}: {problem}") from None
        self._tell(self.size, self.counts.read - before)
        has_rejects = self.counts.rejected > rejected_before and self.rejects.problem is None
        self.counts.files.append(
            ImportedFile(
                name=self.chosen.name,
                source=name,
                format=self.chosen.format,
                encoding=self.reading.encoding.name,
                rejects=self.rejects.path if has_rejects else None,
            )
        )

    async def _under_its_source(self) -> tuple[str, ImportSource, Iterator[RecordBatch], _Foreseen]:
        """Return the source, and the batches that may be stored under it.

        A file that was once imported under a name of its own is the same file without that name, too.
        """
        # One connection for all of it: each that is given back costs a statement that resets it.
        async with connection(self.pool) as conn:
            name = self.chosen.source
            source = await self._ensured(conn, name)
            try:
                batches, foreseen = await self._examined(conn, name, source)
            except WouldOverwrite:
                other = await find_source_from(conn, self.origin, besides=source.source_id)
                if other is None or self.chosen.is_source_given:
                    raise
                self.stream.seek(0)
                name, source = other, await self._ensured(conn, other)
                batches, foreseen = await self._examined(conn, name, source)
            if (
                not self.chosen.is_source_given
                and source.has_utterances
                and source.origin not in (None, self.origin)
            ):
                self.counts.problems.append(self._shared(name, source.origin))
            if source.origin != self.origin:
                await remember_origin(conn, source.source_id, self.origin)
        return name, source, batches, foreseen

    async def _ensured(self, conn: Connection, name: str) -> ImportSource:
        """Return the source of this name; talk and articles are never in one.

        Raises:
            ImportProblem: the source holds the other.
        """
        source = await ensure_source(conn, source_id_of(name), name, kind=self.kind)
        is_of_articles, holds_articles = self.kind in ARTICLE_KINDS, source.kind in ARTICLE_KINDS
        if is_of_articles != holds_articles and source.has_utterances:
            held, given = ("articles", "what was said") if holds_articles else ("what was said", "articles")
            raise ImportProblem(
                f"the source {name} holds {held}, not {given}: use --source with another name"
            )
        if is_of_articles:
            await follow_mapped_kinds(conn, self.map_sources)
        return source

    def _shared(self, name: str, former: str | None) -> str:
        """Return what the owner is told of two files under one name: without ids nothing else tells them apart."""
        return (
            f"{self.chosen.name}: it shares the source {name} with {former}, which was imported before: lines that are the "
            f"same in both count as one. --source {self.chosen.suggested_source or 'with another name'} keeps them apart"
        )

    async def _examined(
        self, conn: Connection, name: str, source: ImportSource
    ) -> tuple[Iterator[RecordBatch], _Foreseen]:
        """Return the batches of the file, and how many known ids they may give other words.

        Raises:
            WouldOverwrite: more than is allowed.
        """
        if not source.has_utterances or self.rewording is Rewording.ALL:
            return self._batches(name), _Foreseen(left=0 if self.rewording is not Rewording.ALL else None)
        kept: list[RecordBatch] = []
        overlap, records, chars = NO_OVERLAP, 0, 0
        async for batch in self._each(self._batches(name)):
            overlap = joined(overlap, await overlap_of(conn, source.source_id, batch.items))
            records += len(batch.items) + len(batch.rejects)
            chars += sum(len(item.record.text) for item in batch.items)
            is_small = records <= KEPT_RECORDS and chars <= BATCH_CHARS
            kept = [*kept, batch] if is_small else []
        self._judge(overlap, name, source)
        foreseen = _Foreseen(left=overlap.reworded)
        if kept:
            return iter(kept), foreseen
        self.stream.seek(0)
        return self._batches(name), foreseen

    def _judge(self, overlap: Overlap, name: str, source: ImportSource) -> None:
        is_elsewhere = not self.chosen.is_source_given and source.origin not in (None, self.origin)
        if not is_allowed(overlap, self.rewording, is_elsewhere=is_elsewhere):
            raise refusal(
                overlap, file=self.chosen.name, source=name, origin=source.origin,
                suggestion=self.chosen.suggested_source,
            )  # fmt: skip

    def _batches(self, source_name: str) -> Iterator[RecordBatch]:
        rows = READERS[self.chosen.format](self.stream, self.reading)
        identities = Identities(source_id_of(source_name))
        return readable(
            self.chosen.name, gather(rows, identities, split_max_tokens=self.plan.split_max_tokens)
        )

    async def _each(self, batches: Iterator[RecordBatch]) -> AsyncIterator[RecordBatch]:
        while found := await self._next(batches):
            yield found[0]

    async def _next(self, batches: Iterator[RecordBatch]) -> list[RecordBatch]:
        """Read in a thread: a daemon that is sent utterances goes on with its work meanwhile."""

        def read() -> list[RecordBatch]:
            return list(itertools.islice(batches, 1))

        return read() if self.size < SMALL_BYTES else await asyncio.to_thread(read)

    def _tell(self, done_bytes: int, read: int) -> None:
        self.on_progress(
            ImportProgress(file=self.chosen.name, done_bytes=done_bytes, total_bytes=self.size, read=read)
        )

    async def _take(self, batch: RecordBatch, source: ImportSource, foreseen: _Foreseen) -> None:
        self.counts.read += len(batch.items) + len(batch.rejects) + batch.omitted.total()
        self.counts.omitted += batch.omitted
        for reject in batch.rejects:
            self._reject(reject)
        self.counts.cleaned += sum(item.record.is_cleaned for item in batch.items)
        self.counts.times_unreadable += sum(item.record.is_time_unreadable for item in batch.items)
        self.counts.times_without_zone += sum(item.record.is_time_local for item in batch.items)
        if batch.items:
            await self._store(batch.items, source, foreseen)

    async def _store(
        self, items: Sequence[IdentifiedRecord], source: ImportSource, foreseen: _Foreseen
    ) -> None:
        """Store items in one transaction; what the database refuses is halved until the row is found."""
        try:
            saved = await self._save(items, source, foreseen)
        except Unforeseen:
            raise WouldOverwrite(
                f"{self.chosen.name}: another import has just stored other words under the same ids; the rest was "
                "not stored. Import it again, and you are told which file that was",
                NO_OVERLAP,
            ) from None
        except StoreError as error:
            if not _is_about_data(error):
                raise
            if len(items) == 1:
                self._reject(
                    Reject(line=items[0].record.line, reason="the database refuses it", detail=str(error))
                )
                return
            middle = len(items) // 2
            await self._store(items[:middle], source, foreseen)
            await self._store(items[middle:], source, foreseen)
            return
        foreseen.count(saved.reworded)
        self.counts.added += saved.added
        self.counts.updated += saved.updated
        self.counts.unchanged += saved.unchanged
        self.counts.queued += saved.queued

    async def _save(
        self, items: Sequence[IdentifiedRecord], source: ImportSource, foreseen: _Foreseen
    ) -> SavedBatch:
        for _ in range(CONFLICT_TRIES - 1):
            try:
                return await self._save_once(items, source, foreseen)
            except Conflict:  # another import or a worker met the same rows; it is through now
                continue
        return await self._save_once(items, source, foreseen)

    async def _save_once(
        self, items: Sequence[IdentifiedRecord], source: ImportSource, foreseen: _Foreseen
    ) -> SavedBatch:
        async with transaction(self.pool) as conn:
            return await save(conn, source.source_id, items, may_reword=foreseen.left, plan=self.plan)

    def _reject(self, reject: Reject) -> None:
        self.counts.rejected += 1
        self.counts.by_reason[reject.reason] += 1
        self.rejects.add(self.chosen.name, reject)


def _is_about_data(error: StoreError) -> bool:
    if isinstance(error, StoreUnavailable):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(_ABOUT_DATA)
