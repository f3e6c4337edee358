"""What strange servers do to one fetch."""

import gzip
from dataclasses import replace

import pytest

from tane.articles.fetching import Fetcher, FetchTrouble, is_public, names_private, open_fetcher
from tests.tables import every
from tests.tane.articles.publisher import Page, Publisher

HOME = "127.0.0.1"


@pytest.fixture
async def fetcher():
    async with open_fetcher(timeout_s=10.0) as made:
        yield made


async def test_an_answer_comes_with_its_headers_and_unpacked(fetcher: Fetcher, publisher: Publisher):
    publisher.pages["/feed"] = Page(
        gzip.compress(b"<rss/>"), headers={"Content-Encoding": "gzip", "ETag": '"1"'}
    )

    answer = await fetcher.get(publisher.url("/feed"), private_host=HOME)

    assert (answer.body, answer.headers["etag"], answer.is_unchanged) == (b"<rss/>", '"1"', False)


async def test_what_has_not_changed_is_not_sent(fetcher: Fetcher, publisher: Publisher):
    publisher.pages["/feed"] = lambda asked: Page(status=304 if asked.get("if-none-match") == '"1"' else 200)

    assert (await fetcher.get(publisher.url("/feed"), private_host=HOME, etag='"1"')).is_unchanged


async def test_redirects_are_followed_to_the_end_but_not_for_ever(fetcher: Fetcher, publisher: Publisher):
    publisher.pages["/old"] = Page(status=301, headers={"Location": "/new"})
    publisher.pages["/new"] = Page(b"here")
    publisher.pages["/round"] = Page(status=302, headers={"Location": "/round"})

    answer = await fetcher.get(publisher.url("/old"), private_host=HOME)

    assert (answer.url, answer.body) == (publisher.url("/new"), b"here")
    with pytest.raises(FetchTrouble, match="it redirects more than 5 times"):
        await fetcher.get(publisher.url("/round"), private_host=HOME)
    assert publisher.asked.count("/round") == 6


async def test_a_server_that_hangs_is_left(fetcher: Fetcher, publisher: Publisher):
    publisher.pages["/feed"] = Page(None)

    with pytest.raises(FetchTrouble, match=r"did not answer within 0\.2 s"):
        await replace(fetcher, timeout_s=0.2).get(publisher.url("/feed"), private_host=HOME)


@pytest.mark.parametrize("packed", [True, False])
async def test_no_more_is_taken_than_is_allowed_however_well_it_is_packed(
    fetcher: Fetcher, publisher: Publisher, packed: bool
):
    bomb = gzip.compress(b"\0" * 20_000_000, compresslevel=1) if packed else b"x" * 5_000_001
    publisher.pages["/feed"] = Page(bomb, headers={"Content-Encoding": "gzip"} if packed else {})

    with pytest.raises(FetchTrouble, match="more than 5,000,000 bytes"):
        await fetcher.get(publisher.url("/feed"), private_host=HOME)


@pytest.mark.parametrize(("page", "says"), [
    (Page(status=500), "it answered 500 Internal Server Error"),
    (Page(status=410), "it answered 410 Gone"),
    (Page(status=301), "redirects to nowhere"),
    (Page(status=301, headers={"Location": "file:///etc/passwd"}), "must begin with http"),
    (Page(status=301, headers={"Location": "http://[broken/"}), "redirects to what is no address"),
    (Page(b"not gzip", headers={"Content-Encoding": "gzip"}), "what it sends is broken"),
    (Page(b"x", headers={"Content-Encoding": "br"}), "a compression that was not asked for"),
])  # fmt: skip
async def test_what_cannot_be_used_is_said_in_a_sentence(
    fetcher: Fetcher, publisher: Publisher, page: Page, says: str
):
    publisher.pages["/feed"] = page

    with pytest.raises(FetchTrouble, match=says):
        await fetcher.get(publisher.url("/feed"), private_host=HOME)


async def test_nobody_is_led_into_the_owners_network(fetcher: Fetcher, publisher: Publisher):
    publisher.pages["/feed"] = Page(b"secret")
    publisher.pages["/away"] = Page(
        status=302, headers={"Location": publisher.url("/feed").replace(HOME, "localhost")}
    )

    for url, private_host in ((publisher.url("/feed"), None), (publisher.url("/away"), HOME)):
        with pytest.raises(FetchTrouble, match="it leads to a private address"):
            await fetcher.get(url, private_host=private_host)

    assert publisher.asked == ["/away"]


async def test_a_server_that_is_not_there_is_said_to_be_away(fetcher: Fetcher):
    with pytest.raises(FetchTrouble, match="it cannot be reached"):
        await fetcher.get("http://127.0.0.1:9/feed", private_host=HOME)
    with pytest.raises(FetchTrouble, match="nobody knows its host"):
        await fetcher.get("http://no-such-host.invalid/feed")


@every(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("127.0.0.1", False), ("10.1.2.3", False),
        ("192.168.0.1", False), ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False),
        ("::1", False), ("fe80::1%eth0", False), ("fd00::1", False), ("::ffff:127.0.0.1", False),
        ("224.0.0.1", False), ("no address", False),
    ],
)  # fmt: skip
def test_addresses_of_everybody_and_of_the_house(address: str, public: bool):
    assert is_public(address) is public


@every(
    ("host", "private"),
    [
        ("localhost", True),
        ("nas.local", True),
        ("192.168.0.7", True),
        ("::1", True),
        ("news.example", False),
        ("8.8.8.8", False),
    ],
)
def test_hosts_that_are_written_as_private(host: str, private: bool):
    assert names_private(host) is private
