"""Small steps with real effects: they compute in the pool, write files, and publish a generation."""

from collections.abc import Mapping
from typing import Any

from tane.runs.step import Step, StepContext
from tane.runs.workspace import Json
from tane.store import runs
from tane.store.pool import transaction
from tests.tane.runs import pool_functions


async def write_number(run: StepContext[Any]) -> Mapping[str, Any]:
    number = 21
    Json[int](run.folder / "number").save(number)
    Json[int](run.folder / f"wrote-{run.epoch}").save(run.epoch)
    return {"number": number}


async def double_number(run: StepContext[Any]) -> Mapping[str, Any]:
    run.report(0.5)
    return {"doubled": await run.compute.run(pool_functions.double, run.folder / "number.json")}


async def publish(run: StepContext[Any]) -> Mapping[str, Any]:
    async with transaction(run.session.pool) as conn:
        generation = await conn.fetchval(
            "INSERT INTO cluster_generations (mode, status) VALUES ('density', 'published') RETURNING generation_id"
        )
        await runs.set_generation(conn, run.run_id, run.epoch, generation)
    return {"generation": generation}


async def hang(run: StepContext[Any]) -> Mapping[str, Any]:
    await run.compute.run(pool_functions.sleep_for_ever, run.folder / "hanging.json")
    return {}


WRITE = Step(name="write", run=write_number)
DOUBLE = Step(name="double", run=double_number, weight=2.0)
PUBLISH = Step(name="publish", run=publish)
HANG = Step(name="hang", run=hang)
GOOD = (WRITE, DOUBLE, PUBLISH)
