"""Search by words, or by meaning."""

from dataclasses import asdict

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tane.store import reading
from tane.store.pool import connection
from tane.store.reading import Hit
from tane.web.api.answers import answer, guarded, page_of, words_asked
from tane.web.api.models import FoundItem
from tane.web.api.services import MeaningUnavailable, Services


def search_routes(services: Services) -> list[Route]:
    """Return the route of search."""

    @guarded
    async def search(request: Request) -> Response:
        query, mode = words_asked(request), request.query_params.get("mode", "text")
        page = page_of(request)
        if not query:
            raise HTTPException(400, "q has at least one character that is no blank")
        if mode not in ("text", "meaning"):
            raise HTTPException(400, "mode is text or meaning")
        wanted = page.offset + page.limit + 1
        hits = await (_by_words if mode == "text" else _by_meaning)(services, query, wanted)
        return await answer(request, page.cut([asdict(hit) for hit in hits[page.offset :]], FoundItem))

    return [Route("/api/v1/search", search)]


async def _by_words(services: Services, query: str, limit: int) -> list[Hit]:
    async with connection(services.reading) as conn:
        return await reading.search_words(conn, query, limit=limit)


async def _by_meaning(services: Services, query: str, limit: int) -> list[Hit]:
    try:
        asked = await services.embed(query)
    except MeaningUnavailable as reason:
        raise HTTPException(503, str(reason)) from None
    async with connection(services.reading) as conn:
        return await reading.search_meaning(conn, asked.vector, model_id=asked.model_id, limit=limit)
