"""Step `select`: the documents of each genre that are read closely."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np

from tane.recap.documents import OTHER, Document, Drop, GenreDecision
from tane.recap.selecting import SelectionCandidate, select
from tane.runs.recap.deduplicating import save_drops
from tane.runs.recap.recap_files import GenreShare, Recap, RecapFiles
from tane.store import recap_documents, runs
from tane.store.pool import transaction

AT_ONCE = 1_000


async def choose(recap: Recap) -> Mapping[str, Any]:
    """Choose the documents of each genre, and note scores and what is left out."""
    files = RecapFiles(recap.folder)
    drops, rows, skipped = await recap.compute.run(choose_all, files)
    async with transaction(recap.session.pool) as conn:
        for start in range(0, len(rows), AT_ONCE):
            await recap_documents.score_documents(conn, recap.run_id, rows[start : start + AT_ONCE])
        await runs.fence(conn, recap.run_id, recap.epoch)
    await save_drops(recap, "select", drops)
    return {
        "genres": len({row["genre"] for row in rows}),
        "kept": len(rows) - len(drops),
        **Counter(drop.reason for drop in drops),
        **({"degraded": "outlier filter skipped: no vectors", "without_filter": skipped} if skipped else {}),
    }


# ---------------------------------------------------------------- in the pool


def choose_all(files: RecapFiles) -> tuple[list[Drop], list[dict[str, Any]], list[str]]:
    """Write the share of each genre; return what is left out, the scores, and the genres without an outlier filter."""
    plan = files.plan.load()
    documents = list(files.prepared.load())
    decisions = {one.document_id: one for one in files.decisions.load()}
    rows_by_genre: dict[str, list[int]] = defaultdict(list)
    for row in files.unique.load():
        rows_by_genre[decisions[documents[row].document_id].genre].append(int(row))
    vectors = files.document_vectors.mapped()
    has_tags = any(document.tags for document in documents)
    drops: list[Drop] = []
    scored: list[dict[str, Any]] = []
    shares: list[GenreShare] = []
    skipped: list[str] = []
    for genre, name, members in _genres(files, documents, rows_by_genre):
        least = plan.min_documents_by_genre.get(genre, plan.min_documents)
        selection = select(
            _candidates(members, documents, decisions, vectors),
            np.asarray(vectors[members]),
            now=plan.until,
            most=max(plan.per_genre, 2 * least),
            # What belongs to no genre has no middle that anything could lie far from.
            fewest=len(members) if genre.split(".")[0] == OTHER else least,
            has_tags=has_tags,
        )
        drops += selection.drops
        if selection.is_outlier_filter_skipped:
            skipped.append(genre)
        by_id = {documents[row].document_id: row for row in members}
        shares.append(
            GenreShare(
                genre=genre,
                name=name,
                cluster_id=_cluster_of(genre) if plan.mode == "clusters" else None,
                members=tuple(members),
                chosen=tuple(by_id[one] for one in selection.kept),
            )
        )
        scored += [
            {"document_id": str(document), "genre": genre, "score": value}
            for document, value in selection.scores.items()
        ]
    files.shares.save(sorted(shares, key=lambda share: (-len(share.members), share.genre)))
    return drops, scored, skipped


def _genres(
    files: RecapFiles, documents: Sequence[Document], rows_by_genre: Mapping[str, list[int]]
) -> list[tuple[str, str | None, list[int]]]:
    """Return each genre with its name and rows; what is of no theme of the map in parts, by the genres of the taxonomy."""
    plan = files.plan.load()
    japanese = sum(document.lang == "ja" for document in documents)
    is_japanese = plan.language == "ja" or (not plan.language and 2 * japanese >= len(documents))
    if plan.mode == "taxonomy":
        names = {
            genre.genre: genre.name_ja if is_japanese else genre.name_en
            for genre in files.taxonomy.load().genres
        }
        return [(genre, names.get(genre), rows) for genre, rows in sorted(rows_by_genre.items())]
    titles = {str(theme.cluster_id): theme.title for theme in files.themes.load()}
    of_others = files.other_genres.load()
    found: list[tuple[str, str | None, list[int]]] = []
    for genre, rows in sorted(rows_by_genre.items()):
        if genre != OTHER:
            found.append((genre, titles.get(genre), rows))
            continue
        parts: dict[tuple[str, str | None], list[int]] = defaultdict(list)
        for row in rows:
            if (known := of_others.get(str(row))) is None:
                parts[OTHER, None].append(row)
            else:
                part, name_ja, name_en = known
                parts[f"{OTHER}.{part}", name_ja if is_japanese else name_en].append(row)
        found += [(part, name, members) for (part, name), members in sorted(parts.items(), key=str)]
    return found


def _candidates(
    members: Sequence[int],
    documents: Sequence[Document],
    decisions: Mapping[UUID, GenreDecision],
    vectors: np.ndarray[Any, np.dtype[np.float32]],
) -> list[SelectionCandidate]:
    """Return the documents of a genre; a tag is the genre's when two of them have it."""
    known = Counter(tag.tag for row in members for tag in documents[row].tags)
    common = {tag for tag, count in known.items() if count > 1}
    return [
        SelectionCandidate(
            document_id=documents[row].document_id,
            publisher=documents[row].publisher,
            said_at=documents[row].said_at,
            confidence=decisions[documents[row].document_id].confidence,
            tag_overlap=len({tag.tag for tag in documents[row].tags} & common),
            row=place if vectors[row].any() else None,
        )
        for place, row in enumerate(members)
    ]


def _cluster_of(genre: str) -> UUID | None:
    try:
        return UUID(genre)
    except ValueError:
        return None
