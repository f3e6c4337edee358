"""A section without a model."""

from tane.recap.extractive import extractive, stand_in
from tests.tane.recap.sentences import citable

EVIDENCE = [
    citable(1, "橋の式が\n開かれた。"),
    citable(2, "新しい橋が完成した。", is_central=True),
    citable(3, "米の価格が下がった。", cluster=1),
]


def test_is_the_central_sentence_of_each_cluster_word_for_word():
    found = extractive(EVIDENCE, "no_model")

    assert [(one.text, one.cites) for one in found.bullets] == [
        ("新しい橋が完成した。", (2,)),
        ("米の価格が下がった。", (3,)),
    ]
    assert all(one.is_degraded and one.is_verified and one.reason == "no_model" for one in found.bullets)
    assert found.degraded_reason == "no_model"
    assert found.title


def test_tells_at_most_ten_clusters():
    many = [citable(number, f"第{number}区で祭りがあった。", cluster=number) for number in range(1, 30)]

    assert len(extractive(many, "no_model").bullets) == 10


def test_another_sentence_stands_in_where_the_central_one_is_taken():
    assert stand_in(EVIDENCE[:2], "figure").cites == (2,)
    assert stand_in(EVIDENCE[:2], "figure", taken={2}).cites == (1,)
    assert stand_in(EVIDENCE[:2], "figure", taken={2}).text == "橋の式が 開かれた。"


def test_is_stored_with_numbers_and_marks_alone():
    (first, _) = extractive(EVIDENCE, "no_model").bullet_rows

    assert first == {
        "text": "新しい橋が完成した。", "cites": [2], "story_id": None, "is_verified": True, "is_degraded": True,
        "reason": "no_model",
    }  # fmt: skip
