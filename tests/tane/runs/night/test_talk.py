"""Which turns a statement takes its context from, by the files of a night."""

from collections import Counter
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from tane.runs.night.talk import talk_of
from tane.runs.night.workspace import NightFiles
from tane.settings.map import Clustering
from tane.settings.model import Settings
from tane.store.pool import Pool
from tane.store.snapshots import KINDS
from tests.clustering.blobs import directions, unit
from tests.tane.runs.night.planted import Store

MEMBERS = (
    "SELECT dst_id, src_id FROM edges WHERE src_type = 'utterance' AND dst_type = 'cluster' AND is_active = 1 "
    "AND role IN ('member', 'attached')"
)
SEED, UTTERANCE = KINDS.index("seed"), KINDS.index("utterance")


def ids(*numbers: int) -> np.ndarray:
    found = np.zeros((len(numbers), 16), dtype=np.uint8)
    found[:, 15] = numbers
    return found


def night(folder: Path, *, conversations: list[int]) -> tuple[NightFiles, np.ndarray]:
    """Return a night of five utterances, of which the first, third and fourth were asked, and their two seeds.

    Utterance 5 has no vector yet; utterance 2 stands for itself among the statements.
    """
    files = NightFiles(folder)
    vectors = directions(6, dims=16).astype(np.float32)
    files.statement_ids.save(ids(2, 101, 102))
    files.statement_kinds.save(np.array([UTTERANCE, SEED, SEED], dtype=np.int8))
    files.utterance_ids.save(ids(1, 2, 3, 4, 5))
    files.utterance_rows.save(np.array([0, 2, 3]))
    files.item_vectors.save(vectors)  # utterance 2, both seeds, then utterances 1, 3 and 4
    files.links.save(np.array([[0, 1], [1, 0], [2, 2], [2, 4]]))
    files.conversations.save(np.array(conversations))
    files.positions.save(np.array([10, 20, 30, 1, 15]))
    return files, vectors


def test_a_statement_takes_the_turns_beside_those_it_stems_from(tmp_path: Path):
    files, vectors = night(tmp_path, conversations=[7, 7, 7, -1, 7])
    two, first_seed, second_seed, one, three, alone = vectors

    talk = talk_of(files, weight=0.5)

    assert talk is not None
    expected = unit(np.stack([
        two + 0.5 * (one + three),
        first_seed + 0.5 * two,  # of the first turn; the next one with a vector is the second
        second_seed + 0.5 * two,  # of the third; the turn without a vector tells nothing
        one + 0.5 * two,
        three + 0.5 * two,
        alone,
    ]))  # fmt: skip
    np.testing.assert_allclose(talk.vectors, expected, atol=1e-6)
    assert talk.conversations.tolist() == [7, 7, 7]


def test_without_talk_or_weight_there_is_no_context(tmp_path: Path):
    alone, _ = night(tmp_path, conversations=[1, 2, 3, -1, -1])

    assert talk_of(alone, weight=0.75) is None
    talking, _ = night(tmp_path, conversations=[7, 7, 7, -1, 7])
    assert talk_of(talking, weight=0.0) is None


@pytest.mark.parametrize(("context", "bounds"), [(0.75, (0.8, 1.0)), (0.0, (0.0, 0.3))])
async def test_the_night_takes_an_ambiguous_turn_by_its_conversation(
    pool: Pool, dsn: str, tmp_path: Path, context: float, bounds: tuple[float, float]
):
    settings = Settings(clustering=Clustering(context=context))
    store = await Store(pool=pool, dsn=dsn, folder=tmp_path, settings=settings).open()
    clear: list[list[UUID]] = []
    ambiguous: list[list[UUID]] = []
    for theme in range(3):
        clear.append([])
        ambiguous.append([])
        for talk in range(4):
            turns: list[UUID] = []
            for _ in range(4):
                before, between, after = (
                    await store.say(theme, 1), await store.say(None, 1), await store.say(theme, 1)
                )  # fmt: skip
                turns += [*before, *between, *after]
                clear[theme] += [*before, *after]
                ambiguous[theme] += between
            await pool.executemany(
                "UPDATE utterances SET conversation_id = $1, position = $2 WHERE utterance_id = $3",
                [(UUID(int=10 * theme + talk + 1), place, turn) for place, turn in enumerate(turns)],
            )

    await store.night()

    home = {row["src_id"]: row["dst_id"] for row in await pool.fetch(MEMBERS)}
    own = [Counter(home[one] for one in of_theme if one in home).most_common(1)[0][0] for of_theme in clear]
    right = [home.get(one) == own[theme] for theme, turns in enumerate(ambiguous) for one in turns]
    assert bounds[0] <= float(np.mean(right)) <= bounds[1]
    assert len(set(own)) == 3
