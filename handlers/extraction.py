"""`did_asked_<kind>`: asks the text model for statements of one kind and plants them as seeds."""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from handlers.contract import Handler
from handlers.job_graph import EXTRACTION_PRIORITY, embedding_jobs
from handlers.json_replies import Sections
from handlers.list_replies import MOST, Statements, listed, statements
from handlers.model_call import ask, windows
from handlers.options import Options
from handlers.prompt_echoes import Echoes
from handlers.utterance import Asked, Question, Windowed, WindowReply, single, structured
from tane.language.grounding import LOW, support
from tane.language.offloading import off_loop
from tane.language.spelling import letters
from tane.language.splitting import Piece
from tane.llm.model_errors import BadReply
from tane.llm.protocol import Models, Prompt
from tane.store.domain import EXTRACTION_JOBS, SeedKind
from tane.store.jobs import enqueue
from tane.store.pool import Connection
from tane.store.seeds import NewSeed, drop_vanished_seeds, rejected_spans, save_seeds
from tane.store.utterances import mark_asked

DEADLINE_S = 3600.0  # a text of many windows is asked window by window
# Bounds of a list by the text's length: some models never end one. Servers that turn a schema into a grammar stop at
# a few thousand repetitions.
CHARS_AN_ITEM = 8
LEAST_ITEMS = 3
LEAST_LENGTH = 80
LONGEST = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """The seeds of one utterance, and how many more were found than are kept."""

    seeds: tuple[NewSeed, ...]
    surplus: int


def handler(kind: SeedKind, options: Options) -> Handler[Asked, Harvest]:
    """Return the handler of `did_asked_<kind>`."""
    return single(
        EXTRACTION_JOBS[kind],
        options,
        priority=EXTRACTION_PRIORITY,
        deadline_s=DEADLINE_S,
        answer=partial(_harvest, kind, options),
        write=partial(_plant, kind),
    )


def question(kind: SeedKind, options: Options) -> Question[Harvest]:
    """Return how seeds of a kind are asked for together with other questions."""
    return Question(
        handler=handler(kind, options),
        admit=lambda asked: asked,
        fields=lambda asked: {kind: list_schema(asked.utterance.contents)},
        read=partial(_read, kind),
        flaws=lambda _: 0,
        windowed=Windowed(merge=merged, is_full=_is_full),
    )


async def _harvest(
    kind: SeedKind, options: Options, models: Models, asked: Asked, context_tokens: int
) -> Harvest:
    """Ask window by window until there are as many seeds as an utterance may have."""

    def render(contents: str) -> Prompt:
        return options.prompts.render(EXTRACTION_JOBS[kind], contents=contents, before=asked.shown_before)

    harvests: list[Harvest] = []
    text = asked.utterance.contents
    for part in await off_loop(len(text), windows, text, render, context_tokens=context_tokens):
        prompt = render(part.text)
        echoes = Echoes(prompt.wording, part.text)
        answer = await ask(
            models,
            prompt,
            partial(statements, source=part.text, refuse=echoes.holds),
            structured=structured(
                {kind: list_schema(part.text)}, partial(_listed, kind, part=part, echoes=echoes)
            ),
            source=part.text,
        )
        gathered = partial(
            _gathered, kind, asked, part, answer.value, model=answer.model, version=prompt.version
        )
        harvests.append(await off_loop(len(part.text), gathered))
        if _is_full(merged(harvests)):
            break
    return merged(harvests)


def list_schema(text: str) -> dict[str, Any]:
    """Return the schema of a list of statements about a text: a list without bounds may never end. Pure."""
    return {
        "type": "array",
        "items": {"type": "string", "maxLength": max(LEAST_LENGTH, min(2 * len(text), LONGEST))},
        "maxItems": max(LEAST_ITEMS, min(len(text) // CHARS_AN_ITEM, MOST)),
    }


def _read(kind: SeedKind, told: WindowReply) -> Harvest:
    found = _listed(kind, told.sections, part=told.part, echoes=told.echoes)
    return _gathered(kind, told.asked, told.part, found, model=told.model, version=told.version)


def _listed(kind: SeedKind, said: Sections, *, part: Piece, echoes: Echoes) -> Statements:
    bodies: Sequence[str] | None = getattr(said, kind)
    if bodies is None:
        raise BadReply(f"the reply holds no list of {kind}")
    return listed(bodies, source=part.text, refuse=echoes.holds)


def _gathered(
    kind: SeedKind, asked: Asked, part: Piece, found: Statements, *, model: str, version: str
) -> Harvest:
    """Make seeds of the statements found in a window; what only the turns before it say is no seed of it."""
    seeds = []
    roles = {letters(role) for role in asked.roles}
    for body in found.bodies:
        if letters(body) in roles and body not in part.text:
            continue  # the list of roles, repeated
        backing = support(body, part.text, offset=part.start)
        if backing.grounding < LOW and is_said_before(body, asked):
            continue
        seeds.append(
            NewSeed(
                seed_id=seed_id(asked.utterance.utterance_id, kind, body),
                kind=kind,
                body=body,
                grounding=backing.grounding,
                span=backing.span,
                model_name=model,
                prompt_version=version,
            )
        )
    return Harvest(seeds=tuple(seeds), surplus=found.surplus)


def is_said_before(body: str, asked: Asked) -> bool:
    """Tell whether a statement stands in the context that was shown only for understanding."""
    shown = [*(turn.contents for turn in asked.before), asked.utterance.title or ""]
    return any(support(body, text).grounding >= LOW for text in shown if text)


def _is_full(harvest: Harvest) -> bool:
    return len(harvest.seeds) >= MOST


def merged(harvests: Sequence[Harvest]) -> Harvest:
    """Join the harvests of an utterance's windows: the first of equal seeds, at most `MOST`."""
    seeds: dict[str, NewSeed] = {}
    for harvest in harvests:
        for seed in harvest.seeds:
            seeds.setdefault(letters(seed.body), seed)
    kept = tuple(seeds.values())[:MOST]
    surplus = sum(harvest.surplus for harvest in harvests)
    return Harvest(seeds=kept, surplus=surplus + len(seeds) - len(kept))


def seed_id(utterance_id: UUID, kind: SeedKind, body: str) -> UUID:
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


async def _plant(kind: SeedKind, conn: Connection, asked: Asked, harvest: Harvest) -> str:
    """Store the seeds, queue vectors for the new ones, and remember that this utterance was asked (A6)."""
    utterance_id = asked.utterance.utterance_id
    rejected = await rejected_spans(conn, utterance_id, kind)
    wanted = [seed for seed in harvest.seeds if not is_rejected(seed.span, rejected)]
    new_ids = await save_seeds(conn, utterance_id, wanted)
    await drop_vanished_seeds(conn, utterance_id, kind, [seed.seed_id for seed in harvest.seeds])
    await enqueue(conn, embedding_jobs("seed", new_ids))
    await mark_asked(conn, utterance_id, kind)
    if harvest.surplus:
        return f"surplus:{harvest.surplus}"
    return "done" if harvest.seeds else "nothing_found"
