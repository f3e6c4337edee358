"""Sentences that a recap may cite, for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tane.recap.documents import EvidenceSentence
from tane.recap.section import CitableSentence

MONDAY = datetime(2026, 9, 14, 9, tzinfo=UTC)


def evidence(
    text: str,
    *,
    document: str = "a",
    passage: int = 0,
    hours: float = 0,
    start: int = 0,
    publisher: str = "hato.example",
) -> EvidenceSentence:
    document_id = uuid5(NAMESPACE_URL, document)
    return EvidenceSentence(
        document_id=document_id, utterance_id=document_id, start=start, end=start + len(text), text=text, lang="ja",
        said_at=MONDAY + timedelta(hours=hours), publisher=publisher, passage=passage,
    )  # fmt: skip


def citable(number: int, text: str, *, publisher: str = "hato.example", **more: Any) -> CitableSentence:
    return CitableSentence(number=number, text=text, said_at=MONDAY, publisher=publisher, **more)
