"""Ten good rows of everything that Tane reads, and among them rows with one odd value each, made from the catalogue."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from tane.store.pool import Connection

MODEL = "planted"
DIMS = 8
LONG = 1_000_000  # bytes

# How the ten good rows are made. Their words begin with 良; texts and times are those of a quiet September.
GOOD = f"""
INSERT INTO sources (name) VALUES ('diary');
INSERT INTO utterances (source_id, external_id, conversation_id, position, speaker, uttered_at, contents, metadata, reinterpretation, utterance_role_id)
SELECT s.source_id, n, '00000000-0000-0000-0000-00000000c0c0', n, '私', '2026-09-01'::timestamptz + n * interval '1 day',
    '良い言葉その' || n || 'は大事だ', '{{"mood": "calm"}}', 0.9, (SELECT utterance_role_id FROM utterance_roles ORDER BY 1 LIMIT 1)
FROM sources s, generate_series(1, 10) n;
INSERT INTO utterance_splits (utterance_id, contents, char_start, char_end)
SELECT utterance_id, contents, 0, length(contents) FROM utterances;
INSERT INTO seeds (body, seed_kind, grounding, model_name)
SELECT '良い種その' || n, (ARRAY['question', 'conversion', 'knowledge'])[n % 3 + 1], 0.9, 'm' FROM generate_series(1, 10) n;
INSERT INTO utterance_seeds (utterance_id, seed_id, span_start, span_end)
SELECT u.utterance_id, s.seed_id, 0, 3
FROM utterances u JOIN seeds s ON ltrim(s.body, '良い種その') = u.external_id;
INSERT INTO embedding_models (model_name, digest, dims, is_current) VALUES ('{MODEL}', 'd', {DIMS}, 1);
INSERT INTO embeddings (target_type, target_id, model_name, vector)
SELECT kind, id, '{MODEL}', ('[1,' || n || ',1,0,0,0,0,0.5]')::halfvec FROM (
    SELECT 'seed' AS kind, seed_id AS id, row_number() OVER (ORDER BY body) AS n FROM seeds
    UNION ALL SELECT 'utterance', utterance_id, row_number() OVER (ORDER BY contents) FROM utterances
    UNION ALL SELECT 'utterance_split', utterance_split_id, 1 FROM utterance_splits) AS items;
INSERT INTO cluster_generations (mode, status, seeds_seen, clusters, coverage, published_at, snapshot_at)
VALUES ('density', 'published', 10, 2, 1, now(), now());
INSERT INTO clusters (generation_id, cluster_title, cluster_overview, cluster_category, cluster_strength, overview_source, total_count, member_count, attach_sim, cohesion, avg_resistance)
SELECT g.generation_id, '良いまとまり' || n, '概要', '考え', 5, 'llm', 5, 5, 0.5, 0.9, 0.2
FROM cluster_generations g, generate_series(1, 2) n;
INSERT INTO cluster_lineage (generation_id, cluster_id, from_cluster_id, jaccard, kind)
SELECT generation_id, cluster_id, cluster_id, 1, 'same' FROM clusters;
INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight, source)
SELECT 'seed', s.seed_id, 'cluster', c.cluster_id, 'part_of', 'member', 0.9, 'nightly'
FROM (SELECT seed_id, row_number() OVER (ORDER BY body) AS n FROM seeds) s
JOIN (SELECT cluster_id, row_number() OVER (ORDER BY cluster_title) AS n FROM clusters) c ON c.n = s.n % 2 + 1;
INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, weight, source)
SELECT 'seed', a.seed_id, 'seed', b.seed_id, 'near', 0.7, 'nightly' FROM seeds a, seeds b WHERE a.body < b.body;
INSERT INTO layout_runs (scope_type) VALUES ('atlas'), ('global');
INSERT INTO layout_runs (scope_type, scope_cluster_id) SELECT 'cluster', cluster_id FROM clusters;
INSERT INTO layout_points (layout_id, target_type, target_id, x, y)
SELECT r.layout_id, t.kind, t.id, n, -n FROM layout_runs r, (
    SELECT 'seed' AS kind, seed_id AS id, row_number() OVER (ORDER BY body) AS n FROM seeds
    UNION ALL SELECT 'utterance', utterance_id, row_number() OVER (ORDER BY contents) FROM utterances
    UNION ALL SELECT 'cluster', cluster_id, 3 FROM clusters) t
