"""Articles: what is kept of an utterance that was published, and its tags."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from tane.store import sql
from tane.store.domain import ARTICLE_KINDS
from tane.store.pool import Connection

_SQL = sql.load("articles")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article beside its utterance; (source, external_id) says which that is."""

    external_id: str
    title: str | None
    url: str | None
    host: str | None
    lang: str
    raw_body: bytes  # compressed with zlib
    body_format: str
    raw_hash: bytes
    tags: tuple[tuple[str, float], ...] = ()  # each once, with its confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class UncleanedArticle:
    """An article that another program stored."""

    title: str | None
    raw_body: bytes | None  # compressed with zlib
    body_format: str
    lang: str | None
    contents: str


async def follow_mapped_kinds(conn: Connection, kinds: Collection[str]) -> None:
    """Let the sources of these kinds of articles, and of no others, be on maps."""
    await conn.execute(_SQL["follow_mapped_kinds"], sorted(kinds), list(ARTICLE_KINDS))


async def save_articles(
    conn: Connection,
    source_id: UUID,
    articles: Sequence[StoredArticle],
    *,
    cleaning_version: int,
    origin: str,
) -> None:
    """Store articles beside their utterances, which are stored already; `origin`: who gave the tags."""
    ids = [article.external_id for article in articles]
    await conn.execute(
        _SQL["save_articles"], source_id, ids, [article.title for article in articles],
        [article.url for article in articles], [article.host for article in articles],
        [article.lang for article in articles], [article.raw_body for article in articles],
        [article.body_format for article in articles], [article.raw_hash for article in articles], cleaning_version,
    )  # fmt: skip
    await save_tags(
        conn, source_id, {article.external_id: article.tags for article in articles}, origin=origin
    )


async def save_tags(
    conn: Connection, source_id: UUID, tags: Mapping[str, Sequence[tuple[str, float]]], *, origin: str
) -> None:
    """Store all tags that one origin gives to articles of a source, by their external ids; in a transaction."""
    rows = [(external_id, *tag) for external_id, given in tags.items() for tag in given]
    of, names, confidences = [list(column) for column in zip(*rows, strict=True)] or ([], [], [])
    await conn.execute(_SQL["drop_other_tags"], source_id, list(tags), of, names, origin)
    if rows:
        await conn.execute(_SQL["save_tags"], source_id, of, names, confidences, origin)


async def read_uncleaned(conn: Connection, utterance_ids: Sequence[UUID]) -> dict[UUID, UncleanedArticle]:
    """Return those of the utterances that are articles nobody has cleaned yet."""
    return {
        row["utterance_id"]: UncleanedArticle(
            title=row["title"],
            raw_body=row["raw_body"],
            body_format=row["body_format"],
            lang=row["lang"],
            contents=row["contents"] or "",
        )
        for row in await conn.fetch(_SQL["read_uncleaned"], utterance_ids)
    }


async def save_cleaned(
    conn: Connection,
    utterance_id: UUID,
    text: str,
    *,
    lang: str,
    raw_body: bytes,
    raw_hash: bytes,
    cleaning_version: int,
) -> None:
    """Make this text the contents of an article; what the raw body was is kept if it was not yet."""
    await conn.execute(_SQL["save_cleaned"], utterance_id, text, lang, raw_body, raw_hash, cleaning_version)
