"""Which sentences stand for a cluster in a section's prompt, and the numbers they are cited by. Pure.

Sentences of one passage share its vector, so that likeness is half that of the vectors and half that of the words.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tane.language.spelling import folded
from tane.language.tokenizer import words
from tane.recap.documents import EvidenceSentence
from tane.token_estimate import estimate_tokens

MOST_CLUSTERS = 40
MOST_SENTENCES = 8  # of a cluster
MOST_OF_A_DOCUMENT = 2  # in a cluster
LINE_TOKENS = 24  # of a sentence's number, date and publisher
CLUSTER_TOKENS = 32  # of the marks round a cluster
_SHARE = 0.8  # power of a cluster's size that its share of the tokens goes by
_MOST_SIGNS = (
    0.3  # share of a sentence's characters that are neither letters, figures nor punctuation of prose
)
_PROMINENCE = 0.4  # share of the relevance that is not centrality
_WHOLE_THOUGHT = 40  # tokens from which more of them say no more
_PROSE = frozenset("。、．，.,!?！？「」『』（）()'\"“”‘’：:;；・ー〜-–—%％…&")
_TRACE = re.compile(r'^\s*(?:at [\w.$<>]+\(|File "|Traceback )', re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedSentence:
    """A sentence that a section may cite."""

    number: int  # from 1 on, over all clusters of the section
    cluster: int  # its cluster's place among those that were handed in
    sentence: EvidenceSentence
    is_central: bool  # the one that stands for the cluster alone


def choose(
    clusters: Sequence[Sequence[EvidenceSentence]], vectors: NDArray[np.float32], budget_tokens: int
) -> tuple[NumberedSentence, ...]:
    """Return what is shown of each cluster, by maximal marginal relevance, within a budget of estimated tokens.

    At most 8 sentences a cluster and 2 a document, of the 40 clusters with most documents; the first of a cluster is its
    most central one. What fits is shared by the number of documents to the power of 0.8. Clusters keep their order;
    the sentences of each stand in the order of time. Deterministic; O(n d) for n sentences.

    Args:
        clusters: the sentences of each; what looks like code is passed over.
        vectors: float32 of shape (passages, d), norm 1; `EvidenceSentence.passage` is a row.
        budget_tokens: of all lines together; the first sentences come first.
    """
    picked = [_picked(cluster, vectors) for cluster in clusters]
    sizes = [len({one.document_id for one in cluster}) for cluster in clusters]
    largest = sorted((place for place, one in enumerate(picked) if one), key=lambda place: -sizes[place])
    kept = sorted(largest[:MOST_CLUSTERS])
    counts = shared(
        [_costs(picked[place]) for place in kept],
        [sizes[place] for place in kept],
        budget_tokens,
    )
    found = list(_in_time(picked, dict(zip(kept, counts, strict=True))))
    return tuple(
        NumberedSentence(number=number, cluster=cluster, sentence=sentence, is_central=is_central)
        for number, (cluster, sentence, is_central) in enumerate(found, start=1)
    )


def _costs(sentences: Sequence[EvidenceSentence]) -> list[int]:
    return [
        estimate_tokens(one.text) + LINE_TOKENS + (0 if place else CLUSTER_TOKENS)
        for place, one in enumerate(sentences)
    ]


def shared(costs: Sequence[Sequence[int]], sizes: Sequence[int], budget: int) -> list[int]:
    """Return how many of each cluster's sentences fit, when shares grow with its size to the power of 0.8.

    First every cluster gets its first sentence, the largest ones before the others; then the next one goes to whoever has
    spent least of its share.
    """
    turns = sorted(
        (place > 0, _spent(cost, place, size), cluster, place)
        for cluster, (cost, size) in enumerate(zip(costs, sizes, strict=True))
        for place in range(len(cost))
    )
    counts = [0] * len(costs)
    for _, _, cluster, place in turns:
        cost = costs[cluster][place]
        if place == counts[cluster] and cost <= budget:
            counts[cluster] += 1
            budget -= cost
    return counts


def _spent(cost: Sequence[int], place: int, size: int) -> float:
    """Return what a cluster has spent of its share with this sentence; of the first ones, the largest cluster comes first."""
    weight = float(max(size, 1) ** _SHARE)
    return -weight if place == 0 else sum(cost[: place + 1]) / weight


def _in_time(
    picked: Sequence[Sequence[EvidenceSentence]], counts: dict[int, int]
) -> Iterator[tuple[int, EvidenceSentence, bool]]:
    for cluster, count in counts.items():
        shown = picked[cluster][:count]
        for one in sorted(shown, key=lambda one: (one.said_at, str(one.document_id), one.start)):
            yield cluster, one, one is shown[0]


def is_code(text: str) -> bool:
    """Tell lines of a program, a log or a table from prose, by their signs and the shape of their lines."""
    signs = sum(not (one.isalnum() or one.isspace() or one in _PROSE) for one in text)
    return signs > _MOST_SIGNS * len(text) or _TRACE.search(text) is not None


def _picked(sentences: Sequence[EvidenceSentence], vectors: NDArray[np.float32]) -> list[EvidenceSentence]:
    """Return the sentences that stand for a cluster, the most central first."""
    prose = [one for one in sentences if not is_code(one.text)]
    if not prose:
        return []
    stems = [frozenset(word.stem for word in words(folded(one.text), with_frame=True)) for one in prose]
    rows = vectors[[one.passage for one in prose]]
    central = (rows @ rows.mean(axis=0) + _commonness(stems)) / 2
    relevance = (1 - _PROMINENCE) * central + _PROMINENCE * _prominence(prose)
    # Of alike sentences fewer are wanted, of unlike ones those that are central.
    weight = float(np.clip(0.5 + 0.3 * (1 - float(relevance.mean())), 0.5, 0.8))
    nearest = np.zeros(len(prose), dtype=np.float64)
    chosen: list[int] = []
    of_document: Counter[object] = Counter()
    open_ones = np.ones(len(prose), dtype=bool)
    while len(chosen) < MOST_SENTENCES and open_ones.any():
        score = weight * relevance - (1 - weight) * nearest if chosen else relevance
        best = int(np.argmax(np.where(open_ones, score, -np.inf)))
        chosen.append(best)
        open_ones[best] = False
        of_document[prose[best].document_id] += 1
        if of_document[prose[best].document_id] == MOST_OF_A_DOCUMENT:
            open_ones &= np.array([one.document_id != prose[best].document_id for one in prose])
        nearest = np.maximum(nearest, (rows @ rows[best] + _overlaps(stems, stems[best])) / 2)
    return [prose[place] for place in chosen]


def _prominence(sentences: Sequence[EvidenceSentence]) -> NDArray[np.float64]:
    """Return for each sentence how likely it says what its document is about, 0..1.

    Articles begin with it, a baseline that summaries of news hardly beat (Lead-3); what somebody says in passing is short.
    """
    starts: dict[UUID, list[int]] = defaultdict(list)
    for one in sentences:
        starts[one.document_id].append(one.start)
    places = {
        document: {start: place for place, start in enumerate(sorted(own))}
        for document, own in starts.items()
    }
    return np.array(
        [
            min(estimate_tokens(one.text) / _WHOLE_THOUGHT, 1.0)
            if one.is_talk
            else 1 / (1 + places[one.document_id][one.start])
            for one in sentences
        ]
    )


def _commonness(stems: Sequence[frozenset[str]]) -> NDArray[np.float64]:
    """Return for each sentence how common its words are among all, 0..1."""
    spread = Counter(stem for one in stems for stem in one)
    return np.array(
        [sum(spread[stem] for stem in one) / (len(one) * len(stems)) if one else 0.0 for one in stems]
    )


def _overlaps(stems: Sequence[frozenset[str]], one: frozenset[str]) -> NDArray[np.float64]:
    """Return Dice's coefficient of each sentence's words with one's."""
    return np.array([2 * len(one & other) / max(len(one) + len(other), 1) for other in stems])
