"""Sentences that may be cited stand where they say, once, and long enough."""

from uuid import UUID

from tane.language.shingles import digest
from tane.recap.evidence import corpus_facts, sentences_of
from tests.tane.recap.papers import document

ONE = "市は九月二十日から図書館を休館すると発表した。"
TWO = "閲覧席は百二十席に増え、喫茶室も入る予定だ。"


def test_each_sentence_is_found_at_its_place():
    article = document(1, f"{ONE}\n  {TWO}", TWO)

    found = list(sentences_of(article, [7, 8]))

    whole = f"{ONE}\n  {TWO}"
    assert [one.text for one in found] == [ONE, TWO]
    assert [whole[one.start : one.end] for one in found] == [ONE, TWO]
    assert [one.passage for one in found] == [7, 7]


def test_a_place_in_a_later_passage_is_one_of_the_utterance():
    (one, other) = sentences_of(document(1, ONE, TWO), [0, 1])

    assert (one.start, other.start) == (0, len(ONE))


def test_articles_need_twenty_characters_and_talk_ten():
    short = "今日は雨が降った。"
    said = "明日の会議は十時に変わった。"

    assert [one.text for one in sentences_of(document(1, f"{short}{ONE}{said}"), [0])] == [ONE]
    assert [one.text for one in sentences_of(document(1, f"{short}{said}", kind="talk"), [0])] == [said]


def test_short_sentences_alone_are_cited_together():
    note = "図書館が十月に移転する。蔵書は十一万冊になる。"

    assert [one.text for one in sentences_of(document(1, note), [0])] == [note]
    assert list(sentences_of(document(1, "移転する。"), [0])) == []


def test_what_is_told_elsewhere_is_passed_over():
    assert [one.text for one in sentences_of(document(1, f"{ONE}{TWO}"), [0], passed_over={digest(ONE)})] == [
        TWO
    ]


def test_of_talk_the_speaker_is_named_and_of_an_article_its_publisher():
    (said,) = sentences_of(document(1, ONE, kind="talk", speaker="花子", publisher="chat"), [0])
    (written,) = sentences_of(document(2, ONE, speaker="記者"), [0])

    assert (said.publisher, said.is_talk) == ("花子", True)
    assert (written.publisher, written.is_talk) == ("news.example.org", False)


def test_an_endless_line_is_no_sentence():
    assert list(sentences_of(document(1, "項目 " * 400), [0])) == []


def test_facts_count_what_is_there():
    documents = [document(1, ONE), document(2, "abc", lang="en", publisher="b")]
    sentences = list(sentences_of(documents[0], [0]))

    facts = corpus_facts(documents, sentences, {UUID(int=1): 0.9, UUID(int=2): 0.5})

    assert facts == {
        "documents": 2,
        "sentences": 1,
        "chars": len(ONE),
        "languages": {"en": 1, "ja": 1},
        "publishers": 2,
        "classifier": {"average": 0.7, "minimum": 0.5, "maximum": 0.9, "coverage": 0.5},
    }
    assert corpus_facts([], [], {})["classifier"]["average"] is None
