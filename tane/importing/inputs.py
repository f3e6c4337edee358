"""The files of an import: what each is, under which name it is known, and its bytes."""

import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from tane.decoding.encodings import EncodingUnclear, detect
from tane.importing.archives import extract, members_of
from tane.importing.chatgpt import read_chatgpt
from tane.importing.claude import read_claude
from tane.importing.deepseek import read_deepseek
from tane.importing.delimited import is_table, read_csv, read_tsv
from tane.importing.detection import HEAD_BYTES, detect_json, detect_log, detect_text
from tane.importing.folders import is_folder_of_articles, write_lines
from tane.importing.identity import source_name
from tane.importing.json_objects import detect_table, read_jsonl, read_objects
from tane.importing.line import read_line
from tane.importing.paragraphs import read_markdown, read_text
from tane.importing.publications import read_articles
from tane.importing.records import ImportProblem, Reader
from tane.importing.times import of_log, of_table
from tane.importing.whatsapp import read_whatsapp
from tane.store.domain import ArticleKind

T = TypeVar("T")

STDIN = "-"
READERS: Mapping[str, Reader] = {
    "jsonl": of_table(read_jsonl), "json": of_table(read_objects), "csv": of_table(read_csv), "tsv": of_table(read_tsv),
    "text": of_log(read_text), "markdown": of_log(read_markdown),
    "chatgpt": read_chatgpt, "claude": read_claude, "deepseek": read_deepseek, "whatsapp": of_log(read_whatsapp),
    "line": of_log(read_line), "articles": read_articles,
}  # fmt: skip
ARTICLES = "articles"
FORMATS = tuple(READERS)
TABLES = ("jsonl", "json", "csv", "tsv")  # whose columns the user may name
_BY_SUFFIX = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".psv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
}
# Every later export of an account holds the earlier ones, with the same ids, under another name.
CONVERSATIONS = ("chatgpt", "claude", "deepseek")
_LOGS = ("whatsapp", "line")
_NOTES = (".md", ".markdown")
_TOLD_BY_BEGINNING = (".json", ".txt", *_NOTES)
_STREAMS = (Path("/dev"), Path("/dev/fd"))
_COPY = re.compile(r"\s?\(\d{1,2}\)$")  # what a browser adds to a name that it has saved before


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One file of an import, or one member of a zip file; `path` None is standard input."""

    path: Path | None
    member: str | None = None
    format: str
    source: str  # under which its utterances are known in every later import
    is_source_given: bool  # by the user or by the format; else it is the name of the file
    title: str

    @property
    def name(self) -> str:
        """Return what the user calls it."""
        if self.path is None:
            return "standard input"
        return str(self.path) if self.member is None else f"{self.path}/{self.member}"

    @property
    def article_kind(self) -> ArticleKind:
        """Return the kind of a source of articles that comes from it."""
        return "folder" if self.path is not None and is_folder_of_articles(self.path) else "articles"

    @property
    def origin(self) -> str:
        """Return what is remembered as the file that a source came from."""
        if self.path is None:
            return self.name
        place = os.path.abspath(self.path if self.member is None else self.path / self.member)  # noqa: PTH100
        return os.fsencode(place).decode("utf-8", "replace")

    @property
    def suggested_source(self) -> str | None:
        """Return a name that tells it from a file of the same name in another folder."""
        if self.path is None or self.is_source_given:
            return None
        folder = self.path.absolute().parent.name
        return shlex.quote(f"{folder}-{self.source}") if folder else None

    @property
    def rejects_name(self) -> str:
        """Return the name of its list of rejected lines."""
        return f"{'stdin' if self.path is None else self.path.name}.rejects.csv"


def inspect_inputs(
    paths: Sequence[str | Path], *, format_name: str | None, source: str | None
) -> list[Input]:
    """Decide what the named files are, before anything is imported.

    Raises:
        ImportProblem: a file is missing or unreadable, or neither its name nor its beginning tells its format.
    """
    return [one for path in paths for one in _inspect(path, format_name, source)]


def _inspect(path: str | Path, format_name: str | None, source: str | None) -> list[Input]:
    if format_name is not None and format_name not in READERS:
        raise ImportProblem(f"there is no format {format_name!r}; there are {', '.join(READERS)}")
    if str(path) == STDIN:
        if format_name is None:
            raise ImportProblem(
                f"standard input has no name that tells its format: use --format {'|'.join(READERS)}"
            )
        name = _pipe_source(format_name, source, "standard input")
        return [Input(path=None, format=format_name, source=name, is_source_given=True, title=name)]
    path = Path(path)
    if format_name == ARTICLES and is_folder_of_articles(path) and path.exists():
        folder = (path if path.is_dir() else path.parent).absolute()
        name = source_name(source or folder.name or "articles")
        return [Input(path=path, format=ARTICLES, source=name, is_source_given=True, title=name)]
    try:
        path.open("rb").close()
    except OSError as error:
        raise ImportProblem(f"{path} cannot be read: {error.strerror}") from None
    place = path.absolute()  # /dev/stdin may lead to a file, whose name it does not tell
    is_pipe = not path.is_file() or place.is_relative_to("/proc") or place.parent in _STREAMS
    members = members_of(path) if path.suffix.lower() == ".zip" else [None]
    form = format_name or _detect(path, members)
    inputs: list[Input] = []
    for member in members:
        named = path if member is None or len(members) == 1 else path.parent / member
        title = chat_title(named) if form in _LOGS else path.stem
        if is_pipe:
            source = _pipe_source(form, source, str(path))
        own = form if form in CONVERSATIONS else title
        inputs.append(
            Input(
                path=path, member=member, format=form, source=source_name(source or own), title=title,
                is_source_given=source is not None or form in CONVERSATIONS,
            )
        )  # fmt: skip
    return inputs


def _pipe_source(form: str, source: str | None, name: str) -> str:
    """Return the source of what has no file name: two pipes are two things, and have nothing that tells them apart.

    Raises:
        ImportProblem: the user named none, and the format has none of its own.
    """
    if source is None and form not in CONVERSATIONS:
        raise ImportProblem(f"{name} has no file name to be known by in later imports: use --source NAME")
    return source_name(source or form)


def chat_title(path: Path) -> str:
    """Return what a log is called, also when it was saved twice or, as that of iOS is, named alike in every folder."""
    stem = path.absolute().parent.name if path.name == "_chat.txt" else path.stem
    return _COPY.sub("", stem) or path.stem


def _detect(path: Path, members: Sequence[str | None]) -> str:
    """Return the format of a file by its name, or by its beginning; what a pipe holds can only be read once."""
    suffix = Path(members[0] or path).suffix.lower()
    if suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix]
    if suffix in _TOLD_BY_BEGINNING and path.is_file():
        for member in members:
            with opened_file(path, member) as (stream, _):
                form = _detect_by_beginning(path, suffix, _head(stream))
            if form is not None:
                return form
    if suffix in _NOTES:
        return "markdown"
    what = "the beginning" if suffix in _TOLD_BY_BEGINNING else "the name"
    raise ImportProblem(f"{what} of {path} does not tell its format: use --format {'|'.join(READERS)}")


def _detect_by_beginning(path: Path, suffix: str, head: str) -> str | None:
    if suffix in _NOTES:  # of one's own, also such as begin with a clock
        return detect_log(head) or "markdown"
    try:
        if suffix == ".json":
            return detect_json(head) or detect_table(head)
        return "csv" if is_table(head) else detect_text(head)
    except ImportProblem as problem:
        raise ImportProblem(f"{path}: {problem}") from None


def _head(stream: BinaryIO) -> str:
    try:
        name = detect(stream).name
    except EncodingUnclear:
        name = "utf-8"
    return stream.read(HEAD_BYTES).decode(name, "replace")


def readable(name: str, batches: Iterator[T]) -> Iterator[T]:
    """Yield what a reader yields; a file that cannot be read on is told as such.

    Raises:
        ImportProblem: the disk, the network or the terminal that it comes from fails.
    """
    while True:
        try:
            batch = next(batches)
        except StopIteration:
            return
        except OSError as error:
            raise ImportProblem(f"{name} cannot be read to its end: {error.strerror}") from None
        yield batch


@contextmanager
def opened(chosen: Input, *, stdin: BinaryIO | None = None) -> Iterator[tuple[BinaryIO, int]]:
    """Lend the bytes of a file and how many there are.

    Standard input, pipes and what a zip file holds are copied to a nameless temporary file first: the encoding
    of a text is decided on all of it, which takes a look ahead and a way back.
    """
    if chosen.format == ARTICLES and chosen.path is not None and is_folder_of_articles(chosen.path):
        with tempfile.TemporaryFile() as lines:
            write_lines(chosen.path, lines)
            yield lines, _size(lines)
    elif chosen.path is None:
        with _copied(stdin or sys.stdin.buffer) as copy:
            yield copy, _size(copy)
    else:
        with opened_file(chosen.path, chosen.member) as file:
            yield file


@contextmanager
def opened_file(path: Path, member: str | None) -> Iterator[tuple[BinaryIO, int]]:
    """Lend the bytes of a file or of a member of a zip file, and how many there are."""
    if member is not None:
        with tempfile.TemporaryFile() as unpacked:
            extract(path, member, unpacked)
            yield unpacked, _size(unpacked)
        return
    with path.open("rb") as file:
        if file.seekable():
            yield file, _size(file)
            return
        with _copied(file) as copy:
            yield copy, _size(copy)


@contextmanager
def _copied(stream: BinaryIO) -> Iterator[BinaryIO]:
    with tempfile.TemporaryFile() as copy:
        try:
            shutil.copyfileobj(stream, copy)
        except OSError as error:
            raise ImportProblem(
                f"what comes through a pipe cannot be copied to {tempfile.gettempdir()}: {error.strerror}"
            ) from None
        yield copy


def _size(stream: BinaryIO) -> int:
    size = stream.seek(0, 2)
    stream.seek(0)
    return size
