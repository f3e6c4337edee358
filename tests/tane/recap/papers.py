"""Documents for tests."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tane.recap.documents import Document, DocumentKind, Passage, Tag

NOON = datetime(2026, 9, 16, 12, tzinfo=UTC)


def document(
    number: int,
    *texts: str,
    kind: DocumentKind = "article",
    publisher: str = "news.example.org",
    hours: float = 0.0,
    lang: str = "ja",
    tags: Sequence[str] = (),
    speaker: str | None = None,
) -> Document:
    """Return a document whose passages are these texts, said so many hours after noon."""
    said_at = NOON + timedelta(hours=hours)
    start = 0
    passages = []
    for text in texts:
        passages.append(
            Passage(utterance_id=UUID(int=number), start=start, text=text, speaker=speaker, said_at=said_at)
        )
        start += len(text)
    return Document(
        document_id=UUID(int=number),
        kind=kind,
        title=None,
        publisher=publisher,
        lang=lang,
        said_at=said_at,
        passages=tuple(passages),
        tags=tuple(Tag(tag=tag) for tag in tags),
    )
