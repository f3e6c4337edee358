"""The API against its own document: whatever a program sends, the answer is one that the document names.

Examples are the same in every run. `FUZZ_EXAMPLES=300` tries that many of each sort at each operation.
"""

import asyncio
import json
import os
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection

from daemon.api import api_and_page
from daemon.health.reader import HealthReader
from daemon.health.serving import web_app
from tane.importing.records import has_text
from tane.settings.model import Settings
from tane.store.pool import Connection, Pool, close_pool, open_reading_pool
from tane.web.server import address_of, listen, serving
from tests.tane.web.api.contract import DOCUMENT
from tests.tane.web.api.planted import TOKEN, QueryModels, plant
from tests.tane.web.api.planted_recap import DAY, plant_recap

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "3"))
ENDLESS = "/api/v1/events"  # an answer without an end; test_events.py reads it
LONGEST_REASON = 200
DIGEST = "d"
TRIED = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(
        Phase.explicit,
        Phase.generate,
    ),  # a failure names its request: the smallest one is not worth the time
    suppress_health_check=list(HealthCheck),
)

_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
_words = st.text().filter(has_text)
_line = st.builds(
    lambda text, others: json.dumps({"text": text, **others}),
    _words,
    st.dictionaries(st.sampled_from(["speaker", "time", "id", "conversation", "mood"]), _anything),
)
schemathesis.openapi.media_type(
    "application/x-ndjson", st.lists(_line, min_size=1).map(lambda lines: "\n".join(lines).encode())
)
schemathesis.openapi.format("words", _words)
schemathesis.openapi.format("printable", st.text(min_size=1, max_size=200).filter(str.isprintable))
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)


@dataclass(frozen=True, kw_only=True)
class Known:
    """What nobody could guess: an id for each first part of a path, and parameters of paths to a recap and a morning."""

    ids: Mapping[str, str]
    path: Mapping[str, Any]

    def of(self, path: str) -> Mapping[str, Any]:
        """Parameters that lead to something."""
        return {**self.path, "id": self.ids.get(path.split("/")[3], self.ids["seeds"])}


@pytest.fixture
async def searchable(conn: Connection) -> Known:
    """What the API shows, with a vector for a search by meaning."""
    planted = await plant(conn)
    recap = await plant_recap(conn, planted.said)
    model = await conn.fetchval(
        "INSERT INTO embedding_models (model_name, digest, dims, is_current) VALUES ('m', $1, 4, 1) RETURNING model_id",
        DIGEST,
    )
    await conn.execute(
        "INSERT INTO embeddings (target_type, target_id, model_id, model_name, dims, vector) "
        "VALUES ('seed', $1, $2, 'm', 4, '[1,0,0,0]')", planted.seed, model,
    )  # fmt: skip
    return Known(
        ids={
            "maps": str(planted.atlas),
            "clusters": str(planted.sleep),
            "utterances": str(planted.said),
            "seeds": str(planted.seed),
        },
        path={"run": recap.run, "document": str(recap.document), "day": DAY.isoformat()},
    )


@asynccontextmanager
async def web(dsn: str, pool: Pool, *, token: str | None) -> AsyncIterator[str]:
    """Serve what `tane web` serves; yields the address."""
    chosen = Settings.model_validate({"web": {"token": token}, "llm": {"standin": True}})
    reading = await open_reading_pool(dsn, size=3)
    listener = listen("127.0.0.1", 0)
    look = HealthReader(pool=reading, llm=chosen.llm)
    routes = api_and_page(
        chosen, reading_pool=reading, writing_pool=pool, look=look, models=QueryModels(digest=DIGEST)
    )
    try:
        async with serving(web_app(chosen.web, look, more=routes), listener):
            yield address_of(listener)
    finally:
        await close_pool(reading)


