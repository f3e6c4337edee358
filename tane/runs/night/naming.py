"""Placeholder words of tonight's clusters, from what their members say at this moment."""

import asyncio
import hashlib
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from tane.runs.files import load_json, save_json
from tane.runs.night import titles
from tane.runs.step import Night
from tane.store.pool import connection
from tane.store.publishing import Spoken
from tane.store.snapshots import bodies_of, titles_given

SEEDS_AT_ONCE = 1_000
SPOKEN = "spoken.json"


async def name_clusters(night: Night) -> None:
    """Write the words into clusters.json, and what they were made from into spoken.json: hashes and titles."""
    bodies = await _bodies(night)
    rows = await asyncio.to_thread(load_json, night.folder / "clusters.json")
    async with connection(night.session.pool) as conn:
        given = await titles_given(conn, [UUID(row["cluster_id"]) for row in rows])
    for row in rows:
        row["known_title"] = given.get(UUID(row["cluster_id"]))
    await asyncio.to_thread(save_json, night.folder / "clusters.json", rows)
    texts = night.folder / "texts.json"
    try:
        await asyncio.to_thread(save_json, texts, bodies)
        await night.compute.run(titles.name_clusters, night.folder, night.settings.clustering.overview_seeds)
    finally:
        texts.unlink(missing_ok=True)  # the owner's words: no longer on the disk than needed
    await asyncio.to_thread(_save_spoken, night.folder, bodies, given)


def _save_spoken(folder: Path, bodies: Mapping[str, str], given: Mapping[UUID, str]) -> None:
    hashes = {seed: hashlib.sha256(body.encode()).hexdigest() for seed, body in bodies.items()}
    titles_by_id = {str(cluster): title for cluster, title in given.items()}
    save_json(folder / SPOKEN, {"seeds": hashes, "titles": titles_by_id})


def load_spoken(night: Night) -> Spoken:
    """Return what the words were made from."""
    facts = load_json(night.folder / SPOKEN)
    return Spoken(
        seeds={UUID(seed): bytes.fromhex(digest) for seed, digest in facts["seeds"].items()},
        titles={UUID(cluster): title for cluster, title in facts["titles"].items()},
    )


async def _bodies(night: Night) -> dict[str, str]:
    """Return the words of the seeds that speak for a cluster."""
    wanted = await asyncio.to_thread(_speakers, night.folder)
    bodies: dict[str, str] = {}
    for start in range(0, len(wanted), SEEDS_AT_ONCE):
        async with connection(night.session.pool) as conn:
            found = await bodies_of(conn, wanted[start : start + SEEDS_AT_ONCE])
        bodies |= {str(seed): body for seed, body in found.items()}
    return bodies


def _speakers(folder: Path) -> list[UUID]:
    """Return the seeds that speak for a cluster, in the order of their ids."""
    named = {seed for seeds in load_json(folder / "speakers.json") for seed in seeds}
    return [UUID(seed) for seed in sorted(named)]
