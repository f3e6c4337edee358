"""`recap_section`: asks the text model for one section of a recap, and lets through what its evidence says.

Where the gate is unsure of a bullet, the model is asked whether the sentences say so. What is turned down is asked for
once more, with the reason; then a sentence of the evidence stands in its place. The section is stored at once.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from handlers.contract import Finished, Handler, JobError, Lane, Loaded, Skip, Worked
from handlers.job_graph import RECAP_SECTION_PRIORITY
from handlers.json_replies import best_object, finished_part
from handlers.model_call import Structured, ask, context_of, each, room
from handlers.options import Options
from handlers.prompt_echoes import Echoes
from handlers.second_opinion import opinion_on
from tane.language import titles
from tane.language.offloading import off_loop
from tane.llm.model_errors import BadReply, RequestRefused, TextTooLong
from tane.llm.prompts import SECTION
from tane.llm.protocol import Models, Prompt
from tane.recap import gate, section
from tane.recap.extractive import RecapSection, extractive, stand_in, tags_from, title_from
from tane.recap.gate import BulletVerdict
from tane.recap.section import Bullet, CitableSentence, DraftBullet, Faulty, SectionDraft
from tane.store.jobs import Job
from tane.store.pool import Connection
from tane.store.recap_sections import (
    SectionTarget,
    hold_evidence,
    list_evidence,
    load_sections,
    mark_section,
    store_output,
)
from tane.token_estimate import estimate_tokens

TARGET = "recap_section"
DEADLINE_S = 1_800.0  # three samples, and three of what is asked again
HALVINGS = 3  # of the material, for a server that finds it too long
_FIELDS = ("title", "bullets")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwritten:
    """A section that is to be written, with what it may cite."""

    target: SectionTarget
    evidence: tuple[CitableSentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionWords:
    """What became of a section."""

    section: RecapSection
    model: str
    prompt_version: str
    facts: Mapping[str, Any]


def handler(options: Options) -> Handler[Unwritten, SectionWords]:
    """Return the handler of `recap_section`."""
    return Handler(
        job_type=SECTION,
        lane=Lane.TEXT,
        targets=frozenset({TARGET}),
        priority=RECAP_SECTION_PRIORITY,
        deadline_s=DEADLINE_S,
        most_at_once=1,
        load=_load,
        work=partial(_work, options),
        save=_save,
    )


async def _load(conn: Connection, jobs: Sequence[Job]) -> Sequence[Loaded[Unwritten]]:
    targets = await load_sections(conn, [job.target_id for job in jobs])
    return [await _load_one(conn, targets.get(job.target_id)) for job in jobs]


async def _load_one(conn: Connection, target: SectionTarget | None) -> Loaded[Unwritten]:
    if target is None:
        return JobError("target_missing")
    if target.status in ("stored", "skipped"):
        return Skip(f"skipped:{target.status}")
    if target.is_cancelled:
        return Skip("skipped:cancelled")
    evidence = await list_evidence(conn, target.response_id)
    if not evidence:
        return Skip("skipped:no_evidence")
    return Unwritten(target=target, evidence=tuple(CitableSentence(**asdict(row)) for row in evidence))


async def _work(
    options: Options, items: Sequence[Unwritten], models: Models
) -> Sequence[Worked[SectionWords]]:
    return await each(items, lambda item: _Writing(options, models, item).write())


class _Writing:
    """One section while it is being written."""

    def __init__(self, options: Options, models: Models, item: Unwritten) -> None:
        self._options, self._models = options, models
        self._name = item.target.name
        self._window = _window(item)
        self._evidence = item.evidence
        self._opinions: Counter[str] = Counter()
        self._language = options.recap_language or section.language_of(one.text for one in item.evidence)

    async def write(self) -> SectionWords:
        draft, model, version = await self._draft()
        judged = await self._judged(draft.bullets, ())
        rejected = Counter(str(verdict.reason) for _, verdict in judged if not verdict.is_verified)
        kept = [bullet for bullet, verdict in judged if verdict.is_verified]
        anew = await self._anew(judged, kept)
        bullets = self._bullets(judged, anew)
        written = RecapSection(
            title=self._title(draft.title),
            bullets=tuple(bullets),
            tags=tags_from(self._evidence),
        )
        if all(one.is_degraded for one in bullets):
            written = extractive(self._evidence, "gate")
        facts = {"language": self._language, "rejected": dict(rejected), "shown": len(self._evidence)}
        if self._opinions:
            facts["second_opinions"] = dict(self._opinions)
        return SectionWords(section=written, model=model, prompt_version=version, facts=facts)

    async def _draft(self) -> tuple[SectionDraft, str, str]:
        """Return what the model makes of as much of the evidence as it can be shown."""
        frame = estimate_tokens(section.material(self._name, self._window, ()))
        free = (
            room(self._render, context_tokens=context_of(self._models, self._options.context_tokens)) - frame
        )
        for halving in range(HALVINGS):
            self._evidence = section.within(self._evidence, free >> halving)
            try:
                return await self._asked(())
            except TextTooLong:
                if halving == HALVINGS - 1:
                    raise
        raise AssertionError("unreachable")  # pragma: no cover

    async def _asked(self, faults: Sequence[Faulty]) -> tuple[SectionDraft, str, str]:
        source = section.material(self._name, self._window, self._evidence, faults=faults)
        prompt = self._render(source)
        read = _reader(prompt, source)
        form = Structured(schema=section.SCHEMA, read=read(_whole), read_cut=read(_finished))
        answer = await ask(
            self._models, prompt, read(_whole), says=lambda draft: bool(draft.bullets),
            schema=section.SCHEMA, structured=form, source=source,
        )  # fmt: skip
        return answer.value, answer.model, prompt.version

    def _render(self, contents: str) -> Prompt:
        language = section.LANGUAGES.get(self._language, self._language)
        return self._options.prompts.render(SECTION, contents=contents, language=language)

    async def _judged(
        self, bullets: Sequence[DraftBullet], others: Sequence[DraftBullet]
    ) -> list[tuple[DraftBullet, BulletVerdict]]:
        chars = sum(len(one.text) for one in self._evidence)
        judged = await off_loop(chars, self._judge, bullets, others)
        return [(bullet, await self._with_opinion(bullet, verdict)) for bullet, verdict in judged]

    async def _with_opinion(self, bullet: DraftBullet, verdict: BulletVerdict) -> BulletVerdict:
        """Return a verdict, that of the model where the rules are unsure and it finds the bullet borne out."""
        if not verdict.is_unsure or not self._options.second_opinion:
            return verdict
        cited = [one for one in self._evidence if one.number in bullet.cites]
        said = await opinion_on(self._options, self._models, bullet.text, cited)
        self._opinions[said or "none"] += 1
        return BulletVerdict() if said == "supported" else verdict

    def _judge(
        self, bullets: Sequence[DraftBullet], others: Sequence[DraftBullet]
    ) -> list[tuple[DraftBullet, BulletVerdict]]:
        known = {one.number: one for one in self._evidence}
        said = [one.text for one in others]
        judged = []
        for bullet in bullets:
            verdict = gate.check(bullet, known, language=self._language, others=said)
            if verdict.is_verified:
                said.append(bullet.text)
            judged.append((bullet, verdict))
        return judged

    async def _anew(
        self, judged: Sequence[tuple[DraftBullet, BulletVerdict]], kept: Sequence[DraftBullet]
    ) -> dict[int, DraftBullet]:
        """Return, by place, the bullets that pass when they are asked for once more."""
        places = [place for place, (_, verdict) in enumerate(judged) if not verdict.is_verified]
        if not places:
            return {}
        faults = [
            Faulty(bullet=bullet, reason=str(verdict.reason), detail=verdict.detail)
            for bullet, verdict in (judged[place] for place in places)
        ]
        try:
            draft, *_ = await self._asked(faults)
        except (BadReply, RequestRefused):
            return {}
        passed = [
            bullet if verdict.is_verified else None
            for bullet, verdict in await self._judged(draft.bullets, kept)
        ]
        return {place: bullet for place, bullet in zip(places, passed, strict=False) if bullet is not None}

    def _bullets(
        self, judged: Sequence[tuple[DraftBullet, BulletVerdict]], anew: Mapping[int, DraftBullet]
    ) -> list[Bullet]:
        """Return the bullets in their order, with sentences where none passed and for leading stories without any."""
        clusters = section.by_cluster(self._evidence)
        known = {one.number: one for one in self._evidence}
        found: list[Bullet] = []
        for place, (bullet, verdict) in enumerate(judged):
            passed = bullet if verdict.is_verified else anew.get(place)
            if passed is not None:
                story = known[passed.cites[0]].story_id
                found.append(Bullet(text=passed.text, cites=passed.cites, story_id=story))
                continue
            cited = [known[number] for number in bullet.cites if number in known]
            told = {known[number].cluster for one in found for number in one.cites}
            if cited and cited[0].cluster not in told:
                found.append(stand_in(clusters[cited[0].cluster], str(verdict.reason)))
        told = {known[number].cluster for one in found for number in one.cites}
        return found + [
            stand_in(sentences, "untold")
            for cluster, sentences in clusters.items()
            if sentences[0].is_leading and cluster not in told
        ]

    def _title(self, title: str) -> str:
        """Return the model's title where it names the evidence and invents nothing, else one of its terms."""
        source = "\n".join(one.text for one in self._evidence)
        bare = titles.short_title(titles.bare_title(title))
        fits = bare and titles.names_members(bare, source) and not gate.strange_words(bare, source)
        return bare if fits and gate.is_in(bare, self._language, source) else title_from(self._evidence)


