"""Runs the scripts of a few real sessions in every order of their statements.

A statement that waits for another session is recognised by what the server says of it; the session's next
statements then follow as soon as it goes on. Nothing is timed, and nobody sleeps.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import asyncpg

from tane.store.pool import Connection, connect

Step: TypeAlias = Callable[[Connection], Awaitable[object]]
Script: TypeAlias = Sequence[Step]

# What a program answers by beginning again: a deadlock, a snapshot that is too old.
TRANSIENT = frozenset({"40P01", "40001"})
_BLOCKERS = "SELECT cardinality(pg_blocking_pids($1)) > 0"


def sql(statement: str, *arguments: Any) -> Step:
    """Return a step that runs one statement."""

    async def run(conn: Connection) -> None:
        await conn.execute(statement, *arguments)

    return run


def orders(lengths: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield each order of the sessions' numbers in which session n comes `lengths[n]` times. Pure."""
    if not any(lengths):
        yield ()
    for number, left in enumerate(lengths):
        if left:
            fewer = [length - (other == number) for other, length in enumerate(lengths)]
            for rest in orders(fewer):
                yield (number, *rest)


class Session:
    """One transaction: its script, then a commit; what fails is rolled back and keeps its SQLSTATE."""

    def __init__(self, conn: Connection, watcher: Connection) -> None:
        self._conn = conn
        self._watcher = watcher
        self._script: Script = ()
        self._at = 0
        self._owed = 0
        self._running: asyncio.Task[object] | None = None
        self._transaction = conn.transaction()
        self.state = ""
        self.waits = 0

    @property
    def length(self) -> int:
        """How many steps the script takes, the commit included."""
        return len(self._script) + 1

    def begin(self, script: Script) -> None:
        """Take a script up; its transaction begins with its first step."""
        self._script, self._at, self._owed, self.state = script, 0, 0, ""

    async def step(self) -> None:
        """Run the next step, or remember that it is due when the one before still waits."""
        self._owed += 1
        await self.go_on()

    async def go_on(self) -> bool:
        """Run what is due as far as locks let it; False if a statement waits."""
        while True:
            if self._running is not None:
                if not await self._is_through():
                    return False
                self._end()
            if self._owed == 0:
                return True
            self._owed -= 1
            if not self.state:
                self._running = asyncio.ensure_future(self._take())

    async def again(self) -> None:
        """Run the whole script with nobody beside it."""
        self.begin(self._script)
        for _ in range(self.length):
            await self.step()
        assert self.state == ""

    @property
    def running(self) -> "asyncio.Task[object] | None":
        """The statement that has not answered yet."""
        return self._running

    @property
    def is_open(self) -> bool:
        """Whether its transaction has begun and not ended."""
        return self._running is not None or (0 < self._at < self.length and not self.state)

    async def _take(self) -> object:
        at, self._at = self._at, self._at + 1
        if at == 0:
            self._transaction = self._conn.transaction()
            await self._transaction.start()
        if at == len(self._script):
            await self._transaction.commit()
            return None
        try:
            return await self._script[at](self._conn)
        except asyncpg.PostgresError:
            await self._transaction.rollback()
            raise

    async def _is_through(self) -> bool:
        assert self._running is not None
        while not self._running.done():
            if await self._watcher.fetchval(_BLOCKERS, self._conn.get_server_pid()):
                self.waits += 1
                return self._running.done()
        return True

    def _end(self) -> None:
        assert self._running is not None
        error, self._running = self._running.exception(), None
        if isinstance(error, asyncpg.PostgresError):
            self.state = error.sqlstate
        elif error is not None:
            raise error


class Permuter:
    """A handful of sessions on one database."""

    def __init__(self, sessions: Sequence[Session]) -> None:
        self._sessions = sessions
        self.states: list[str] = []
        """Every SQLSTATE with which a session failed, over all orders."""

    async def play(self, scripts: Sequence[Script], order: Sequence[int]) -> None:
        """Run the scripts side by side in this order, and those again that failed for a passing reason."""
        sessions = self._sessions[: len(scripts)]
        for session, script in zip(sessions, scripts, strict=True):
            session.begin(script)
        for number in order:
            await sessions[number].step()
            await self._follow(sessions)
        await self._follow(sessions)
        failed = [session for session in sessions if session.state]
        self.states += [session.state for session in failed]
        for session in failed:
            if session.state in TRANSIENT:
                await session.again()

    async def every_order(
        self, prepare: Callable[[], Awaitable[Sequence[Script]]], check: Callable[[], Awaitable[None]]
    ) -> int:
        """Play what `prepare` returns for fresh rows in each order, and check after each; return how many there were."""
        scripts, count = await prepare(), 0
        for order in orders([len(script) + 1 for script in scripts]):
            await self.play(scripts if count == 0 else await prepare(), order)
            try:
                await check()
            except AssertionError as error:
                raise AssertionError(f"in the order {order}: {error}") from error
            count += 1
        return count

    @property
    def waits(self) -> int:
        """How often a statement was seen waiting for another session."""
        return sum(session.waits for session in self._sessions)

    async def _follow(self, sessions: Sequence[Session]) -> None:
        """Let everybody go on who can, until nobody moves; where all that run wait, the server ends a deadlock."""
        while True:
            stuck = [session for session in sessions if not await session.go_on()]
            if not stuck or len(stuck) < sum(session.is_open for session in sessions):
                return
            await asyncio.wait(
                [session.running for session in stuck if session.running is not None],
                return_when=asyncio.FIRST_COMPLETED,
            )


@asynccontextmanager
async def permuter(
    dsn: str, *, sessions: int = 3, isolation: str = "read committed"
) -> AsyncIterator[Permuter]:
    """Open the sessions; a deadlock is found at once."""
    watcher: Connection = await connect(dsn)
    opened: list[Connection] = [await connect(dsn) for _ in range(sessions)]
    for conn in opened:
        await conn.execute("SET deadlock_timeout = '5ms'")
        await conn.execute(f"SET default_transaction_isolation = '{isolation}'")
    try:
        yield Permuter([Session(conn, watcher) for conn in opened])
    finally:
        for conn in (*opened, watcher):
            await conn.close(timeout=5)
