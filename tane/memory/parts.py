"""What the bytes of a database hold, table by table. Pure."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

PARTS = (
    "text",
    "vectors",
    "indexes",
    "edges",
    "maps",
    "jobs",
    "recaps",
    "dead",
    "other",
    "catalog",
)
"""dead: rows that were deleted and room that their tables keep for new ones; catalog: PostgreSQL's own tables, which an
empty database has, too; other: tables that are none of Tane's, and its small ones."""

_HOLD: Mapping[str, tuple[str, ...]] = {
    "text": (
        "all_seed_info", "article_tags", "articles", "feeds", "seeds", "sources", "utterance_roles", "utterance_seeds",
        "utterance_splits", "utterances",
    ),
    "vectors": ("embedding_models", "embeddings"),
    "edges": ("edges",),
    "maps": (
        "cluster_generations", "cluster_lineage", "clusters", "layout_points", "layout_runs", "night_edges", "night_points",
        "night_sources",
    ),
    "jobs": ("job_pauses", "model_replies", "nightly_runs", "nightly_steps", "worker_jobs"),
    "recaps": (
        "morning_article_groups", "morning_letters", "recap_cluster_evidence", "recap_genre_learning_results",
        "recap_genres", "recap_golden_items", "recap_job_articles", "recap_outputs", "recap_sections", "recap_stories",
        "recap_worker_config", "stories", "story_members", "tag_label_graph",
    ),
    "other": ("memory_alerts", "memory_samples", "schema_migrations", "visits"),
}  # fmt: skip
_PART_OF = {table: part for part, tables in _HOLD.items() for table in tables}

_PAGE = 8192
_PAGE_HEAD = 24
_ROW_HEAD = 24 + 4  # header, aligned, and line pointer
_ALIGN = 8
_PADDING = 8  # within a row, so that numbers and times are aligned
_ERROR = 0.1
"""Share of a file below which what seems reusable is within the error of the estimate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableBytes:
    """How much one table takes on disk, and what the server's statistics say of its rows."""

    name: str
    heap_bytes: int  # the main file alone
    side_bytes: int  # long values (TOAST) with their index, and the maps of free and visible pages
    index_bytes: int
    live_rows: float  # estimated; below 0 where the table was never analysed
    row_width: float | None  # mean bytes of a row's values; None where the table was never analysed
    fill_share: float = 1.0  # of a page that inserted rows may take (fillfactor); the rest waits for updates
    is_catalog: bool = False

    @property
    def total_bytes(self) -> int:
        """All of it."""
        return self.heap_bytes + self.side_bytes + self.index_bytes


def reusable_bytes(table: TableBytes) -> int:
    """Estimate how much of a table's main file holds no living row; 0 where there are no statistics.

    The pages that its living rows would fill, each as long as the mean, are taken from the pages it has. Room within
    indexes and within the files of long values is not known without an extension, and counts as used.
    """
    if table.row_width is None or table.live_rows < 0 or table.is_catalog:
        return 0
    row = _ROW_HEAD + math.ceil(table.row_width / _ALIGN) * _ALIGN + _PADDING
    a_page = max(1, int((_PAGE - _PAGE_HEAD) * table.fill_share // row))
    free = table.heap_bytes - math.ceil(table.live_rows / a_page) * _PAGE
    return free if free > _ERROR * table.heap_bytes else 0


def part_of(table: str) -> str:
    """Return what a table of this name holds."""
    return _PART_OF.get(table, "other")


def parted(tables: Iterable[TableBytes]) -> dict[str, int]:
    """Add up tables by what they hold; every part is there, and together they are all bytes of the tables."""
    sums = dict.fromkeys(PARTS, 0)
    for table in tables:
        if table.is_catalog:
            sums["catalog"] += table.total_bytes
            continue
        dead = reusable_bytes(table)
        sums["dead"] += dead
        sums["indexes"] += table.index_bytes
        sums[part_of(table.name)] += table.heap_bytes + table.side_bytes - dead
    return sums