def _window(item: Unwritten) -> tuple[date, date]:
    days = [one.said_at for one in item.evidence]
    start, end = item.target.window_start or min(days), item.target.window_end or max(days)
    return start.date(), end.date()


Reader = Callable[[Callable[[str], Mapping[str, Any]]], Callable[[str], SectionDraft]]


def _reader(prompt: Prompt, source: str) -> Reader:
    """Return what makes a reader of replies to this prompt from one of JSON."""
    echoes = Echoes(prompt.wording, source)

    def reader(object_of: Callable[[str], Mapping[str, Any]]) -> Callable[[str], SectionDraft]:
        def read(reply: str) -> SectionDraft:
            draft = section.draft(object_of(reply))
            bullets = tuple(one for one in draft.bullets if not echoes.repeats(one.text))
            if not bullets:
                raise BadReply("the reply has no bullet")
            return replace(draft, bullets=bullets)

        return read

    return reader


def _fit(value: Mapping[str, Any]) -> int:
    return sum(name in value for name in _FIELDS)


def _whole(reply: str) -> Mapping[str, Any]:
    return best_object(reply, _fit)


def _finished(reply: str) -> Mapping[str, Any]:
    return finished_part(reply, _fit).fields


async def _save(conn: Connection, finished: Sequence[Finished[Unwritten, SectionWords]]) -> Sequence[str]:
    return [await _store(conn, one.item, one.result) for one in finished]


async def _store(conn: Connection, item: Unwritten, words: SectionWords) -> str:
    """Store a section; what cites a sentence that was deleted meanwhile is left out."""
    response_id, written = item.target.response_id, words.section
    held = await hold_evidence(conn, response_id, {one.number for one in item.evidence})
    left = replace(written, bullets=tuple(one for one in written.bullets if held.issuperset(one.cites)))
    if left.bullets != written.bullets:
        known = tuple(one for one in item.evidence if one.number in held)
        if not known:
            await mark_section(conn, response_id, "no_evidence")
            return "skipped:no_evidence"
        left = replace(left, title=title_from(known), tags=tags_from(known))
        left = left if left.bullets else extractive(known, "forgotten")
    is_there = await store_output(
        conn,
        response_id,
        title=left.title,
        bullets=left.bullet_rows,
        tags=left.tags,
        facts=words.facts,
        degraded_reason=left.degraded_reason,
        model=words.model,
        prompt_version=words.prompt_version,
    )
    return "done" if is_there else "skipped:gone"