WHERE r.scope_type = 'atlas';
INSERT INTO all_seed_info (n, avg_seed_distance, median_seed_distance, percentiles) VALUES (10, 0.2, 0.1, '{{"50": 0.1}}');
INSERT INTO worker_jobs (job_type, target_table, target_id, status, finished_at, claimed_by, claimed_at, lease_expires_at, deadline_at, run_at, last_error)
SELECT j.job_type, 'note', gen_random_uuid(), j.status, CASE WHEN j.status IN ('done', 'dead', 'cancelled') THEN now() END,
    CASE j.status WHEN 'running' THEN gen_random_uuid() END, CASE WHEN j.status IN ('running', 'done') THEN now() END,
    CASE j.status WHEN 'running' THEN now() + interval '1 hour' END, CASE j.status WHEN 'running' THEN now() + interval '1 hour' END,
    CASE j.status WHEN 'scheduled' THEN now() + interval '1 hour' ELSE now() END,
    CASE j.status WHEN 'dead' THEN '{{"class": "BadReply", "cause": "bad_reply"}}'::jsonb END
FROM (VALUES ('think', 'queued'), ('think', 'scheduled'), ('think', 'running'), ('think', 'done'), ('think', 'dead'), ('think', 'cancelled')) AS j (job_type, status),
    generate_series(1, 3);
