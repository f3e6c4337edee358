"""The application: what each part of the HTTP side answers, behind one guard."""

from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from tane.web.security import Guard, Policy


def application(routes: Iterable[BaseRoute], *, policy: Policy) -> ASGIApp:
    """Return the ASGI application of these routes.

    A part of the HTTP side is a function that takes what it shows, and returns its routes; this is where they meet.
    """
    inner = Starlette(routes=list(routes), exception_handlers={HTTPException: _refused, Exception: _failed})
    return Guard(inner, policy=policy)  # outermost, so that an answer to a failure has its headers, too


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return PlainTextResponse(f"{error.detail}\n", status_code=error.status_code, headers=error.headers)


async def _failed(_: Request, __: Exception) -> Response:
    """Say nothing of the error: its text may quote what is stored. The log has its place."""
    return PlainTextResponse("something went wrong; the log says where\n", status_code=500)
