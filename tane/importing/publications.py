"""Reads articles: objects in JSON, rows of a table, or the files of a folder, which `folders.py` writes as such objects.

An article has words as body, text, html or markdown, and beside them id, title, url, published_at, lang, tags and source.
"""

import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from itertools import chain
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from tane.decoding.json_objects import read_object_lines
from tane.decoding.lines import BadLine
from tane.importing.columns import folded
from tane.importing.delimited import read_csv
from tane.importing.json_objects import CHUNK_CHARS, detect_table, elements
from tane.importing.records import (
    MAX_CHARS,
    ArticleBody,
    Columns,
    ImportProblem,
    ImportRecord,
    ReadOptions,
    Reject,
    clean,
    has_text,
)
from tane.importing.times import in_utc, read_time
from tane.recap.cleaning import BodyFormat, clean_body, tidy, title_of_html

MAX_RAW_CHARS = 5_000_000
MOST_TAGS = 50
_LONGEST_TAG = 100
_LONGEST_TITLE = 500
_LONGEST_URL = 2_000

_FIELDS: Mapping[str, tuple[str, ...]] = {
    name: tuple(map(folded, names.split()))
    for name, names in {
        "html": "html fulltext_html content_html body_html",
        "markdown": "markdown content_markdown",
        "body": "body text fulltext full_text content contents content_text description summary 本文 内容",
        "id": "id article_id external_id guid uuid",
        "title": "title headline タイトル 題名 見出し",
        "url": "url link source_url permalink href",
        "published": "published_at published date_published publication_date pub_date created_at date time 公開日時 日時",
        "lang": "lang language lang_hint",
        "tags": "tags categories keywords タグ",
        "publisher": "source publisher site 媒体",
        "format": "format body_format content_type",
    }.items()
}  # fmt: skip
_FORMATS: Mapping[str, BodyFormat] = {
    "html": "html", "texthtml": "html", "xhtml": "html", "markdown": "markdown", "md": "markdown",
    "textmarkdown": "markdown", "text": "text", "plain": "text", "textplain": "text",
}  # fmt: skip
_MARKUP = re.compile(
    r"</?(?:p|div|br|span|a|ul|li|h[1-6]|img|html|body|article|section|table)\b[^<>]{0,500}>", re.IGNORECASE
)
_LOOKED_AT = 5_000  # characters in which a body shows that it is HTML
_OF_LIST = ("articles", "items", "entries", "data")


def read_articles(stream: BinaryIO, options: ReadOptions) -> Iterator[ImportRecord | Reject]:
    """Yield an article or a reject for each object or row.

    Raises:
        ImportProblem: the table has no column of words.
    """
    head = stream.read(CHUNK_CHARS).decode(options.encoding.name, "ignore").lstrip("\ufeff \t\r\n")
    stream.seek(0)
    if not head.startswith(("{", "[")):
        yield from _read_table(stream, options, head)
        return
    if detect_table(head) == "jsonl":
        rows: Iterator[tuple[int, dict[str, Any]] | Reject] = (
            Reject(line=line, reason=str(row), detail=row.detail) if isinstance(row, BadLine) else (line, row)
            for line, row in read_object_lines(stream, options.encoding)
        )
    else:
        rows = _listed(elements(stream, options.encoding))
    for row in rows:
        yield row if isinstance(row, Reject) else article_of(row[1], line=row[0], zone=options.zone)


def _listed(
    rows: Iterator[tuple[int, dict[str, Any]] | Reject],
) -> Iterator[tuple[int, dict[str, Any]] | Reject]:
    """Yield the elements; of a single object that holds a list of articles, as web services answer it, those."""
    first = next(rows, None)
    if first is None:
        return
    following = next(rows, None)
    if following is None and not isinstance(first, Reject):
        inner = next((first[1][name] for name in _OF_LIST if isinstance(first[1].get(name), list)), None)
        if inner is not None:
            for place, one in enumerate(inner, start=1):
                yield (place, one) if isinstance(one, dict) else Reject(line=place, reason="not an object")
            return
    yield from chain([first], [following] if following is not None else [], rows)


def _read_table(stream: BinaryIO, options: ReadOptions, head: str) -> Iterator[ImportRecord | Reject]:
    names = {
        folded(name): name for name in re.split(r"[,;\t|]", head.split("\n", 1)[0].replace('"', "").strip())
    }
    columns = {
        part: next((names[name] for name in _FIELDS[part] if name in names), None)
        for part in ("html", "markdown", "body", "id", "published")
    }
    words = columns["html"] or columns["markdown"] or columns["body"]
    if words is None:
        raise ImportProblem("articles need a column body, text, html or markdown")
    chosen = replace(options, columns=Columns(text=words, id=columns["id"], time=columns["published"]))
    for row in read_csv(stream, chosen):
        if not isinstance(row, ImportRecord):
            yield row
            continue
        fields = {**row.metadata, words: row.text, "id": row.external_id}
        made = article_of(fields, line=row.line, zone=options.zone)
        if isinstance(made, Reject):
            yield made
        else:
            yield replace(
                made, uttered_at=_unless_future(row.uttered_at), written_time=row.written_time,
                is_time_unreadable=row.is_time_unreadable, has_local_time=row.has_local_time,
            )  # fmt: skip


