"""A daemon without any model server: vectors, a night and its map all the same."""

import json
from pathlib import Path

from tane.store.pool import Pool
from tests.system.daemon_process import Site
from tests.waiting import until

NOBODY = {
    "TANE_LLM__URL": "http://127.0.0.1:9",
    "TANE_LLM__EMBED_MODEL": "auto",
    "TANE_LLM__CORESIDENT": "false",
}
TOPICS = ("眠りが浅くて夜中に目が覚める", "パンの発酵に時間がかかる", "引っ越しのために貯金をしている")


async def test_what_was_said_is_embedded_clustered_and_placed(site: Site, pool: Pool, tmp_path: Path):
    said = [
        {"text": f"{topic}、という話の{number}回目。", "speaker": "私"}
        for topic in TOPICS
        for number in range(20)
    ]
    path = tmp_path / "said.jsonl"
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in said), encoding="utf-8")
    importing = await site.start("import", str(path), settings=NOBODY, is_ready=False)
    assert await importing.ended() == 0

    daemon = await site.start(settings=NOBODY)

    await until(
        lambda: bool(daemon.events("nightly.published")),
        what=lambda: f"a map in\n{daemon.log()}",
        deadline_s=60,
    )

    assert await pool.fetchval("SELECT model_name FROM embedding_models WHERE is_current = 1") == "builtin"
    assert await pool.fetchval("SELECT count(*) FROM clusters WHERE is_archived = 0") >= 2
    assert await pool.fetchval(
        "SELECT count(DISTINCT target_id) FROM map_places JOIN active_maps USING (layout_id) "
        "WHERE scope_type = 'atlas' AND target_type = 'utterance'"
    ) == len(said)
    assert await pool.fetchval("SELECT count(*) FROM worker_jobs WHERE status = 'dead'") == 0
