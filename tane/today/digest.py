"""Answers the owner's four questions from one moment of the database."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np

from tane.store import reading, today
from tane.store.pool import Connection, Pool, connection, snapshot, transaction
from tane.store.today import NewCounts, Quotation, Theme
from tane.today.changed_minds import held_before
from tane.today.open_questions import TURNS, is_answered, is_answered_later
from tane.today.similarity import SimilarityScan

LEAST_DAYS = 2  # what was said on one day does not come back
LEAST_REINTERPRETATION = 0.75
THEME_LINES = 2
LOOKED_AT = 1_000  # the newest questions and turns that are compared with everything


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedMind:
    """A view that changed, and what its speaker said about it on an earlier day, if anything was found."""

    after: Quotation
    before: Quotation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """A theme with its newest lines."""

    theme: Theme
    lines: list[Quotation]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What was stored since a moment; since None it is everything."""

    since: datetime | None
    counts: NewCounts
    lines: list[Quotation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The answers; every line is a quotation."""

    at: datetime  # to be remembered as the visit
    themes: list[Recurring]
    turns: list[ChangedMind]
    questions: list[Quotation]
    waiting: int  # questions that have no vector yet, and cannot be judged
    is_unasked: bool  # no text model has been asked yet: it would find turns and questions
    news: News

    def as_json(self) -> dict[str, Any]:
        """Return everything for programs; ids in full."""
        return {
            "at": self.at,
            "themes": [
                {**asdict(one.theme), "lines": [asdict(line) for line in one.lines]} for one in self.themes
            ],
            "changed": [
                {"after": asdict(turn.after), "before": None if turn.before is None else asdict(turn.before)}
                for turn in self.turns
            ],
            "open_questions": [asdict(line) for line in self.questions],
            "questions_waiting": self.waiting,
            "without_text_model": self.is_unasked,
            "new": {
                "since": self.news.since,
                **asdict(self.news.counts),
                "lines": [asdict(line) for line in self.news.lines],
            },
        }


async def read_today(pool: Pool, *, zone: str, since: datetime | None = None, limit: int) -> Today:
    """Answer with at most `limit` of each; without `since` what is new counts from the last visit.

    Cost: one pass over all vectors of the model in use, in chunks; 2,000 lines at most are compared with each.
    """
    async with connection(pool) as conn:
        horizon = await today.read_horizon(conn)
    async with snapshot(pool) as conn:
        since = since or await today.last_visit(conn)
        beginning = since or datetime.fromisoformat("0001-01-02T00:00:00+00:00")
        themes = await today.read_themes(conn, zone=zone, least_days=LEAST_DAYS, limit=limit)
        lines = await today.read_theme_lines(conn, [theme.id for theme in themes], lines=THEME_LINES)
        turns, questions, waiting = await _compared(conn, zone=zone, limit=limit)
        return Today(
            at=horizon,
            themes=[Recurring(theme=theme, lines=lines[theme.id]) for theme in themes],
            turns=turns,
            questions=questions,
            waiting=waiting,
            is_unasked=await today.is_unasked(conn),
            news=News(
                since=since,
                counts=await today.count_new(conn, beginning),
                lines=await today.read_new_lines(conn, beginning, limit=limit),
            ),
        )


async def remember(pool: Pool, seen: Today) -> None:
    """Remember that the owner has seen this."""
    async with transaction(pool) as conn:
        await today.remember_visit(conn, seen.at)


async def _compared(
    conn: Connection, *, zone: str, limit: int
) -> tuple[list[ChangedMind], list[Quotation], int]:
    turned = await _turned(conn, limit=limit)
    asked = await today.read_lines_of_kind(conn, "question", limit=LOOKED_AT)
    model = await reading.current_model(conn)
    vectors = (
        {} if model is None else await today.read_vectors(conn, [*turned, *asked], model_id=model.model_id)
    )
    lines = [line for line in (*turned, *asked) if line.id in vectors]
    waiting = sum(line.id not in vectors for line in asked)
    if model is None or not lines:
        return [ChangedMind(after=line, before=None) for line in turned], [], waiting
    mean = await today.read_mean(conn, model_id=model.model_id)
    scan = SimilarityScan(lines, np.stack([vectors[line.id] for line in lines]), zone=zone, mean=mean)
    async for chunk in today.read_candidates(conn, model_id=model.model_id):
        scan.take(chunk)
    near = {line.id: scan.near(place) for place, line in enumerate(lines)}
    replies = await today.read_replies(conn, {line.utterance_id for line in asked}, turns=TURNS)
    unanswered = [
        line
        for line in asked
        if line.id in near and not is_answered(line, replies.get(line.utterance_id, ()), near[line.id])
    ]
    quoted = [line for line in (*turned, *unanswered) if line.id in near]
    known = await today.read_lines(conn, [one.id for line in quoted for one in near[line.id]])
    still_open = [line for line in unanswered if not is_answered_later(line, near[line.id], known)]
    turns = [
        ChangedMind(after=line, before=held_before(line, near.get(line.id, ()), known)) for line in turned
    ]
    return turns, still_open[:limit], waiting


async def _turned(conn: Connection, *, limit: int) -> list[Quotation]:
    """Return the latest turns: seeds of the kind, and utterances that score so high that they may be one."""
    found = await today.read_lines_of_kind(conn, "conversion", limit=limit)
    found += await today.read_reinterpreting(conn, least=LEAST_REINTERPRETATION, limit=limit)
    return sorted(found, key=lambda line: (line.at, line.position or 0, line.id), reverse=True)[:limit]
