"""A store of planted themes, and nights over it whose compute runs in this process."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from daemon.nights import night_options
from tane.runs.night.steps import STEPS
from tane.runs.night.workspace import Night
from tane.runs.step import NothingToDo
from tane.settings.model import Settings
from tane.store import runs
from tane.store.embedded import EmbeddedServer
from tane.store.pool import Connection, Pool, close_pool, connection, encode_halfvec, open_pool, transaction
from tane.store.session import Session
from tests.conftest import Nursery

DIMS = 64
WORDS = ("睡眠", "貯金", "発酵", "統計", "引越", "読書", "健康", "料理", "会議", "散歩")

Args = TypeVarTuple("Args")
Result = TypeVar("Result")


class Inline:
    """Compute without a pool."""

    async def run(self, function: Callable[[*Args], Result], *args: *Args) -> Result:
        return function(*args)


@dataclass
class Themes:
    """Draws unit vectors round the directions of themes; some lie anywhere."""

    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(7))
    centres: dict[int, NDArray[np.float64]] = field(default_factory=dict)

    def vector(self, theme: int | None) -> NDArray[np.float32]:
        noise = self._direction()
        if theme is None:
            return noise.astype(np.float32)
        centre = self.centres.setdefault(theme, self._direction())
        vector = 0.85 * centre + 0.53 * noise
        return (vector / np.linalg.norm(vector)).astype(np.float32)

    def _direction(self) -> NDArray[np.float64]:
        vector = self.random.normal(size=DIMS)
        return vector / np.linalg.norm(vector)


def _word(theme: int | None) -> str:
    return "雑談" if theme is None else WORDS[theme]


class Store:
    """Puts items into the database as if their jobs had run, and has nights over them."""

    def __init__(self, *, pool: Pool, dsn: str, folder: Path, settings: Settings | None = None) -> None:
        self.pool = pool
        self.session = Session(pool=pool, dsn=dsn)
        self.settings = settings or Settings()
        self.themes = Themes()
        self._folder = folder
        self._nights = 0

    async def open(self) -> "Store":
        await self.pool.execute(
            "INSERT INTO embedding_models (model_name, digest, dims, is_current) VALUES ('planted', 'one', $1, 1)",
            DIMS,
        )
        return self

    async def plant(self, theme: int | None, count: int, *, resistance: float | None = None) -> list[UUID]:
        """Add utterances of a theme, each with one seed; return the seeds."""
        async with transaction(self.pool) as conn:
            seeds = []
            for number in range(count):
                said = await self._say(conn, theme, number, resistance=resistance)
                seeds.append(await self._take(conn, theme, said))
        return seeds

    async def say(self, theme: int | None, count: int) -> list[UUID]:
        """Add utterances of a theme that no model has been asked about; return them."""
        async with transaction(self.pool) as conn:
            return [await self._say(conn, theme, number) for number in range(count)]

    async def take(self, theme: int | None, said: Sequence[UUID]) -> list[UUID]:
        """Take a seed from each utterance, as a text model does; return the seeds."""
        async with transaction(self.pool) as conn:
            return [await self._take(conn, theme, one) for one in said]

    async def forget(self, seeds: Iterable[UUID]) -> None:
        """Delete seeds, and the utterances that said them."""
        gone = list(seeds)
        said = "SELECT utterance_id FROM utterance_seeds WHERE seed_id = ANY ($1)"
        await self.pool.execute(f"DELETE FROM utterances WHERE utterance_id IN ({said})", gone)
        await self.pool.execute("DELETE FROM seeds WHERE seed_id = ANY ($1)", gone)

    async def _say(
        self, conn: Connection, theme: int | None, number: int, *, resistance: float | None = None
    ) -> UUID:
        said: UUID = await conn.fetchval(
            "INSERT INTO utterances (contents, resistance) VALUES ($1, $2) RETURNING utterance_id",
            f"{_word(theme)}についての話、その{number}。", resistance,
        )  # fmt: skip
        await self._embed(conn, "utterance", said, theme)
        return said

    async def _take(self, conn: Connection, theme: int | None, said: UUID) -> UUID:
        seed: UUID = await conn.fetchval(
            "INSERT INTO seeds (body) SELECT $1 || rtrim(substring(contents FROM 'その.*$'), '。') FROM utterances "
            "WHERE utterance_id = $2 RETURNING seed_id",
            f"{_word(theme)}は大事だ、", said,
        )  # fmt: skip
        await conn.execute("INSERT INTO utterance_seeds (utterance_id, seed_id) VALUES ($1, $2)", said, seed)
        await self._embed(conn, "seed", seed, theme)
        return seed

    async def _embed(self, conn: Connection, kind: str, item: UUID, theme: int | None) -> None:
        await conn.execute(
            "INSERT INTO embeddings (target_type, target_id, model_id, model_name, dims, vector, source_hash) "
            "SELECT $1, $2, model_id, model_name, dims, $3, '' FROM embedding_models",
            kind, item, encode_halfvec(self.themes.vector(theme)),
        )  # fmt: skip

    async def night(self, *, is_forced: bool = False, until: str | None = None) -> str | dict[str, Any]:
        """Have a night; return the details of its steps, or why there was nothing to do."""
        self._nights += 1
        folder = self._folder / f"night-{self._nights}"
        folder.mkdir()
        async with connection(self.pool) as conn:
            asked = await runs.request(conn, runs.NIGHTLY, "command", is_forced=is_forced)
            assert asked is not None
            epoch = await conn.fetchval(
                "UPDATE nightly_runs SET status = 'running', epoch = epoch + 1 WHERE run_id = $1 RETURNING epoch",
                asked.run_id,
            )
        night = Night(
            run_id=asked.run_id,
            is_forced=is_forced,
            folder=folder,
            options=night_options(self.settings),
            params={},
            session=self.session,
            compute=Inline(),
            report=lambda _: None,
            epoch=epoch,
        )
        details: dict[str, Any] = {}
        try:
            for step in STEPS:
                details[step.name] = await step.run(night)
                if step.name == until:
                    self.unfinished = night
                    return details
        except NothingToDo as reason:
            return reason.reason
        finally:
            if until is None:
                await self.pool.execute(
                    "UPDATE nightly_runs SET status = 'published', finished_at = now() WHERE status = 'running'"
                )
        return details

    async def finish(self, *, after: str) -> None:
        """Go on with the night that stopped after this step."""
        names = [step.name for step in STEPS]
        for step in STEPS[names.index(after) + 1 :]:
            await step.run(self.unfinished)

    async def dump(self, *tables: str) -> dict[str, list[str]]:
        """Every byte of these tables."""
        return {
            table: [row[0] for row in await self.pool.fetch(f"SELECT t::text FROM {table} t ORDER BY 1")]
            for table in tables
        }

    async def clusters(self) -> dict[UUID, frozenset[UUID]]:
        """The active clusters, each with all its seeds, those of its children too."""
        rows = await self.pool.fetch(
            """
            WITH RECURSIVE under AS (
                SELECT cluster_id AS top, cluster_id FROM clusters WHERE is_archived = 0
                UNION SELECT under.top, c.cluster_id FROM under JOIN clusters c ON c.parent_cluster_id = under.cluster_id
                WHERE c.is_archived = 0)
            SELECT under.top, array_agg(e.src_id) AS seeds FROM under
            JOIN edges e ON e.dst_id = under.cluster_id AND e.src_type = 'seed' AND e.is_active = 1
                AND e.role IN ('member', 'attached')
            GROUP BY under.top
            """
        )
        return {row["top"]: frozenset(row["seeds"]) for row in rows}

    async def place_of(self, item: UUID, *, scope: str = "atlas") -> tuple[float, float, int] | None:
        row = await self.pool.fetchrow(
            "SELECT x, y, is_provisional FROM layout_points p JOIN layout_runs r USING (layout_id) "
            "WHERE p.target_id = $1 AND p.is_active = 1 AND r.is_active = 1 AND r.scope_type = $2",
            item, scope,
        )  # fmt: skip
        return None if row is None else tuple(row)

    async def scopes_of(self, items: Sequence[UUID]) -> list[str]:
        rows = await self.pool.fetch(
            "SELECT DISTINCT r.scope_type FROM layout_points p JOIN layout_runs r USING (layout_id) "
            "WHERE p.target_id = ANY ($1) AND p.is_active = 1 AND r.is_active = 1 ORDER BY 1",
            items,
        )
        return [row[0] for row in rows]


class Kept:
    """A store as it was filled once, of which every test gets a copy of its own."""

    def __init__(self, *, nursery: Nursery, server: EmbeddedServer, database: str, store: Store) -> None:
        self._nursery = nursery
        self._server = server
        self._database = database
        self._store = store

    @asynccontextmanager
    async def copy(self, folder: Path) -> AsyncIterator[Store]:
        name = self._nursery.copy_of(self._database)
        dsn = self._server.dsn(name)
        pool = await open_pool(dsn, size=8)
        copied = Store(pool=pool, dsn=dsn, folder=folder, settings=self._store.settings)
        copied.themes = deepcopy(self._store.themes)
        try:
            yield copied
        finally:
            await close_pool(pool)
            self._nursery.give_back(name)


@contextmanager
def keeping(
    nursery: Nursery,
    server: EmbeddedServer,
    folder: Path,
    fill: Callable[[Store], Awaitable[object]],
    *,
    settings: Settings | None = None,
) -> Iterator[Kept]:
    """Fill a store, and keep it for copies."""
    database = nursery.take()

    async def filled() -> Store:
        dsn = server.dsn(database)
        pool = await open_pool(dsn, size=4)
        try:
            store = await Store(pool=pool, dsn=dsn, folder=folder, settings=settings).open()
            await fill(store)
            return store
        finally:
            await close_pool(pool)

    yield Kept(nursery=nursery, server=server, database=database, store=asyncio.run(filled()))
    nursery.give_back(database)
