"""`did_asked_<kind>`: asks the text model for statements of one kind and plants them as seeds."""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID, uuid5

from handlers.asking import ask, each
from handlers.chain import EXTRACTION_PRIORITY, Kind, embedding_jobs
from handlers.contract import Finished, Handler, Lane, Loaded, Worked
from handlers.grounding import support
from handlers.options import Options
from handlers.statements import MOST, content, statements
from handlers.utterance import load_targets, save_unmoved
from handlers.windows import windows
from llm.protocol import Models, Prompt
from store.jobs import Job, enqueue
from store.pool import Connection
from store.seeds import NewSeed, drop_vanished_seeds, rejected_spans, save_seeds
from store.utterances import Utterance, mark_asked

DEADLINE_S = 3600.0  # a text of many windows is asked window by window


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """An utterance that is asked for seeds."""

    utterance: Utterance


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """The seeds of one utterance, and how many more were found than are kept."""

    seeds: tuple[NewSeed, ...]
    surplus: int


def handler(kind: Kind, options: Options) -> Handler[Field, Harvest]:
    """Return the handler of `did_asked_<kind>`."""
    return Handler(
        job_type=f"did_asked_{kind}",
        lane=Lane.TEXT,
        targets=frozenset({"utterance"}),
        priority=EXTRACTION_PRIORITY,
        deadline_s=DEADLINE_S,
        load=_load,
        work=partial(_work, kind, options),
        save=partial(_save, kind),
    )


async def _load(conn: Connection, jobs: Sequence[Job]) -> Sequence[Loaded[Field]]:
    targets = await load_targets(conn, jobs)
    return [Field(utterance=found) if isinstance(found, Utterance) else found for found in targets]


async def _work(
    kind: Kind, options: Options, items: Sequence[Field], models: Models
) -> Sequence[Worked[Harvest]]:
    return await each(items, partial(_harvest, kind, options, models))


async def _harvest(kind: Kind, options: Options, models: Models, field: Field) -> Harvest:
    """Ask window by window until there are as many seeds as an utterance may have."""

    def render(contents: str) -> Prompt:
        return options.prompts.render(f"did_asked_{kind}", contents=contents)

    seeds: dict[str, NewSeed] = {}
    surplus = 0
    for part in windows(field.utterance.contents, render, context_tokens=options.context_tokens):
        prompt = render(part.text)
        answer = await ask(models, prompt, partial(statements, source=part.text))
        for body in answer.value.bodies:
            found = support(body, part.text, offset=part.start)
            seed = NewSeed(
                seed_id=seed_id(field.utterance.utterance_id, kind, body),
                kind=kind,
                body=body,
                grounding=found.grounding,
                span=found.span,
                model_name=answer.model,
                prompt_version=prompt.version,
            )
            seeds.setdefault(content(body), seed)
        surplus += answer.value.surplus
        if len(seeds) >= MOST:
            break
    kept = tuple(seeds.values())[:MOST]
    return Harvest(seeds=kept, surplus=surplus + len(seeds) - len(kept))


async def _save(kind: Kind, conn: Connection, finished: Sequence[Finished[Field, Harvest]]) -> Sequence[str]:
    return await save_unmoved(conn, finished, partial(_plant, conn, kind))


def seed_id(utterance_id: UUID, kind: Kind, body: str) -> UUID:
    """Return the id that these words of this kind in this utterance always have (A5)."""
    digest = hashlib.sha256(unicodedata.normalize("NFKC", body).encode()).hexdigest()
    return uuid5(utterance_id, f"{kind}:{digest}")


def is_rejected(span: tuple[int, int] | None, rejected: Sequence[tuple[int, int]]) -> bool:
    """Tell whether words at this place were rejected: half of the shorter of the two spans lies in the other (C3)."""
    if span is None:
        return False
    start, end = span
    return any(
        2 * (min(end, last) - max(start, first)) >= min(end - start, last - first) > 0
        for first, last in rejected
    )


async def _plant(conn: Connection, kind: Kind, field: Field, harvest: Harvest) -> str:
    """Store the seeds, queue vectors for the new ones, and remember that this utterance was asked (A6)."""
    utterance_id = field.utterance.utterance_id
    rejected = await rejected_spans(conn, utterance_id, kind)
    wanted = [seed for seed in harvest.seeds if not is_rejected(seed.span, rejected)]
    new_ids = await save_seeds(conn, utterance_id, wanted)
    await drop_vanished_seeds(conn, utterance_id, kind, [seed.seed_id for seed in harvest.seeds])
    await enqueue(conn, embedding_jobs("seed", new_ids))
    await mark_asked(conn, utterance_id, kind)
    if harvest.surplus:
        return f"surplus:{harvest.surplus}"
    return "done" if harvest.seeds else "nothing_found"
