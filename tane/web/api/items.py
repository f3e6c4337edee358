"""Clusters, seeds and utterances with what hangs on them; the edges of each; short texts of many."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tane.store import mapping, reading, review
from tane.store.domain import ITEM_TYPES
from tane.store.pool import Connection, connection
from tane.store.reading import ArticleHead
from tane.web.api.answers import answer, guarded, id_of, page_of, words_asked
from tane.web.api.models import (
    ArticleFacts,
    ClusterDetail,
    ClusterMember,
    ClusterRow,
    EdgeEnd,
    SeedDetail,
    Snippet,
    UtteranceDetail,
)
from tane.web.api.services import Services

NEIGHBOURS = 12
SNIPPET_CHARS = 120
SNIPPETS = 200


def item_routes(services: Services) -> list[Route]:
    """Return the routes of items."""

    @guarded
    async def clusters(request: Request) -> Response:
        page = page_of(request)
        async with connection(services.reading) as conn:
            rows = await review.list_clusters(
                conn, text=words_asked(request), limit=page.offset + page.limit + 1
            )
        return await answer(
            request,
            page.cut([dict(_made(ClusterRow, asdict(row))) for row in rows[page.offset :]], ClusterRow),
        )

    @guarded
    async def cluster(request: Request) -> Response:
        cluster_id, page = id_of(request.path_params["id"]), page_of(request)
        async with connection(services.reading) as conn:
            detail = await _detail(conn, "cluster", cluster_id)
            around = await mapping.cluster_surroundings(
                conn, cluster_id, offset=page.offset, limit=page.limit + 1
            )
        facts = dict(around.facts)
        return await answer(
            request,
            _made(
                ClusterDetail,
                detail.item,
                seeds=facts.pop("seeds"),
                map_id=facts.pop("map_id"),
                averages=facts,
                path=around.path,
                children=around.children,
                members=page.cut(around.members, ClusterMember),
                neighbours=detail.neighbours,
            ),
        )

    @guarded
    async def seed(request: Request) -> Response:
        async with connection(services.reading) as conn:
            found = await _detail(conn, "seed", id_of(request.path_params["id"]))
        hanging = {"sources": found.sources, "clusters": found.clusters, "neighbours": found.neighbours}
        return await answer(request, _made(SeedDetail, found.item, **hanging))

    @guarded
    async def utterance(request: Request) -> Response:
        utterance_id = id_of(request.path_params["id"])
        async with connection(services.reading) as conn:
            found = await _detail(conn, "utterance", utterance_id)
            article = (await reading.read_articles(conn, [utterance_id])).get(utterance_id)
        hanging = {"seeds": found.seeds, "neighbours": found.neighbours, "article": facts_of(article)}
        return await answer(request, _made(UtteranceDetail, found.item, **hanging))

    @guarded
    async def edges(request: Request) -> Response:
        kind, page = request.query_params.get("kind", ""), page_of(request)
        if kind not in ITEM_TYPES:
            raise HTTPException(400, f"kind is one of {', '.join(ITEM_TYPES)}")
        async with connection(services.reading) as conn:
            rows = await mapping.list_edges(
                conn,
                kind,
                id_of(request.query_params.get("id", "")),
                offset=page.offset,
                limit=page.limit + 1,
            )
        return await answer(request, page.cut(rows, EdgeEnd))

    @guarded
    async def snippets(request: Request) -> Response:
        written = request.query_params.get("ids", "").split(",")
        if not any(written) or len(written) > SNIPPETS:
            raise HTTPException(400, f"ids has 1 to {SNIPPETS} ids, with commas between them")
        async with connection(services.reading) as conn:
            rows = await mapping.read_snippets(
                conn, [id_of(one) for one in written if one], chars=SNIPPET_CHARS
            )
        return await answer(
            request, {"items": [Snippet.model_validate(row) for row in rows], "next_offset": None}
        )

    return [
        Route("/api/v1/clusters", clusters),
        Route("/api/v1/clusters/{id}", cluster),
        Route("/api/v1/seeds/{id}", seed),
        Route("/api/v1/utterances/{id}", utterance),
        Route("/api/v1/edges", edges),
        Route("/api/v1/snippets", snippets),
    ]


def facts_of(article: ArticleHead | None) -> ArticleFacts | None:
    """Return what an article has besides its words; None of what is none."""
    if article is None:
        return None
    return ArticleFacts(title=article.title, publisher=article.publisher, url=article.url)


async def _detail(conn: Connection, kind: str, item_id: UUID) -> reading.Detail:
    """Read an item as the page may show it.

    Raises:
        HTTPException: 404 if there is none, or it was deleted.
    """
    hexadecimal = item_id.hex
    if (kind, item_id) not in await reading.find_items(conn, hexadecimal):
        raise HTTPException(404, f"there is no such {kind}")
    detail = await reading.read_item(conn, kind, item_id, limit=NEIGHBOURS)
    if detail.item.get("deleted_at") is not None or detail.item.get("is_archived") == 1:
        raise HTTPException(404, f"there is no such {kind} any more")
    return detail


def _made(model: type[BaseModel], row: reading.Row, **hanging: Any) -> BaseModel:
    """Return an answer of what it takes of a row, and of what hangs on that."""
    taken = {key: value for key, value in row.items() if key in model.model_fields}
    return model.model_validate(taken | hanging)