class Fuzzer:
    """A program that sends whatever the document allows, and what it does not; blocking, for a thread of its own."""

    def __init__(self, url: str, known: Known, *, token: str | None = TOKEN) -> None:
        self.statuses: Counter[int] = Counter()
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._known = known

    def fuzz_all(self, method: str) -> Counter[int]:
        """Go through all operations of a method; returns how many answers had which status."""
        for path, known in DOCUMENT["paths"].items():
            if method in known and path != ENDLESS:
                self.fuzz(path, method)
        return self.statuses

    def fuzz(self, path: str, method: str) -> None:
        """Send examples to one operation; an answer that the document does not name is an error."""
        operation = SCHEMA[path][method.upper()]
        is_asked = bool(list(operation.iter_parameters())) or operation.body
        self._run(
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            st.booleans(),
        )
        if is_asked:
            self._run(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE), st.just(value=False))

    def _run(self, cases: st.SearchStrategy[Case[Any]], known: st.SearchStrategy[bool]) -> None:
        @TRIED
        @given(case=cases, is_known=known)
        def one(case: Case[Any], is_known: bool) -> None:
            for place in (case.path_parameters, case.query):
                if is_known and place:
                    place.update(
                        {name: one for name, one in self._known.of(case.path).items() if name in place}
                    )
            self._send(case)

        one()

    def _send(self, case: Case[Any]) -> None:
        answer = case.call(base_url=self._url, session=self._session, headers=self._headers)
        self.statuses[answer.status_code] += 1
        # Of utterances it takes what it can: a bad line among good ones is counted, and refuses nothing.
        is_partly = case.path.endswith("/utterances") and answer.status_code == 200
        case.validate_response(answer, excluded_checks=[negative_data_rejection] if is_partly else [])
        if answer.status_code >= 400:
            assert 1 <= len(answer.text.strip()) <= LONGEST_REASON, "a refusal says why in a line"


async def fuzzed(url: str, known: Known, method: str, *, token: str | None = TOKEN) -> Counter[int]:
    return await asyncio.to_thread(Fuzzer(url, known, token=token).fuzz_all, method)


async def test_whatever_is_read_is_answered_as_the_document_says(dsn: str, pool: Pool, searchable: Known):
    async with web(dsn, pool, token=TOKEN) as url:
        statuses = await fuzzed(url, searchable, "get")

    assert {200, 400, 404} <= statuses.keys()


async def test_whatever_is_written_is_answered_as_the_document_says(dsn: str, pool: Pool, searchable: Known):
    async with web(dsn, pool, token=TOKEN) as url:
        statuses = await fuzzed(url, searchable, "post")

    assert {200, 202, 204, 400, 404} <= statuses.keys()


_row = st.fixed_dictionaries(
    {"text": st.text(max_size=30)},
    optional={
        "id": st.integers() | st.text(max_size=5) | st.none(),
        "time": st.sampled_from(["2026-08-03T10:00:00Z", "99999-01-01", "44 BC", "infinity", 1e300, -1, []]),
        "speaker": st.text(max_size=5) | st.lists(st.integers(), max_size=2),
        "mood": st.recursive(st.floats(), lambda inner: st.dictionaries(st.text(max_size=3), inner, max_size=2)),
    },
)  # fmt: skip
_bodies = st.lists(_row, min_size=1, max_size=4).flatmap(
    lambda rows: st.sampled_from([json.dumps(rows), "\n".join(map(json.dumps, rows))])
)
_faults = st.sampled_from([
    "", "[", "]", "{", "}", ",", '"', "\\", "\n", "\0", "\\ud800", "9" * 5000, "1e999", "NaN", "-",
    "[" * 5000, '{"a":' * 2000, "\ufeff",
])  # fmt: skip


async def test_a_body_that_is_nearly_right_is_taken_or_refused_and_ends_nothing(
    dsn: str, pool: Pool, searchable: Known
):
    statuses: set[int] = set()

    def send(url: str) -> None:
        with requests.Session() as session:
            session.trust_env = False

            @TRIED
            @given(body=_bodies, place=st.integers(0, 120), cut=st.integers(0, 3), fault=_faults)
            def one(body: str, place: int, cut: int, fault: str) -> None:
                spoilt = (body[:place] + fault + body[place + cut :]).encode("utf-8", "surrogatepass")
                answer = session.post(
                    f"{url}api/v1/utterances", params={"source": "bot"}, data=spoilt,
                    headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60,
                )  # fmt: skip
                statuses.add(answer.status_code)
                assert answer.status_code < 500

            one()

    async with web(dsn, pool, token=TOKEN) as url:
        await asyncio.to_thread(send, url)
        assert (await asyncio.to_thread(requests.get, f"{url}livez", timeout=20)).status_code == 200

    assert {200, 400} <= statuses <= {200, 400, 409, 413}


@pytest.mark.parametrize("method", ["get", "post"])
async def test_without_the_token_nothing_is_read_or_written(
    dsn: str, pool: Pool, searchable: Known, method: str
):
    async with web(dsn, pool, token=TOKEN) as url:
        statuses = await fuzzed(url, searchable, method, token=None)

    assert statuses.keys() == {401}


async def test_a_server_without_a_token_writes_nothing(dsn: str, pool: Pool, searchable: Known):
    async with web(dsn, pool, token=None) as url:
        statuses = await fuzzed(url, searchable, "post", token=None)

    assert statuses.keys() == {403}
