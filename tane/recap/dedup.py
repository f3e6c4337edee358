"""Which documents say the same as others, and which sentences are repeated. Pure.

Of several the newest is kept and knows the others. What people say is compared exactly: two that say "good morning" are two.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from tane.language.sentences import sentence_spans
from tane.language.shingles import digest, near_duplicates
from tane.recap.documents import Document, Drop

NEAR = 0.80
"""Jaccard index of two texts that are versions of one."""
BOILERPLATE_SHARE = 0.5  # of a publisher's documents that hold a sentence which says nothing of any of them
_FEWEST_DOCUMENTS = 4  # of a publisher, below which nothing is told of its habits


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates:
    """What is dropped, and the sentences that are passed over in what is kept."""

    drops: tuple[Drop, ...]
    passed_over: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    """Digests of sentences, by document."""
    repeated_sentences: int = 0
    boilerplate_sentences: int = 0


def find_duplicates(documents: Sequence[Document]) -> Duplicates:
    """Return what is told twice among these documents."""
    newest_first = sorted(documents, key=_age_order)
    drops = {drop.document_id: drop for drop in _exact(newest_first)}
    kept = [one for one in newest_first if one.document_id not in drops]
    drops |= {drop.document_id: drop for drop in _near([one for one in kept if one.kind == "article"])}
    left = [one for one in kept if one.document_id not in drops]
    repeats, repeated = _repeated_sentences(left)
    lines, boilerplate = _boilerplate(left)
    passed_over = {
        document: frozenset(repeats.get(document, set()) | lines.get(document, set()))
        for document in repeats.keys() | lines.keys()
    }
    return Duplicates(
        drops=tuple(_to_the_kept(drops)),
        passed_over=passed_over,
        repeated_sentences=repeated,
        boilerplate_sentences=boilerplate,
    )


def _age_order(document: Document) -> tuple[float, UUID]:
    return -document.said_at.timestamp(), document.document_id


def _exact(documents: Sequence[Document]) -> Iterator[Drop]:
    first: dict[tuple[str, str], UUID] = {}
    for document in documents:
        said = digest(document.text)
        known = first.setdefault((document.kind, said), document.document_id)
        if known != document.document_id:
            yield Drop(
                document_id=document.document_id, stage="dedup", reason="exact_duplicate", duplicate_of=known, similarity=1.0
            )  # fmt: skip


def _near(documents: Sequence[Document]) -> Iterator[Drop]:
    """Yield what repeats a newer document; a chain of versions is one group, so that nothing depends on its order."""
    newest = list(range(len(documents)))  # by union: the lowest number, which is the newest

    def root(number: int) -> int:
        while newest[number] != number:
            newest[number] = newest[newest[number]]
            number = newest[number]
        return number

    likeness: dict[int, float] = {}
    for pair in near_duplicates([document.text for document in documents], least=NEAR):
        one, other = root(pair.one), root(pair.other)
        newest[max(one, other)] = min(one, other)
        likeness[pair.other] = max(likeness.get(pair.other, 0.0), pair.similarity)
    for number, document in enumerate(documents):
        if (kept := root(number)) != number:
            yield Drop(
                document_id=document.document_id,
                stage="dedup",
                reason="near_duplicate",
                duplicate_of=documents[kept].document_id,
                similarity=round(likeness.get(number, NEAR), 4),
            )


def _to_the_kept(drops: Mapping[UUID, Drop]) -> Iterator[Drop]:
    """Yield each drop with the document that is kept, where the one that it repeats was dropped itself."""
    for drop in drops.values():
        kept = drop.duplicate_of
        while kept is not None and kept in drops:
            kept = drops[kept].duplicate_of
        yield Drop(
            document_id=drop.document_id, stage=drop.stage, reason=drop.reason, duplicate_of=kept, similarity=drop.similarity
        )  # fmt: skip


def _repeated_sentences(documents: Sequence[Document]) -> tuple[dict[UUID, set[str]], int]:
    """Return the sentences of articles that a newer article of the run, or the same one further up, has told already.

    A sentence at its first place counts; the digest says which, so one that a document repeats is passed over from its
    second place on (see `tane.recap.evidence`).
    """
    seen: set[str] = set()
    repeats: dict[UUID, set[str]] = defaultdict(set)
    count = 0
    for document in documents:
        if document.kind != "article":
            continue
        own = set(_digests(document))
        if again := own & seen:
            repeats[document.document_id] |= again
            count += len(again)
        seen |= own
    return repeats, count


def _boilerplate(documents: Sequence[Document]) -> tuple[dict[UUID, set[str]], int]:
    """Return the sentences that stand in half of a publisher's articles: how to subscribe, who holds the rights."""
    by_publisher: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        if document.kind == "article":
            by_publisher[document.publisher].append(document)
    lines: dict[UUID, set[str]] = {}
    count = 0
    for published in by_publisher.values():
        if len(published) < _FEWEST_DOCUMENTS:
            continue
        own = [set(_digests(document)) for document in published]
        spread = Counter(said for digests in own for said in digests)
        common = {said for said, number in spread.items() if number >= BOILERPLATE_SHARE * len(published)}
        for document, digests in zip(published, own, strict=True):
            if found := digests & common:
                lines[document.document_id] = found
                count += len(found)
    return lines, count


def _digests(document: Document) -> Iterator[str]:
    for passage in document.passages:
        for start, end in sentence_spans(passage.text):
            yield digest(passage.text[start:end])
