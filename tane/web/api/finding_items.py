"""Search by words, by meaning, or by both."""

from collections.abc import Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tane.search import searching
from tane.search.searching import Found, MeaningAway
from tane.store import reading
from tane.store.pool import connection
from tane.store.reading import ArticleHead
from tane.web.api.answers import answer, guarded, page_of, words_asked
from tane.web.api.items import facts_of
from tane.web.api.models import FoundItem
from tane.web.api.services import Services

MODES = ("all", "text", "meaning")


def search_routes(services: Services) -> list[Route]:
    """Return the route of search."""

    @guarded
    async def search(request: Request) -> Response:
        query, mode = words_asked(request), request.query_params.get("mode", "all")
        page = page_of(request)
        if not query:
            raise HTTPException(400, "q has at least one character that is no blank")
        if mode not in MODES:
            raise HTTPException(400, f"mode is {', '.join(MODES[:-1])} or {MODES[-1]}")
        found = await _found(services, query, mode, page.offset + page.limit + 1)
        shown = found[page.offset :]
        async with connection(services.reading) as conn:
            articles = await reading.read_articles(conn, [one.hit.id for one in shown])
        rows = [_as_row(one, articles.get(one.hit.id)) for one in shown]
        return await answer(request, page.cut(rows, FoundItem))

    return [Route("/api/v1/search", search)]


async def _found(services: Services, query: str, mode: str, limit: int) -> Sequence[Found]:
    if mode == "all":
        return (await searching.search(services.reading, services.models, query, limit=limit)).found
    if mode == "text":
        async with connection(services.reading) as conn:
            by_words = await reading.search_words(conn, query, limit=limit)
        return searching.merge(by_words, [], limit=limit)
    try:
        near = await searching.search_meaning(services.reading, services.models, query, limit=limit)
    except MeaningAway as reason:
        raise HTTPException(503, f"{reason}: search by words") from None
    return searching.merge([], near, limit=limit)


def _as_row(found: Found, article: ArticleHead | None) -> dict[str, Any]:
    hit = found.hit
    return {
        "kind": hit.kind,
        "id": hit.id,
        "text": hit.text,
        "speaker": hit.speaker,
        "at": hit.at,
        "by": found.by,
        "similarity": found.similarity,
        "also": [{"kind": one.kind, "id": one.id} for one in found.also],
        "article": facts_of(article),
    }
