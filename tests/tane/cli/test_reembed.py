"""tane db reembed: all vectors anew, by another model."""

from collections.abc import Callable

import pytest

from tests.tane.cli.conftest import Tane


def test_takes_a_model_of_the_host_and_queues_what_has_a_vector(
    tane: Tane, add_utterance: Callable[..., str], add_seed: Callable[..., str]
) -> None:
    seed = add_seed("最近よく眠れない", source=add_utterance("最近よく眠れない。"))
    tane.sql("INSERT INTO embedding_models (model_name, digest, dims, is_current) VALUES ('old', 'd', 3, 1)")
    tane.sql(
        "INSERT INTO embeddings (target_type, target_id, model_id, model_name, dims, vector) "
        "SELECT 'seed', $1::text::uuid, model_id, 'old', 3, '[1,0,0]' FROM embedding_models", seed,
    )  # fmt: skip

    assert tane.json("db", "reembed", "builtin") == {"model": "builtin"}

    assert tane.sql("SELECT model_name FROM embedding_models WHERE is_current = 1") == [("builtin",)]
    assert tane.sql("SELECT job_type FROM worker_jobs WHERE status = 'queued' AND job_type LIKE 'embedding%'")


def test_says_what_to_do_where_nothing_is_offered_or_a_name_is_set(
    tane: Tane, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "cannot be reached" in tane("db", "reembed", status=69).stderr
    monkeypatch.setenv("TANE_LLM__EMBED_MODEL", "bge-m3")
    assert "llm.embed_model names bge-m3" in tane("db", "reembed", status=1).stderr
