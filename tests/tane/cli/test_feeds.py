"""tane feeds."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.tane.cli.conftest import Tane

FEED = (
    b'<rss version="2.0"><channel><title>News</title><item><guid>1</guid><title>Bridge</title>'
    b"<description>The bridge was opened on Monday morning.</description></item></channel></rss>"
)


@pytest.fixture
def address() -> Iterator[str]:
    """Where a feed is served."""

    class Serving(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/feed" else 404)
            self.end_headers()
            self.wfile.write(FEED)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Serving) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_feed_is_added_fetched_listed_and_removed(tane: Tane, address: str):
    tane("feeds", "add", f"{address}/feed", "--name", "news")
    before = json.loads(tane("feeds", "list", "--json").stdout)
    fetched = json.loads(tane("feeds", "fetch", "--json").stdout)
    after = json.loads(tane("feeds", "list", "--json").stdout)
    found = json.loads(tane("search", "bridge", "--json").stdout)
    removed = json.loads(tane("feeds", "remove", "news", "--json").stdout)

    assert [feed["says"] for feed in before] == ["not fetched yet"]
    assert [(one["added"], one["state"]) for one in fetched] == [(1, "ok")]
    assert (after[0]["articles"], after[0]["title"], after[0]["says"].split()[0]) == (1, "News", "fetched")
    assert [(hit["title"], hit["text"]) for hit in found] == [
        ("Bridge", "The bridge was opened on Monday morning.")
    ]
    assert removed["removed"] == "news"


def test_a_feed_that_fails_says_why(tane: Tane, address: str, tmp_path: Path):
    opml = tmp_path / "feeds.opml"
    opml.write_text(
        f'<opml><body><outline text="gone" xmlUrl="{address}/gone"/></body></opml>', encoding="utf-8"
    )
    tane("feeds", "import", str(opml))
    tane("feeds", "add", f"{address}/nothing", "--name", "nothing")

    failed = tane("feeds", "fetch", status=1)

    listed = tane("feeds", "list").stdout
    assert "it answered 404 Not Found" in failed.stderr
    assert "it leads to a private address" in failed.stderr
    assert "failed once" in listed
    assert "there is no feed" in tane("feeds", "fetch", "other", status=1).stderr
    assert "begins with http" in tane("feeds", "add", "news.example", status=1).stderr
