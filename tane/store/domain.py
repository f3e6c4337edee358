"""The words of the domain, each said once: scores, kinds of seeds, items, review states and job types.

Everything else takes them from here: Python by import, SQL by placeholders (see sql.py), the page by domain.ts, which
is generated. The recipes for a new score and a new kind of seed stand in CONTRIBUTING.md.
"""

from collections.abc import Mapping
from typing import Literal, get_args

Score = Literal["hypothetical", "confidence", "reinterpretation", "resistance", "direction"]
SCORES: tuple[Score, ...] = get_args(Score)
HIGHEST = 1.0
_BACKWARD: frozenset[Score] = frozenset({"direction"})  # from -1, the past, to 1, the future
LOWEST: Mapping[Score, float] = {score: -1.0 if score in _BACKWARD else 0.0 for score in SCORES}
"""Where the scale of each score begins; all end at `HIGHEST`."""

SeedKind = Literal["evaluation", "model", "premise", "conversion", "question", "knowledge"]
SEED_KINDS: tuple[SeedKind, ...] = get_args(SeedKind)
"""What a model is asked for."""
STORED_KINDS = (*SEED_KINDS, "manual")
"""What `seeds.seed_kind` may be: also those that the owner or another program wrote."""

ArticleKind = Literal["feed", "folder", "http", "articles"]
ARTICLE_KINDS: tuple[ArticleKind, ...] = get_args(ArticleKind)
"""Kinds of sources whose utterances are articles."""

ItemType = Literal["utterance", "seed", "cluster"]
ITEM_TYPES: tuple[ItemType, ...] = get_args(ItemType)
"""What has edges and stands on maps."""

ReviewState = Literal["auto", "accepted", "edited", "rejected"]
REVIEW_STATES: tuple[ReviewState, ...] = get_args(ReviewState)

ROLE_JOB = "utterance_role"
EXTRACTION = "did_asked_"
EXTRACTION_JOBS: Mapping[SeedKind, str] = {kind: f"{EXTRACTION}{kind}" for kind in SEED_KINDS}
VECTOR_JOBS = frozenset({"embedding", "embedding_utterance", "cluster_body"})
QUESTION_JOBS = frozenset({ROLE_JOB, *SCORES, *EXTRACTION_JOBS.values()})
"""What is asked about an utterance."""
RECAP_JOBS = frozenset({"recap_section", "recap_tie_break"})
"""What a recap asks a model for; its run queues them."""
JOB_TYPES = VECTOR_JOBS | QUESTION_JOBS | RECAP_JOBS

NAMES: Mapping[str, tuple[str, str]] = {
    "hypothetical": ("仮定", "hypothetical"),
    "confidence": ("確信", "confidence"),
    "reinterpretation": ("見方の変化", "reinterpretation"),
    "resistance": ("抵抗", "resistance"),
    "direction": ("過去−未来", "past to future"),
    "evaluation": ("評価", "evaluation"),
    "model": ("定義", "model"),
    "premise": ("前提", "premise"),
    "conversion": ("転換", "conversion"),
    "question": ("問い", "question"),
    "knowledge": ("知識", "knowledge"),
    "manual": ("手入力", "manual"),
}
"""What the page calls each score and kind, in Japanese and in English."""