INSERT INTO job_pauses (job_type, reason) VALUES ('confidence', 'for now');
INSERT INTO nightly_runs (status, trigger, host, requested_at, started_at, finished_at, heartbeat_at, fraction, seeds, report, last_error, generation_id)
SELECT 'published', 'command', 'here', now(), now(), now(), now(), 1, 10, '{{"seeds": 10}}', NULL, generation_id FROM cluster_generations;
INSERT INTO nightly_runs (status, trigger, host, requested_at, finished_at, last_error) VALUES ('failed', 'cron', 'here', now(), now(), '{{"class": "X"}}');
INSERT INTO nightly_steps (run_id, step, ordinal, status, finished_at, seconds, peak_mib, details)
SELECT run_id, 'read', 1, 'done', now(), 1, 100, '{{"seeds": 10}}' FROM nightly_runs;
INSERT INTO model_replies (hour, replies, unusable) VALUES (date_trunc('hour', now()), 10, 1);
INSERT INTO memory_samples (database_bytes, effective_bytes, budget_bytes, disk_free_bytes, disk_bytes, level, parts)
VALUES (100, 92, 100, 10, 20, 'critical', '{{"text": 60, "catalog": 40}}');
INSERT INTO memory_alerts (alert_type, cause, usage, threshold, recommended_actions)
VALUES ('critical', 'budget', 0.92, 0.9, '{{compress_similar}}');
INSERT INTO visits (visited_at) VALUES ('2026-09-02');
INSERT INTO sources (name, kind) VALUES ('良い新聞', 'feed');
INSERT INTO feeds (source_id, url, title, state, fetched_at, succeeded_at) SELECT source_id, 'https://news.example/feed', '新聞', 'ok', now(), now()
FROM sources WHERE kind = 'feed';
INSERT INTO articles (utterance_id, title, url, host, lang, raw_body, raw_hash, cleaning_version)
SELECT utterance_id, '見出し', 'https://news.example/1', 'news.example', 'ja', 'raw', 'hash', 1 FROM utterances LIMIT 1;
INSERT INTO article_tags (utterance_id, tag) SELECT utterance_id, '町' FROM articles;
INSERT INTO recap_job_articles (run_id, document_id, kind, utterance_id, said_at, lang, genre)
SELECT r.run_id, utterance_id, 'article', utterance_id, now(), 'ja', 'town' FROM nightly_runs r, articles;
INSERT INTO recap_golden_items (item_id, genre, lang, content) VALUES ('good', 'town', 'ja', '橋が開通した。');
INSERT INTO recap_genres (genre, ordinal, name_ja, name_en) VALUES ('town', 1, '町', 'Town');
INSERT INTO recap_genre_learning_results (run_id, document_id, utterance_id, genre, strategy, confidence)
SELECT run_id, document_id, utterance_id, genre, 'coarse_only', 0.5 FROM recap_job_articles;
INSERT INTO tag_label_graph (window_label, genre, tag, weight, sample_size) VALUES ('7d', 'town', '橋', 0.5, 3);
INSERT INTO recap_worker_config (config_type, config_payload) VALUES ('graph_override', '{{"graph_margin": 0.2}}');
INSERT INTO stories (story_id, title, genre, first_said_at, last_said_at) VALUES (gen_random_uuid(), '橋の話', 'town', now(), now());
INSERT INTO story_members (story_id, utterance_id, said_at) SELECT story_id, utterance_id, now() FROM stories, articles;
INSERT INTO recap_stories (run_id, story_id, genre, cluster, state, place, rank, documents, added, publishers)
SELECT run_id, story_id, 'town', 0, 'new', 'leading', 1, 1, 1, 1 FROM nightly_runs, stories;
INSERT INTO recap_cluster_evidence (run_id, genre, number, cluster, document_id, utterance_id, char_start, char_end, sentence, said_at)
SELECT run_id, 'town', 1, 0, utterance_id, utterance_id, 0, 3, '橋が開通した。', now() FROM nightly_runs, articles;
INSERT INTO recap_outputs (response_id, run_id, genre, title, bullets, window_days)
SELECT gen_random_uuid(), run_id, 'town', '橋', '[{{"text": "橋が開通した。", "cites": [1]}}]', 7 FROM nightly_runs;
INSERT INTO recap_sections (run_id, genre, response_id, rank, status) SELECT run_id, genre, response_id, 1, 'stored' FROM recap_outputs;
INSERT INTO morning_article_groups (edition_date, group_id, document_id, utterance_id, kind, is_primary, rank)
SELECT '2026-09-02', gen_random_uuid(), utterance_id, utterance_id, 'article', 1, 1 FROM articles;
INSERT INTO morning_letters (edition_date, groups, letter) VALUES ('2026-09-02', 1, '{{"bullets": []}}');
"""

# One value of each kind that PostgreSQL holds and others may not, as literals.
_DEEP = "repeat('[', 3000) || repeat(']', 3000)"
ODD: Mapping[str, Sequence[str]] = {
    "timestamptz": ["'infinity'", "'-infinity'", "'0044-03-15 BC'", "'294276-12-31 23:59:59+00'", "'4713-01-02 BC'", "'9999-12-31 23:59:59-12'"],
    "float4": ["'NaN'", "'Infinity'", "'-Infinity'", "3.4e38", "-3.4e38", "1e-38"],
    "int2": ["32767", "-32768", "0"],
    "int4": ["2147483647", "-2147483648", "0"],
    "int8": ["9223372036854775807", "-9223372036854775808", "0"],
    "uuid": ["'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"],
    "text": ["''", "' '", f"repeat('長い', {LONG // 6})", "E'\\u202e\\u0007\\x1b[2J\\n\\t\\u2028\\uffff\\U0010ffff'", "E'e\\u0301\\u200d🏽'", "'\"\\{}=%s'"],
    "bytea": ["''", "'\\x00'"],
    "jsonb": ["'{}'", "'[]'", "'null'", "'5'", "'\"word\"'", "'[{\"a\": [1]}]'", "'{\"a\": {\"b\": null}, \"seeds\": \"many\", \"cause\": 7}'", f"(({_DEEP})::jsonb)", "('{\"n\": 1' || repeat('0', 400) || '}')::jsonb", "('{\"n\": 1' || repeat('0', 9000) || '.5}')::jsonb", "('{\"n\": 1' || repeat('0', 9000) || '}')::jsonb"],
    "halfvec": ["'[65504,0,0,0,0,0,0,0]'", "'[-1,0,0,0,0,0,0,0]'"],
}  # fmt: skip
# What Tane keeps for itself and fills anew.
UNREAD = ("schema_migrations", "night_sources", "night_edges", "night_points")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table, by the catalogue."""

    table: str
    name: str
    type: str
    is_nullable: bool
    is_key: bool


async def columns_of(conn: Connection) -> dict[str, list[Column]]:
    """Return every column of every table that somebody reads."""
    rows = await conn.fetch(
        """
        SELECT c.table_name, c.column_name, c.udt_name, c.is_nullable = 'YES' AS is_nullable, k.column_name IS NOT NULL AS is_key
        FROM information_schema.columns c
        JOIN information_schema.tables t USING (table_schema, table_name)
        LEFT JOIN (
            SELECT u.table_schema, u.table_name, u.column_name
            FROM information_schema.key_column_usage u JOIN information_schema.table_constraints p
                USING (table_schema, table_name, constraint_name)
            WHERE p.constraint_type = 'PRIMARY KEY') k USING (table_schema, table_name, column_name)
        WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_name <> ALL ($1)
        ORDER BY c.table_name, c.ordinal_position
        """,
        UNREAD,
    )
    found: dict[str, list[Column]] = {}
    for row in rows:
        column = Column(
            table=row["table_name"], name=row["column_name"], type=row["udt_name"],
            is_nullable=row["is_nullable"], is_key=row["is_key"],
        )  # fmt: skip
        found.setdefault(column.table, []).append(column)
    return found


