"""Which sentences stand for a cluster."""

import numpy as np
from numpy.typing import NDArray

from tane.recap.representatives import MOST_CLUSTERS, choose, is_code, shared
from tests.tables import every
from tests.tane.recap.sentences import evidence

PLENTY = 100_000


def rows(*angles: float) -> NDArray[np.float32]:
    """Unit vectors of shape (n, 2) at these angles in degrees."""
    radians = np.radians(np.array(angles))
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


def test_numbers_go_through_all_clusters_in_their_order():
    clusters = [
        [
            evidence("駅前の橋が完成した。", document="a"),
            evidence("橋の完成を町が祝った。", document="b", passage=1),
        ],
        [evidence("米の値段が上がった。", document="c", passage=2)],
    ]

    found = choose(clusters, rows(0, 5, 90), PLENTY)

    assert [(one.number, one.cluster) for one in found] == [(1, 0), (2, 0), (3, 1)]
    assert [one.is_central for one in found].count(True) == 2


def test_the_first_pick_is_the_most_central_and_the_sentences_stand_in_the_order_of_time():
    cluster = [
        evidence("橋が完成し、町が祝った。", document="a", passage=0, hours=3),
        evidence("橋の完成を町が祝う式。", document="b", passage=1, hours=2),
        evidence("屋台が並んだ。", document="c", passage=2, hours=1),
    ]

    found = choose([cluster], rows(0, 2, 60), PLENTY)

    assert [one.sentence.said_at.hour for one in found] == [10, 11, 12]
    assert next(one for one in found if one.is_central).sentence.text != "屋台が並んだ。"


def test_of_one_document_two_sentences_are_shown_and_of_a_cluster_eight():
    of_one = [evidence(f"橋の話の第{n}文、{'甲乙丙丁戊'[n]}の件。", start=n) for n in range(5)]
    of_many = [evidence(f"米の話{n}。", document=f"d{n}", passage=0) for n in range(12)]

    assert len(choose([of_one], rows(0), PLENTY)) == 2
    assert len(choose([of_many], rows(0), PLENTY)) == 8


def test_words_decide_among_the_sentences_of_one_passage():
    """They share its vector."""
    cluster = [
        evidence("県は橋の工事を再開した。", start=0),
        evidence("県は橋の工事を再開したと発表した。", start=20),
        evidence("費用は住民税で賄う。", start=50),
    ]

    texts = {one.sentence.text for one in choose([cluster], rows(0), PLENTY)}

    assert "費用は住民税で賄う。" in texts
    assert len(texts) == 2


def test_the_forty_clusters_with_most_documents_are_shown():
    small = [[evidence(f"小さな話{n}。", document=f"s{n}")] for n in range(MOST_CLUSTERS)]
    large = [evidence(f"大きな話{n}。", document=f"l{n}") for n in range(3)]

    found = choose([*small, large], rows(0), PLENTY)

    assert {one.cluster for one in found} == {*range(MOST_CLUSTERS - 1), MOST_CLUSTERS}


def test_a_cluster_of_code_alone_is_left_out():
    assert choose([[evidence("{{[]}};;//##$$==<<>>")]], rows(0), PLENTY) == ()
    assert choose([], rows(0), PLENTY) == ()


class TestABudget:
    def test_gives_every_cluster_its_first_sentence_before_any_a_second(self):
        assert shared([[10, 10, 10], [10, 10]], [9, 1], 20) == [1, 1]

    def test_goes_to_the_largest_first_where_not_even_that_fits(self):
        assert shared([[10], [10], [10]], [1, 5, 3], 20) == [0, 1, 1]

    def test_is_shared_by_size_to_the_power_of_0_8(self):
        cost = [10] * 200

        one, other = shared([cost, cost], [32, 1], 1_700)

        assert one + other == 170
        assert 159 <= one <= 161  # 32 ** 0.8 = 16

    def test_that_one_cluster_does_not_use_goes_to_the_others(self):
        assert shared([[10], [10] * 10], [100, 1], 110) == [1, 10]

    def test_of_nothing_shows_nothing(self):
        assert shared([[10], [10]], [1, 1], 0) == [0, 0]


@every(
    ("text", "expected"),
    [
        ("新しい橋が、来年10月に完成する（総工費4億円）。", False),
        ('He said: "That\'s fine" - at 3 p.m., line 4 of the tube.', False),
        ("if (a[i] == b[j]) { x += y->z; }", True),
        ('  File "daemon.py", line 3, in main', True),
        ("at java.lang.Thread.run(Thread.java:748)", True),
    ],
)
def test_code_is_told_by_its_signs_and_lines(text: str, expected: bool):
    assert is_code(text) is expected
