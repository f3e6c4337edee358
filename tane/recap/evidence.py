"""The sentences of a document that may be cited, and the facts of a genre's corpus. Pure."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from tane.language.sentences import Span, sentence_spans
from tane.language.shingles import digest
from tane.recap.documents import Document, EvidenceSentence

LEAST_CHARS = 20
LEAST_CHARS_OF_TALK = 10
LONGEST_CHARS = 600
"""A longer one is a list or a table that no mark ends."""


def sentences_of(
    document: Document, rows: Sequence[int], *, passed_over: Collection[str] = frozenset()
) -> Iterator[EvidenceSentence]:
    """Yield the sentences of a document that are long enough, each once; where none is, its passages as they are.

    rows: of the vectors of its passages. passed_over: digests of sentences that are told elsewhere, or by all of a publisher.
    """
    found = list(_of_spans(document, rows, passed_over, sentence_spans))
    yield from found or _of_spans(document, rows, passed_over, _whole)


def _whole(text: str) -> Iterator[Span]:
    yield 0, len(text)


def _of_spans(
    document: Document,
    rows: Sequence[int],
    passed_over: Collection[str],
    spans: Callable[[str], Iterator[Span]],
) -> Iterator[EvidenceSentence]:
    seen: set[str] = set(passed_over)
    is_talk = document.kind == "talk"
    for passage, row in zip(document.passages, rows, strict=True):
        for start, end in spans(passage.text):
            begin = start + len(passage.text[start:end]) - len(passage.text[start:end].lstrip())
            text = passage.text[begin:end].rstrip()
            if not is_long_enough(text, is_talk=is_talk) or (said := digest(text)) in seen:
                continue
            seen.add(said)
            yield EvidenceSentence(
                document_id=document.document_id,
                utterance_id=passage.utterance_id,
                start=passage.start + begin,
                end=passage.start + begin + len(text),
                text=text,
                lang=document.lang,
                said_at=passage.said_at,
                publisher=(passage.speaker or document.publisher) if is_talk else document.publisher,
                passage=row,
                is_talk=is_talk,
            )


def is_long_enough(text: str, *, is_talk: bool) -> bool:
    """Tell whether a sentence says enough to be cited, and is one."""
    chars = sum(not char.isspace() for char in text)
    return (LEAST_CHARS_OF_TALK if is_talk else LEAST_CHARS) <= chars <= LONGEST_CHARS


def corpus_facts(
    documents: Sequence[Document], sentences: Sequence[EvidenceSentence], confidences: Mapping[UUID, float]
) -> dict[str, Any]:
    """Return what is known of the documents of a genre that are read closely."""
    sure = [confidences[one.document_id] for one in documents if one.document_id in confidences]
    cited = {sentence.document_id for sentence in sentences}
    return {
        "documents": len(documents),
        "sentences": len(sentences),
        "chars": sum(len(sentence.text) for sentence in sentences),
        "languages": dict(sorted(Counter(one.lang for one in documents).items())),
        "publishers": len({one.publisher for one in documents}),
        "classifier": {
            "average": round(sum(sure) / len(sure), 4) if sure else None,
            "minimum": round(min(sure), 4) if sure else None,
            "maximum": round(max(sure), 4) if sure else None,
            "coverage": round(len(cited) / len(documents), 4) if documents else 0.0,
        },
    }
