"""Step `stories`: what documents tell of one matter, which of it is known from before, and what each section may cite."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import numpy as np

from tane.recap.composition import SectionEvidence, compose, genre_of, titles_of
from tane.recap.documents import OTHER, Document
from tane.recap.stories import Story, Unit, find_stories
from tane.recap.story_identity import EarlierStory, PlacedStory, centroid, placed, track
from tane.runs.recap.classifying import scale_of
from tane.runs.recap.recap_files import GenreShare, KnownStory, Plan, Recap, RecapFiles
from tane.store import recap_documents, runs, stories
from tane.store.pool import connection, transaction
from tane.store.stories import EarlierRow, StoryRow
from tane.vectors.directions import mean_direction

LEAST_CHARS = 10  # of what somebody says that can be a story's
EARLIER_DAYS = 60
AT_ONCE = 1_000
_NAMESPACE = uuid5(NAMESPACE_OID, "tane:recap:section")


def section_id(run_id: int, genre: str) -> UUID:
    """Return the response id of a section; the same when the step is done again."""
    return uuid5(_NAMESPACE, f"{run_id}:{genre}")


async def group(recap: Recap) -> Mapping[str, Any]:
    """Find the stories, give known ones their ids, and write stories, sections and evidence in one transaction."""
    files = RecapFiles(recap.folder)
    plan = await asyncio.to_thread(files.plan.load)
    if not await asyncio.to_thread(files.earlier.path.exists):
        async with connection(recap.session.pool) as conn:
            rows = await stories.read_earlier(
                conn, recap.run_id, since=plan.since - timedelta(days=EARLIER_DAYS)
            )
        await asyncio.to_thread(_keep_earlier, files, rows, plan)
    await recap.compute.run(find, files, recap.options.material_tokens)
    grouped = await asyncio.to_thread(files.grouped.load)
    vectors = await asyncio.to_thread(files.story_vectors.load)
    known = await asyncio.to_thread(lambda: list(files.earlier.load()))
    genres = {str(one.story_id): one.genre for one in known}
    await _save(recap, grouped, vectors, plan.model_id, genres)
    return {
        "stories": len(grouped["stories"]),
        "several": sum(one["documents"] > 1 for one in grouped["places"]),
        "states": dict(sorted(Counter(one["state"] for one in grouped["places"]).items())),
        "sections": len(grouped["sections"]),
        "evidence": len(grouped["evidence"]),
        "promoted": len(grouped["promoted"]),
    }


def _keep_earlier(files: RecapFiles, rows: Sequence[EarlierRow], plan: Plan) -> None:
    vectors = np.zeros((len(rows), plan.dims), dtype=np.float32)
    for place, row in enumerate(rows):
        if row.centroid is not None and row.model_id == plan.model_id:
            vectors[place] = row.centroid
    files.earlier_vectors.save(vectors)
    files.earlier.save(
        KnownStory(
            story_id=row.story_id,
            genre=row.genre,
            members=row.members,
            last_said_at=row.last_said_at,
            told_facts=row.told_facts,
        )
        for row in rows
    )


async def _save(
    recap: Recap,
    grouped: Mapping[str, Any],
    vectors: np.ndarray[Any, np.dtype[np.float32]],
    model_id: int,
    earlier_genres: Mapping[str, str | None],
) -> None:
    told = [
        StoryRow(
            story_id=UUID(one["story_id"]),
            title=one["title"],
            genre=one["genre"],
            centroid=vectors[place],
            first_said_at=datetime.fromisoformat(one["first_said_at"]),
            last_said_at=datetime.fromisoformat(one["last_said_at"]),
        )
        for place, one in enumerate(grouped["stories"])
    ]
    places = [
        one | {"genre": one["genre"] or (earlier_genres[one["story_id"]] or OTHER)}
        for one in grouped["places"]
    ]
    sections = [
        one | {"response_id": str(section_id(recap.run_id, one["genre"]))} for one in grouped["sections"]
    ]
    async with transaction(recap.session.pool) as conn:
        await stories.clear(conn, recap.run_id)
        await stories.save_stories(conn, model_id, told)
        for start in range(0, len(grouped["members"]), AT_ONCE):
            await stories.insert_members(conn, recap.run_id, grouped["members"][start : start + AT_ONCE])
        await stories.insert_places(conn, recap.run_id, places)
        await stories.insert_sections(conn, recap.run_id, sections)
        for start in range(0, len(grouped["evidence"]), AT_ONCE):
            await stories.insert_evidence(conn, recap.run_id, grouped["evidence"][start : start + AT_ONCE])
        await recap_documents.promote_documents(
            conn, recap.run_id, [UUID(one) for one in grouped["promoted"]]
        )
        await runs.fence(conn, recap.run_id, recap.epoch)


# ---------------------------------------------------------------- in the pool


def find(files: RecapFiles, budget_tokens: int) -> None:
    """Write everything that the step stores, as rows."""
    plan = files.plan.load()
    documents = list(files.prepared.load())
    shares = list(files.shares.load())
    units, vectors = _units(files, documents, shares, plan.dims)
    scale = scale_of(plan.unlike)
    found = find_stories(units, vectors, scale)
    earlier = [
        EarlierStory(
            story_id=one.story_id,
            members=frozenset(one.members),
            centroid=vector.astype(np.float64) if vector.any() else None,
            last_said_at=one.last_said_at,
            told_facts=frozenset(one.told_facts),
        )
        for one, vector in zip(files.earlier.load(), files.earlier_vectors.load(), strict=True)
    ]
    tracked = track(found, units, vectors, earlier, now=plan.until, scale=scale)
    told = placed(tracked, found, units, now=plan.until)
    genres = {documents[row].document_id: share.genre for share in shares for row in share.members}
    chosen = frozenset(documents[row].document_id for share in shares for row in share.chosen)
    sections = compose(
        told,
        found,
        units,
        genres=genres,
        chosen=chosen,
        sentences=list(files.sentences.load()),
        vectors=files.passage_vectors.mapped(plan.dims),
        budget_tokens=budget_tokens,
    )
    cited = {one.sentence.document_id for section in sections for one, _ in section.sentences}
    titles = titles_of(found, units)
    rows, centroids, members = [], [], []
    for one in told:
        if one.story.row is None:
            continue
        story = found[one.story.row]
        rows.append(_story_row(one, story, units, titles[one.story.row], genre_of(story, units, genres)))
        centroids.append(centroid(story, vectors))
        members += list(_member_rows(one, story, units))
    files.story_vectors.save(
        np.stack(centroids).astype(np.float32) if centroids else np.zeros((0, plan.dims), np.float32)
    )
    clusters = {one.placed.story.story_id: one.cluster for section in sections for one in section.stories}
    files.grouped.save(
        {
            "stories": rows,
            "members": members,
            "places": [_place_row(one, found, units, genres, clusters) for one in told],
            "sections": list(_section_rows(sections, shares, files.facts.load())),
            "evidence": [row for section in sections for row in _evidence_rows(section)],
            "promoted": sorted(str(document) for document in cited - chosen),
        }
    )


def _units(
    files: RecapFiles, documents: Sequence[Document], shares: Sequence[GenreShare], dims: int
) -> tuple[list[Unit], np.ndarray[Any, np.dtype[np.float32]]]:
    """Return what is put into stories, with a vector each: articles as wholes, talk by utterance."""
    spans = files.passage_spans.load()
    passages = files.passage_vectors.mapped(dims)
    whole = files.document_vectors.mapped()
    units: list[Unit] = []
    vectors: list[np.ndarray[Any, np.dtype[np.float32]]] = []
    for row in sorted({row for share in shares for row in share.members}):
        document = documents[row]
        if document.kind == "article":
            if whole[row].any():
                units.append(
                    _unit(document, document.passages[0].utterance_id, document.text, document.publisher)
                )
                vectors.append(np.asarray(whole[row]))
            continue
        begins = int(spans[row, 0])
        of_utterance: dict[UUID, list[int]] = {}
        for place, passage in enumerate(document.passages):
            of_utterance.setdefault(passage.utterance_id, []).append(place)
        for utterance, places in of_utterance.items():
            text = "".join(document.passages[place].text for place in places)
            own = passages[[begins + place for place in places]]
            own = own[own.any(axis=1)]
            if sum(not char.isspace() for char in text) < LEAST_CHARS or not len(own):
                continue
            first = document.passages[places[0]]
            unit = _unit(document, utterance, text, first.speaker or document.publisher)
            units.append(unit)
            vectors.append(mean_direction(own).astype(np.float32))
    return units, np.stack(vectors) if vectors else np.zeros((0, dims), dtype=np.float32)


def _unit(document: Document, utterance: UUID, text: str, publisher: str) -> Unit:
    said = next(one.said_at for one in document.passages if one.utterance_id == utterance)
    return Unit(
        document_id=document.document_id,
        utterance_id=utterance,
        title=document.title,
        text=text,
        lang=document.lang,
        publisher=publisher,
        said_at=said,
        is_talk=document.kind == "talk",
    )


def _story_row(
    one: PlacedStory, story: Story, units: Sequence[Unit], title: str, genre: str
) -> dict[str, Any]:
    said = [units[member].said_at for member in story.members]
    return {
        "story_id": str(one.story.story_id),
        "title": title,
        "genre": genre,
        "first_said_at": min(said).isoformat(),
        "last_said_at": max(said).isoformat(),
    }


def _member_rows(one: PlacedStory, story: Story, units: Sequence[Unit]) -> Iterator[dict[str, Any]]:
    core = set(story.core)
    for member in story.members:
        yield {
            "story_id": str(one.story.story_id),
            "utterance_id": str(units[member].utterance_id),
            "is_core": int(member in core),
            "said_at": units[member].said_at.isoformat(),
        }


def _place_row(
    one: PlacedStory,
    found: Sequence[Story],
    units: Sequence[Unit],
    genres: Mapping[UUID, str],
    clusters: Mapping[UUID, int],
) -> dict[str, Any]:
    row = one.story.row
    return {
        "story_id": str(one.story.story_id),
        "genre": None if row is None else genre_of(found[row], units, genres),
        "cluster": clusters.get(one.story.story_id, 0),
        "state": one.story.state,
        "place": one.place,
        "rank": one.rank,
        "documents": one.documents,
        "added": one.story.added,
        "publishers": one.publishers,
        "facts": sorted(one.story.facts),
        "score": one.score,
    }


def _section_rows(
    sections: Sequence[SectionEvidence], shares: Sequence[GenreShare], facts: Mapping[str, dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield the sections, and the genres that have none because nothing of them can be cited, or nothing is new."""
    known = {share.genre: share for share in shares}
    made = {section.genre for section in sections if section.sentences}
    rank = 0
    for section in sections:
        if section.genre in made:
            share = known.get(section.genre)
            yield _section_row(section.genre, share, rank, "waiting", facts) | {
                "documents": section.documents,
                "sentences": len(section.sentences),
                "clusters": len({one.cluster for one, _ in section.sentences}),
            }
            rank += 1
    told = {section.genre for section in sections}
    for share in shares:
        if share.genre not in made:
            status = "no_evidence" if share.genre in told else "skipped"
            yield _section_row(share.genre, share, rank, status, facts)
            rank += 1


def _section_row(
    genre: str, share: GenreShare | None, rank: int, status: str, facts: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
    return {
        "genre": genre,
        "name": share.name if share else None,
        "cluster_id": str(share.cluster_id) if share and share.cluster_id else None,
        "rank": rank,
        "status": status,
        "reason": {"no_evidence": "nothing_to_cite", "skipped": "nothing_new"}.get(status),
        "documents": len(share.chosen) if share else 0,
        "sentences": 0,
        "clusters": 0,
        "facts": facts.get(genre, {}),
    }


def _evidence_rows(section: SectionEvidence) -> Iterator[dict[str, Any]]:
    for one, story_id in section.sentences:
        sentence = one.sentence
        yield {
            "genre": section.genre,
            "number": one.number,
            "cluster": one.cluster,
            "story_id": str(story_id),
            "document_id": str(sentence.document_id),
            "utterance_id": str(sentence.utterance_id),
            "char_start": sentence.start,
            "char_end": sentence.end,
            "sentence": sentence.text,
            "lang": sentence.lang,
            "said_at": sentence.said_at.isoformat(),
            "publisher": sentence.publisher,
            "is_central": int(one.is_central),
        }
