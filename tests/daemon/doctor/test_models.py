"""Models that are away, missing, broken or not those of the vectors."""

from collections.abc import AsyncIterator
from typing import ClassVar

import pytest

from daemon.doctor.finding import Finding
from daemon.doctor.models import judge_window
from demo.standin import EMBED_MODEL, TEXT_MODEL
from demo.standin.catalogue import Catalogue
from tane.llm.protocol import ModelInfo
from tane.settings.model import Llm
from tane.store import embeddings
from tane.store.pool import Connection
from tests.daemon.doctor.conftest import Diagnose, PassingForOllama, serving
from tests.faults import Fault, FaultProxy
from tests.standin import serving_standin

AWAY = "http://127.0.0.1:9"
DIMS = 768


@pytest.fixture
async def proxy(ollama: str) -> AsyncIterator[FaultProxy]:
    async with FaultProxy(ollama) as opened:
        yield opened
        opened.clear()


def digest() -> str:
    return next(model.digest for model in Catalogue().models if model.name == EMBED_MODEL)


async def test_a_server_that_does_not_answer(diagnose: Diagnose):
    found = await diagnose({"llm.url": AWAY})

    assert (found["model server"].state, found["model server"].remedy) == (
        "fail",
        "start Ollama, or correct llm.url",
    )
    assert "models" not in found


@pytest.mark.parametrize("key", ["llm.text_model", "llm.embed_model"])
async def test_a_model_that_is_missing(diagnose: Diagnose, key: str):
    found = await diagnose({key: "qwen:7b"})

    assert (found["models"].state, found["models"].remedy) == ("fail", "`ollama pull qwen:7b`")


@pytest.mark.parametrize("fault", [Fault.NAN, Fault.ALL_NULLS, Fault.ALL_SHORT, Fault.CRASH])
async def test_an_embedding_model_that_does_not_work(diagnose: Diagnose, proxy: FaultProxy, fault: Fault):
    proxy.when(lambda asked: asked.path == "/api/embed", fault)

    found = await diagnose({"llm.url": proxy.url})

    assert found["embedding"].state == "fail"
    assert found["text model"].state == "ok"


async def test_a_text_model_whose_runner_dies(diagnose: Diagnose, proxy: FaultProxy):
    proxy.when(lambda asked: asked.path == "/api/generate", Fault.OUT_OF_MEMORY)

    found = await diagnose({"llm.url": proxy.url})

    assert found["text model"].state == "fail"
    assert "fit its memory" in (found["text model"].remedy or "")


async def test_two_models_that_do_not_fit_together(diagnose: Diagnose):
    crowded = PassingForOllama()
    crowded.room = 1
    with serving(crowded) as url:
        unset = (await diagnose({"llm.url": url}))["residence"]
        claimed = (await diagnose({"llm.url": url, "llm.coresident": "true"}))["residence"]

    assert (unset.state, claimed.state) == ("warn", "fail")
    assert "push" in unset.cause


