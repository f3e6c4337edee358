"""The driver of the model that embeds."""

import numpy as np
import pytest

from demo.standin import DIMS, EMBED_MODEL
from tane.llm import model_errors
from tane.llm.ollama import Ollama
from tests.faults import Fault, FaultProxy


class TestEmbedding:
    async def test_gives_unit_vectors_in_order(self, ollama: Ollama):
        texts = [f"種{number}の話" for number in range(130)]

        embedded = await ollama.embed(texts)
        singly = [vector for text in texts[::40] for vector in (await ollama.embed([text])).vectors]

        assert embedded.model.name == EMBED_MODEL
        assert embedded.model.dims == DIMS
        assert len(embedded.model.digest) == 64
        vectors = np.stack([vector for vector in embedded.vectors if isinstance(vector, np.ndarray)])
        assert vectors.dtype == np.float32
        assert vectors.shape == (130, DIMS)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)
        np.testing.assert_allclose(vectors[::40], np.array(singly, dtype=np.float32), atol=1e-5)

    async def test_asks_for_at_most_64_texts_and_for_no_truncation(self, ollama: Ollama, proxy: FaultProxy):
        await ollama.embed([f"種{number}" for number in range(130)])

        sent = [asked.body for asked in proxy.calls("/api/embed")]
        assert [len(body["input"]) for body in sent] == [64, 64, 2]
        assert all(body["truncate"] is False and body["options"] == {"num_ctx": 512} for body in sent)  # B7

    async def test_nothing_is_asked_for_no_texts(self, ollama: Ollama, proxy: FaultProxy):
        assert list((await ollama.embed([])).vectors) == []
        assert proxy.calls() == []

    @pytest.mark.parametrize(
        "fault", [Fault.NAN, Fault.NAN_OLD, Fault.TOO_LONG, Fault.CRASH, Fault.ONE_TOO_FEW]
    )
    async def test_one_bad_text_fails_alone(self, ollama: Ollama, proxy: FaultProxy, fault: Fault):
        texts = [f"種{number}" for number in range(64)]
        texts[37] = "毒"
        proxy.when(lambda asked: "毒" in asked.body["input"], fault)

        vectors = (await ollama.embed(texts)).vectors

        assert [at for at, vector in enumerate(vectors) if isinstance(vector, model_errors.ModelError)] == [
            37
        ]
        assert len(proxy.calls()) <= 3 + 2 * 6

    async def test_a_too_long_text_is_told_so(self, ollama: Ollama):
        vectors = (await ollama.embed(["短い", "長" * 2000])).vectors

        assert isinstance(vectors[0], np.ndarray)
        assert isinstance(vectors[1], model_errors.TextTooLong)

    @pytest.mark.parametrize("fault", [Fault.ZERO, Fault.NULLS, Fault.SHORT_VECTOR])
    async def test_an_unusable_vector_is_asked_for_once_more(
        self, ollama: Ollama, proxy: FaultProxy, fault: Fault
    ):
        proxy.script(fault)

        vectors = (await ollama.embed(["甲", "乙"])).vectors

        assert all(isinstance(vector, np.ndarray) for vector in vectors)
        assert [asked.body["input"] for asked in proxy.calls()] == [["甲", "乙"], ["甲"]]

    @pytest.mark.parametrize("fault", [Fault.ZERO, Fault.NULLS, Fault.SHORT_VECTOR])
    async def test_a_vector_that_stays_unusable_is_never_handed_on(
        self, ollama: Ollama, proxy: FaultProxy, fault: Fault
    ):
        proxy.when(lambda asked: asked.body["input"][0] == "甲", fault)  # D1

        vectors = (await ollama.embed(["甲", "乙"])).vectors

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
        self, ollama: Ollama, proxy: FaultProxy, fault: Fault, error: type[Exception]
    ):
        proxy.rates = {fault: 1.0}

        with pytest.raises(error):
            await ollama.embed(["甲", "乙", "丙"])

        assert len(proxy.calls()) == 1

    async def test_a_server_that_crashes_on_every_text_is_asked_twice(
        self, ollama: Ollama, proxy: FaultProxy
    ):
        proxy.rates = {Fault.CRASH: 1.0}

        with pytest.raises(model_errors.ModelCrashed):
            await ollama.embed(["甲"] * 64)

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
        self, ollama: Ollama, proxy: FaultProxy, fault: Fault, texts: list[str]
    ):
        proxy.rates = {fault: 1.0}
        if fault is Fault.ALL_ALIKE and len(texts) == 1:
            await ollama.embed(["前の話"])  # a single vector is like none; the next one is like it

        with pytest.raises(model_errors.ModelUnfit):
            await ollama.embed(texts)

    @pytest.mark.parametrize("fault", SYSTEMIC)
    async def test_is_found_by_the_probe_and_so_is_its_recovery(
        self, ollama: Ollama, proxy: FaultProxy, fault: Fault
    ):
        proxy.rates = {fault: 1.0}
        with pytest.raises(model_errors.ModelUnfit):
            await ollama.probe("embed")

        proxy.clear()
        await ollama.probe("embed")

    async def test_is_not_suspected_for_equal_texts(self, ollama: Ollama, proxy: FaultProxy):
        await ollama.embed(["はい", "はい", "はい "])

        assert len(proxy.calls()) == 1
