"""Progress bars, and those over the queue while it drains and over tables that are copied."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

from tane.cli.output import messages, one_line
from tane.store import queue_admin
from tane.store.errors import StoreError
from tane.store.pool import Pool, connection
from tane.store.queue_admin import QueueCount

LOOK_EVERY_S = 0.5
WAITING = ("queued", "scheduled", "running")


@dataclass
class DrainBar:
    """What a drain has done so far; jobs that ended before it began do not count."""

    ended_before: int = 0
    done: int = 0
    dead: int = 0
    left: int = 0
    running: list[str] = field(default_factory=list)

    def read(self, counts: list[QueueCount]) -> None:
        """Take over the queue's counts."""
        self.done = self._sum(counts, "done") - self.ended_before
        self.dead = self._sum(counts, "dead")
        self.left = self._sum(counts, *WAITING)
        self.running = sorted({count.job_type for count in counts if count.status == "running"})

    def begin(self, counts: list[QueueCount]) -> None:
        """Take the present as the beginning."""
        self.ended_before = self._sum(counts, "done")
        self.read(counts)

    @staticmethod
    def _sum(counts: list[QueueCount], *states: str) -> int:
        return sum(count.n for count in counts if count.status in states)


def progress_bar(*columns: ProgressColumn, screen: Console) -> Progress:
    """Return a bar with what it is about before it, and these columns and the time behind it; nothing without a terminal."""
    return Progress(
        TextColumn("{task.description:<28}"), BarColumn(), *columns, TimeElapsedColumn(),
        console=screen, disable=not screen.is_terminal,
    )  # fmt: skip


@asynccontextmanager
async def looking(look: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Look again and again while the block runs; what the database refuses is not shown, others tell of it."""

    async def watch() -> None:
        while True:
            with suppress(StoreError):
                await look()
            await asyncio.sleep(LOOK_EVERY_S)

    watching = asyncio.create_task(watch(), name="progress")
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


@asynccontextmanager
async def draining(pool: Pool, screen: Console) -> AsyncIterator[DrainBar]:
    """Draw how far the queue is, as long as the block runs; without a terminal only count."""
    bar = DrainBar()
    async with connection(pool) as conn:
        bar.begin(await queue_admin.counts(conn))
    progress = progress_bar(MofNCompleteColumn(), TextColumn("jobs"), screen=screen)
    task = progress.add_task("starting", total=None)

    async def look() -> None:
        async with connection(pool) as conn:
            bar.read(await queue_admin.counts(conn))
        description = one_line(", ".join(bar.running) or "waiting", cells=28)
        progress.update(task, description=description, completed=bar.done, total=bar.done + bar.left)

    with progress:
        try:
            async with looking(look):
                yield bar
        finally:
            with suppress(StoreError):
                await look()


@contextmanager
def counting(verb: str, total: int) -> Iterator[Callable[[str], None]]:
    """Draw how many of `total` tables were begun; call what is yielded with the name of each."""
    progress = progress_bar(MofNCompleteColumn(), TextColumn("tables"), screen=messages())
    task = progress.add_task(verb, total=total)
    with progress:
        yield lambda table: progress.update(
            task, description=one_line(f"{verb}: {table}", cells=28), advance=1
        )
