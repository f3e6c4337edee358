"""The owner's hands, and utterances from other programs; the guard has seen token and origin before."""

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tane.store import reading, review
from tane.store.pool import Connection, transaction
from tane.web.api.answers import guarded, id_of
from tane.web.api.bodies import LARGEST_BYTES, NotAList, TooMuch, check_one, check_size, lines_of, marks
from tane.web.api.sent import check_articles
from tane.web.api.services import ARTICLES_SOURCE, SHARED_SOURCE, IngestConflict, IngestRefused, Services

BLANKS = b"\xef\xbb\xbf \t\r\n\x0b\x0c"  # and the mark that some programs write before UTF-8
LARGEST_DECISION_BYTES = 64 * 1024
LONGEST_WORDS = 4000
SMALL_BYTES = 65536

Change = Callable[[Connection, UUID, Mapping[str, Any]], Awaitable[None]]


def writing_routes(services: Services) -> list[Route]:
    """Return the routes that change something."""

    def deciding(kind: str, change: Change) -> Callable[[Request], Awaitable[Response]]:
        @guarded
        async def call(request: Request) -> Response:
            said = await read_decision(request)
            item_id = id_of(request.path_params["id"])
            async with transaction(services.writing) as conn:
                if (kind, item_id) not in await reading.find_items(conn, item_id.hex):
                    raise HTTPException(404, f"there is no such {kind}")
                await change(conn, item_id, said)
            return Response(status_code=204)

        return call

    @guarded
    async def ingest(request: Request) -> Response:
        source = _source(request, otherwise=SHARED_SOURCE)
        replace = request.query_params.get("replace", "0")
        if replace not in ("0", "1"):
            raise HTTPException(400, "replace is 0 or 1")
        with tempfile.TemporaryDirectory(prefix="tane-") as folder:
            path = Path(folder) / "utterances.jsonl"
            await _receive(request, path)
            try:
                done = await services.ingest(path, source, replace=replace == "1")
            except IngestConflict as conflict:
                raise HTTPException(409, str(conflict)) from None
            except IngestRefused as refused:
                raise HTTPException(400, str(refused)) from None
        return JSONResponse(done.model_dump())

    changes: list[tuple[str, str, Change]] = [
        ("seed", "accept", _accept),
        ("seed", "reject", _reject),
        ("seed", "edit", _edit),
        ("cluster", "rename", _rename),
        ("cluster", "pin", _pin),
        ("cluster", "unpin", _unpin),
    ]
    return [
        *(
            Route(f"/api/v1/{kind}s/{{id}}/{name}", deciding(kind, change), methods=["POST"])
            for kind, name, change in changes
        ),
        Route("/api/v1/utterances", ingest, methods=["POST"]),
        _article_route(services),
    ]


def _article_route(services: Services) -> Route:
    @guarded
    async def ingest_articles(request: Request) -> Response:
        source = _source(request, otherwise=ARTICLES_SOURCE)
        with tempfile.TemporaryDirectory(prefix="tane-") as folder:
            path = Path(folder) / "articles.jsonl"
            await _receive(request, path)
            try:
                await asyncio.to_thread(_check_articles, path)
                done = await services.ingest(path, source, replace=True, are_articles=True)
            except TooMuch as limit:
                raise HTTPException(413, str(limit)) from None
            except (NotAList, IngestRefused) as refused:
                raise HTTPException(400, str(refused)) from None
        return JSONResponse(done.model_dump())

    return Route("/api/v1/articles", ingest_articles, methods=["POST"])


def _source(request: Request, *, otherwise: str) -> str:
    source = request.query_params.get("source", otherwise).strip()
    if not (1 <= len(source) <= 200 and source.isprintable()):
        raise HTTPException(400, "source has 1 to 200 characters, none of them unprintable")
    return source


def _check_articles(path: Path) -> None:
    with path.open(encoding="utf-8", errors="replace") as file:
        check_articles([line for line in file if line.strip()])


async def _accept(conn: Connection, seed_id: UUID, _: Mapping[str, Any]) -> None:
    await review.accept_seeds(conn, [seed_id])


async def _reject(conn: Connection, seed_id: UUID, _: Mapping[str, Any]) -> None:
    await review.reject_seeds(conn, [seed_id])


async def _edit(conn: Connection, seed_id: UUID, said: Mapping[str, Any]) -> None:
    await review.edit_seed(conn, seed_id, _words(said, "body"))


async def _rename(conn: Connection, cluster_id: UUID, said: Mapping[str, Any]) -> None:
    overview = None if said.get("overview") is None else _words(said, "overview")
    await review.rename_cluster(conn, cluster_id, _words(said, "title"), overview)


async def _pin(conn: Connection, cluster_id: UUID, _: Mapping[str, Any]) -> None:
    await review.pin_clusters(conn, [cluster_id])


async def _unpin(conn: Connection, cluster_id: UUID, _: Mapping[str, Any]) -> None:
    await review.unpin_clusters(conn, [cluster_id])


def _words(said: Mapping[str, Any], name: str) -> str:
    """Read words of the owner.

    Raises:
        HTTPException: 400 if there are none, too many, or such as the database cannot hold.
    """
    words = said.get(name)
    if not isinstance(words, str) or not words.strip() or len(words) > LONGEST_WORDS:
        raise HTTPException(400, f"{name} has 1 to {LONGEST_WORDS} characters")
    if "\x00" in words or any("\ud800" <= char <= "\udfff" for char in words):
        raise HTTPException(400, f"{name} holds a character that no text may hold")
    return words.strip()


async def read_decision(request: Request) -> Mapping[str, Any]:
    """Read a small JSON object; no body is an empty one.

    Raises:
        HTTPException: 400 if it is something else, 413 if it is large.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_DECISION_BYTES:
            raise HTTPException(413, "this is too much")
    try:
        said = json.loads(bytes(body)) if body else {}
    except (ValueError, RecursionError):
        raise HTTPException(400, "the body is not JSON") from None
    if not isinstance(said, dict):
        raise HTTPException(400, "the body is not a JSON object")
    return said


async def _receive(request: Request, path: Path) -> None:
    """Write what is sent to a file of JSON lines; a JSON list becomes one.

    Raises:
        HTTPException: 400 if there is nothing or a list that cannot be read, 413 above a limit, which it names.
    """
    size, marked, first = 0, 0, b""
    try:
        stream = request.stream()
        try:
            with path.open("wb") as file:
                async for chunk in stream:
                    size, marked = size + len(chunk), marked + marks(chunk)
                    check_size(size, marked)
                    first = first or chunk.lstrip(BLANKS)[:1]
                    file.write(chunk)
        except TooMuch:
            # A client that still sends would see its connection reset instead of the reason.
            async for chunk in stream:
                size += len(chunk)
                if size > 2 * LARGEST_BYTES:
                    break
            raise
        if not first:
            raise HTTPException(400, "the body is empty; send JSON lines or a JSON list")
        prepare = _unroll if first == b"[" else _look_through
        if size < SMALL_BYTES:
            prepare(path)
        else:  # beside the event loop: claims, heartbeats and other answers go on
            await asyncio.to_thread(prepare, path)
    except TooMuch as limit:
        raise HTTPException(413, str(limit)) from None
    except NotAList:
        raise HTTPException(400, "the body is neither JSON lines nor a JSON list") from None


def _unroll(path: Path) -> None:
    """Make lines out of a list."""
    body = path.read_bytes().lstrip(BLANKS)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(lines_of(body))


def _look_through(path: Path) -> None:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            check_one(line, number)
