"""Step `preprocess`: languages, counts, and what says too little to be read."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tane.language.tokenizer import words
from tane.recap.cleaning import drop_reason, language_of
from tane.recap.documents import Document, Drop
from tane.runs.recap.deduplicating import save_drops
from tane.runs.recap.recap_files import Recap, RecapFiles
from tane.store import recap_documents, runs
from tane.store.pool import transaction
from tane.vectors.directions import mean_direction

AT_ONCE = 1_000


async def preprocess(recap: Recap) -> Mapping[str, Any]:
    """Find the language of each document, count it, and leave out what says too little."""
    files = RecapFiles(recap.folder)
    plan = await asyncio.to_thread(files.plan.load)
    drops, rows = await recap.compute.run(read_closely, files, plan.dims)
    async with transaction(recap.session.pool) as conn:
        for start in range(0, len(rows), AT_ONCE):
            await recap_documents.describe_documents(conn, recap.run_id, rows[start : start + AT_ONCE])
        await runs.fence(conn, recap.run_id, recap.epoch)
    await save_drops(recap, "preprocess", drops)
    return {
        "documents": len(rows),
        **Counter(drop.reason for drop in drops),
        "chars": sum(row["chars"] for row in rows),
        "tokens": sum(row["tokens"] for row in rows),
        "languages": dict(sorted(Counter(row["lang"] for row in rows).items())),
    }


# ---------------------------------------------------------------- in the pool


def read_closely(files: RecapFiles, dims: int) -> tuple[list[Drop], list[dict[str, Any]]]:
    """Write what is kept with its vectors; return what is not, and the counts of all."""
    drops: list[Drop] = []
    rows: list[dict[str, Any]] = []
    spans: list[tuple[int, int]] = []
    vectors: list[np.ndarray[Any, np.dtype[np.float32]]] = []
    passages = files.passage_vectors.mapped(dims)
    place = 0

    def kept() -> Iterator[Document]:
        nonlocal place
        for document in files.fetched.load():
            begins, place = place, place + len(document.passages)
            text = document.text
            lang = language_of(text, hint=None if document.lang == "und" else document.lang)
            rows.append(
                {
                    "document_id": str(document.document_id),
                    "lang": lang,
                    "chars": len(text),
                    "tokens": len(words(text)),
                }
            )
            if reason := drop_reason(text):
                drops.append(Drop(document_id=document.document_id, stage="preprocess", reason=reason))
                continue
            spans.append((begins, place))
            own = passages[begins:place]
            own = own[own.any(axis=1)]
            vectors.append(
                mean_direction(own).astype(np.float32) if len(own) else np.zeros(dims, dtype=np.float32)
            )
            yield replace(document, lang=lang)

    files.prepared.save(kept())
    files.passage_spans.save(np.asarray(spans, dtype=np.int64).reshape(-1, 2))
    files.document_vectors.save(np.stack(vectors) if vectors else np.zeros((0, dims), dtype=np.float32))
    return drops, rows
