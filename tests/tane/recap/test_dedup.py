"""What is told twice is read once, and known to have been told twice."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tane.language.shingles import digest
from tane.recap.dedup import find_duplicates
from tests.tane.recap.papers import document

FIRE = (
    "九月三日の夜、川辺町の倉庫で火事があり、木造二階建て約三百平方メートルが全焼した。けが人はいなかった。"
    "消防によると、出火から三時間後に消し止められ、付近の住民二十人が一時避難した。警察が原因を調べている。"
)
COPY = FIRE.replace("二十人", "二十二人")
OTHER = "図書館の新館が十月に開く。蔵書は十一万冊になり、閲覧席も増える。市は市民に見学会を案内している。喫茶室も入る予定だ。"


def test_the_newest_of_equal_documents_is_kept_and_knows_the_others():
    found = find_duplicates([document(1, FIRE, hours=0), document(2, FIRE, hours=5), document(3, OTHER)])

    assert [(drop.document_id, drop.reason, drop.duplicate_of, drop.similarity) for drop in found.drops] == [
        (UUID(int=1), "exact_duplicate", UUID(int=2), 1.0)
    ]


def test_an_edited_reissue_is_a_near_duplicate():
    (drop,) = find_duplicates([document(1, FIRE), document(2, COPY, hours=1)]).drops

    assert (drop.reason, drop.duplicate_of) == ("near_duplicate", UUID(int=2))
    assert drop.similarity is not None
    assert 0.8 <= drop.similarity < 1.0


def test_every_duplicate_names_a_document_that_is_kept():
    versions = [FIRE, COPY, f"{COPY}続報を待つ。", f"{FIRE}", f"{COPY}続報を待つ。写真は読者提供。"]

    found = find_duplicates([document(number, text, hours=number) for number, text in enumerate(versions)])

    dropped = {drop.document_id for drop in found.drops}
    assert len(dropped) == len(versions) - 1
    assert {drop.duplicate_of for drop in found.drops}.isdisjoint(dropped)


def test_what_people_say_is_the_same_only_when_it_is_equal():
    said = [
        document(1, FIRE, kind="talk"),
        document(2, COPY, kind="talk", hours=1),
        document(3, FIRE, kind="talk", hours=2),
    ]

    found = find_duplicates(said)

    assert [(drop.document_id, drop.duplicate_of) for drop in found.drops] == [(UUID(int=1), UUID(int=3))]


def test_an_article_is_no_duplicate_of_what_somebody_said():
    assert find_duplicates([document(1, FIRE), document(2, FIRE, kind="talk")]).drops == ()


def test_a_sentence_that_a_newer_article_tells_is_passed_over():
    background = "この道路では三年前にも同じ場所で崩落が起きている。"
    newer = document(2, f"復旧は十一月になる見込みだ。{background}", hours=20)
    older = document(1, f"県道が雨で崩れ、通行止めになった。{background}")

    found = find_duplicates([older, newer])

    assert found.passed_over == {UUID(int=1): frozenset({digest(background)})}
    assert found.repeated_sentences == 1


def test_the_lines_that_a_publisher_puts_under_everything_are_passed_over():
    footer = "購読のお申し込みは営業部までお電話ください。"
    texts = [
        "朝市に三百人が集まった。",
        "橋の塗り替えが始まった。",
        "市長が辞意を表明した。",
        "雪で列車が遅れた。",
    ]

    found = find_duplicates([document(number, f"{text}{footer}") for number, text in enumerate(texts)])

    assert all(digest(footer) in found.passed_over[UUID(int=number)] for number in range(4))
    assert found.boilerplate_sentences == 4


@given(st.permutations(range(6)))
def test_the_order_of_the_documents_decides_nothing(order: list[int]):
    texts = [FIRE, COPY, OTHER, FIRE, f"{OTHER}以上。", "別の記事。" * 12]
    documents = [document(number, text, hours=number % 3) for number, text in enumerate(texts)]

    found = find_duplicates([documents[place] for place in order])
    plain = find_duplicates(documents)

    assert {drop.document_id: drop.duplicate_of for drop in found.drops} == {
        drop.document_id: drop.duplicate_of for drop in plain.drops
    }
    assert found.passed_over == plain.passed_over
