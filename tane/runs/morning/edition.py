"""The steps of a morning: documents of a day, what is told twice, groups, the edition, and the letter if one is wanted."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from tane.recap.documents import Document, EvidenceSentence
from tane.recap.editions import EditionGroup, group_documents, novelty_of
from tane.recap.evidence import sentences_of
from tane.recap.stories import Story, Unit, find_stories
from tane.runs.recap import deduplicating, fetching, preparing, preprocessing, writing_sections
from tane.runs.recap.classifying import scale_of
from tane.runs.recap.finishing import KEPT_DAYS
from tane.runs.recap.grouping import section_id
from tane.runs.recap.recap_files import Recap, RecapFiles, RecapOptions
from tane.runs.recap.view import LETTER
from tane.runs.step import Step
from tane.runs.workspace import Array, Json, StoredFile
from tane.store import mornings, runs, stories
from tane.store.pool import connection, transaction

NOVEL_DAYS = 7
MOST_BEFORE = 4_000  # vectors that novelty is judged by
LETTER_GROUPS = 40


class MorningFiles(RecapFiles):
    """What a morning leaves in its folder besides."""

    before = StoredFile(Array[np.float32])
    edition = StoredFile(Json[dict[str, Any]])


def edition_date(until: datetime, zone: str) -> date:
    """Return the local day whose morning this is."""
    return until.astimezone(ZoneInfo(zone)).date()


async def group(morning: Recap) -> Mapping[str, Any]:
    """Group what says the same or speaks of one matter, and rank the groups."""
    files = MorningFiles(morning.folder)
    plan = await asyncio.to_thread(files.plan.load)
    async with connection(morning.session.pool) as conn:
        before = await mornings.vectors_before(
            conn, plan.since - timedelta(days=NOVEL_DAYS), plan.since, plan.model_id, limit=MOST_BEFORE
        )
    known = [vector for vector in before if vector.shape == (plan.dims,)]
    stacked = np.stack(known) if known else np.zeros((0, plan.dims), dtype=np.float32)
    await asyncio.to_thread(files.before.save, stacked.astype(np.float32))
    return await morning.compute.run(arrange, files, edition_date(plan.until, morning.options.zone))


async def save(morning: Recap) -> Mapping[str, Any]:
    """Replace the edition of the day in one transaction, and make the letter's section where one is wanted."""
    files = MorningFiles(morning.folder)
    plan = await asyncio.to_thread(files.plan.load)
    edition = await asyncio.to_thread(files.edition.load)
    day = edition_date(plan.until, morning.options.zone)
    wants_letter = morning.options.letter and bool(edition["evidence"])
    async with transaction(morning.session.pool) as conn:
        await mornings.replace_edition(conn, day, morning.run_id, edition["groups"], edition["rows"])
        await mornings.prune(conn, before=day - timedelta(days=KEPT_DAYS))
        await stories.prune_runs(conn, days=KEPT_DAYS)
        await stories.clear(conn, morning.run_id)
        if wants_letter:
            section = {
                "genre": LETTER, "response_id": str(section_id(morning.run_id, LETTER)), "name": None, "cluster_id": None,
                "rank": 0, "status": "waiting", "reason": None, "documents": edition["groups"],
                "sentences": len(edition["evidence"]), "clusters": edition["groups"], "facts": {},
            }  # fmt: skip
            await stories.insert_sections(conn, morning.run_id, [section])
            await stories.insert_evidence(conn, morning.run_id, edition["evidence"])
        await runs.fence(conn, morning.run_id, morning.epoch)
    return {"edition": day.isoformat(), "groups": edition["groups"], "documents": len(edition["rows"])}


async def write_letter(morning: Recap) -> Mapping[str, Any]:
    """Have the letter written, if one is wanted; without a model it is made of the groups' own sentences."""
    if not morning.options.letter:
        return {"letter": "not wanted"}
    details = await writing_sections.write_sections(morning)
    async with transaction(morning.session.pool) as conn:
        await mornings.set_letter(conn, morning.run_id, section_id(morning.run_id, LETTER))
        await runs.fence(conn, morning.run_id, morning.epoch)
    return details