async def test_a_number_of_slots_that_is_not_the_servers(diagnose: Diagnose, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OLLAMA_NUM_PARALLEL", "4")

    assert (await diagnose())["parallel"].state == "warn"
    assert (await diagnose({"llm.parallel": "4"}))["parallel"].state == "ok"


async def test_vectors_of_the_model_in_use(diagnose: Diagnose, conn: Connection):
    await embeddings.use_model(conn, name=EMBED_MODEL, digest=digest(), dims=DIMS)

    assert (await diagnose())["vectors"].state == "ok"


async def test_a_model_that_changed_behind_its_name(diagnose: Diagnose, conn: Connection):
    await embeddings.use_model(conn, name=EMBED_MODEL, digest="another", dims=DIMS)

    found = (await diagnose())["vectors"]

    assert found.state == "warn"
    assert "makes them anew" in (found.remedy or "")


async def test_vectors_of_another_length_than_the_model_makes(diagnose: Diagnose, conn: Connection):
    await embeddings.use_model(conn, name=EMBED_MODEL, digest=digest(), dims=4)

    found = (await diagnose())["vectors"]

    assert (found.state, found.cause[:24]) == ("fail", "stored with 4 dimensions")


async def test_vectors_of_another_length_than_their_own_model(diagnose: Diagnose, conn: Connection):
    model = await embeddings.use_model(conn, name=EMBED_MODEL, digest=digest(), dims=DIMS)
    await conn.execute("ALTER TABLE embeddings DISABLE TRIGGER USER")  # a row from before triggers refused it
    await conn.execute(
        "INSERT INTO embeddings (target_type, target_id, model_id, model_name, dims, vector) "
        "VALUES ('seed', gen_random_uuid(), $1, 'm', 3, '[1,0,0]'::text::halfvec)",
        model,
    )

    found = (await diagnose())["vectors"]

    assert (found.state, found.cause[:2]) == ("fail", "1 ")


async def test_a_stand_in_is_never_passed_over_in_silence(diagnose: Diagnose):
    built_in = (await diagnose({"llm.standin": "true"}))["model server"]
    with serving_standin() as url:
        found = await diagnose({"llm.url": url, "llm.text_model": "gpt-oss:20b"})

    assert (built_in.state, found["model server"].state) == ("warn", "warn")
    assert found["models"].state == "ok"  # its own, as the daemon takes them


class TestAModelInTheWrongPlace:
    async def test_that_writes_where_one_should_embed_is_not_called_missing(self, diagnose: Diagnose):
        found = await diagnose({"llm.embed_model": TEXT_MODEL})

        assert found["models"].state == "ok"
        assert (found["embedding"].state, "writes" in found["embedding"].cause) == ("fail", True)
        assert "llm.embed_model" in (found["embedding"].remedy or "")

    async def test_that_embeds_where_one_should_write_is_not_called_missing(self, diagnose: Diagnose):
        found = await diagnose({"llm.text_model": EMBED_MODEL})

        assert (found["text model"].state, "embeds" in found["text model"].cause) == ("fail", True)
        assert "json schema" not in found

    async def test_is_known_by_its_refusal_where_the_server_does_not_tell(
        self, diagnose: Diagnose, proxy: FaultProxy
    ):
        proxy.when(lambda asked: asked.path == "/api/embed", Fault.CANNOT_EMBED)

        found = await diagnose({"llm.url": proxy.url})

        assert (found["embedding"].state, "cannot embed" in found["embedding"].cause) == ("fail", True)


class TestTheSchema:
    async def test_that_the_server_enforces(self, diagnose: Diagnose):
        assert (await diagnose())["json schema"].state == "ok"

    @pytest.mark.parametrize(
        ("fault", "state"), [(Fault.ENGLISH, "warn"), (Fault.EMPTY, "fail"), (Fault.ONLY_THOUGHTS, "fail")]
    )
    async def test_that_it_passes_over(self, diagnose: Diagnose, proxy: FaultProxy, fault: Fault, state: str):
        proxy.when(lambda asked: asked.path == "/api/chat", fault)

        found = (await diagnose({"llm.url": proxy.url}))["json schema"]

        assert (found.state, found.remedy is not None) == (state, True)


@pytest.mark.parametrize("fault", [Fault.ALL_ALIKE, Fault.ALL_NULLS])
async def test_a_model_that_embeds_everything_alike_or_nothing(
    diagnose: Diagnose, proxy: FaultProxy, fault: Fault
):
    proxy.when(lambda asked: asked.path == "/api/embed", fault)

    assert (await diagnose({"llm.url": proxy.url}))["embedding"].state == "fail"


class TestAServerWithTheInterfaceOfOpenAi:
    OPENAI: ClassVar[dict[str, str | None]] = {"llm.api": "openai"}

    async def test_that_is_well(self, diagnose: Diagnose):
        found = await diagnose(self.OPENAI)

        assert found.ill == []
        assert found["model server"].cause.endswith("OpenAI-compatible server library")
        assert "enforces" in found["json schema"].cause or "holds" in found["json schema"].cause
        assert "does not tell" in found["residence"].cause

    @pytest.mark.parametrize("key", ["llm.text_model", "llm.embed_model"])
    async def test_that_lacks_a_model(self, diagnose: Diagnose, key: str):
        found = await diagnose({**self.OPENAI, key: "org/other"})

        assert found["models"].state == "fail"
        assert "load org/other" in (found["models"].remedy or "")
        assert "ollama" not in (found["models"].remedy or "")

    async def test_whose_models_stand_in_each_others_place(self, diagnose: Diagnose):
        found = await diagnose({**self.OPENAI, "llm.text_model": EMBED_MODEL, "llm.embed_model": TEXT_MODEL})

        assert "cannot write" in found["text model"].cause
        assert "cannot embed" in found["embedding"].cause
        assert found["models"].state == "ok"

    async def test_that_enforces_no_schema(self, diagnose: Diagnose, proxy: FaultProxy):
        proxy.when(lambda asked: "response_format" in asked.body, Fault.NO_SCHEMA)

        found = await diagnose({**self.OPENAI, "llm.url": f"{proxy.url}/v1"})

        assert (found["text model"].state, found["json schema"].state) == ("ok", "warn")

    async def test_that_is_away(self, diagnose: Diagnose):
        found = await diagnose({**self.OPENAI, "llm.url": AWAY})

        assert found["model server"].remedy == "start the model server, or correct llm.url and llm.api"

    async def test_that_is_asked_as_an_ollama(self, diagnose: Diagnose, proxy: FaultProxy):
        proxy.script(Fault.UNKNOWN_ROUTE, path="/api/version")

        found = await diagnose({"llm.url": proxy.url})

        assert 'llm.api = "openai"' in found["model server"].cause

    async def test_that_gives_a_request_less_than_is_set(self):
        def judged(**settings: object) -> Finding | None:
            return judge_window(
                Llm(**settings),  # type: ignore[arg-type]  # a test's own values
                ModelInfo(name="m", digest="d", context_tokens=2048),
            )

        found = judged(api="openai")
        assert found is not None
        assert (found.state, "2048" in found.cause) == ("warn", True)
        assert judged(api="openai", context_tokens=2048) is None
        assert judged(api="ollama") is None  # every request states its window

    async def test_that_is_a_stand_in(self, diagnose: Diagnose):
        with serving_standin() as url:
            found = await diagnose({**self.OPENAI, "llm.url": url})

        assert "stand-in" in found["model server"].cause
