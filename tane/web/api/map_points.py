"""Maps in use, and their points as columns."""

from dataclasses import asdict

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tane.store import mapping
from tane.store.pool import connection
from tane.web.api.answers import answer, encode, guarded, id_of, page_of
from tane.web.api.models import MapColumns, MapFacts, MapPoints, MapRow
from tane.web.api.services import Services

WHOLE = ("atlas", "global")  # scopes of which there is one map
NO_MAP = MapPoints.model_validate(
    {"map": None, "clusters": [], "columns": {name: [] for name in MapColumns.model_fields}}
)


def map_routes(services: Services) -> list[Route]:
    """Return the routes of maps."""

    @guarded
    async def maps(request: Request) -> Response:
        page = page_of(request)
        async with connection(services.reading) as conn:
            rows = await mapping.list_maps(conn, offset=page.offset, limit=page.limit + 1)
        return await answer(request, page.cut(rows, MapRow))

    @guarded
    async def points(request: Request) -> Response:
        named = request.path_params["id"]
        async with connection(services.reading) as conn:
            if named in WHOLE:
                found = await mapping.find_map(conn, scope=named)
            else:
                found = await mapping.find_map(conn, map_id=id_of(named))
            if found is None and named in WHOLE:  # nothing was placed yet: that is a state, and no mistake
                return await answer(request, NO_MAP)
            if found is None:
                raise HTTPException(404, "there is no such map now; ask /api/v1/maps")
            columns = await mapping.map_columns(conn, found.id)
        # The database has written JSON: it is put beside the map's own facts as it is.
        return await answer(
            request, b'{"map":' + encode(MapFacts.model_validate(asdict(found))) + b"," + columns.encode()[1:]
        )

    return [Route("/api/v1/maps", maps), Route("/api/v1/maps/{id}/points", points)]
