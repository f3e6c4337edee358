"""Step `dedup`: what is told twice is read once."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from tane.recap.dedup import find_duplicates
from tane.recap.documents import Drop
from tane.runs.recap.recap_files import Recap, RecapFiles
from tane.store import recap_documents, runs
from tane.store.pool import transaction


async def deduplicate(recap: Recap) -> Mapping[str, Any]:
    """Find duplicates among the prepared documents, and note them with the run."""
    files = RecapFiles(recap.folder)
    await recap.compute.run(find, files)
    duplicates = await asyncio.to_thread(files.duplicates.load)
    await save_drops(recap, "dedup", duplicates.drops)
    return {
        **Counter(drop.reason for drop in duplicates.drops),
        "repeated_sentences": duplicates.repeated_sentences,
        "boilerplate_sentences": duplicates.boilerplate_sentences,
        "kept": len(await asyncio.to_thread(files.unique.load)),
    }


async def save_drops(recap: Recap, stage: str, drops: tuple[Drop, ...] | list[Drop]) -> None:
    """Note what a stage leaves out, in a transaction of its own."""
    rows = [
        {
            "document_id": str(drop.document_id),
            "reason": drop.reason,
            "duplicate_of": str(drop.duplicate_of) if drop.duplicate_of else None,
            "similarity": drop.similarity,
        }
        for drop in drops
    ]
    async with transaction(recap.session.pool) as conn:
        await recap_documents.drop_documents(conn, recap.run_id, stage, rows)
        await runs.fence(conn, recap.run_id, recap.epoch)


# ---------------------------------------------------------------- in the pool


def find(files: RecapFiles) -> None:
    """Write the duplicates, and the rows of what is none."""
    documents = list(files.prepared.load())
    duplicates = find_duplicates(documents)
    dropped = {drop.document_id for drop in duplicates.drops}
    kept = [row for row, document in enumerate(documents) if document.document_id not in dropped]
    files.unique.save(np.asarray(kept, dtype=np.int64))
    files.duplicates.save(duplicates)
