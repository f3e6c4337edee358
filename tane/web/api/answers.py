"""How the API asks and answers: parameters, pages, JSON with an ETag, compressed where it pays."""

import asyncio
import functools
import gzip
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from tane.store.errors import StoreError

COMPRESS_FROM_BYTES = 2048
LEVEL = 1  # of a map: level 5 saves 8 % and takes three times as long, which only a slow line would pay back
PAGE = 50
LONGEST_PAGE = 500
LAST_OFFSET = 1_000_000
LONGEST_NUMBER = 18  # digits
LONGEST_QUERY = 400

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which part of a list is asked for."""

    offset: int
    limit: int

    def cut(self, rows: Sequence[Mapping[str, Any]], model: type[BaseModel]) -> dict[str, Any]:
        """Return a page of answers out of rows that were read with one more than the limit.

        `next_offset` None is the end.
        """
        more = len(rows) > self.limit
        return {
            "items": [model.model_validate(row) for row in rows[: self.limit]],
            "next_offset": self.offset + self.limit if more else None,
        }


def page_of(request: Request) -> Page:
    """Read `offset` and `limit`.

    Raises:
        HTTPException: 400 if one of them is no number or out of bounds.
    """
    return Page(
        offset=number_of(request, "offset", 0, lowest=0, highest=LAST_OFFSET),
        limit=number_of(request, "limit", PAGE, lowest=1, highest=LONGEST_PAGE),
    )


def number_of(request: Request, name: str, otherwise: int, *, lowest: int, highest: int) -> int:
    """Read a whole number from the query.

    Raises:
        HTTPException: 400 if it is none, or out of bounds.
    """
    written = request.query_params.get(name)
    if written is None:
        return otherwise
    # More digits than these would cost more than they tell, and Python refuses some thousands of them.
    is_number = written.isascii() and written.isdigit() and len(written) <= LONGEST_NUMBER
    if not (is_number and lowest <= int(written) <= highest):
        raise HTTPException(400, f"{name} is a whole number from {lowest} to {highest}")
    return int(written)


def words_asked(request: Request) -> str:
    """Read `q`, the words that are looked for; "" where there are none.

    Raises:
        HTTPException: 400 if it is longer than 400 characters.
    """
    words = request.query_params.get("q", "").strip()
    if len(words) > LONGEST_QUERY:
        raise HTTPException(400, f"q has at most {LONGEST_QUERY} characters")
    return words


def id_of(written: str) -> UUID:
    """Read an id.

    Raises:
        HTTPException: 404, because nothing has an id that is none.
    """
    try:
        return UUID(written)
    except ValueError:
        raise HTTPException(404, "there is nothing of this id") from None


def encode(value: Any) -> bytes:
    """Write JSON; times in ISO 8601, ids as text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return dict(value)  # as it was written: what is within is written likewise
    if isinstance(value, date):  # and a time, which is one
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)


async def answer(request: Request, value: Any) -> Response:
    """Return JSON; bytes are JSON already. A reader who has it gets 304."""
    body = value if isinstance(value, bytes) else encode(value)
    return await tagged(request, body, media_type="application/json")


async def tagged(request: Request, body: bytes, *, media_type: str) -> Response:
    """Return a body under its digest, so that the same bytes are sent once."""
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'  # weak: compressed and plain share it
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding"}
    known = {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}
    if etag in known:
        return Response(status_code=304, headers=headers)
    if len(body) >= COMPRESS_FROM_BYTES and _takes_gzip(request):
        body = await asyncio.to_thread(gzip.compress, body, LEVEL, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers=headers, media_type=media_type)


def _takes_gzip(request: Request) -> bool:
    offered = (one.strip().lower() for one in request.headers.get("accept-encoding", "").split(","))
    return any(one == "gzip" or (one.startswith("gzip;") and not one.endswith("q=0")) for one in offered)


def guarded(endpoint: Endpoint) -> Endpoint:
    """Answer 503 where the database cannot be asked; what it says stays in here."""

    @functools.wraps(endpoint)
    async def call(request: Request) -> Response:
        try:
            return await endpoint(request)
        except StoreError:
            raise HTTPException(503, "the database does not answer; try again") from None

    return call
