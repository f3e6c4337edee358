"""Who may ask, and what a browser may do with the answer.

Names in the Host header are checked because a page of another site can have its own name resolve to a loopback
address (DNS rebinding); Sec-Fetch-Site and Origin because a browser sends cookies along with requests of others.
"""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tane.web.hosts import LOOPBACK_NAMES, host_name

TELLS = "which `tane web --print-token` tells"
READING = frozenset({"GET", "HEAD"})
PROBES = frozenset({"/livez", "/readyz"})
"""Paths that say one word, and need no token: supervisors have none."""
REQUESTS = 96
"""Answered at once, of which pages that listen take a third at most; a probe is answered besides."""
COOKIE = "tane_token"
COOKIE_DAYS = 365
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a request is not answered."""

    status: int
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Which names this server answers to, and the token it asks for."""

    hosts: frozenset[str] = LOOPBACK_NAMES
    token: str | None = None
    open: frozenset[str] = PROBES
    """Paths that are read without the token."""

    @classmethod
    def of(
        cls, *, host: str, names: Iterable[str] = (), token: str | None = None, open_paths: Iterable[str] = ()
    ) -> "Policy":
        """Return the policy of a server bound to `host` that is also known by `names`; `open_paths` hold nothing of the user."""
        own = set() if host in ("", "0.0.0.0", "::") else {host}  # noqa: S104 - compared, not bound
        known = frozenset(name.lower() for name in {*LOOPBACK_NAMES, *own, *names})
        return cls(hosts=known, token=token, open=PROBES | frozenset(open_paths))

    def judge(self, method: str, path: str, headers: Headers) -> Refusal | None:
        """Decide about a request; None lets it through. Pure.

        Reading needs the token where there is one; writing always needs it, and must come from our own pages or
        from no page at all.
        """
        if (refused := self._judge_host(headers)) is not None:
            return refused
        is_reading = method in READING
        if self.token is None:
            return None if is_reading else Refusal(status=403, says="without a token nothing is written")
        if not (is_reading and path in self.open) and not self._has_token(headers):
            return Refusal(status=401, says=f"this needs the token: Authorization: Bearer TOKEN, {TELLS}")
        if not is_reading and not _is_same_origin(headers):
            return Refusal(status=403, says="a page of another site may not write here")
        return None

    def enter(self, scope: Scope) -> Response | None:
        """Answer a browser that brings the token in its address: a cookie takes its place there. Pure.

        The address does not stay in the history, nor reaches another site. None is for everything else.
        """
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        offered = [value for name, value in query if name == "token"]
        headers = Headers(scope=scope)
        if self.token is None or scope["method"] != "GET" or not offered or self._judge_host(headers):
            return None
        if not _is_same(offered[-1], self.token):
            return PlainTextResponse(f"this is not the token of this server, {TELLS}\n", status_code=401)
        rest = urlencode([(name, value) for name, value in query if name != "token"])
        place = "/" + quote(scope["path"].lstrip("/"))  # two strokes would lead to another host
        answer = Response(status_code=303, headers={"Location": f"{place}?{rest}" if rest else place})
        answer.set_cookie(
            _cookie_name(headers["host"]), self._cookie(headers["host"]), max_age=COOKIE_DAYS * 86400,
            httponly=True, samesite="strict",
        )  # fmt: skip
        return answer

    def _cookie(self, host: str) -> str:
        """Return what the cookie holds: not the token, and nothing that opens this server under another name or port."""
        assert self.token is not None
        return hmac.new(self.token.encode(), f"page at {host.lower()}".encode(), "sha256").hexdigest()

    def _judge_host(self, headers: Headers) -> Refusal | None:
        named = headers.getlist("host")
        if len(named) != 1 or (host := host_name(named[0])) is None:
            return Refusal(status=400, says="one Host header is needed")
        if host not in self.hosts:
            return Refusal(status=421, says="this server has another name: add it to web.names")
        return None

    def _has_token(self, headers: Headers) -> bool:
        assert self.token is not None
        kind, _, bearer = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and _is_same(bearer.strip(), self.token):
            return True
        host = headers["host"]
        return any(_is_same(one, self._cookie(host)) for one in _cookies(headers, _cookie_name(host)))


class Guard:
    """Lets through what the policy allows, and puts the security headers on every answer."""

    def __init__(self, app: ASGIApp, *, policy: Policy) -> None:
        self._app = app
        self._policy = policy
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if (entering := self._policy.enter(scope)) is not None:
            await entering(scope, receive, _with_headers(send))
            return
        refused = self._policy.judge(scope["method"], scope["path"], Headers(scope=scope))
        if refused is None and self._running >= REQUESTS and scope["path"] not in PROBES:
            refused = Refusal(status=503, says="too many requests at once; try again")
        if refused is None:
            self._running += 1
            try:
                await self._app(scope, receive, _with_headers(send))
            finally:
                self._running -= 1
            return
        answer = PlainTextResponse(refused.says + "\n", status_code=refused.status)
        if refused.status == 401:
            answer.headers["WWW-Authenticate"] = "Bearer"
        await answer(scope, receive, _with_headers(send))


def _is_same_origin(headers: Headers) -> bool:
    """Believe the browser, which alone sends these; programs send neither."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _is_same(offered: str, right: str) -> bool:
    """Compare in a time that tells nothing; bytes, because compare_digest refuses text that is not ASCII."""
    return secrets.compare_digest(offered.encode(errors="replace"), right.encode())


def _cookie_name(host: str) -> str:
    """Return a name with the port: browsers send cookies of one port to all others of a host."""
    return f"{COOKIE}_{urlsplit(f'//{host}').port or 80}"


def _cookies(headers: Headers, wanted: str) -> list[str]:
    found = []
    for header in headers.getlist("cookie"):
        cookies: SimpleCookie = SimpleCookie()
        try:
            cookies.load(header)
        except CookieError:
            continue
        if wanted in cookies:
            found.append(cookies[wanted].value)
    return found


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
