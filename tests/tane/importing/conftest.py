from pathlib import Path

import pytest

from handlers.job_graph import enabled_types
from handlers.options import Options
from tane.llm.prompts import Prompts
from tane.store.pool import Pool
from tests.tane.importing.importing import Import


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(pool: Pool) -> Import:
    options = Options(prompts=Prompts.load("ja"), enabled=enabled_types("000"), context_tokens=8192)
    return Import(pool, options)
