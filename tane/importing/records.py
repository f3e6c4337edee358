"""What a reader returns: a record that can be stored, or a line that cannot and why."""

import operator
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, BinaryIO, Literal, TypeAlias

from tane.decoding.encodings import Encoding
from tane.recap.cleaning import BodyFormat

MAX_CHARS = 1_000_000
MAX_DEPTH = 32

# PostgreSQL stores neither of them.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class ImportProblem(Exception):  # noqa: N818 - reads as what the user is told
    """A file cannot be imported as it was asked for. The message says which flag helps."""


class NothingUsable(ImportProblem):
    """A file holds something, and nothing of it can be stored: it is of another format, or holds no message."""

    def __init__(self, message: str, rejected: Mapping[str, int]) -> None:
        super().__init__(message)
        self.rejected = rejected  # lines by reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleBody:
    """What an article is beside its text."""

    title: str | None
    url: str | None
    host: str | None
    lang: str
    raw_body: bytes  # compressed with zlib
    raw_hash: bytes
    body_format: BodyFormat
    tags: tuple[tuple[str, float], ...] = ()  # each once, with its confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRecord:
    """One utterance as its file tells it, cleaned of what cannot be stored."""

    line: int
    text: str
    speaker: str | None = None
    conversation: str | None = None
    uttered_at: datetime | None = None
    written_time: str | None = None  # as the file has it: unlike uttered_at it depends on no setting
    external_id: str | None = None  # the file's own id; None when it has none
    metadata: Mapping[str, Any] = field(default_factory=dict)
    article: ArticleBody | None = None  # of one that was published
    is_cleaned: bool = False
    is_time_unreadable: bool = False
    has_local_time: bool = True  # the time names no zone, so that clocks may have shown it twice or never

    @property
    def is_time_local(self) -> bool:
        """Tell whether the time depends on the zone that the import was told."""
        return self.has_local_time and self.uttered_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A line that cannot be stored; in a JSON list of conversations `line` counts these. Neither `reason`, one of few, nor `detail` ever holds text of the file."""

    line: int
    reason: str
    detail: str = ""


# Nouns whose plural is made with an s, as the report writes them; `attachment`: of a kind that the log does not say.
OmittedKind: TypeAlias = Literal[
    "picture", "video", "recording", "sticker", "file", "attachment", "contact", "location", "poll", "call",
    "deleted_message", "empty_message", "system_note", "instruction", "document", "document_edit", "quotation",
    "tool_call", "tool_result", "thought", "unknown_part",
    "date_heading", "property_list", "property_line", "code_block", "comment", "embed",
]  # fmt: skip


NO_MESSAGE = "stands before the first message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Omitted:
    """Something of a conversation that is left out, whole messages and parts of one: no words of those who speak."""

    line: int
    kind: OmittedKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column holds what; None: told by its name, or absent."""

    text: str | None = None
    speaker: str | None = None
    conversation: str | None = None
    time: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How a file is to be read."""

    encoding: Encoding
    columns: Columns = field(default_factory=Columns)
    zone: tzinfo  # of times that name none
    title: str = (
        ""  # what the file is called: the conversation of a format that holds one and does not name it
    )


Row: TypeAlias = ImportRecord | Reject | Omitted
Reader: TypeAlias = Callable[[BinaryIO, ReadOptions], Iterator[Row]]


def clean(value: Any, *, depth: int = MAX_DEPTH) -> Any:
    """Return a decoded value without NUL (dropped) and lone surrogates (U+FFFD); the same object if nothing was to do.

    Raises:
        ValueError: nested deeper than `depth`.
    """
    if isinstance(value, str):
        if not _UNSTORABLE.search(value):
            return value
        return _UNSTORABLE.sub("\ufffd", value.replace("\x00", ""))
    if isinstance(value, dict | list) and depth == 0:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, list):
        items = [clean(item, depth=depth - 1) for item in value]
        return value if all(map(operator.is_, items, value)) else items
    if isinstance(value, dict):
        pairs = [(clean(key), clean(item, depth=depth - 1)) for key, item in value.items()]
        is_same = all(
            k is key and v is item for (k, v), (key, item) in zip(pairs, value.items(), strict=True)
        )
        return value if is_same else dict(pairs)
    return value


def has_text(text: str) -> bool:
    """Tell whether anything is left of a text without blanks, control and format characters."""
    return any(not char.isspace() and unicodedata.category(char) not in {"Cc", "Cf"} for char in text)
