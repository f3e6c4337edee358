"""No cosine is compared with a number: what all vectors of a model share changes nothing that an owner sees."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray

from tane.llm.protocol import Embedded, ModelInfo, Purpose
from tane.search.reference_texts import OTHER_QUERIES, WORDLESS
from tane.search.searching import search_meaning
from tane.store.pool import Pool
from tests.tane.runs.night.planted import DIMS, Store, Themes

SHARED = 2.0  # times the length of a vector: cosines of unlike pairs are 0.8
THEMES, EACH = 5, 50
EDGES = "SELECT src_id, dst_id FROM edges WHERE edge_type = 'near' AND src_type = 'utterance' AND dst_type = 'utterance' AND is_active = 1"
MEMBERS = "SELECT src_id, dst_id FROM edges WHERE edge_type = 'part_of' AND role = 'member' AND src_type = 'utterance' AND is_active = 1"


class SharedThemes(Themes):
    """Vectors with a component that all of them share, beside the same ones without it."""

    shared = 0.0

    def vector(self, theme: int | None) -> NDArray[np.float32]:
        return self.shifted(super().vector(theme))

    def shifted(self, plain: NDArray[np.float32]) -> NDArray[np.float32]:
        vector = plain.copy()
        vector[0] = 0.0  # the axis that is theirs
        vector /= np.linalg.norm(vector)
        vector[0] = self.shared
        return (vector / np.linalg.norm(vector)).astype(np.float32)


class QueryOf:
    """A model that embeds a query as the middle of a theme, and what it is held against apart from all themes."""

    def __init__(self, themes: SharedThemes) -> None:
        self._themes = themes

    async def embed(self, texts: Sequence[str], *, purpose: Purpose = "document") -> Embedded:  # noqa: ARG002
        middle = self._themes.shifted(self._themes.centres[0].astype(np.float32))
        nothing = self._themes.shifted(np.eye(DIMS, dtype=np.float32)[-1])
        held_against = {*WORDLESS, *OTHER_QUERIES["en"]}
        vectors = [nothing if text in held_against else middle for text in texts]
        return Embedded(model=ModelInfo(name="planted", digest="one", dims=DIMS), vectors=vectors)


async def lived(pool: Pool, dsn: str, folder: Path, *, shared: float) -> dict[str, set[tuple[str, ...]]]:
    """Return near edges, pairs that share a cluster, and what a search finds, by the words of utterances."""
    store = await Store(pool=pool, dsn=dsn, folder=folder).open()
    themes = SharedThemes()
    themes.shared = shared
    store.themes = themes
    for theme in range(THEMES):
        await store.say(theme, EACH)
    await store.night()
    words = {row[0]: row[1] for row in await pool.fetch("SELECT utterance_id, contents FROM utterances")}
    home: dict[UUID, list[str]] = {}
    for row in await pool.fetch(MEMBERS):
        home.setdefault(row["dst_id"], []).append(words[row["src_id"]])
    found = await search_meaning(pool, QueryOf(themes), "q", limit=200)
    return {
        "near": {(words[row["src_id"]], words[row["dst_id"]]) for row in await pool.fetch(EDGES)},
        "together": {
            (one, other) for members in home.values() for one in members for other in members if one < other
        },
        "found": {(hit.text,) for hit in found if hit.kind == "utterance"},
    }


@pytest.fixture
async def plain(pool: Pool, dsn: str, tmp_path: Path) -> dict[str, set[tuple[str, ...]]]:
    (tmp_path / "plain").mkdir()
    (tmp_path / "shifted").mkdir()
    found = await lived(pool, dsn, tmp_path / "plain", shared=0.0)
    await pool.execute(
        "TRUNCATE utterances, seeds, embeddings, embedding_models, edges, clusters, cluster_generations, layout_runs, nightly_runs, all_seed_info CASCADE"
    )
    return found


async def test_what_all_vectors_share_changes_neither_clusters_nor_edges_nor_what_is_found(
    plain: dict[str, set[tuple[str, ...]]], pool: Pool, dsn: str, tmp_path: Path
):
    shifted = await lived(pool, dsn, tmp_path / "shifted", shared=SHARED)

    assert len(plain["found"]) >= EACH // 2
    for name, before in plain.items():
        both = before & shifted[name]
        assert len(both) >= 0.95 * len(before | shifted[name]), name
