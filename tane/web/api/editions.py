"""Recaps and mornings: read, looked through stage by stage, taken along as a file, asked for."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeAlias, get_args

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tane.store import recap_reading, runs
from tane.store.pool import Connection, connection, transaction
from tane.store.recap_reading import RecapLine
from tane.web.api.answers import LONGEST_NUMBER, answer, guarded, id_of, page_of, tagged
from tane.web.api.edition_models import EditionRow, RecapRow
from tane.web.api.services import Editions, ExportForm, Services
from tane.web.api.writing import read_decision

STAGES = ("fetch", "preprocess", "dedup", "genre", "select", "evidence", "stories", "summary")
SOURCES = ("talk", "articles", "both")
MODES = ("clusters", "taxonomy")
FORMS: tuple[ExportForm, ...] = get_args(ExportForm)
MEDIA_TYPES: Mapping[ExportForm, str] = {"md": "text/markdown", "html": "text/html"}
LONGEST_WINDOW_DAYS = 3660
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
NO_RECAP = "there is no such recap"


Act: TypeAlias = Callable[["EditionRequest"], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionRequest:
    """A request to a server that has recaps."""

    request: Request
    services: Services
    editions: Editions

    async def answer(self, value: Any, otherwise: str = "") -> Response:
        """Return JSON.

        Raises:
            HTTPException: 404 if there is no value.
        """
        if value is None:
            raise HTTPException(404, otherwise)
        return await answer(self.request, value)

    @property
    def run_id(self) -> int:
        """The recap in the path.

        Raises:
            HTTPException: 404 if it is no number.
        """
        written: str = self.request.path_params["run"]
        if not (written.isascii() and written.isdigit() and len(written) <= LONGEST_NUMBER):
            raise HTTPException(404, NO_RECAP)
        return int(written)


def edition_routes(services: Services) -> list[Route]:
    """Return the routes of recaps and mornings."""

    def route(path: str, act: Act, method: str = "GET") -> Route:
        @guarded
        async def call(request: Request) -> Response:
            if services.editions is None:
                raise HTTPException(404, "this server has neither recaps nor mornings")
            return await act(EditionRequest(request=request, services=services, editions=services.editions))

        return Route(f"/api/v1/{path}", call, methods=[method])

    return [
        route("recaps", _list_recaps),
        route("recaps", _ask, "POST"),
        route("recaps/latest", _read_latest),
        route("recaps/{run}", _read_recap),
        route("recaps/{run}/stages/{stage}", _read_stage),
        route("recaps/{run}/documents/{document}", _read_document),
        route("recaps/{run}/export", _export),
        route("mornings", _list_mornings),
        route("mornings/latest", _read_latest_morning),
        route("mornings/{day}", _read_morning),
    ]


async def _list_recaps(asked: EditionRequest) -> Response:
    page = page_of(asked.request)
    async with connection(asked.services.reading) as conn:
        rows = await recap_reading.list_recaps(conn, limit=page.offset + page.limit + 1)
    return await asked.answer(page.cut([_row(one) for one in rows[page.offset :]], RecapRow))


async def _read_latest(asked: EditionRequest) -> Response:
    return await asked.answer(await asked.editions.recap(None), "there is no recap yet")


async def _read_recap(asked: EditionRequest) -> Response:
    return await asked.answer(await asked.editions.recap(asked.run_id), NO_RECAP)


async def _read_stage(asked: EditionRequest) -> Response:
    name, run_id, page = asked.request.path_params["stage"], asked.run_id, page_of(asked.request)
    if name not in STAGES:
        raise HTTPException(404, f"stages are {', '.join(STAGES)}")
    end = page.offset + page.limit
    async with connection(asked.services.reading) as conn:
        await _recap_is_there(conn, run_id)
        dropped = await recap_reading.read_documents(conn, run_id, stage=name, limit=end + 1)
        documents = await recap_reading.read_documents(conn, run_id, limit=end + 1)
        steps = await runs.read_steps(conn, run_id)
    return await asked.answer(
        {
            "run_id": run_id,
            "stage": name,
            "details": next((one.details for one in steps if one.step == name), {}),
            "dropped": [asdict(one) for one in dropped[page.offset : end]],
            "documents": [asdict(one) for one in documents[page.offset : end]],
            "next_offset": end if max(len(dropped), len(documents)) > end else None,
        }
    )


async def _read_document(asked: EditionRequest) -> Response:
    run_id, document = asked.run_id, id_of(asked.request.path_params["document"])
    async with connection(asked.services.reading) as conn:
        await _recap_is_there(conn, run_id)
        rows = await recap_reading.read_documents(conn, run_id, document=document, limit=1)
        if not rows:
            raise HTTPException(404, "this recap has not read such a document")
        cited = await recap_reading.cited_from(conn, run_id, rows[0].document_id)
    return await asked.answer(
        {"run_id": run_id, "document": asdict(rows[0]), "evidence": [asdict(one) for one in cited]}
    )


async def _export(asked: EditionRequest) -> Response:
    run_id, said = asked.run_id, asked.request.query_params.get("format", "md")
    form = next((one for one in FORMS if one == said), None)
    if form is None:
        raise HTTPException(400, f"format is {' or '.join(FORMS)}")
    text = await asked.editions.page(run_id, form)
    if text is None:
        raise HTTPException(404, NO_RECAP)
    sent = await tagged(asked.request, text.encode(), media_type=f"{MEDIA_TYPES[form]}; charset=utf-8")
    # Saved rather than shown: a browser shows nothing but the page itself at this address.
    sent.headers["Content-Disposition"] = f'attachment; filename="recap-{run_id}.{form}"'
    return sent


async def _list_mornings(asked: EditionRequest) -> Response:
    page = page_of(asked.request)
    async with connection(asked.services.reading) as conn:
        days = await recap_reading.list_editions(conn, limit=page.offset + page.limit + 1)
    return await asked.answer(page.cut([asdict(one) for one in days[page.offset :]], EditionRow))


async def _read_latest_morning(asked: EditionRequest) -> Response:
    return await asked.answer(await asked.editions.morning(None), "there is no morning yet")


async def _read_morning(asked: EditionRequest) -> Response:
    try:
        day = date.fromisoformat(asked.request.path_params["day"])
    except ValueError:
        raise HTTPException(404, "a day is written as 2026-11-30") from None
    return await asked.answer(await asked.editions.morning(day), "that day has no morning")


async def _ask(asked: EditionRequest) -> Response:
    params = wanted(await read_decision(asked.request))
    async with transaction(asked.services.writing) as conn:
        found = await runs.request(conn, runs.RECAP, "command", params=params)
    assert found is not None  # only the clock is turned away
    return JSONResponse(asdict(found), status_code=202)


def wanted(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a recap is asked for: what is left out is as the settings say. Pure.

    Raises:
        HTTPException: 400 if one of them cannot be meant.
    """
    params: dict[str, Any] = {}
    if "days" in said:
        days = said["days"]
        is_number = isinstance(days, int | float) and not isinstance(days, bool)
        if not (is_number and 0 < days <= LONGEST_WINDOW_DAYS):
            raise HTTPException(400, f"days is a number above 0, at most {LONGEST_WINDOW_DAYS}")
        params["days"] = days
    if "until" in said:
        params["window_end"] = _moment(said["until"]).isoformat()
    for name, choices in (("sources", SOURCES), ("mode", MODES)):
        if name in said:
            if said[name] not in choices:
                raise HTTPException(400, f"{name} is {', '.join(choices[:-1])} or {choices[-1]}")
            params[name] = said[name]
    return params


def _moment(said: Any) -> datetime:
    written = said if isinstance(said, str) and said.isascii() and _MOMENT.fullmatch(said) else ""
    try:
        # Parts of a second say nothing here, and may have more digits than Python reads.
        return datetime.fromisoformat(re.sub(r"\.\d+", "", written.upper())).astimezone(UTC)
    except (ValueError, OverflowError):
        raise HTTPException(400, "until is a time with its zone, such as 2026-11-30T08:00:00Z") from None


async def _recap_is_there(conn: Connection, run_id: int) -> None:
    run = await runs.read_run(conn, run_id)
    if run is None or run.kind != runs.RECAP:
        raise HTTPException(404, NO_RECAP)


def _row(one: RecapLine) -> dict[str, Any]:
    asked = {name: one.params.get(name) for name in ("window_start", "window_end", "sources", "mode")}
    taken = {name: getattr(one, name) for name in RecapRow.model_fields if name not in (*asked, "reason")}
    return taken | asked | {"reason": one.report.get("reason")}
