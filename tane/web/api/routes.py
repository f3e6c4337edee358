"""All routes of the API, and the document that describes them."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tane.web.api.answers import answer, guarded
from tane.web.api.document import document
from tane.web.api.editions import edition_routes
from tane.web.api.events import Feed, event_routes
from tane.web.api.finding_items import search_routes
from tane.web.api.items import item_routes
from tane.web.api.map_points import map_routes
from tane.web.api.services import Services
from tane.web.api.writing import writing_routes


def api_routes(services: Services) -> list[Route]:
    """Return the routes of /api/v1."""

    async def openapi(request: Request) -> Response:
        return await answer(request, document())

    @guarded
    async def status(request: Request) -> Response:
        report = await services.status()
        troubles = [{"degree": one.degree, "what": one.what, "remedy": one.remedy} for one in report.troubles]
        return await answer(
            request,
            {
                "status": report.status,
                "troubles": troubles,
                "can_write": services.can_write,
                "has_today": services.today is not None,
                "has_recaps": services.editions is not None,
                **report.facts,
            },
        )

    @guarded
    async def today(request: Request) -> Response:
        if services.today is None:
            raise HTTPException(404, "this server does not answer that")
        return await answer(request, await services.today())

    @guarded
    async def memory(request: Request) -> Response:
        if services.memory is None:
            raise HTTPException(404, "this server does not answer that")
        return await answer(request, await services.memory())

    return [
        Route("/api/v1/openapi.json", openapi),
        Route("/api/v1/status", status),
        Route("/api/v1/today", today),
        Route("/api/v1/memory", memory),
        *map_routes(services),
        *item_routes(services),
        *search_routes(services),
        *edition_routes(services),
        *event_routes(Feed(services.reading)),
        *writing_routes(services),
    ]
