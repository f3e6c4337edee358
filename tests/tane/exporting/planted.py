"""A small database with everything an export meets: hostile text, a tree of clusters, hidden rows, places."""

from uuid import UUID

from tane.store.pool import Connection
from tests.tane.today.gold import name

HOSTILE = '=HYPERLINK("http://x","押して")\r\n\x1b[2J,;\t_x0041_ <b>&amp;\'\u2028🌱'
GUARDED_TWICE = "'-1"
TALK = name("talk")
SAID, SAID_LATER, HIDDEN = name("said"), name("said later"), name("hidden")
QUESTION, MODEL, REJECTED = name("question"), name("model"), name("rejected")
TOP, BELOW, ARCHIVED = name("top"), name("below"), name("archived")

_ROWS = """
INSERT INTO utterances (utterance_id, conversation_id, position, speaker, uttered_at, contents, confidence, metadata, deleted_at)
VALUES ($1, $4, 1, '@佐藤', '2026-09-01T23:30:00Z', $5, 0.3, '{"b": [1, null], "a": "種"}', NULL),
       ($2, $4, 2, NULL, '2026-09-02T08:00:00Z', NULL, NULL, '{}', NULL),
       ($3, $4, 3, '消した人', '2026-09-03T08:00:00Z', '消した', NULL, '{}', now());
"""


async def plant(conn: Connection) -> None:
    insert = _ROWS.strip().removesuffix(";")
    await conn.execute(insert, SAID, SAID_LATER, HIDDEN, TALK, HOSTILE)
    await conn.execute(
        "INSERT INTO seeds (seed_id, seed_kind, body, grounding, review_status, created_at) "
        "VALUES ($1, 'question', $4, 0.9, 'auto', '2026-09-04Z'), ($2, 'model', '種とは言い切った文', 0.5, 'accepted', '2026-09-04Z'), "
        "($3, 'model', '違う', 0.5, 'rejected', '2026-09-04Z')",
        QUESTION, MODEL, REJECTED, GUARDED_TWICE,
    )  # fmt: skip
    await conn.execute(
        "INSERT INTO utterance_seeds (utterance_id, seed_id, span_start, span_end) "
        "VALUES ($1, $2, 0, 4), ($3, $4, NULL, NULL), ($1, $5, NULL, NULL)",
        SAID, QUESTION, SAID_LATER, MODEL, REJECTED,
    )  # fmt: skip
    await conn.execute(
        "INSERT INTO clusters (cluster_id, parent_cluster_id, depth, cluster_title, cluster_overview, cluster_category, "
        "cluster_strength, total_count, is_archived) VALUES ($1, NULL, 1, '種', '種について', '考え', 7, 2, 0), "
        "($2, $1, 2, '=下', NULL, NULL, NULL, 1, 0), ($3, NULL, 1, '昨日', NULL, NULL, NULL, 9, 1)",
        TOP, BELOW, ARCHIVED,
    )  # fmt: skip
    for source, target, kind, role in (
        (("seed", QUESTION), ("cluster", TOP), "part_of", "member"),
        (("seed", QUESTION), ("cluster", BELOW), "part_of", "member"),
        (("seed", MODEL), ("cluster", TOP), "part_of", "attached"),
        (("seed", MODEL), ("seed", QUESTION), "near", None),
        (("seed", QUESTION), ("utterance", SAID), "near", None),
        (("seed", MODEL), ("seed", REJECTED), "near", None),
        (("cluster", BELOW), ("cluster", TOP), "part_of", "member"),
    ):
        await conn.execute(
            "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight) VALUES ($1, $2, $3, $4, $5, $6, 0.7)",
            *source, *target, kind, role,
        )  # fmt: skip
    await _place(conn)


async def _place(conn: Connection) -> None:
    atlas = await conn.fetchval(
        "INSERT INTO layout_runs (layout_id, scope_type) VALUES ($1, 'atlas') RETURNING layout_id",
        name("atlas"),
    )
    own = await conn.fetchval(
        "INSERT INTO layout_runs (layout_id, scope_type, scope_cluster_id) VALUES ($1, 'cluster', $2) RETURNING layout_id",
        name("own"), BELOW,
    )  # fmt: skip
    places: list[tuple[UUID, str, UUID]] = [
        (atlas, "utterance", SAID), (atlas, "seed", QUESTION), (atlas, "cluster", TOP), (own, "seed", QUESTION),
    ]  # fmt: skip
    await conn.executemany(
        "INSERT INTO layout_points (layout_id, target_type, target_id, x, y) VALUES ($1, $2, $3, 1.23456789, -2.5)",
        places,
    )