# ---------------------------------------------------------------- in the pool


def arrange(files: MorningFiles, day: date) -> dict[str, Any]:
    """Write the groups as rows, and the sentences that a letter may cite; return their counts."""
    plan = files.plan.load()
    prepared = list(files.prepared.load())
    unique = [int(row) for row in files.unique.load()]
    documents = [prepared[row] for row in unique]
    vectors = np.asarray(files.document_vectors.mapped())[unique]
    together = _matters(documents, vectors, plan.unlike)
    groups = group_documents(
        documents,
        vectors,
        files.duplicates.load().drops,
        together,
        novelty_of(vectors, files.before.load()),
        edition=day,
        now=plan.until,
    )
    by_id = {document.document_id: document for document in prepared}
    rows = [row for rank, one in enumerate(groups) for row in _rows(one, rank, by_id)]
    files.edition.save({"groups": len(groups), "rows": rows, "evidence": _evidence(groups, by_id)})
    return {"groups": len(groups), "several": sum(len(one.members) > 1 for one in groups)}


def _matters(documents: Sequence[Document], vectors: Any, unlike: Sequence[float]) -> list[Story]:
    """Return which documents speak of one matter; a day's talk is a matter of its own."""
    articles = [row for row, one in enumerate(documents) if one.kind == "article" and vectors[row].any()]
    units = [
        Unit(
            document_id=documents[row].document_id,
            utterance_id=documents[row].passages[0].utterance_id,
            title=documents[row].title,
            text=documents[row].text,
            lang=documents[row].lang,
            publisher=documents[row].publisher,
            said_at=documents[row].said_at,
        )
        for row in articles
    ]
    found = [
        Story(
            members=tuple(articles[row] for row in one.members), core=tuple(articles[row] for row in one.core)
        )
        for one in find_stories(units, vectors[articles], scale_of(unlike))
    ]
    told = {row for one in found for row in one.members}
    return [*found, *(Story(members=(row,), core=(row,)) for row in range(len(documents)) if row not in told)]


def _rows(one: EditionGroup, rank: int, by_id: Mapping[UUID, Document]) -> list[dict[str, Any]]:
    return [
        {
            "group_id": str(one.group_id),
            "document_id": str(member.document_id),
            "utterance_id": str(by_id[member.document_id].passages[0].utterance_id),
            "kind": by_id[member.document_id].kind,
            "is_primary": int(member.is_primary),
            "similarity": member.similarity,
            "rank": rank,
            "score": one.score,
        }
        for member in one.members
    ]


def _evidence(groups: Sequence[EditionGroup], by_id: Mapping[UUID, Document]) -> list[dict[str, Any]]:
    """Return what the letter may cite: of each group the first sentences of its primary."""
    rows: list[dict[str, Any]] = []
    for cluster, one in enumerate(groups[:LETTER_GROUPS]):
        document = by_id[one.primary]
        sentences: list[EvidenceSentence] = list(sentences_of(document, range(len(document.passages))))[:2]
        rows += [
            {
                "genre": LETTER, "number": len(rows) + place, "cluster": cluster, "story_id": None,
                "document_id": str(sentence.document_id), "utterance_id": str(sentence.utterance_id),
                "char_start": sentence.start, "char_end": sentence.end, "sentence": sentence.text,
                "lang": sentence.lang, "said_at": sentence.said_at.isoformat(), "publisher": sentence.publisher,
                "is_central": int(place == 1),
            }
            for place, sentence in enumerate(sentences, start=1)
        ]  # fmt: skip
    return rows


STEPS: tuple[Step[RecapOptions], ...] = (
    Step(name="prepare", run=preparing.prepare, weight=0.2),
    Step(name="fetch", run=fetching.fetch, weight=2.0),
    Step(name="preprocess", run=preprocessing.preprocess, weight=3.0),
    Step(name="dedup", run=deduplicating.deduplicate, weight=4.0),
    Step(name="groups", run=group, weight=3.0),
    Step(name="save", run=save, weight=0.5),
    Step(name="letter", run=write_letter, weight=5.0),
)
