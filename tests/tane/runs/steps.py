"""Small steps with real effects: they compute in the pool, write files, and publish a generation."""

from collections.abc import Mapping
from typing import Any

from tane.runs.files import save_json
from tane.runs.step import Night, Step
from tane.store import nightly
from tane.store.pool import transaction
from tests.tane.runs import pool_functions


async def write_number(night: Night) -> Mapping[str, Any]:
    number = 21
    save_json(night.folder / "number.json", number)
    save_json(night.folder / f"wrote-{night.epoch}.json", night.epoch)
    return {"number": number}


async def double_number(night: Night) -> Mapping[str, Any]:
    night.report(0.5)
    return {"doubled": await night.compute.run(pool_functions.double, night.folder / "number.json")}


async def publish(night: Night) -> Mapping[str, Any]:
    async with transaction(night.session.pool) as conn:
        generation = await conn.fetchval(
            "INSERT INTO cluster_generations (mode, status) VALUES ('density', 'published') RETURNING generation_id"
        )
        await nightly.set_generation(conn, night.run_id, night.epoch, generation)
    return {"generation": generation}


async def hang(night: Night) -> Mapping[str, Any]:
    await night.compute.run(pool_functions.sleep_for_ever, night.folder / "hanging.json")
    return {}


WRITE = Step(name="write", run=write_number)
DOUBLE = Step(name="double", run=double_number, weight=2.0)
PUBLISH = Step(name="publish", run=publish)
HANG = Step(name="hang", run=hang)
GOOD = (WRITE, DOUBLE, PUBLISH)