def odd_values(column: Column) -> Iterator[str]:
    yield from ODD.get(column.type, ())
    if column.is_nullable:
        yield "NULL"


# What a copy needs so that it stands beside the row it was made from; {n} is a number of its own.
_NEW = "gen_random_uuid()"
_SEED = "pg_temp.fresh_seed()"
FRESH: Mapping[str, Mapping[str, str]] = {
    "article_tags": {"tag": "'odd {n}'"},
    "articles": {"utterance_id": _NEW},
    "feeds": {"feed_id": _NEW, "source_id": _NEW, "url": "'https://odd.example/{n}'"},
    "morning_article_groups": {"group_id": _NEW},
    "morning_letters": {"edition_date": "date '2000-01-01' + {n}"},
    "recap_cluster_evidence": {"number": "{n}"},
    "recap_genre_learning_results": {"document_id": _NEW},
    "recap_genres": {"genre": "'odd {n}'"},
    "recap_golden_items": {"item_id": "'odd {n}'"},
    "recap_job_articles": {"document_id": _NEW},
    "recap_outputs": {"response_id": _NEW, "genre": "'odd {n}'"},
    "recap_sections": {"response_id": _NEW, "genre": "'odd {n}'"},
    "recap_stories": {"story_id": _NEW},
    "recap_worker_config": {"config_id": "{n}"},
    "stories": {"story_id": _NEW},
    "story_members": {"utterance_id": _NEW},
    "tag_label_graph": {"tag": "'odd {n}'"},
    "all_seed_info": {"model_id": "{n}"},
    "cluster_generations": {"generation_id": "{n}"},
    "cluster_lineage": {"from_cluster_id": _NEW},
    "clusters": {"cluster_id": _NEW},
    "edges": {"edge_id": _NEW, "src_id": _SEED},
    "embedding_models": {"model_id": "{n}", "digest": "'odd {n}'", "is_current": "0"},
    "embeddings": {"embedding_id": _NEW, "target_type": "'seed'", "target_id": _SEED},
    "job_pauses": {"job_type": "'odd {n}'"},
    "layout_points": {"target_type": "'seed'", "target_id": _SEED},
    "layout_runs": {
        "layout_id": _NEW,
        "scope_type": "'cluster'",
        "scope_cluster_id": "pg_temp.fresh_cluster()",
    },
    "memory_alerts": {"alert_id": "{n}", "told_on": "date '2000-01-01' + {n}"},
    "memory_samples": {"sample_id": "{n}"},
    "model_replies": {"hour": "now() - {n} * interval '1 hour'"},
    "nightly_runs": {"run_id": "{n}"},
    "nightly_steps": {"step": "'odd {n}'"},
    "seeds": {"seed_id": _NEW},
    "sources": {"source_id": _NEW, "name": "'odd {n}'"},
    "utterance_roles": {"utterance_role_id": _NEW, "utterance_role_name": "'odd {n}'"},
    "utterance_seeds": {"seed_id": _SEED},
    "utterance_splits": {"utterance_split_id": _NEW, "ordinal": "{n}"},
    "utterances": {"utterance_id": _NEW, "external_id": "'odd {n}'"},
    "visits": {"visitor": "'odd {n}'"},
    "worker_jobs": {"job_id": _NEW, "target_id": _NEW},
}