def article_of(row: Mapping[str, Any], *, line: int, zone: tzinfo) -> ImportRecord | Reject:
    """Make an article of one object; its words are cleaned here."""
    try:
        cleaned: Mapping[str, Any] = clean(dict(row))
    except ValueError as error:
        return Reject(line=line, reason=str(error))
    fields = {folded(name): value for name, value in cleaned.items()}
    found = {
        part: next((fields[name] for name in names if fields.get(name)), None)
        for part, names in _FIELDS.items()
    }
    raw, body_format = _body(found)
    if len(raw) > MAX_RAW_CHARS:
        return Reject(line=line, reason=f"longer than {MAX_RAW_CHARS:,} characters")
    title = _line(found["title"], _LONGEST_TITLE) or (title_of_html(raw) if body_format == "html" else None)
    body = clean_body(raw, body_format, lang_hint=_line(found["lang"], 20))
    text = body.text if has_text(body.text) else title or ""
    if not has_text(text):
        return Reject(line=line, reason="no text")
    if len(text) > MAX_CHARS:
        return Reject(line=line, reason=f"text longer than {MAX_CHARS:,} characters")
    url = _line(found["url"], _LONGEST_URL)
    host = host_of(url)
    written = _line(found["published"], 100)
    time = read_time(written)
    moment = in_utc(time, zone=zone)
    data = raw.encode()
    publisher = _line(found["publisher"], _LONGEST_TITLE)
    metadata = {
        "title": title,
        "url": url,
        "publisher": publisher,
        "item": _line(fields.get("item"), _LONGEST_TAG),
    }
    return ImportRecord(
        line=line,
        text=text,
        uttered_at=_unless_future(moment),
        written_time=written,
        external_id=_line(found["id"], _LONGEST_URL) or url,
        metadata={name: value for name, value in metadata.items() if value},
        article=ArticleBody(
            title=title, url=url, host=host, lang=body.lang, raw_body=zlib.compress(data),
            raw_hash=hashlib.sha256(data).digest(), body_format=body_format, tags=tags_of(found["tags"]),
        ),
        is_time_unreadable=moment is None and written is not None,
        has_local_time=time is None or time.tzinfo is None,
    )  # fmt: skip


def host_of(url: str | None) -> str | None:
    """Return the host of an address without `www.`, or None if it has none."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _body(found: Mapping[str, Any]) -> tuple[str, BodyFormat]:
    formats: tuple[BodyFormat, ...] = ("html", "markdown")
    for name in formats:
        if isinstance(found[name], str):
            return found[name], name
    raw = found["body"]
    if not isinstance(raw, str):
        return "", "text"
    named = _FORMATS.get(folded(str(found["format"] or "")))
    return raw, named or ("html" if _MARKUP.search(raw[:_LOOKED_AT]) else "text")


def _unless_future(moment: datetime | None) -> datetime | None:
    """Return when something was published; of what will have been, nobody knows it."""
    return None if moment is None or moment > datetime.now(UTC) else moment


def _line(value: Any, longest: int) -> str | None:
    """Return a value as one line of text; None if it is blank or too long to be what it should be."""
    if isinstance(value, bool | dict | list) or value is None:
        return None
    text = " ".join(tidy(str(value)).split())
    return text if 0 < len(text) <= longest else None


def tags_of(value: Any) -> tuple[tuple[str, float], ...]:
    """Return tags with their confidences: words, words between commas, or objects with a name and a confidence."""
    if isinstance(value, str):
        try:
            given = json.loads(value) if value.lstrip().startswith("[") else value.split(",")
        except ValueError:
            given = value.split(",")
    else:
        given = value
    tags: dict[str, float] = {}
    for one in given if isinstance(given, Iterable) and not isinstance(given, str | Mapping) else ():
        name: Any = one
        confidence: Any = 1.0
        if isinstance(one, Mapping):
            name = next(
                (one[key] for key in ("tag", "tag_name", "tagName", "name", "term", "label") if one.get(key)),
                None,
            )
            confidence = one.get("confidence", 1.0)
        text = _line(name, _LONGEST_TAG)
        if text is not None and len(tags) < MOST_TAGS:
            is_share = isinstance(confidence, int | float) and 0 <= confidence <= 1
            tags.setdefault(text, float(confidence) if is_share else 1.0)
    return tuple(tags.items())
