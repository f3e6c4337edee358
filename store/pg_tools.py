"""PostgreSQL's own client programs: which of them fit a server, and how they are run and watched."""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from store.errors import StoreError
from store.installation import programs

NEEDED = ("pg_dump", "pg_restore", "psql")
_LONGEST_CAUSE = 300

OnTable = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """A folder with pg_dump, pg_restore and psql of one release, and how they reach the database (PG* variables)."""

    folder: Path
    major: int
    environment: Mapping[str, str]

    @asynccontextmanager
    async def running(
        self, program: str, *arguments: str, stdin: int = asyncio.subprocess.DEVNULL
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        """Start a program and yield it; whoever leaves before its end ends it."""
        process = await asyncio.create_subprocess_exec(
            str(self.folder / program),
            *arguments,
            stdin=stdin,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=_surroundings() | dict(self.environment),
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
            await process.wait()

    async def output(self, program: str, *arguments: str) -> bytes:
        """Run a program and return what it writes.

        Raises:
            StoreError: it failed; the message holds its first complaint.
        """
        async with self.running(program, *arguments) as process:
            written, complaints = await process.communicate()
        if process.returncode != 0:
            raise StoreError(f"{program}: {complaint(complaints.decode(errors='replace').splitlines())}")
        return written


async def find_tools(server_major: int, environment: Mapping[str, str], *, is_embedded: bool) -> Tools:
    """Return the programs for a server of this major version.

    The embedded server's own are used for it. For an external one the system's come first, because the wheel's
    speak no TLS.

    Raises:
        StoreError: none is as new as the server, which pg_dump refuses.
    """
    folders = [programs()]
    if not is_embedded and (found := shutil.which("pg_dump")) is not None:
        folders.insert(0, Path(found).parent)
    for folder in folders:
        if not all((folder / program).exists() for program in NEEDED):
            continue
        tools = Tools(folder=folder, major=await _major(folder), environment=environment)
        if tools.major >= server_major:
            return tools
    raise StoreError(
        f"the server is PostgreSQL {server_major}, and no pg_dump here is as new: install its client programs"
    )


async def watch(process: asyncio.subprocess.Process, *, marks: str, on_table: OnTable | None) -> list[str]:
    """Read what a program says with --verbose until its end; report each table behind `marks`, return the rest."""
    assert process.stderr is not None
    rest: list[str] = []
    async for raw in process.stderr:
        line = raw.decode(errors="replace").strip()
        _, mark, named = line.partition(marks)
        if not mark:
            rest.append(line)
        elif on_table is not None:
            on_table(named.strip('"').rpartition(".")[2])
    return rest


def complaint(lines: list[str]) -> str:
    """Return the first line that speaks of an error, shortened; the last line where none does."""
    spoken = (
        [line for line in lines if "error:" in line.lower()] or lines[-1:] or ["it failed without a word"]
    )
    return spoken[0].partition("error: ")[2][:_LONGEST_CAUSE] or spoken[0][:_LONGEST_CAUSE]


async def _major(folder: Path) -> int:
    tools = Tools(folder=folder, major=0, environment={})
    said = (await tools.output("pg_dump", "--version")).decode()
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(found[1]) if found else 0


def _surroundings() -> dict[str, str]:
    """Return our environment; what would lead past the address (a service file, another host) stays behind."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PGSERVICE", "PGHOSTADDR")}
    return kept | {"LC_ALL": "C.UTF-8", "PGCONNECT_TIMEOUT": "10", "PGAPPNAME": "tane-backup"}
