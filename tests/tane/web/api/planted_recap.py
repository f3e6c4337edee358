"""A recap and a morning by hand, over one utterance: a section with a story, one document read and another left out."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tane.store.pool import Connection
from tests.tane.web.api.planted import SAID

DAY = date(2026, 8, 4)
TITLE = "早寝の一週間"
GENRE = "other.1"


@dataclass(frozen=True, kw_only=True)
class PlantedRecap:
    """Ids of what was planted."""

    run: int
    document: UUID
    left_out: UUID
    story: UUID


async def plant_recap(conn: Connection, said: UUID, *, kind: str = "article") -> PlantedRecap:
    """Let a recap cite an utterance, which becomes an article, and a morning show it."""
    left_out, story, response = UUID(int=11), UUID(int=12), UUID(int=13)
    run = await conn.fetchval(
        "INSERT INTO nightly_runs (kind, trigger, status, started_at, finished_at, params, report) "
        "VALUES ('recap', 'command', 'published', '2026-08-04T04:00:00Z', '2026-08-04T04:01:00Z', $1, '{}') RETURNING run_id",
        {"window_start": "2026-07-28T00:00:00+00:00", "window_end": "2026-08-04T00:00:00+00:00", "sources": "both", "mode": "clusters"},
    )  # fmt: skip
    await conn.execute(
        "INSERT INTO articles (utterance_id, title, url, host, lang, cleaning_version) "
        "VALUES ($1, $2, 'https://news.example.org/1', 'news.example.org', 'ja', 1)", said, TITLE,
    )  # fmt: skip
    await conn.execute(
        "INSERT INTO recap_job_articles (run_id, document_id, kind, utterance_id, publisher, lang, said_at, genre, score) "
        "VALUES ($1, $2, $3, $2, 'news.example.org', 'ja', '2026-08-03', $4, 0.5)", run, said, kind, GENRE,
    )  # fmt: skip
    await conn.execute(
        "INSERT INTO recap_job_articles (run_id, document_id, kind, said_at, dropped_by, reason, duplicate_of, similarity) "
        "VALUES ($1, $2, $3, '2026-08-03', 'dedup', 'near_duplicate', $4, 0.9)", run, left_out, kind, said,
    )  # fmt: skip
    await conn.execute(
        "INSERT INTO recap_genre_learning_results (run_id, document_id, utterance_id, genre, strategy, confidence, coarse_candidates) "
        "VALUES ($1, $2, $2, $3, 'map_cluster', 0.4, '[{\"genre\": \"other.1\", \"score\": 0.4}]')", run, said, GENRE,
    )  # fmt: skip
    await conn.execute(
        "INSERT INTO stories (story_id, title, first_said_at, last_said_at) VALUES ($1, $2, '2026-08-03', '2026-08-03')",
        story, TITLE,
    )  # fmt: skip
    await conn.execute(
        "INSERT INTO recap_stories (run_id, story_id, genre, cluster, state, place, rank, documents, added, publishers, score) "
        "VALUES ($1, $2, $3, 0, 'new', 'leading', 0, 2, 2, 1, 1)", run, story, GENRE,
    )  # fmt: skip
    sentence = SAID.split("。")[0] + "。"
    await conn.execute(
        "INSERT INTO recap_cluster_evidence (run_id, genre, number, cluster, story_id, document_id, utterance_id, char_start, "
        "char_end, sentence, lang, said_at, publisher) VALUES ($1, $2, 1, 0, $3, $4, $4, 0, $5, $6, 'ja', '2026-08-03', 'news.example.org')",
        run, GENRE, story, said, len(sentence), sentence,
    )  # fmt: skip
    await conn.execute(
        "INSERT INTO recap_sections (run_id, genre, response_id, name, rank, status, documents, sentences, clusters) "
        "VALUES ($1, $2, $3, '眠り', 0, 'stored', 1, 1, 1)", run, GENRE, response,
    )  # fmt: skip
    bullets = [
        {
            "text": sentence,
            "cites": [1],
            "story_id": str(story),
            "is_verified": True,
            "is_degraded": True,
            "reason": "no_model",
        }
    ]
    await conn.execute(
        "INSERT INTO recap_outputs (response_id, run_id, genre, title, bullets, tags, window_days, is_degraded, degraded_reason) "
        "VALUES ($1, $2, $3, $4, $5, '[\"眠り\"]', 7, 1, 'no_model')", response, run, GENRE, TITLE, bullets,
    )  # fmt: skip
    await conn.execute(
        "INSERT INTO nightly_steps (run_id, step, ordinal, status, details) VALUES ($1, 'dedup', 1, 'done', '{\"near\": 1}')", run
    )  # fmt: skip
    await conn.execute(
        "INSERT INTO morning_letters (edition_date, run_id, groups, letter) VALUES ($1, $2, 1, $3)",
        DAY, run, {"title": TITLE, "bullets": [], "model": None},
    )  # fmt: skip
    await conn.execute(
        "INSERT INTO morning_article_groups (edition_date, group_id, document_id, utterance_id, kind, is_primary, rank, score) "
        "VALUES ($1, $2, $3, $3, $4, 1, 0, 1)", DAY, UUID(int=14), said, kind,
    )  # fmt: skip
    return PlantedRecap(run=run, document=said, left_out=left_out, story=story)
