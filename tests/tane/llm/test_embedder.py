"""The driver of the model that embeds."""

from collections.abc import AsyncIterator, Callable

import numpy as np
import pytest

from demo.standin import DIMS, EMBED_MODEL
from tane.llm import model_errors
from tane.llm.model_host import ModelHost
from tane.llm.openai_compatible import OpenAiCompatible
from tests.faults import Fault, FaultProxy


@pytest.fixture
async def models(driver_of: Callable[..., ModelHost], proxy: FaultProxy) -> AsyncIterator[ModelHost]:
    """A driver that knows how long the vectors are: OpenAI's interface tells only in a vector."""
    async with driver_of(proxy.url) as opened:
        if isinstance(opened, OpenAiCompatible):
            await opened.embed(["種"])
            proxy.asked.clear()
        yield opened


class TestEmbedding:
    async def test_gives_unit_vectors_in_order(self, models: ModelHost):
        texts = [f"種{number}の話" for number in range(130)]

        embedded = await models.embed(texts)
        singly = [vector for text in texts[::40] for vector in (await models.embed([text])).vectors]

        assert embedded.model.name == EMBED_MODEL
        assert embedded.model.dims == DIMS
        assert len(embedded.model.digest) == 64
        vectors = np.stack([vector for vector in embedded.vectors if isinstance(vector, np.ndarray)])
        assert vectors.dtype == np.float32
        assert vectors.shape == (130, DIMS)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)
        np.testing.assert_allclose(vectors[::40], np.array(singly, dtype=np.float32), atol=1e-5)

    async def test_asks_for_at_most_64_texts_and_for_no_truncation(
        self, models: ModelHost, proxy: FaultProxy
    ):
        await models.embed([f"種{number}" for number in range(130)])

        sent = [asked.body for asked in proxy.calls()]
        assert [len(body["input"]) for body in sent] == [64, 64, 2]
        for body in sent:
            if "truncate" in body:  # Ollama alone cuts in silence
                assert (body["truncate"], body["options"]) == (False, {"num_ctx": 512})  # B7
            else:
                assert body.keys() == {"model", "input"}

    async def test_nothing_is_asked_for_no_texts(self, models: ModelHost, proxy: FaultProxy):
        assert list((await models.embed([])).vectors) == []
        assert proxy.calls() == []

    @pytest.mark.parametrize(
        "fault", [Fault.NAN, Fault.NAN_OLD, Fault.TOO_LONG, Fault.CRASH, Fault.ONE_TOO_FEW]
    )
    async def test_one_bad_text_fails_alone(self, models: ModelHost, proxy: FaultProxy, fault: Fault):
        texts = [f"種{number}" for number in range(64)]
        texts[37] = "毒"
        proxy.when(lambda asked: "毒" in asked.body["input"], fault)

        vectors = (await models.embed(texts)).vectors

        assert [at for at, vector in enumerate(vectors) if isinstance(vector, model_errors.ModelError)] == [
            37
        ]
        assert len(proxy.calls()) <= 3 + 2 * 6

    async def test_a_too_long_text_is_told_so(self, models: ModelHost):
        vectors = (await models.embed(["短い", "長" * 2000])).vectors

        assert isinstance(vectors[0], np.ndarray)
        assert isinstance(vectors[1], model_errors.TextTooLong)

    @pytest.mark.parametrize("fault", [Fault.ZERO, Fault.NULLS, Fault.SHORT_VECTOR])
    async def test_an_unusable_vector_is_asked_for_once_more(
        self, models: ModelHost, proxy: FaultProxy, fault: Fault
    ):
        proxy.script(fault)

        vectors = (await models.embed(["甲", "乙"])).vectors

        assert all(isinstance(vector, np.ndarray) for vector in vectors)
        assert [asked.body["input"] for asked in proxy.calls()] == [["甲", "乙"], ["甲"]]

    @pytest.mark.parametrize("fault", [Fault.ZERO, Fault.NULLS, Fault.SHORT_VECTOR])
    async def test_a_vector_that_stays_unusable_is_never_handed_on(
        self, models: ModelHost, proxy: FaultProxy, fault: Fault
    ):
        proxy.when(lambda asked: asked.body["input"][0] == "甲", fault)  # D1

        vectors = (await models.embed(["甲", "乙"])).vectors

        assert isinstance(vectors[0], model_errors.BadVector)
        assert isinstance(vectors[1], np.ndarray)

    @pytest.mark.parametrize(
        ("fault", "error"),
        [
            (Fault.BUSY, model_errors.ModelUnavailable),
            (Fault.RESET, model_errors.ModelUnavailable),
            (Fault.CUT_BODY, model_errors.ModelUnavailable),
            (Fault.MISSING, model_errors.ModelMissing),
        ],
    )
    async def test_a_failing_way_to_the_server_is_not_bisected(
        self, models: ModelHost, proxy: FaultProxy, fault: Fault, error: type[Exception]
    ):
        proxy.rates = {fault: 1.0}

        with pytest.raises(error):
            await models.embed(["甲", "乙", "丙"])

        assert len(proxy.calls()) == 1

    async def test_a_server_that_crashes_on_every_text_is_asked_twice(
        self, models: ModelHost, proxy: FaultProxy
    ):
        proxy.rates = {Fault.CRASH: 1.0}

        with pytest.raises(model_errors.ModelCrashed):
            await models.embed(["甲"] * 64)

        assert len(proxy.calls()) == 2


SYSTEMIC = [
    Fault.NAN,
    Fault.NAN_OLD,
    Fault.ALL_NULLS,
    Fault.ALL_SHORT,
    Fault.ALL_ALIKE,
    Fault.CANNOT_EMBED,
    Fault.NO_EMBEDDING,
]


class TestAModelThatEmbedsNothing:
    """Whatever the text: no job of its is to blame."""

    @pytest.mark.parametrize("texts", [["甲"], ["甲", "乙"], [f"種{n}" for n in range(70)]], ids=len)
    @pytest.mark.parametrize("fault", SYSTEMIC)
    async def test_is_told_from_a_text_that_cannot_be_embedded(
        self, models: ModelHost, proxy: FaultProxy, fault: Fault, texts: list[str]
    ):
        proxy.rates = {fault: 1.0}
        if fault is Fault.ALL_ALIKE and len(texts) == 1:
            await models.embed(["前の話"])  # a single vector is like none; the next one is like it

        with pytest.raises(model_errors.ModelUnfit):
            await models.embed(texts)

    @pytest.mark.parametrize("fault", SYSTEMIC)
    async def test_is_found_by_the_probe_and_so_is_its_recovery(
        self, models: ModelHost, proxy: FaultProxy, fault: Fault
    ):
        proxy.rates = {fault: 1.0}
        with pytest.raises(model_errors.ModelUnfit):
            await models.probe("embed")

        proxy.clear()
        await models.probe("embed")

    async def test_is_not_suspected_for_equal_texts(self, models: ModelHost, proxy: FaultProxy):
        await models.embed(["はい", "はい", "はい "])

        assert len(proxy.calls()) == 1