_MAKERS = """
CREATE FUNCTION pg_temp.fresh_seed() RETURNS uuid LANGUAGE sql VOLATILE AS
    $$ INSERT INTO seeds (body, body_hash, seed_kind) VALUES ('種', '', 'question') RETURNING seed_id $$;
CREATE FUNCTION pg_temp.fresh_cluster() RETURNS uuid LANGUAGE sql VOLATILE AS
    $$ INSERT INTO clusters (cluster_title, cluster_overview) VALUES ('まとまり', '') RETURNING cluster_id $$;
"""
# Whatever was copied is linked, has a vector and a place, so that every reader comes to it.
_LINKS = f"""
INSERT INTO utterance_seeds (utterance_id, seed_id)
SELECT u.utterance_id, s.seed_id FROM seeds s, (SELECT utterance_id FROM utterances WHERE contents LIKE '良%' LIMIT 1) u
WHERE NOT EXISTS (SELECT FROM utterance_seeds l WHERE l.seed_id = s.seed_id);
INSERT INTO utterance_seeds (utterance_id, seed_id)
SELECT u.utterance_id, pg_temp.fresh_seed() FROM utterances u
WHERE NOT EXISTS (SELECT FROM utterance_seeds l WHERE l.utterance_id = u.utterance_id);
INSERT INTO embeddings (target_type, target_id, model_name, vector)
SELECT kind, id, '{MODEL}', '[1,2,1,0,1,0,0,0.5]' FROM (
    SELECT 'seed' AS kind, seed_id AS id FROM seeds UNION ALL SELECT 'utterance', utterance_id FROM utterances) i
WHERE NOT EXISTS (SELECT FROM embeddings e WHERE e.target_id = i.id) ON CONFLICT DO NOTHING;
INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight, source)
SELECT 'seed', s.seed_id, 'cluster', c.cluster_id, 'part_of', 'member', 0.9, 'nightly'
FROM clusters c, (SELECT seed_id FROM seeds WHERE body LIKE '良%' LIMIT 2) s ON CONFLICT DO NOTHING;
INSERT INTO layout_points (layout_id, target_type, target_id, x, y)
SELECT r.layout_id, i.kind, i.id, 1, 2 FROM layout_runs r, (
    SELECT 'seed' AS kind, seed_id AS id FROM seeds UNION ALL SELECT 'utterance', utterance_id FROM utterances
    UNION ALL SELECT 'cluster', cluster_id FROM clusters) i
WHERE r.scope_type = 'atlas' AND r.is_active = 1 ON CONFLICT DO NOTHING;
"""


async def plant(
    conn: Connection, tables: Sequence[str] | None = None, *, in_every_state: bool = False
) -> int:
    """Copy a good row of these tables, of all unless told, for each odd value of each column; return how many that made.

    Triggers do not fire, as in a restore; what a CHECK or a unique key forbids is left out. Of rows that have a status
    each value is tried in one of them, or in every one.
    """
    await conn.execute(_MAKERS)
    await conn.execute("SET session_replication_role = replica")
    made, number = 0, 100
    for table, columns in (await columns_of(conn)).items():
        if tables is not None and table not in tables:
            continue
        states = "DISTINCT ON (status)" if any(column.name == "status" for column in columns) else ""
        await conn.execute(
            f"CREATE TEMP TABLE good AS SELECT {states} * FROM {table} {'' if states else 'LIMIT 1'}"
        )
        count = await conn.fetchval("SELECT count(*) FROM good")
        assert table in FRESH, (
            f"{table} needs a good row in GOOD, and in FRESH what makes a copy of it another"
        )
        assert count, f"{table} needs a good row in GOOD, and in FRESH what makes a copy of it another"
        values = [(column, value) for column in columns for value in odd_values(column)]
        for place, (column, value) in enumerate(values):
            for state in range(count) if in_every_state else [place % count]:
                number += 1
                made += await _copy(conn, columns, column, value, number=number, state=state)
        await conn.execute("DROP TABLE good")
    await conn.execute(_LINKS)
    await conn.execute("RESET session_replication_role")
    return made


async def _copy(
    conn: Connection, columns: Sequence[Column], odd: Column, value: str, *, number: int, state: int
) -> bool:
    names = ", ".join(column.name for column in columns)
    fresh = {name: text.format(n=number) for name, text in FRESH[odd.table].items()}
    given = [
        f"{value}::{odd.type}" if column == odd else fresh.get(column.name, column.name) for column in columns
    ]
    try:
        async with conn.transaction():
            await conn.execute(
                f"INSERT INTO {odd.table} ({names}) OVERRIDING SYSTEM VALUE "
                f"SELECT {', '.join(given)} FROM good OFFSET {state} LIMIT 1"
            )
    except (
        asyncpg.IntegrityConstraintViolationError,
        asyncpg.ProgramLimitExceededError,
        asyncpg.DataError,
    ):
        return False
    return True
