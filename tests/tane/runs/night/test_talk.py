"""Which turns a statement takes its context from, by the files of a night."""

from pathlib import Path

import numpy as np

from tane.runs.night.talk import talk_of
from tane.runs.night.workspace import NightFiles
from tane.store.snapshots import KINDS
from tests.clustering.blobs import directions, unit

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
    two, first_seed, second_seed, one, three, _ = vectors

    talk = talk_of(files, weight=0.5)

    assert talk is not None
    expected = unit(np.stack([
        two + 0.5 * (one + three),
        first_seed + 0.5 * two,  # of the first turn; the next one with a vector is the second
        second_seed + 0.5 * two,  # of the third; the turn without a vector tells nothing
    ]))  # fmt: skip
    np.testing.assert_allclose(talk.vectors, expected, atol=1e-6)
    assert talk.conversations.tolist() == [7, 7, 7]


def test_without_talk_or_weight_there_is_no_context(tmp_path: Path):
    alone, _ = night(tmp_path, conversations=[1, 2, 3, -1, -1])

    assert talk_of(alone, weight=0.75) is None
    talking, _ = night(tmp_path, conversations=[7, 7, 7, -1, 7])
    assert talk_of(talking, weight=0.0) is None
