"""Who is let through: names, tokens, and pages of other sites."""

import pytest
from starlette.datastructures import Headers
from starlette.responses import Response

from tane.web.hosts import host_name
from tane.web.security import Policy
from tests.tables import every

TOKEN = "a-token-of-some-length"
OPEN = Policy.of(host="127.0.0.1", names=["Tane.example"])
LOCKED = Policy.of(host="192.0.2.7", token=TOKEN)


def judged(
    policy: Policy,
    method: str = "GET",
    path: str = "/metrics",
    *,
    host: str = "localhost:8420",
    **headers: str,
) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    refused = policy.judge(method, path, Headers({"host": host, **named}))
    return 200 if refused is None else refused.status


def brought(
    query: str, *, path: str = "/", method: str = "GET", host: str = "localhost:8420"
) -> Response | None:
    """What the server answers to a browser whose address has this query."""
    return LOCKED.enter({
        "type": "http", "method": method, "path": path, "query_string": query.encode(),
        "headers": [(b"host", host.encode())],
    })  # fmt: skip


def entered(host: str) -> str:
    """The cookie of a browser that has opened the address with the token."""
    answer = brought(f"token={TOKEN}", host=host)
    assert answer is not None
    return answer.headers["set-cookie"].partition(";")[0]


class TestTheAddressWithTheToken:
    def test_is_exchanged_for_a_cookie_that_scripts_and_other_sites_cannot_use(self):
        answer = brought(f"token={TOKEN}")

        assert answer is not None
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        cookie, *rules = answer.headers["set-cookie"].split("; ")
        assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(rules)
        assert cookie.startswith("tane_token_8420=")
        assert TOKEN not in cookie

    @every(
        ("path", "query", "place"),
        [
            ("/", f"lang=ja&token={TOKEN}&x=1%202", "/?lang=ja&x=1+2"),
            ("/api/v1/maps", f"token={TOKEN}", "/api/v1/maps"),
            ("//evil.example/", f"token={TOKEN}", "/evil.example/"),
            ("/\r\nSet-Cookie: a=b", f"token={TOKEN}", "/%0D%0ASet-Cookie%3A%20a%3Db"),
        ],
    )
    def test_leads_on_without_it_and_to_nobody_else(self, path: str, query: str, place: str):
        answer = brought(query, path=path)

        assert answer is not None
        assert answer.headers["location"] == place

    @every("query", ["token=wrong", "token=", f"token={TOKEN}&token=x", "token=%FF%00é"])
    def test_is_refused_when_it_is_another(self, query: str):
        answer = brought(query)

        assert answer is not None
        assert answer.status_code == 401
        assert "set-cookie" not in answer.headers

    def test_means_nothing_under_another_name_or_to_a_server_without_a_token(self):
        assert brought(f"token={TOKEN}", host="evil.example") is None
        assert brought(f"token={TOKEN}", method="POST") is None
        assert brought("q=token") is None


class TestTheNameOfTheServer:
    @every(
        "host", ["localhost", "127.0.0.1:8420", "[::1]:8420", "LOCALHOST:1", "tane.example", "tane.example."]
    )
    def test_may_be_its_own(self, host: str):
        assert judged(OPEN, host=host) == 200

    @every("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "192.0.2.7", "a b"])
    def test_may_not_be_one_that_another_site_made_point_here(self, host: str):
        assert judged(OPEN, host=host) == 421

    @every("host", ["", "user@localhost", "localhost:port", "localhost/path", "[::1"])
    def test_must_be_a_name(self, host: str):
        assert judged(OPEN, host=host) == 400

    def test_may_not_be_given_twice(self):
        twice = Headers(raw=[(b"host", b"localhost"), (b"host", b"evil.example")])

        refused = OPEN.judge("GET", "/", twice)

        assert refused is not None
        assert refused.status == 400

    def test_is_the_address_it_listens_on_but_not_a_wildcard(self):
        assert judged(LOCKED, "GET", "/livez", host="192.0.2.7:8420") == 200
        assert judged(Policy.of(host="0.0.0.0", token=TOKEN), "GET", "/livez", host="0.0.0.0") == 421

    def test_is_read_as_a_browser_writes_it(self):
        assert host_name("[::1]:80") == "::1"
        assert host_name("Tane.Example:80") == "tane.example"


class TestReading:
    def test_needs_no_token_where_there_is_none(self):
        assert judged(OPEN) == 200
        assert judged(OPEN, "HEAD") == 200

    def test_needs_the_token_where_there_is_one(self):
        assert judged(LOCKED) == 401
        assert judged(LOCKED, authorization="Bearer wrong") == 401
        assert judged(LOCKED, authorization=f"Basic {TOKEN}") == 401
        assert judged(LOCKED, authorization="Bearer é") == 401
        assert judged(LOCKED, authorization=f"Bearer {TOKEN}") == 200
        assert judged(LOCKED, authorization=f"bearer  {TOKEN}") == 200
        assert judged(LOCKED, cookie=f"other=1; {entered('localhost:8420')}") == 200
        assert judged(LOCKED, cookie="tane_token_8420=wrong") == 401
        assert judged(LOCKED, cookie=f"tane_token_8420={TOKEN}") == 401  # the cookie is not the token

    @pytest.mark.parametrize("asked", ["127.0.0.1:8420", "localhost:8421", "192.0.2.7:8420"])
    def test_needs_the_cookie_of_this_very_name_and_port(self, asked: str):
        cookie = entered("localhost:8420")
        port = asked.rpartition(":")[2]

        assert judged(LOCKED, host=asked, cookie=cookie) == 401
        assert judged(LOCKED, host=asked, cookie=cookie.replace("8420", port, 1)) == 401

    @pytest.mark.parametrize("path", ["/livez", "/readyz"])
    def test_of_a_probe_needs_none(self, path: str):
        assert judged(LOCKED, "GET", path) == 200
        assert judged(LOCKED, "POST", path) == 401


class TestWriting:
    def test_needs_a_token_to_exist(self):
        assert judged(OPEN, "POST") == 403

    def test_needs_the_token(self):
        assert judged(LOCKED, "POST") == 401
        assert judged(LOCKED, "POST", authorization=f"Bearer {TOKEN}") == 200

    @every(
        ("headers", "status"),
        [
            ({"sec_fetch_site": "same-origin", "origin": "http://localhost:8420"}, 200),
            ({"sec_fetch_site": "none"}, 200),
            ({"sec_fetch_site": "cross-site"}, 403),
            ({"sec_fetch_site": "same-site"}, 403),
            ({"origin": "http://evil.example"}, 403),
            ({"origin": "http://localhost:9999"}, 403),
            ({"origin": "null"}, 403),
        ],
    )
    def test_is_for_our_own_pages_even_with_the_cookie(self, headers: dict[str, str], status: int):
        assert judged(LOCKED, "POST", cookie=entered("localhost:8420"), **headers) == status
