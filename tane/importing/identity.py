"""Which utterance a record is, by its own id or by its words, and whether a file may change the words of known ids. Pure."""

import hashlib
import itertools
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5

from tane.importing.records import ImportProblem, ImportRecord
from tane.store.imports import Overlap

_TANE = uuid5(NAMESPACE_URL, "tane:import")
_LONGEST_OWN_ID = 200  # characters; an index cannot hold any length
_LONGEST_SOURCE = 200
_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The ids of one utterance."""

    utterance_id: UUID
    external_id: str
    conversation_id: UUID | None
    occurrence: int  # 1, or more when the same own id occurs again in the file


def source_id_of(name: str) -> UUID:
    """Return the id that a source of this name gets."""
    return uuid5(_TANE, name)


def source_name(written: str) -> str:
    """Return a source's name in one form, however the file system spells it.

    Raises:
        ImportProblem: blank, longer than 200 characters, or more than one line.
    """
    name = unicodedata.normalize("NFC", written).strip()
    if not name or len(name) > _LONGEST_SOURCE or not name.isprintable():
        raise ImportProblem(
            f"a source needs a printable name of 1 to {_LONGEST_SOURCE} characters: use --source"
        )
    return name


def split_id_of(utterance_id: UUID, ordinal: int, contents: str) -> UUID:
    """Return the id of a piece: other words are another piece, so no late vector of the old ones fits it."""
    return uuid5(utterance_id, f"{ordinal}:{contents}")


@dataclass(slots=True)
class Identities:
    """Names the records of one file, in order.

    Without an id of its own a record is the n-th of its text, speaker, time and conversation, so that two
    equal ones are two utterances and the order of the file does not matter. The time counts as it is
    written: another time zone in the settings makes no other utterance. Remembers 8 bytes of hash for
    each record (about 100 bytes of memory): all of them would have to be equal for a mistake.
    """

    source_id: UUID
    _seen: set[int] = field(default_factory=set)
    _again: dict[int, int] = field(default_factory=dict)

    def of(self, record: ImportRecord) -> Identity:
        """Return the identity of the file's next record."""
        if record.external_id is not None:
            external_id = _own_id(record.external_id, record.conversation)
            occurrence = self._count(_digest(external_id))
        else:
            digest = _digest(record.conversation, record.speaker, record.written_time, record.text)
            external_id = f"text:{digest.hex()}:{self._count(digest)}"
            occurrence = 1
        return Identity(
            utterance_id=uuid5(self.source_id, f"utterance:{external_id}"),
            external_id=external_id,
            conversation_id=uuid5(self.source_id, f"conversation:{record.conversation}")
            if record.conversation
            else None,
            occurrence=occurrence,
        )

    def _count(self, digest: bytes) -> int:
        key = int.from_bytes(digest[:8], "big")
        if key not in self._seen:
            self._seen.add(key)
            return 1
        self._again[key] = self._again.get(key, 1) + 1
        return self._again[key]


def _own_id(own: str, conversation: str | None) -> str:
    """Return the file's own id, within its conversation: many formats number the turns of each from 1."""
    place = "" if conversation is None else conversation.replace("%", "%25").replace("/", "%2F") + "/"
    whole = place + own
    return whole if len(whole) <= _LONGEST_OWN_ID else f"long:{_digest(whole).hex()}"


def _digest(*parts: str | None) -> bytes:
    """Hash parts so that neither their borders nor an absent one can be mistaken."""
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for part in parts:
        data = b"" if part is None else part.encode()
        digest.update(b"-" if part is None else b"%d:" % len(data))
        digest.update(data)
    return digest.digest()


LEAST_ALIKE = 0.5


class Rewording(StrEnum):
    """Whose words an import may replace."""

    NONE = "none"  # of no known id, for the source is shared by programs that do not know of each other
    FEW = "few"  # of at most half of the known ids: an edited file
    ALL = "all"  # the owner agreed


class WouldOverwrite(ImportProblem):
    """Known ids would get the words of what is probably another file. Nothing of it has been stored."""

    def __init__(self, message: str, overlap: Overlap) -> None:
        super().__init__(message)
        self.overlap = overlap


def joined(one: Overlap, other: Overlap) -> Overlap:
    """Return what two parts of a file have in common with the source."""
    only = [part for part in (one, other) if part.known] if one.known + other.known == 1 else []
    return Overlap(
        known=one.known + other.known,
        reworded=one.reworded + other.reworded,
        reassigned=one.reassigned + other.reassigned,
        former=only[0].former if only else None,
        latter=only[0].latter if only else None,
    )


def is_allowed(overlap: Overlap, rewording: Rewording, *, is_elsewhere: bool) -> bool:
    """Tell whether the words may be changed; `is_elsewhere`: the source is known to come from another file.

    A single known id says little by its number: it is an edit if most of the words stay and no other file is known.
    """
    if rewording is Rewording.ALL:
        return True
    if rewording is Rewording.NONE:
        return not overlap.reworded and not overlap.reassigned
    if overlap.known == overlap.reworded == 1 and not is_elsewhere:
        return _alike(overlap.former or "", overlap.latter or "") >= LEAST_ALIKE
    return overlap.reworded * 2 <= overlap.known


def refusal(
    overlap: Overlap, *, file: str, source: str, origin: str | None, suggestion: str | None
) -> WouldOverwrite:
    """Return what the owner is told: which files, and what decides."""
    known = "the only id" if overlap.known == 1 else f"{overlap.reworded:,} of the {overlap.known:,} ids"
    came_from = "from an unknown file" if origin is None else f"from {origin}"
    another = f"--source {suggestion}" if suggestion else "--source with another name"
    return WouldOverwrite(
        f"{file}: {known} that the source {source} has already would get other words, so this is probably another "
        f"file than the one imported before ({came_from}). Nothing of it was stored. If it is something else, "
        f"give it a name: {another}; if it is the same, edited: --replace",
        overlap,
    )


def _alike(one: str, other: str) -> float:
    """Return how many pairs of neighbouring characters two texts share, from 0 to 1."""
    left, right = (Counter(itertools.pairwise(text)) for text in (one, other))
    both = left.total() + right.total()
    return 2 * (left & right).total() / both if both else 0.0
