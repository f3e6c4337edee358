"""The map page: files that the build made, served as they are."""

from importlib import resources
from importlib.resources.abc import Traversable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tane.web.api.answers import tagged

FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page/prefetch.js": ("prefetch.js", "text/javascript; charset=utf-8"),
    "/page/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/page/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page/icon.svg": ("icon.svg", "image/svg+xml"),
    "/page/licences.txt": ("licences.txt", "text/plain; charset=utf-8"),
}
"""Paths that hold nothing of the user, and need no token: the page asks for it."""


def page_routes() -> list[Route]:
    """Return the routes of the page."""
    folder = resources.files("tane.web.page").joinpath("dist")
    return [_route(path, folder, *file) for path, file in FILES.items()]


def _route(path: str, folder: Traversable, name: str, media_type: str) -> Route:
    async def file(request: Request) -> Response:
        try:
            body = folder.joinpath(name).read_bytes()
        except FileNotFoundError:
            raise HTTPException(
                503, "the page was not built: make setup, or python tane/web/page/build.py"
            ) from None
        return await tagged(request, body, media_type=media_type)

    return Route(path, file)
