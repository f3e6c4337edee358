"""The taxonomy mode of step `genre`: the coarse pass for every document, the refining pass for those it is rolled out to."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tane.llm.builtin import DIGEST, MOST_CHARS, encode
from tane.llm.model_errors import ModelError
from tane.recap import refining
from tane.recap.coarse import CoarseModel
from tane.recap.documents import OTHER
from tane.recap.graph import by_tag
from tane.recap.refining import Refiner, Unrefined
from tane.recap.spreading import spread
from tane.recap.taxonomy import excerpt
from tane.runs.recap.genre_learning import read_taxonomy
from tane.runs.recap.recap_files import Plan, Recap, RecapFiles
from tane.store import genres
from tane.store.pool import connection
from tane.vectors.scale import SimilarityScale

AT_ONCE = 64  # texts a request
FEWEST_PARTED = 9  # documents without a theme, below which they are told together


async def part_others(recap: Recap, files: RecapFiles, plan: Plan, others: int) -> str | None:
    """Write which genre of the taxonomy each document is of that belongs to no theme of the map; return why that is degraded.

    They would be one heap otherwise: whoever reads news has few of its themes on his map.
    """
    if others < FEWEST_PARTED:
        await asyncio.to_thread(files.other_genres.save, {})
        return None
    async with connection(recap.session.pool) as conn:
        taxonomy = await read_taxonomy(conn)
    # Of the texts alone: the words that a genre is known by would double the time, and part the same.
    vectors, degraded = await _vectors(recap, plan, [one.text for one in taxonomy.learned()])
    await asyncio.to_thread(files.taxonomy.save, taxonomy)
    await asyncio.to_thread(files.taxonomy_vectors.save, vectors)
    await recap.compute.run(part, files)
    return degraded


async def decide_by_taxonomy(recap: Recap, files: RecapFiles, plan: Plan) -> Mapping[str, Any]:
    """Write the genre of each document; return what the step tells of it."""
    async with connection(recap.session.pool) as conn:
        taxonomy = await read_taxonomy(conn)
        edges = await genres.read_edges(conn)
    vectors, degraded = await _vectors(recap, plan, taxonomy.texts())
    files.taxonomy.save(taxonomy)
    files.taxonomy_vectors.save(vectors)
    files.tag_edges.save(edges)
    facts = await recap.compute.run(decide, files)
    return {**facts, "tag_edges": len(edges), **({"degraded": degraded} if degraded else {})}


async def _vectors(recap: Recap, plan: Plan, texts: list[str]) -> tuple[NDArray[np.float32], str | None]:
    """Return the vectors of the texts that genres are learned from, zero where there is none, and why all are.

    They are of the model whose vectors the documents have, or of none.
    """
    none = np.zeros((len(texts), plan.dims), dtype=np.float32)
    if plan.digest == DIGEST:
        return await recap.compute.run(encode, [text[:MOST_CHARS] for text in texts]), None
    if recap.options.embed is None:
        return none, "genres are told by words alone: nobody is there to embed the golden texts"
    found = none.copy()
    for start in range(0, len(texts), AT_ONCE):
        try:
            made = await recap.options.embed(texts[start : start + AT_ONCE])
        except ModelError as error:
            return none, f"genres are told by words alone: {error.cause}"
        if made.model.digest != plan.digest:
            return none, "genres are told by words alone: the embedding model has changed"
        for row, vector in enumerate(made.vectors, start):
            if not isinstance(vector, ModelError):
                found[row] = vector
        recap.report(start / len(texts))
    return found, None


# ---------------------------------------------------------------- in the pool


def part(files: RecapFiles) -> None:
    """Write the genre of each document without a theme, by row of the prepared ones; none where no genre is near."""
    taxonomy = files.taxonomy.load()
    vectors = files.taxonomy_vectors.load()
    model = CoarseModel(
        taxonomy,
        {one.text: vector for one, vector in zip(taxonomy.learned(), vectors, strict=True) if vector.any()},
        dims=files.plan.load().dims,
        is_fitted=False,
    )
    lost = {one.document_id for one in files.decisions.load() if one.genre == OTHER}
    rows = [(row, one) for row, one in enumerate(files.prepared.load()) if one.document_id in lost]
    own = files.document_vectors.mapped()[[row for row, _ in rows]]
    results = model.classify([excerpt(one.title, one.text) for _, one in rows], own)
    names = {genre.genre: (genre.name_ja, genre.name_en) for genre in taxonomy.genres}
    files.other_genres.save(
        {
            str(row): [result.candidates[0].genre, *names[result.candidates[0].genre]]
            for (row, _), result in zip(rows, results, strict=True)
            if result.is_near or result.is_by_words
        }
    )


def decide(files: RecapFiles) -> dict[str, Any]:
    """Write the decision on each document, and which are ties that a model may break."""
    plan = files.plan.load()
    taxonomy = files.taxonomy.load()
    vectors = files.taxonomy_vectors.load()
    model = CoarseModel(
        taxonomy,
        {text: vector for text, vector in zip(taxonomy.texts(), vectors, strict=True) if vector.any()},
        dims=plan.dims,
    )
    unique = files.unique.load()
    prepared = list(files.prepared.load())
    documents = [prepared[row] for row in unique]
    own = files.document_vectors.mapped()[unique]
    coarse = model.classify([excerpt(one.title, one.text) for one in documents], own)
    read = [
        Unrefined(document_id=one.document_id, tags=one.tags, coarse=result)
        for one, result in zip(documents, coarse, strict=True)
    ]
    facts: dict[str, Any] = {
        "near": sum(one.is_near for one in coarse),
        "by_words": sum(one.is_by_words for one in coarse),
        "blend": str(model.blend),
        "temperature": round(model.temperature, 4),
        "labelled": len(taxonomy.items),
    }
    if not plan.refine:
        files.decisions.save([refining.unrefined(one) for one in read])
        files.ties.save({})
        return facts
    scale = SimilarityScale(plan.unlike) if plan.unlike else None
    found = spread(model.vectors, model.truth, np.asarray(own), scale, genres=len(taxonomy.genres))
    refiner = Refiner(taxonomy, by_tag(files.tag_edges.load()), rollout_percent=plan.refine_rollout_percent)
    refined = [
        refiner.decide(
            replace(
                one,
                neighbours=None if (genre := found.genre_of(row)) is None else taxonomy.names[genre],
                edges=int(found.edges[row]),
            )
        )
        for row, one in enumerate(read)
    ]
    files.decisions.save([one.decision for one in refined])
    files.ties.save({str(one.decision.document_id): list(one.tied) for one in refined if one.tied})
    rolled = sum(refining.is_rolled_out(one.document_id, plan.refine_rollout_percent) for one in documents)
    return {**facts, "refined": rolled, "ties": sum(bool(one.tied) for one in refined)}
