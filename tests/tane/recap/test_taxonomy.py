"""Genres and the texts by which they are learned."""

from tane.recap.features import WordHits
from tane.recap.taxonomy import LabelledText, excerpt, shipped


def test_what_ships_knows_its_genres_by_many_words_of_both_languages():
    taxonomy = shipped()

    assert len(taxonomy.genres) == 12
    for genre in taxonomy.genres:
        assert sum(word.isascii() for word in genre.keywords) >= 60
        assert sum(not word.isascii() for word in genre.keywords) >= 60


def test_names_and_definitions_are_learned_from_with_the_items():
    taxonomy = shipped()

    extra = taxonomy.learned()[len(taxonomy.items) :]

    assert {one.genre for one in extra} == set(taxonomy.names)
    assert len(taxonomy.texts()) == len(set(taxonomy.texts()))


def test_items_of_unknown_genres_are_left_out():
    taxonomy = shipped()
    known = LabelledText(item_id="x", text="A match.", lang="en", genre="sports", group="x", origin="user")
    unknown = LabelledText(item_id="y", text="?", lang="en", genre="astrology", group="y", origin="user")

    assert taxonomy.with_items([known, unknown]).items == (*taxonomy.items, known)


def test_a_title_and_five_sentences_are_read_of_a_document():
    text = "One. Two. Three. Four. Five. Six."

    assert excerpt("Title", text).split("\n")[0] == "Title"
    assert "Five" in excerpt("Title", text)
    assert "Six" not in excerpt("Title", text)
    assert len(excerpt(None, "あ" * 5_000)) == 600


def test_words_are_met_whole_in_latin_letters_and_anywhere_in_japanese():
    taxonomy = shipped()
    sports = taxonomy.names.index("sports")
    hits = WordHits(taxonomy)

    whole, part, japanese = hits.count(["Two goals in the final.", "Goalless finality.", "決勝の試合で優勝"])

    assert whole[sports] == 2
    assert part[sports] == 0
    assert japanese[sports] == 3
