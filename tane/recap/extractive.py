"""A section without a model: the central sentence of each cluster, word for word, under a title from their terms. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tane.language.terms import characteristic
from tane.language.titles import placeholder_titles
from tane.recap.section import Bullet, CitableSentence, by_cluster

MOST_SENTENCES = 10
MOST_TAGS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class RecapSection:
    """A section as it is stored."""

    title: str
    bullets: tuple[Bullet, ...]
    tags: tuple[str, ...]
    degraded_reason: str | None = None  # None: at least one bullet is the model's

    @property
    def bullet_rows(self) -> list[dict[str, Any]]:
        """The bullets as `recap_outputs.bullets` has them."""
        return [
            {
                "text": one.text,
                "cites": list(one.cites),
                "story_id": None if one.story_id is None else str(one.story_id),
                "is_verified": one.is_verified,
                "is_degraded": one.is_degraded,
                "reason": one.reason,
            }
            for one in self.bullets
        ]


def extractive(evidence: Sequence[CitableSentence], reason: str) -> RecapSection:
    """Return the section that needs no model; clusters keep their order. `reason` is a stable word, such as no_model."""
    clusters = list(by_cluster(evidence).values())[:MOST_SENTENCES]
    bullets = [stand_in(sentences, reason) for sentences in clusters]
    return RecapSection(
        title=title_from(evidence),
        bullets=(*bullets, *_further(clusters, bullets, reason)),
        tags=tags_from(evidence),
        degraded_reason=reason,
    )


def _further(
    clusters: Sequence[Sequence[CitableSentence]], bullets: Sequence[Bullet], reason: str
) -> Iterator[Bullet]:
    """Yield more of clusters that hold several matters, in turns, as far as a section has room for them."""
    told = {one.story_id for one in bullets}
    room = MOST_SENTENCES - len(bullets)
    waiting = [list(sentences) for sentences in clusters]
    while room > 0 and any(waiting):
        for sentences in waiting:
            fresh = next((one for one in sentences if one.story_id not in told), None)
            if fresh is None or room == 0:
                sentences.clear()
                continue
            told.add(fresh.story_id)
            sentences.remove(fresh)
            yield stand_in([fresh], reason)
            room -= 1


def stand_in(sentences: Sequence[CitableSentence], reason: str, *, taken: Collection[int] = ()) -> Bullet:
    """Return the sentence that stands for these, the central one if it is none of those taken."""
    free = [one for one in sentences if one.number not in taken] or list(sentences)
    chosen = next((one for one in free if one.is_central), free[0])
    return Bullet(
        text=" ".join(chosen.text.split()),
        cites=(chosen.number,),
        story_id=chosen.story_id,
        is_degraded=True,
        reason=reason,
    )


def title_from(evidence: Sequence[CitableSentence]) -> str:
    """Return a title made of the evidence's most telling terms."""
    return placeholder_titles([[one.text for one in evidence]])[0]


def tags_from(evidence: Sequence[CitableSentence]) -> tuple[str, ...]:
    """Return the most telling terms."""
    return tuple(characteristic([[one.text for one in evidence]], count=MOST_TAGS)[0])
