"""What stands out for a query, from the background of the query and of the text."""

from datetime import UTC, datetime
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray

from tane.search.query_words import held
from tane.search.standing_out import ANSWERED, OF_THE_BEST, Background, Standing, standing
from tane.store.reading import Hit, NearHit
from tane.vectors.scale import of_quantiles

DIMS = 32
Vector = NDArray[np.float32]


def unit(vector: Vector) -> Vector:
    return np.asarray(vector / np.linalg.norm(vector, axis=-1, keepdims=True), dtype=np.float32)


SAMPLE = unit(np.random.default_rng(5).normal(size=(400, DIMS)).astype(np.float32))
QUERY = unit(np.eye(DIMS, dtype=np.float32)[0])
SCALE = of_quantiles([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
DEVIATION = 0.4 / 2.326
NOTHING = np.empty((0, DIMS), dtype=np.float32)
OTHERS = np.zeros((1, DIMS), dtype=np.float32)  # like nothing in any store: the middle is 0
COMMON = np.eye(DIMS, dtype=np.float32)[-1]


def towards(likeness: float, *, axis: int = 1) -> Vector:
    vector = np.zeros(DIMS, dtype=np.float32)
    vector[0], vector[axis] = likeness, np.sqrt(1 - likeness**2)
    return vector


def near(
    number: int,
    vector: Vector,
    *,
    text: str = "",
    talk: int | None = None,
    position: int = 0,
    said: int | None = None,
) -> NearHit:
    hit = Hit(
        kind="utterance", id=UUID(int=number), text=text, speaker=None, at=datetime(2026, 1, 1, tzinfo=UTC),
        utterance_id=UUID(int=number if said is None else said),
    )  # fmt: skip
    conversation = None if talk is None else UUID(int=talk)
    return NearHit(
        hit=hit, vector=vector, conversation_id=conversation, position=None if talk is None else position
    )


def stood(
    query: str,
    hits: list[NearHit],
    *,
    vector: Vector = QUERY,
    sample: Vector = SAMPLE,
    others: Vector = OTHERS,
    wordless: Vector = NOTHING,
) -> Standing:
    background = Background(sample=sample, others=others, wordless=wordless, scale=SCALE)
    return standing(vector, hits, held(query, [one.hit.text for one in hits]), background)


def scores(query: str, vector: Vector, hits: list[NearHit], sample: Vector) -> NDArray[np.float64]:
    return stood(query, hits, vector=vector, sample=sample).scores


def test_the_nearer_stands_out_more():
    found = scores("?", QUERY, [near(1, towards(0.9)), near(2, towards(0.5))], SAMPLE)

    assert found[0] > found[1] > 0


def test_what_is_near_to_everything_stands_out_less():
    """Half of the sample lies along the second axis, and so does one of two texts that are equally near to the query."""
    crowded = SAMPLE.copy()
    crowded[::2] = unit(crowded[::2] + 3 * np.eye(DIMS, dtype=np.float32)[1])

    found = scores("?", QUERY, [near(1, towards(0.6)), near(2, towards(0.6, axis=2))], crowded)

    assert found[1] > found[0] + 0.5


def test_a_turn_gains_from_the_turns_around_it_the_more_the_nearer_they_are_and_from_no_others():
    turns = [near(place, towards(0.6), talk=9, position=place) for place in (1, 2, 3, 400)]
    other = near(5, towards(0.6), talk=7, position=4)

    found = scores("?", QUERY, [*turns, other], SAMPLE)

    assert found[1] > found[0] == pytest.approx(found[2])
    assert found[0] > found[3] == pytest.approx(found[4])


def test_a_turn_gains_nothing_from_what_was_taken_from_itself():
    turn = near(1, towards(0.6), talk=9, position=1)
    taken = near(2, towards(0.7), talk=9, position=1, said=1)

    assert scores("?", QUERY, [turn, taken], SAMPLE)[0] == scores("?", QUERY, [turn], SAMPLE)[0]


def test_a_word_of_the_query_counts_the_more_the_fewer_hold_it():
    texts = ["the hazelnut and the bread", "some bread", "some bread", "nothing", "nothing"]
    hits = [near(number, towards(0.6), text=text) for number, text in enumerate(texts)]

    found = scores("hazelnut bread", QUERY, hits, SAMPLE)

    assert found[0] > found[1] == pytest.approx(found[2])
    assert found[1] > found[3]


def test_a_common_component_changes_little():
    hits = [near(1, towards(0.8)), near(2, towards(0.4))]
    leaning = [near(one.hit.id.int, unit(one.vector + 2 * COMMON)) for one in hits]

    plain = scores("?", QUERY, hits, SAMPLE)
    pushed = scores("?", unit(QUERY + 2 * COMMON), leaning, unit(SAMPLE + 2 * COMMON))

    assert pushed == pytest.approx(plain, rel=0.15)


def test_nothing_is_shown_without_evidence_and_with_it_all_that_comes_near_the_best():
    def shown(evidence: float) -> list[bool]:
        found = np.array([4.0, 4.0 * OF_THE_BEST + 0.1, 4.0 * OF_THE_BEST - 0.1])
        return [bool(one) for one in Standing(scores=found, evidence=evidence).stand_out()]

    assert shown(ANSWERED - 0.1) == [False, False, False]
    assert shown(ANSWERED + 0.1) == [True, True, False]


class TestEvidence:
    def test_is_what_the_three_best_have_in_deviations_of_unlike_pairs(self):
        hits = [near(number, towards(likeness)) for number, likeness in enumerate((0.1, 0.5, 0.4, 0.6))]

        assert stood("?", hits).evidence == pytest.approx(0.5 / DEVIATION)

    def test_counts_from_what_other_queries_reach_in_the_store(self):
        along = np.tile(np.eye(DIMS, dtype=np.float32)[3], (400, 1))
        others = np.stack([towards(-0.9), unit(towards(0.0) + along[0]), along[0]]) * np.float32(0.4)

        found = stood("?", [near(1, towards(0.5))], sample=along, others=others)

        assert found.evidence == pytest.approx((0.5 - 0.4 * np.sqrt(0.5)) / DEVIATION)

    def test_counts_an_utterance_and_what_was_taken_from_it_once(self):
        hits = [near(number, towards(0.6), said=1) for number in range(3)]

        assert stood("?", [*hits, near(9, towards(0.2))]).evidence == pytest.approx(0.4 / DEVIATION)

    def test_is_more_for_a_query_whose_words_are_known(self):
        hits = [near(1, towards(0.5), text="the hazelnut and the bread")]

        strange, half, known = (
            stood(query, hits).evidence for query in ("sourdough", "hazelnut sourdough", "hazelnut bread")
        )

        assert half - strange == pytest.approx(0.5)
        assert known - strange == pytest.approx(1.0)

    def test_is_less_by_how_near_the_query_is_to_texts_that_say_nothing(self):
        wordless = np.stack([towards(0.1), towards(0.3), towards(-0.5)])
        hits = [near(1, towards(0.5))]

        assert stood("?", hits, wordless=wordless).evidence == pytest.approx(0.2 / DEVIATION)
        assert stood("?", hits, wordless=wordless[2:]).evidence == pytest.approx(0.5 / DEVIATION)
