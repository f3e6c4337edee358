"""Step `fetch`: the documents of the window, the newest first, a page at a time."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import numpy as np

from tane.errors import TaneError
from tane.recap.documents import Document, Passage, Tag
from tane.runs.recap.recap_files import Plan, Recap, RecapFiles
from tane.runs.step import NothingToDo
from tane.store import recap_documents, runs
from tane.store.pool import Connection, connection, transaction
from tane.store.recap_documents import ArticleRow, ListedArticle, ListedTalk, PassageRow
from tane.store.unfinished import replacing

PAGE = 200  # documents
_NAMESPACE = uuid5(NAMESPACE_OID, "tane:recap:talk")


class SourcesFailed(TaneError):  # noqa: N818 - reads as the state it reports
    """There is nothing to read because nothing could be fetched."""

    cause = "sources_failed"


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """Some documents with the vectors of their passages, (p, d)."""

    documents: tuple[Document, ...]
    vectors: np.ndarray[Any, np.dtype[np.float32]]


def talk_id(conversation: UUID, day: str) -> UUID:
    """Return the id of what a conversation said on a day (ISO date of the zone)."""
    return uuid5(_NAMESPACE, f"{conversation}:{day}")


async def fetch(recap: Recap) -> Mapping[str, Any]:
    """Read the documents of the window into the folder, and note each of them with the run.

    A feed that cannot be read is named; the step is degraded then, as what it would have brought is missing.

    Raises:
        NothingToDo: the window holds none.
        SourcesFailed: the window holds none, and not a single feed can be read.
    """
    files = RecapFiles(recap.folder)
    plan = await asyncio.to_thread(files.plan.load)
    listed, held = await list_window(recap, plan)
    feeds: dict[str, bool] = {}
    if plan.sources != "talk":
        async with connection(recap.session.pool) as conn:
            feeds = await recap_documents.read_feeds(conn, plan.until)
    if not listed:
        if feeds and all(feeds.values()):
            raise SourcesFailed("no feed can be read; `tane feeds list` says why")
        raise NothingToDo("no_documents")
    failing = [name for name, is_failing in feeds.items() if is_failing]
    missing = 0
    async with connection(recap.session.pool) as conn:
        await runs.fence(conn, recap.run_id, recap.epoch)
    rows: list[dict[str, Any]] = []
    with replacing(files.fetched.path) as lines, replacing(files.passage_vectors.path) as vectors:
        for start in range(0, len(listed), PAGE):
            async with connection(recap.session.pool) as conn:
                page = await read_page(conn, listed[start : start + PAGE], plan)
            await asyncio.to_thread(_append, page, files, lines, vectors)
            missing += int((~page.vectors.any(axis=1)).sum())
            rows += [_row(document) for document in page.documents]
            recap.report((start + PAGE) / len(listed))
    async with transaction(recap.session.pool) as conn:
        await recap_documents.clear_documents(conn, recap.run_id)
        for start in range(0, len(rows), 1_000):
            await recap_documents.insert_documents(conn, recap.run_id, rows[start : start + 1_000])
        await runs.fence(conn, recap.run_id, recap.epoch)
    articles = sum(row["kind"] == "article" for row in rows)
    return {
        "articles": articles,
        "talk": len(rows) - articles,
        "over_limit": max(held - len(listed), 0),
        "passages_without_vector": missing,
        **({"degraded": f"cannot be read: {', '.join(failing)}"} if failing else {}),
    }


def _append(page: DocumentPage, files: RecapFiles, lines: Any, vectors: Any) -> None:
    lines.write(b"".join(files.fetched.encoded(one) for one in page.documents))
    vectors.write(np.ascontiguousarray(page.vectors).tobytes())


async def list_window(recap: Recap, plan: Plan) -> tuple[list[ListedArticle | ListedTalk], int]:
    """Return the documents to be read, the newest first, and how many the window holds."""
    passed_over = recap.options.passed_over
    zone = recap.options.zone
    articles: Sequence[ListedArticle] = ()
    talk: Sequence[ListedTalk] = ()
    async with connection(recap.session.pool) as conn:
        if plan.sources != "talk":
            articles = await recap_documents.list_articles(
                conn, plan.since, plan.until, limit=plan.most_documents
            )
        if plan.sources != "articles":
            talk = await recap_documents.list_talk(
                conn, plan.since, plan.until, zone=zone, passed_over=passed_over, limit=plan.most_documents
            )
        held = len(articles) + len(talk)
        if held >= plan.most_documents:
            counts = await recap_documents.count_window(
                conn, plan.since, plan.until, zone=zone, passed_over=passed_over
            )
            held = (counts[0] if plan.sources != "talk" else 0) + (
                counts[1] if plan.sources != "articles" else 0
            )
    listed: list[ListedArticle | ListedTalk] = [*articles, *talk]
    newest = sorted(listed, key=lambda one: (-one.said_at.timestamp(), _id_of(one)))
    return newest[: plan.most_documents], held


def _id_of(listed: ListedArticle | ListedTalk) -> UUID:
    if isinstance(listed, ListedArticle):
        return listed.utterance_id
    return talk_id(listed.conversation, listed.day.isoformat())


async def read_page(
    conn: Connection, listed: Sequence[ListedArticle | ListedTalk], plan: Plan
) -> DocumentPage:
    """Read some documents whole."""
    articles = [one.utterance_id for one in listed if isinstance(one, ListedArticle)]
    spoken = [said for one in listed if isinstance(one, ListedTalk) for said in one.utterances]
    passages: dict[UUID, list[PassageRow]] = defaultdict(list)
    for row in await recap_documents.read_passages(conn, [*articles, *spoken], plan.model_id):
        passages[row.utterance_id].append(row)
    facts = await recap_documents.read_articles(conn, articles)
    tags = await recap_documents.read_tags(conn, articles)
    documents: list[Document] = []
    vectors: list[np.ndarray[Any, np.dtype[np.float32]]] = []
    for one in listed:
        said = (one.utterance_id,) if isinstance(one, ListedArticle) else one.utterances
        rows = [row for utterance in said for row in passages.get(utterance, ())]
        if not rows:
            continue  # forgotten since it was listed
        if isinstance(one, ListedArticle):
            documents.append(_article(one, rows, facts.get(one.utterance_id), tags.get(one.utterance_id, [])))
        else:
            documents.append(_talk(one, rows))
        vectors += [_vector(row, plan.dims) for row in rows]
    stacked = np.stack(vectors) if vectors else np.zeros((0, plan.dims), dtype=np.float32)
    return DocumentPage(tuple(documents), stacked)


def _vector(row: PassageRow, dims: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    if row.vector is None or row.vector.shape != (dims,):
        return np.zeros(dims, dtype=np.float32)
    length = float(np.linalg.norm(row.vector))
    return row.vector / np.float32(length) if length > 0 else row.vector


def _passages(rows: Sequence[PassageRow]) -> Iterator[Passage]:
    for row in rows:
        yield Passage(
            utterance_id=row.utterance_id,
            start=row.char_start,
            text=row.contents,
            speaker=row.speaker,
            said_at=row.said_at,
        )


def _article(
    listed: ListedArticle,
    rows: Sequence[PassageRow],
    facts: ArticleRow | None,
    tags: Sequence[tuple[str, float]],
) -> Document:
    return Document(
        document_id=listed.utterance_id,
        kind="article",
        title=(facts.title if facts else None) or rows[0].title,
        publisher=(facts.host if facts else None) or rows[0].source or "",
        lang=(facts.lang if facts else None) or "und",
        said_at=listed.said_at,
        passages=tuple(_passages(rows)),
        tags=tuple(Tag(tag=tag, confidence=confidence) for tag, confidence in tags),
        raw_hash=facts.raw_hash.hex() if facts and facts.raw_hash else None,
        url=facts.url if facts else None,
    )


def _talk(listed: ListedTalk, rows: Sequence[PassageRow]) -> Document:
    return Document(
        document_id=_id_of(listed),
        kind="talk",
        title=rows[0].title,
        publisher=rows[0].source or "",
        lang="und",
        said_at=listed.said_at,
        passages=tuple(_passages(rows)),
    )


def _row(document: Document) -> dict[str, Any]:
    return {
        "document_id": str(document.document_id),
        "kind": document.kind,
        "utterance_id": str(document.passages[0].utterance_id),
        "publisher": document.publisher,
        "lang": document.lang,
        "said_at": document.said_at.isoformat(),
        "raw_hash": document.raw_hash,
    }
