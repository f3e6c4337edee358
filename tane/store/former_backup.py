"""Reading the backups of former Tanes: archives of pg_dump, which hold statements beside rows.

pg_restore translates the archive into a script; of that only the rows of COPY blocks and the states of sequences are
taken, as data. No statement of it is executed, and psql, which obeys commands inside a script, has no part in it.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tane.store import migrate
from tane.store.backup import FORMER_MAGIC, beginning
from tane.store.errors import SchemaMismatch, StoreError
from tane.store.installation import programs
from tane.store.manifest import Archive
from tane.store.migrate import LEDGER

SILENCE_S = 300.0
"""Longer than any disk is silent for: pg_restore reads a file and writes what it reads."""
END_S = 10.0
_CHUNK = 1 << 18
_LONGEST_LINE = 1 << 16
_LONGEST_CAUSE = 300
_COPY = re.compile(r"^COPY (?:\w+\.)?\"?(\w+)\"? \(([^)]*)\) FROM stdin;$")
_SETVAL = re.compile(r"^SELECT (?:pg_catalog\.)?setval\('([\w.\"]+)', (\d+), (true|false)\);$")
_END = b"\\.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyHead:
    """The head of a COPY block."""

    name: str
    columns: list[str]


class Script:
    """What pg_restore writes, block by block."""

    def __init__(self, read: Callable[[], Awaitable[bytes]]) -> None:
        self.counters: dict[str, tuple[int, bool]] = {}
        """The states of sequences that were met so far: last value, and whether it was given out."""
        self._read = read
        self._rest = b""
        self._is_inside = False

    async def next_table(self) -> CopyHead | None:
        """Return the head of the next block, or None at the end; rows that nobody wanted are passed over."""
        if self._is_inside:
            async for _ in self.rows():
                pass
        while (line := await self._line()) is not None:
            if found := _COPY.match(line):
                self._is_inside = True
                return CopyHead(name=found[1], columns=[name.strip(' "') for name in found[2].split(",")])
            if found := _SETVAL.match(line):
                self.counters[found[1]] = (int(found[2]), found[3] == "true")
        return None

    async def rows(self) -> AsyncIterator[bytes]:
        """Yield the rows of the block whose head was read, in pieces that end with a row.

        Raises:
            StoreError: the script breaks off before the block ends.
        """
        while self._is_inside:
            if self._rest.startswith(_END):
                end, length = 0, len(_END)
            else:
                end, length = self._rest.find(b"\n" + _END) + 1, len(_END)
            if end or self._rest.startswith(_END):
                rows, self._rest, self._is_inside = self._rest[:end], self._rest[end + length :], False
            else:
                whole = self._rest.rfind(b"\n", 0, max(0, len(self._rest) - len(_END))) + 1
                rows, self._rest = self._rest[:whole], self._rest[whole:]
                if not rows:
                    await self._more()
            if rows:
                yield rows

    async def _line(self) -> str | None:
        while b"\n" not in self._rest:
            if len(self._rest) > _LONGEST_LINE or not (data := await self._read()):
                return None
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode(errors="replace")

    async def _more(self) -> None:
        data = await self._read()
        if not data:
            raise StoreError("the backup breaks off in the middle of a table: it is damaged, use another one")
        self._rest += data


def is_former(file: Path) -> bool:
    """Tell whether a file begins like a backup of a former Tane."""
    return beginning(file, len(FORMER_MAGIC)) == FORMER_MAGIC


async def read_former_archive(file: Path) -> Archive:
    """Look into a backup of a former Tane; nobody can tell whether its rows are what was written.

    Raises:
        StoreError: it is no backup of Tane, or so damaged that pg_restore cannot read it.
        SchemaMismatch: it was made by a newer Tane, or by one whose migrations differ.
    """
    contents = b""
    try:
        async with _pg_restore("--list", str(file)) as read:
            while data := await read():
                contents += data
    except StoreError as error:
        raise StoreError(f"{file} is no backup: {error}") from None
    tables = tuple(
        re.findall(r"^\d+; \d+ \d+ TABLE DATA \S+ (\S+)", contents.decode(errors="replace"), re.MULTILINE)
    )
    if LEDGER not in tables:
        raise StoreError(f"{file} is a backup of another program: it has no table {LEDGER}")
    applied: dict[int, str] = {}
    async with script_of(file, f"--table={LEDGER}") as script:
        while (table := await script.next_table()) is not None:
            rows = b"".join([data async for data in script.rows()]).decode(errors="replace").splitlines()
            named = [dict(zip(table.columns, row.split("\t"), strict=False)) for row in rows]
            applied |= {int(row["version"]): row["checksum"] for row in named if row["version"].isdecimal()}
    if not applied:
        raise SchemaMismatch(f"{file} does not tell its schema version: it cannot be restored")
    ours = migrate.created("TABLE")
    return Archive(
        file=file,
        tables=tuple(table for table in tables if table in ours),
        applied=applied,
        missing_migrations=len(migrate.pending(applied, migrate.migrations())),
        manifest=None,
        left_out=tuple(table for table in tables if table not in ours),
    )


@asynccontextmanager
async def script_of(file: Path, *more: str) -> AsyncIterator[Script]:
    """Let pg_restore write the rows of an archive as a script, and yield it.

    Raises:
        StoreError: pg_restore failed, was killed, or was silent for too long.
    """
    async with _pg_restore(
        "--data-only", "--no-owner", "--no-privileges", *more, "--file=-", str(file)
    ) as read:
        yield Script(read)


@asynccontextmanager
async def _pg_restore(*arguments: str) -> AsyncIterator[Callable[[], Awaitable[bytes]]]:
    """Run pg_restore and yield what reads its output; an empty piece is the end of one that went well."""
    process = await asyncio.create_subprocess_exec(
        str(programs() / "pg_restore"), *arguments,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={"LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    stdout, stderr = process.stdout, process.stderr
    complaining = asyncio.create_task(stderr.read(), name="pg_restore speaks")

    async def read() -> bytes:
        try:
            async with asyncio.timeout(SILENCE_S):
                if data := await stdout.read(_CHUNK):
                    return data
                said, status = await asyncio.shield(complaining), await process.wait()
        except TimeoutError:
            raise StoreError(f"pg_restore said nothing for {SILENCE_S:.0f} s") from None
        if status < 0:
            raise StoreError(f"pg_restore was killed by signal {-status}")
        if status > 0:
            raise StoreError(f"pg_restore: {complaint(said.decode(errors='replace').splitlines())}")
        return b""

    try:
        yield read
    finally:
        await _end(process, complaining)


async def _end(process: asyncio.subprocess.Process, complaining: "asyncio.Task[bytes]") -> None:
    """Kill a process that still runs, and wait for it.

    asyncio reports the end of a process when its pipes are at their ends, too: a full one that nobody reads would
    keep it from us for ever.
    """
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
    assert process.stdout is not None
    with suppress(TimeoutError):
        async with asyncio.timeout(END_S):
            while await process.stdout.read(_CHUNK):
                pass
            await asyncio.wait([complaining])
            await process.wait()
    complaining.cancel()


def complaint(lines: list[str]) -> str:
    """Return the first line that speaks of an error, shortened; the last line where none does."""
    spoken = (
        [line for line in lines if "error:" in line.lower()] or lines[-1:] or ["it failed without a word"]
    )
    return spoken[0].partition("error: ")[2][:_LONGEST_CAUSE] or spoken[0][:_LONGEST_CAUSE]
