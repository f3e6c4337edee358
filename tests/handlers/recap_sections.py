"""Sections of a recap with their evidence, for the handler that writes them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tane.store.pool import Connection

MONDAY = datetime(2026, 9, 14, 9, tzinfo=UTC)
BRIDGE = (
    "県は14日、渡瀬川に架かる新しい橋が完成したと発表した。",
    "総工費は4億2000万円で、歩道の幅は3メートルある。",
    "県の浅野課長は「冬も凍らない造りにした」と話した。",
)
RICE = ("米の平均価格は5キロ3980円で、前の週より2%下がった。", "備蓄米の放出は来月も続く見通しだ。")
PUBLISHERS = ("hato.example", "kaido.example")


async def planted(
    conn: Connection, *clusters: Sequence[str], leading: Sequence[int] = (), name: str = "くらし"
) -> UUID:
    """Plant a section that waits, and return its id; each sentence is an utterance of its own."""
    run_id = await conn.fetchval(
        "INSERT INTO nightly_runs (kind, trigger, params) VALUES ('recap', 'command', $1) RETURNING run_id",
        {"window_start": str(MONDAY - timedelta(days=6)), "window_end": str(MONDAY + timedelta(days=1))},
    )
    response_id = uuid4()
    await conn.execute(
        "INSERT INTO recap_sections (run_id, genre, response_id, name, rank) VALUES ($1, 'life', $2, $3, 1)",
        run_id, response_id, name,
    )  # fmt: skip
    number = 0
    for cluster, sentences in enumerate(clusters):
        story = await conn.fetchval(
            "INSERT INTO stories (story_id, first_said_at, last_said_at) VALUES (gen_random_uuid(), $1, $1) RETURNING story_id",
            MONDAY,
        )
        await conn.execute(
            "INSERT INTO recap_stories (run_id, story_id, genre, cluster, state, place, rank, documents, added, publishers) "
            "VALUES ($1, $2, 'life', $3, 'new', $4, $3, $5, $5, 1)",
            run_id, story, cluster, "leading" if cluster in leading else "further", len(sentences),
        )  # fmt: skip
        for place, text in enumerate(sentences):
            number += 1
            await conn.execute(
                "WITH said AS (INSERT INTO utterances (contents) VALUES ($4) RETURNING utterance_id) "
                "INSERT INTO recap_cluster_evidence (run_id, genre, number, cluster, story_id, document_id, utterance_id, "
                "char_start, char_end, sentence, lang, said_at, publisher, is_central) "
                "SELECT $1, 'life', $2, $3, $5, utterance_id, utterance_id, 0, length($4), $4, 'ja', $6, $7, $8 FROM said",
                run_id, number, cluster, text, story, MONDAY, PUBLISHERS[number % 2], int(place == 0),
            )  # fmt: skip
    return response_id


async def output(conn: Connection, response_id: UUID) -> Mapping[str, Any]:
    """Return what is stored of a section."""
    row = await conn.fetchrow(
        "SELECT s.status, o.title, o.bullets, o.tags, o.window_days, o.is_degraded, o.degraded_reason, o.model_name, "
        "o.prompt_version, o.body_json FROM recap_sections s LEFT JOIN recap_outputs o USING (response_id) "
        "WHERE s.response_id = $1",
        response_id,
    )
    assert row is not None
    bullets = None if row["bullets"] is None else row["bullets"]["value"]
    return {**row, "bullets": bullets}


async def utterance_of(conn: Connection, response_id: UUID, number: int) -> UUID:
    """Return the utterance that a sentence is from."""
    found: UUID = await conn.fetchval(
        "SELECT utterance_id FROM recap_cluster_evidence JOIN recap_sections USING (run_id, genre) "
        "WHERE response_id = $1 AND number = $2",
        response_id, number,
    )  # fmt: skip
    return found
