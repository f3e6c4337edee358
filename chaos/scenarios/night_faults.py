"""Fault 5: the night's process is killed in every step, its workers run out of memory, its disk is full."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chaos.scenarios.ledger import ScenarioResult
from chaos.scenarios.night_processes import NIGHT_S, NightProcess, Nights, before, kill
from chaos.scenarios.resources import TinyDisk, starved
from tane.runs.conductor import TRIES
from tane.runs.night.steps import STEPS
from tane.store.pool import Connection, connected
from tests.waiting import until

PUBLISHING = "publish"
_BLOCKED = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'relation')"


async def kill_in_every_step(nights: Nights, *, rounds: int = 1, is_twice: bool = False) -> ScenarioResult:
    """Kill the process at the end of each step, and in the middle of the publication; then let one finish.

    is_twice: each step is killed when it has just begun, too.
    """
    wrong: dict[str, int] = {}
    kills = 0
    for _ in range(rounds):
        await nights.add()
        yesterday = await nights.map()
        await nights.ask()
        is_published = False
        for step in STEPS:
            if is_twice:
                kills += await _kill_at(nights, before(step.name))
            if step.name == PUBLISHING:
                kills += await _kill_in_publication(nights)
                _count(wrong, "a map that a killed publication changed", await nights.map() != yesterday)
            kills += await _kill_at(nights, step.name)
            is_published = is_published or step.name == PUBLISHING
            if not is_published:
                _count(wrong, "yesterday's map was touched", await nights.map() != yesterday)
        process = await nights.start()
        _count(wrong, "a night that did not end well", await nights.ended() != "published")
        await process.kill()
        published = len((await nights.map())["cluster_generations"])
        _count(
            wrong,
            "a map that was published twice or never",
            published != len(yesterday["cluster_generations"]) + 1,
        )
    return ScenarioResult(
        name="a night that is killed",
        did={"nights": rounds, "kills": kills},
        wrong=wrong | await nights.wrong(),
    )


async def lose_workers(nights: Nights) -> ScenarioResult:
    """Let the night's workers run out of memory: each of them until the night is over, then one, which it survives."""
    await nights.add()
    yesterday = await nights.map()
    wrong: dict[str, int] = {}
    await nights.ask()
    process = await nights.start()
    lost, way = await _starve(nights, process)
    status = await nights.ended()
    await process.kill()
    _count(wrong, "a night that should have failed", status != "failed")
    _count(wrong, "a step that was not tried again", lost < TRIES)
    _count(wrong, "yesterday's map was touched", await nights.map() != yesterday)
    _count(wrong, "a cause that was not told", await _cause(nights) != "worker_lost")
    await nights.ask()
    process = await nights.start()
    again, _ = await _starve(nights, process, most=1)
    _count(wrong, "a night that did not survive one loss", await nights.ended() != "published")
    await process.kill()
    _count(wrong, "a map without what was new", await nights.map() == yesterday)
    return ScenarioResult(
        name="workers without memory",
        did={"workers lost": lost + again, "killed by": way, "nights": 2},
        wrong=wrong | await nights.wrong(),
    )


async def fill_the_disk(nights: Nights, disk: TinyDisk) -> ScenarioResult:
    """Let the disk of the intermediate files be full; the next night has room again."""
    await nights.add()
    yesterday = await nights.map()
    wrong: dict[str, int] = {}
    nights.state = disk.folder
    status = await nights.night()
    _count(wrong, "a night that should have failed", status != "failed")
    _count(wrong, "yesterday's map was touched", await nights.map() != yesterday)
    _count(wrong, "a cause that was not told", await _cause(nights) != "disk_full")
    disk.grow()
    _count(wrong, "a night that did not end well", await nights.night() != "published")
    return ScenarioResult(
        name="a full disk under the night", did={"nights": 2}, wrong=wrong | await nights.wrong()
    )


async def hand_over(nights: Nights) -> ScenarioResult:
    """Fault 6: two supervisors compete for one night; the one that conducts it is killed."""
    await nights.add()
    await nights.ask()
    first = await nights.start(held="maps")
    await nights.held("maps")
    second = await nights.start()
    await first.kill()
    status = await nights.ended()
    await second.kill()
    steps = await nights.pool.fetch(
        "SELECT step, attempts FROM nightly_steps WHERE run_id = (SELECT max(run_id) FROM nightly_runs)"
    )
    attempts = {row["step"]: row["attempts"] for row in steps}
    expected = {step.name: 2 if step.name == "maps" else 1 for step in STEPS}
    wrong: dict[str, int] = {}
    _count(wrong, "a night that did not end well", status != "published")
    _count(wrong, "a step done more often than it had to be", attempts != expected)
    return ScenarioResult(
        name="two daemons, one night",
        did={"nights": 1, "supervisors": 2},
        wrong=wrong | await nights.wrong(),
    )


async def _kill_at(nights: Nights, place: str) -> int:
    process = await nights.start(held=place)
    await nights.held(place)
    await process.kill()
    return 1


async def _kill_in_publication(nights: Nights) -> int:
    """Kill while the publication waits for its last table, most of it written."""
    async with _locked(nights, "all_seed_info") as conn:
        process = await nights.start()

        async def is_blocked() -> bool:
            return bool(await conn.fetchval(_BLOCKED))

        await until(is_blocked, what="the publication waits", deadline_s=60)
        await process.kill()
    return 1


@asynccontextmanager
async def _locked(nights: Nights, table: str) -> AsyncIterator[Connection]:
    async with connected(nights.dsn) as conn, conn.transaction():
        await conn.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield conn


async def _starve(nights: Nights, process: NightProcess, *, most: int | None = None) -> tuple[int, str]:
    """Take the memory from each worker that appears, until the night is over or so many were lost.

    Return how many, and the signals that ended them.
    """
    seen: set[int] = set()
    way = ""

    async def look() -> bool:
        nonlocal way
        is_over = await nights.is_over()  # before the look: a night that ends has no new workers
        for pid in process.workers():
            if pid not in seen and len(seen) != most:
                seen.add(pid)
                way = "the kernel, in a memory cgroup" if starved(pid) else "SIGKILL"
                if way == "SIGKILL":
                    kill(pid)
        return is_over or len(seen) == most

    await until(look, what=lambda: f"workers are lost in\n{process.log()}", deadline_s=NIGHT_S)
    return len(seen), way


async def _cause(nights: Nights) -> str | None:
    last = "SELECT last_error ->> 'cause' FROM nightly_runs ORDER BY run_id DESC LIMIT 1"
    cause: str | None = await nights.pool.fetchval(last)
    return cause


def _count(wrong: dict[str, int], what: str, is_wrong: bool) -> None:
    if is_wrong:
        wrong[what] = wrong.get(what, 0) + 1
