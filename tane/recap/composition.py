"""Which stories make up which section, and the sentences that each section may cite. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tane.language.titles import placeholder_titles
from tane.recap.documents import OTHER, EvidenceSentence
from tane.recap.representatives import NumberedSentence, choose
from tane.recap.stories import Story, Unit
from tane.recap.story_identity import PlacedStory

MOST_ALONE = 2  # utterances of a matter that is no story of its own
LONGEST_TITLE = 120  # characters of an article's title


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryCluster:
    """A story in its section: which cluster of sentences it is there."""

    placed: PlacedStory
    genre: str
    cluster: int  # from 0, the largest stories first


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionEvidence:
    """The sentences of a section, by the numbers under which they are cited."""

    genre: str
    stories: tuple[StoryCluster, ...]
    sentences: tuple[tuple[NumberedSentence, UUID], ...]  # each with its story
    documents: int


def genre_of(story: Story, units: Sequence[Unit], genres: Mapping[UUID, str]) -> str:
    """Return the genre of most of a story's documents; of equals, the first by name."""
    counts = Counter(
        genres.get(document, OTHER) for document in {units[row].document_id for row in story.members}
    )
    return min(counts, key=lambda genre: (-counts[genre], genre))


def titles_of(stories: Sequence[Story], units: Sequence[Unit]) -> list[str]:
    """Return a title per story: that of its newest core article, else one made of its words."""
    made = placeholder_titles([[units[row].text for row in story.members[:40]] for story in stories])
    found: list[str] = []
    for story, words in zip(stories, made, strict=True):
        written = [
            (units[row].said_at, title)
            for row in story.core
            if not units[row].is_talk and (title := " ".join((units[row].title or "").split()))
        ]
        found.append(max(written)[1][:LONGEST_TITLE] if written else words)
    return found


def compose(
    placed: Sequence[PlacedStory],
    stories: Sequence[Story],
    units: Sequence[Unit],
    *,
    genres: Mapping[UUID, str],
    chosen: frozenset[UUID],
    sentences: Sequence[EvidenceSentence],
    vectors: NDArray[np.float32],
    budget_tokens: int,
) -> list[SectionEvidence]:
    """Return the sections with what each may cite, the one with most documents first.

    A document that was not chosen speaks where its story has several: what is told most is not cut by a genre's limit. Stories
    without anything new are in no section.

    genres: of each document. chosen: documents that are read closely. sentences: of all documents. vectors: (p, d) of length one,
    for `EvidenceSentence.passage`. budget_tokens: of the material of a section.
    """
    by_utterance: dict[tuple[UUID, UUID], list[EvidenceSentence]] = defaultdict(list)
    for sentence in sentences:
        by_utterance[sentence.document_id, sentence.utterance_id].append(sentence)
    by_genre: dict[str, list[PlacedStory]] = defaultdict(list)
    for one in placed:
        if one.story.row is not None and one.place != "counted":
            by_genre[genre_of(stories[one.story.row], units, genres)].append(one)
    found: list[SectionEvidence] = []
    for genre, told in sorted(by_genre.items()):
        told.sort(key=lambda one: (-one.documents, one.rank))
        groups = _clusters_of(told, stories, units)
        clusters = [
            [
                sentence
                for one in group
                for sentence in _sentences_of(one, stories, units, chosen, by_utterance)
            ]
            for group in groups
        ]
        numbered = choose(clusters, vectors, budget_tokens)
        story_of = {
            (unit.document_id, unit.utterance_id): one.story.story_id
            for one in told
            if one.story.row is not None
            for unit in (units[row] for row in stories[one.story.row].members)
        }
        found.append(
            SectionEvidence(
                genre=genre,
                stories=tuple(
                    StoryCluster(placed=one, genre=genre, cluster=cluster)
                    for cluster, group in enumerate(groups)
                    for one in group
                ),
                sentences=tuple(
                    (one, story_of[one.sentence.document_id, one.sentence.utterance_id]) for one in numbered
                ),
                documents=len({one.document_id for cluster in clusters for one in cluster}),
            )
        )
    return sorted(found, key=lambda one: (-one.documents, one.genre))


def _clusters_of(
    told: Sequence[PlacedStory], stories: Sequence[Story], units: Sequence[Unit]
) -> list[list[PlacedStory]]:
    """Return the stories that are one cluster each, and what was said once by itself as one cluster together.

    A remark is no story: of those of a genre the ones that stand for the others are worth a line.
    """
    clusters: list[list[PlacedStory]] = []
    alone: list[PlacedStory] = []
    for one in told:
        assert one.story.row is not None  # what the run saw nothing of is in no section
        members = stories[one.story.row].members
        if one.documents == 1 and len(members) <= MOST_ALONE and all(units[row].is_talk for row in members):
            alone.append(one)
        else:
            clusters.append([one])
    return [*clusters, alone] if alone else clusters


def _sentences_of(
    one: PlacedStory,
    stories: Sequence[Story],
    units: Sequence[Unit],
    chosen: frozenset[UUID],
    by_utterance: Mapping[tuple[UUID, UUID], list[EvidenceSentence]],
) -> list[EvidenceSentence]:
    assert one.story.row is not None  # stories that the run saw nothing of are in no section
    members = [units[row] for row in stories[one.story.row].members]
    speaking = members if one.documents > 1 else [unit for unit in members if unit.document_id in chosen]
    seen: set[tuple[UUID, UUID]] = set()
    found: list[EvidenceSentence] = []
    for unit in speaking:
        key = (unit.document_id, unit.utterance_id)
        if key not in seen:
            seen.add(key)
            found += by_utterance.get(key, [])
    return found
