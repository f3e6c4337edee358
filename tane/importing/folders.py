"""A folder of articles, or one file of it, as lines of JSON: each file is an article, known by its path in the folder."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from tane.decoding.encodings import EncodingUnclear, detect

SUFFIXES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}
_MAX_BYTES = 20_000_000
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.{0,10000}?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_PROPERTY = re.compile(
    r"(title|date|published|published_at|created|lang|language|url|link|source|tags)\s*:\s*(.+)"
)
_HEADING = re.compile(r"^#\s+(.{1,300})$", re.MULTILINE)
_META = re.compile(r"<meta\s([^<>]{1,1000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(name|property|content)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_META_NAMES = {
    "article:published_time": "published_at",
    "date": "published_at",
    "og:url": "url",
    "keywords": "tags",
}
_HEAD_CHARS = 100_000


def is_folder_of_articles(path: Path) -> bool:
    """Tell whether this is a folder, or a file that is one article."""
    return path.is_dir() or path.suffix.lower() in SUFFIXES


def write_lines(path: Path, stream: BinaryIO) -> None:
    """Write an object for each article; a file that cannot be read becomes a line that is none.

    Hidden files and folders, and whatever is reached through a link to a folder, are left out.
    """
    root = path if path.is_dir() else path.parent
    for file in _files(path):
        try:
            line = json.dumps(_fields(file, file.relative_to(root).as_posix()))
        except (OSError, EncodingUnclear):
            line = '"a file that cannot be read"'
        stream.write(line.encode() + b"\n")


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for file in sorted(path.rglob("*")):
        parts = file.relative_to(path).parts
        if (
            file.suffix.lower() in SUFFIXES
            and file.is_file()
            and not any(part.startswith(".") for part in parts)
        ):
            yield file


def _fields(file: Path, name: str) -> dict[str, Any]:
    if file.stat().st_size > _MAX_BYTES:
        raise OSError
    with file.open("rb") as opened:
        encoding = detect(opened)
        opened.seek(0)
        text = opened.read().decode(encoding.name, encoding.errors).removeprefix("\ufeff")
    body_format = SUFFIXES[file.suffix.lower()]
    # The name of an empty file is no article.
    title = file.stem if text.strip() else None
    fields: dict[str, Any] = {"id": name, "title": title, "format": body_format, "body": text}
    if body_format == "html":
        del fields["title"]
        fields |= _of_head(text[:_HEAD_CHARS])
    elif body_format == "markdown":
        if heading := _HEADING.search(text[:_HEAD_CHARS]):
            fields["title"] = heading[1].strip()
        fields |= _of_front_matter(text)
    return fields


def _of_front_matter(text: str) -> dict[str, str]:
    found = _FRONT_MATTER.match(text)
    lines = found[1].splitlines() if found else []
    pairs = [match for line in lines if (match := _PROPERTY.fullmatch(line.strip()))]
    given = {match[1]: match[2] for match in pairs}
    for name in ("date", "published", "created"):
        if name in given:
            given.setdefault("published_at", given.pop(name))
    if "tags" in given:
        given["tags"] = ",".join(part.strip(" '\"#") for part in given["tags"].strip("[] ").split(","))
    return {name: value.strip(" '\"") for name, value in given.items()}


def _of_head(head: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for meta in _META.finditer(head):
        given = {name.lower(): one or other for name, one, other in _ATTRIBUTE.findall(meta[1])}
        field = _META_NAMES.get((given.get("property") or given.get("name") or "").lower())
        if field and given.get("content"):
            fields.setdefault(field, given["content"])
    if lang := re.search(r"<html[^<>]{0,300}?\slang\s*=\s*[\"']?([A-Za-z-]{2,10})", head):
        fields["lang"] = lang[1]
    return fields
