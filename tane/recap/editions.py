"""What a morning's edition groups: documents that say the same, or speak of one matter. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import NAMESPACE_OID, UUID, uuid5

import numpy as np

from tane.recap.documents import Document, Drop
from tane.recap.stories import Story
from tane.vectors.arrays import Floats, Units

SIZE, FRESHNESS, NOVELTY = 0.5, 0.3, 0.2
"""Shares of a group's score."""
_FRESH_HOURS = 12.0  # in which freshness falls to 1/e
_NAMESPACE = uuid5(NAMESPACE_OID, "tane:morning:group")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMember:
    """A document of a group."""

    document_id: UUID
    is_primary: bool
    similarity: (
        float | None
    )  # to the primary: of shingles for a duplicate, else of vectors; None of the primary


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionGroup:
    """A group, its primary first."""

    group_id: UUID
    members: tuple[GroupMember, ...]
    score: float  # 0..1

    @property
    def primary(self) -> UUID:
        """The document that stands for the group."""
        return self.members[0].document_id


def group_id(edition: date, document: UUID) -> UUID:
    """Return the id of the group that a document stands for in an edition."""
    return uuid5(_NAMESPACE, f"{edition.isoformat()}|{document}")


def group_documents(
    documents: Sequence[Document],
    vectors: Units,
    duplicates: Sequence[Drop],
    stories: Sequence[Story],
    novelty: Floats,
    *,
    edition: date,
    now: datetime,
) -> list[EditionGroup]:
    """Return the groups of an edition, the most worth reading first.

    documents: those that are kept, (n,), with vectors (n, d) of length one. duplicates: what repeats one of them. stories: of rows of
    documents, each in one. novelty: (n,), 0..1.
    """
    copies: dict[UUID, list[Drop]] = defaultdict(list)
    for drop in duplicates:
        if drop.duplicate_of is not None:
            copies[drop.duplicate_of].append(drop)
    sizes = [sum(1 + len(copies[documents[row].document_id]) for row in story.members) for story in stories]
    largest = max(sizes, default=1)
    found: list[tuple[EditionGroup, datetime]] = []
    for story, size in zip(stories, sizes, strict=True):
        # Newest first, so that an update stands for what it updates.
        rows = sorted(
            story.members, key=lambda row: (-documents[row].said_at.timestamp(), documents[row].document_id)
        )
        first = rows[0]
        age = max((now - documents[first].said_at).total_seconds(), 0.0) / 3600.0
        score = (
            SIZE * float(np.log1p(size) / np.log1p(largest))
            + FRESHNESS * float(np.exp(-age / _FRESH_HOURS))
            + NOVELTY * float(max(novelty[row] for row in rows))
        )
        found.append(
            (
                EditionGroup(
                    group_id=group_id(edition, documents[first].document_id),
                    members=_members(rows, documents, vectors, copies),
                    score=round(score, 6),
                ),
                documents[first].said_at,
            )
        )
    found.sort(key=lambda one: (-one[0].score, -one[1].timestamp(), one[0].group_id))
    return [group for group, _ in found]


def _members(
    rows: Sequence[int], documents: Sequence[Document], vectors: Units, copies: Mapping[UUID, Sequence[Drop]]
) -> tuple[GroupMember, ...]:
    first = rows[0]
    members: list[GroupMember] = []
    for row in rows:
        document = documents[row].document_id
        near = None if row == first else round(float(vectors[row] @ vectors[first]), 4)
        members.append(GroupMember(document_id=document, is_primary=row == first, similarity=near))
        members += [
            GroupMember(document_id=drop.document_id, is_primary=False, similarity=drop.similarity)
            for drop in copies.get(document, ())
        ]
    return tuple(members)


def novelty_of(vectors: Units, before: Units) -> Floats:
    """Return (n,): how little like anything of before each vector is, 0..1; 1 where there was nothing."""
    if not len(before) or not len(vectors):
        return np.ones(len(vectors))
    nearest: Floats = np.max(
        np.asarray(vectors, dtype=np.float64) @ np.asarray(before, dtype=np.float64).T, axis=1
    )
    return np.asarray(np.clip(1.0 - nearest, 0.0, 1.0))
