"""What there is to see after a run: how much, of which roles, which seeds, scores and clusters, and what lies near a seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tane.runs.recap.view import MorningView, RecapView, read_morning, read_recap
from tane.store import queue_admin, reading
from tane.store.domain import SCORES, SEED_KINDS
from tane.store.pool import Connection
from tane.store.reading import Counts, Row

SEEDS = 6  # one of each kind
SCORED = 3
NEIGHBOURS = 4
CLUSTERS = 6
SAID = 2  # members of a cluster


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeAgreement:
    """How well the clusters of the top level agree with themes that people gave, over the clustered utterances."""

    ari: float  # Hubert, Arabie 1985
    ami: float  # Vinh, Epps, Bailey 2010


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The figures and examples of one database."""

    counts: Counts
    roles: dict[str, int]
    kinds: dict[str, int]  # seeds by kind
    scores: dict[str, int]  # utterances by score they have
    scored: dict[str, list[Row]]  # the utterances that score highest
    seeds: list[Row]  # with the utterance each comes from
    example: Row | None  # the best connected seed
    neighbours: list[Row]  # other seeds near it
    map: Row  # clusters, top_clusters, coverage, layouts
    clusters: list[Row]  # the largest
    agreement: ThemeAgreement | None  # where what was said came with its themes
    recap: RecapView | None  # the last one
    morning: MorningView | None
    jobs_done: int
    jobs_dead: int

    def as_json(self, *, seconds: float) -> dict[str, Any]:
        """Return the figures alone, for programs."""
        return {
            "utterances": self.counts.utterances,
            "seeds": self.counts.seeds,
            "kinds": self.kinds,
            "scores": self.scores,
            "embeddings": self.counts.embeddings,
            "edges": self.counts.edges,
            "points": self.counts.points,
            "clusters": self.map["clusters"],
            "coverage": None if self.map["coverage"] is None else round(self.map["coverage"], 4),
            "layouts": self.map["layouts"],
            "ari_themes": None if self.agreement is None else round(self.agreement.ari, 4),
            "ami_themes": None if self.agreement is None else round(self.agreement.ami, 4),
            **_told(self.recap, self.morning),
            "jobs_done": self.jobs_done,
            "jobs_dead": self.jobs_dead,
            "seconds": round(seconds, 1),
        }


async def summarise(conn: Connection) -> Summary:
    """Read a summary of everything in this database."""
    counted = await queue_admin.counts(conn)
    best = await reading.best_connected_seed(conn)
    detail = None if best is None else await reading.read_item(conn, "seed", best)
    kinds = await reading.count_kinds(conn)
    highest = await reading.highest_scores(conn, limit=SCORED)
    near = [] if detail is None else [row for row in detail.neighbours if row["kind"] == "seed"]
    near = list({row["text"]: row for row in reversed(near)}.values())[
        ::-1
    ]  # the same words may be seeds of several kinds
    return Summary(
        counts=await reading.count_items(conn),
        roles={name: count for name, count in (await reading.count_roles(conn)).items() if count},
        kinds={kind: kinds.get(kind, 0) for kind in SEED_KINDS},
        scores=await reading.count_scores(conn),
        scored={score: [row for row in highest if row["score"] == score] for score in SCORES},
        seeds=await reading.sample_seeds(conn, limit=SEEDS),
        example=None if detail is None else detail.item,
        neighbours=near[:NEIGHBOURS],
        map=await reading.read_map(conn),
        clusters=await reading.largest_clusters(conn, limit=CLUSTERS, members=SAID),
        agreement=agreement_of(await reading.labelled_themes(conn)),
        recap=await read_recap(conn),
        morning=await read_morning(conn),
        jobs_done=sum(count.n for count in counted if count.status == "done"),
        jobs_dead=sum(count.n for count in counted if count.status == "dead"),
    )


def _told(recap: RecapView | None, morning: MorningView | None) -> dict[str, int]:
    """Return the figures of a recap and a morning; zeros where there is none."""
    bullets = [bullet for section in recap.sections for bullet in section.bullets] if recap else []
    stories = (*recap.leading, *recap.further, *recap.folded) if recap else ()
    return {
        "recap_stories": len(stories),
        "recap_bullets": len(bullets),
        "recap_verified": sum(bullet.is_verified for bullet in bullets),
        "morning_groups": len(morning.articles) + len(morning.talk) if morning else 0,
    }


def agreement_of(themes: Sequence[tuple[str, UUID]]) -> ThemeAgreement | None:
    """Compare labels with clusters; None without labels."""
    if not themes:
        return None
    # Heavy, and without types.
    from sklearn.metrics import (  # noqa: PLC0415
        adjusted_mutual_info_score,
        adjusted_rand_score,
    )

    labels, clusters = [label for label, _ in themes], [str(cluster) for _, cluster in themes]
    return ThemeAgreement(
        ari=float(adjusted_rand_score(labels, clusters)),
        ami=float(adjusted_mutual_info_score(labels, clusters)),
    )
