"""A store with articles and talk whose vectors the built-in encoder has made, and recaps over it in this process."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import numpy as np

from daemon.recaps import cannot_write, recap_options
from tane.language.splitting import split
from tane.llm.builtin import DIGEST, DIMS, encode
from tane.recap.cleaning import text_of_html
from tane.runs.morning import edition
from tane.runs.recap.recap_files import Recap, RecapOptions
from tane.runs.recap.steps import STEPS
from tane.runs.step import NothingToDo, Step
from tane.settings.model import Settings
from tane.store import runs
from tane.store.pool import Pool, connection, encode_halfvec
from tane.store.runs import Run
from tane.store.session import Session
from tests.tane.runs.night.planted import Inline

ARTICLES = Path(__file__).parents[4] / "demo" / "articles.jsonl"
_NAMESPACE = UUID(int=20260914)
WEEK = {"window_start": "2026-09-14T00:00:00+00:00", "window_end": "2026-09-21T00:00:00+00:00"}


def id_of(name: str) -> UUID:
    """Return the id of an article or utterance of this name."""
    return uuid5(_NAMESPACE, name)


def shipped() -> list[dict[str, Any]]:
    """Return the articles of the demo."""
    return [json.loads(line) for line in ARTICLES.read_text(encoding="utf-8").splitlines()]


def text_of(article: Mapping[str, Any]) -> str:
    """Return the text of an article as an import stores it."""
    body: str = article["body"]
    return text_of_html(body) if body.lstrip().startswith("<") else body


@cache
def encoded(text: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return the built-in encoder's vector of a text; once for all tests of a process."""
    vector: np.ndarray[Any, np.dtype[np.float32]] = encode([text])[0]
    return vector


