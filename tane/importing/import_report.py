"""What an import tells while it runs and when it is over."""

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO

from tane.importing.records import OmittedKind, Reject


class Rejects:
    """A CSV file that exists only if lines were rejected.

    A file that cannot be written never stops an import: `problem` says what was wrong.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem: str | None = None
        self._file: TextIO | None = None

    def add(self, file: str, reject: Reject) -> None:
        """Note one line of a file."""
        if self.problem is not None:
            return
        try:
            if self._file is None:
                self._file = self.path.open("w", encoding="utf-8", newline="")
                csv.writer(self._file).writerow(["file", "line", "reason", "detail"])
            csv.writer(self._file).writerow([file, reject.line, reject.reason, reject.detail])
        except OSError as error:
            self.problem = f"{self.path} cannot be written: {error.strerror}"

    def close(self) -> None:
        """Write what is left and close the file, if there is one."""
        if self._file is None:
            return
        try:
            self._file.close()
        except OSError as error:
            self.problem = f"{self.path} cannot be written: {error.strerror}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProgress:
    """How far one file is; bytes are those read so far."""

    file: str
    done_bytes: int
    total_bytes: int
    read: int  # rows of this file, rejected ones included


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFile:
    """How a file was understood, and where its rejected lines are listed."""

    name: str
    source: str
    format: str
    encoding: str
    rejects: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """The figures of a finished import; read = added + updated + unchanged + rejected + omitted."""

    read: int
    added: int
    updated: int
    unchanged: int
    rejected: int
    omitted: (
        int  # of a conversation: pictures, calls, tools and everything else that is no speech of its members
    )
    cleaned: int  # rows that held NUL bytes or lone surrogates
    times_unreadable: int  # rows stored without a time, because theirs could not be read
    times_without_zone: int  # rows whose time names no zone: it was taken for one of `timezone`
    timezone: str
    queued: Mapping[str, int]  # jobs by type
    rejected_by_reason: Mapping[str, int]
    omitted_by_kind: Mapping[OmittedKind, int]
    files: tuple[ImportedFile, ...]
    problems: tuple[
        str, ...
    ]  # what went wrong beside the rows, e.g. a list of rejects that cannot be written
    seconds: float


@dataclass(slots=True, kw_only=True)
class ImportCounts:
    """The figures while they grow."""

    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    cleaned: int = 0
    times_unreadable: int = 0
    times_without_zone: int = 0
    timezone: str = "UTC"
    queued: Counter[str] = field(default_factory=Counter)
    by_reason: Counter[str] = field(default_factory=Counter)
    omitted: Counter[OmittedKind] = field(default_factory=Counter)
    files: list[ImportedFile] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def copied(self) -> "ImportCounts":
        """Return the figures as they are now."""
        return replace(self, by_reason=Counter(self.by_reason), omitted=Counter(self.omitted))

    def found_nothing_since(self, before: "ImportCounts") -> str | None:
        """Return why no utterance came of all that was read since then, or None if one did or nothing was read."""
        if (
            self.read == before.read
            or self.added + self.updated + self.unchanged > before.added + before.updated + before.unchanged
        ):
            return None
        if rejected := self.by_reason - before.by_reason:
            reasons = ", ".join(f"{count:,} × {reason}" for reason, count in rejected.most_common(3))
            return f"nothing of it can be used ({reasons})"
        kinds = (self.omitted - before.omitted).most_common()
        held = ", ".join(counted(count, kind) for kind, count in kinds)
        return f"it holds no words in any shape that Tane knows, only {held}"

    @property
    def stored(self) -> int:
        """Return how many rows are in the database: those of whole batches."""
        return self.added + self.updated + self.unchanged

    def finished(self, *, seconds: float) -> ImportReport:
        """Return the figures as they stand."""
        return ImportReport(
            read=self.read,
            added=self.added,
            updated=self.updated,
            unchanged=self.unchanged,
            rejected=self.rejected,
            omitted=self.omitted.total(),
            cleaned=self.cleaned,
            times_unreadable=self.times_unreadable,
            times_without_zone=self.times_without_zone,
            timezone=self.timezone,
            queued=dict(sorted(self.queued.items())),
            rejected_by_reason=dict(self.by_reason.most_common()),
            omitted_by_kind=dict(self.omitted.most_common()),
            files=tuple(self.files),
            problems=tuple(self.problems),
            seconds=seconds,
        )


def counted(count: int, kind: OmittedKind) -> str:
    """Return how many of a kind there were, in words."""
    return f"{count:,} {kind.replace('_', ' ')}{'' if count == 1 else 's'}"