class Newsroom:
    """Puts documents into the database as if their jobs had run."""

    def __init__(self, *, pool: Pool, dsn: str, folder: Path, settings: Settings | None = None) -> None:
        self.pool = pool
        self.session = Session(pool=pool, dsn=dsn)
        self.settings = settings or Settings(timezone="UTC")
        self.folder = folder
        self.options: RecapOptions = recap_options(self.settings, can_write=cannot_write)

    async def open(self) -> "Newsroom":
        """Take the built-in encoder as the model in use."""
        await self.pool.execute(
            "INSERT INTO embedding_models (model_name, digest, dims, is_current) VALUES ('builtin', $1, $2, 1)",
            DIGEST, DIMS,
        )  # fmt: skip
        return self

    async def publish(self, articles: Iterable[Mapping[str, Any]], *, source: str = "news") -> None:
        """Add articles: id, title, url, published_at, lang, tags, body."""
        chosen = list(articles)
        source_id = await self.pool.fetchval(
            "INSERT INTO sources (name, kind, is_mapped) VALUES ($1, 'articles', 0) "
            "ON CONFLICT (name) DO UPDATE SET kind = 'articles' RETURNING source_id",
            source,
        )
        for one in chosen:
            utterance = id_of(one["id"])
            await self.pool.execute(
                "INSERT INTO utterances (utterance_id, source_id, external_id, uttered_at, contents) "
                "VALUES ($1, $2, $3, $4, $5)",
                utterance, source_id, one["id"], datetime.fromisoformat(one["published_at"]), text_of(one),
            )  # fmt: skip
            await self.pool.execute(
                "INSERT INTO articles (utterance_id, title, url, host, lang, cleaning_version) "
                "VALUES ($1, $2, $3, $4, $5, 1)",
                utterance, one.get("title"), one.get("url"), one.get("url", "https://x.example.org/").split("/")[2],
                one.get("lang"),
            )  # fmt: skip
            await self.pool.executemany(
                "INSERT INTO article_tags (utterance_id, tag, confidence) VALUES ($1, $2, $3)",
                [(utterance, tag["tag"], tag["confidence"]) for tag in one.get("tags", ())],
            )
        await self._embed([(id_of(one["id"]), text_of(one)) for one in chosen])

    async def say(self, turns: Sequence[Mapping[str, Any]]) -> None:
        """Add talk: id, conversation, speaker, at, text."""
        for place, one in enumerate(turns):
            await self.pool.execute(
                "INSERT INTO utterances (utterance_id, conversation_id, position, speaker, uttered_at, contents) "
                "VALUES ($1, $2, $3, $4, $5, $6)",
                id_of(one["id"]), id_of(one["conversation"]), place, one.get("speaker"),
                datetime.fromisoformat(one["at"]), one["text"],
            )  # fmt: skip
        await self._embed([(id_of(one["id"]), one["text"]) for one in turns])

    async def _embed(self, texts: Sequence[tuple[UUID, str]]) -> None:
        pieces = [
            (utterance, ordinal, piece)
            for utterance, text in texts
            for ordinal, piece in enumerate(split(text, max_tokens=110))
        ]
        vectors = [encoded(piece.text) for _, _, piece in pieces]
        for (utterance, ordinal, piece), vector in zip(pieces, vectors, strict=True):
            split_id = await self.pool.fetchval(
                "INSERT INTO utterance_splits (utterance_id, ordinal, char_start, char_end, contents) "
                "VALUES ($1, $2, $3, $4, $5) RETURNING utterance_split_id",
                utterance, ordinal, piece.start, piece.end, piece.text,
            )  # fmt: skip
            unit = np.asarray(vector, dtype=np.float32)
            await self.pool.execute(
                "INSERT INTO embeddings (target_type, target_id, model_id, model_name, dims, vector) "
                "SELECT 'utterance_split', $1, model_id, model_name, dims, $2 FROM embedding_models WHERE is_current = 1",
                split_id, encode_halfvec(unit / np.linalg.norm(unit)),
            )  # fmt: skip

    async def recap(
        self,
        params: Mapping[str, Any] = WEEK,
        *,
        kind: str = runs.RECAP,
        steps: Sequence[Step[RecapOptions]] = STEPS,
        until: str | None = None,
        **options: Any,
    ) -> tuple[int, dict[str, Any]]:
        """Have a recap, or a morning; return its run and the details of its steps."""
        run_id, recap = await self.begun(params, kind=kind, **options)
        details: dict[str, Any] = {}
        try:
            for step in steps:
                details[step.name] = await step.run(recap)
                async with connection(self.pool) as conn:
                    await runs.begin_step(conn, run_id, recap.epoch, step=step.name, ordinal=len(details))
                    await runs.end_step(
                        conn, run_id, recap.epoch, step=step.name, status="done", seconds=0, peak_mib=None,
                        details=details[step.name],
                    )  # fmt: skip
                if step.name == until:
                    return run_id, details
        except NothingToDo as found:
            details["nothing"] = found.reason
        last = details.get("finish", {})
        status = "skipped" if "nothing" in details else last.get("outcome", "published")
        async with connection(self.pool) as conn:
            await runs.finish(conn, run_id, recap.epoch, status=status, report={"steps": details})
        return run_id, details

    async def morning(self, until: str, **options: Any) -> tuple[int, dict[str, Any]]:
        """Have the morning of the day that ends at a time; return its run and the details of its steps."""
        return await self.recap(
            {"window_end": until}, kind=runs.MORNING, steps=edition.STEPS, days=1.0, **options
        )

    def in_zone(self, zone: str) -> RecapOptions:
        """Return the options with another time zone."""
        return replace(self.options, zone=zone)

    async def again(self, run_id: int) -> None:
        """Do every step of a run once more, in the folder that it has."""
        async with connection(self.pool) as conn:
            run = await runs.read_run(conn, run_id)
        assert run is not None
        recap = self._context(run)
        for step in STEPS:
            await step.run(recap)

    async def begun(
        self, params: Mapping[str, Any], *, kind: str = runs.RECAP, **options: Any
    ) -> tuple[int, Recap]:
        """Begin a run without a step."""
        async with connection(self.pool) as conn:
            asked = await runs.request(conn, kind, "command", params=params)
            assert asked is not None
            taken = await runs.take_up(conn, asked.run_id, host="here")
            run = await runs.begin_anew(conn, taken)
        (self.folder / str(run.folder)).mkdir()
        return run.run_id, self._context(run, **options)

    def _context(self, run: Run, **options: Any) -> Recap:
        return Recap(
            run_id=run.run_id,
            epoch=run.epoch,
            is_forced=False,
            folder=self.folder / str(run.folder),
            options=replace(self.options, **options),
            params=run.params,
            session=self.session,
            compute=Inline(),
            report=lambda _: None,
        )
