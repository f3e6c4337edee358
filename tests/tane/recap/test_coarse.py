"""Genres by centroids, on vectors that say plainly where a text belongs."""

import numpy as np
import pytest

from tane.recap.coarse import CoarseModel
from tane.recap.taxonomy import Genre, LabelledText, Taxonomy

DIMS = 8
SEA, BREAD = "sea", "bread"
GENRES = (
    Genre(genre=SEA, name_ja="海", name_en="Sea", definitions=("Boats and tides.",), keywords=("harbour", "灯台"),
          negative=("harbour a doubt",)),
    Genre(genre=BREAD, name_ja="パン", name_en="Bread", definitions=("Dough and ovens.",), keywords=("oven", "小麦")),
)  # fmt: skip
TEXTS = {
    SEA: ("The ferry waited for the tide.", "船は潮を待った。", "Nets dried on the quay.", "波が高い。"),
    BREAD: (
        "The dough rose overnight.",
        "生地は一晩で膨らんだ。",
        "Crusts cracked as they cooled.",
        "窯を開ける。",
    ),
}


def labelled(times: int) -> Taxonomy:
    items = [
        LabelledText(item_id=f"{genre}-{turn}-{place}", text=f"{text} {turn}", lang="und", genre=genre,
                     group=f"{genre}-{place}-{turn}")
        for genre, texts in TEXTS.items()
        for turn in range(times)
        for place, text in enumerate(texts)
    ]  # fmt: skip
    return Taxonomy(genres=GENRES, items=tuple(items))


def pointing(genre: str, turn: int = 0) -> np.ndarray:
    """Return a vector of the genre, a little aside in one of the other directions."""
    vector = np.zeros(DIMS)
    vector[0 if genre == SEA else 1] = 1.0
    vector[2 + turn % (DIMS - 2)] = 0.3
    return vector / np.linalg.norm(vector)


def fitted(times: int) -> CoarseModel:
    taxonomy = labelled(times)
    vector_of = {one.text: pointing(one.genre, turn) for turn, one in enumerate(taxonomy.learned())}
    vector_of |= {word: pointing(GENRES[place].genre) for word, place in taxonomy.words()}
    return CoarseModel(taxonomy, vector_of, dims=DIMS)


@pytest.fixture(scope="module")
def model() -> CoarseModel:
    return fitted(times=8)


def test_a_text_is_of_the_genre_whose_texts_it_is_like(model: CoarseModel):
    sea, bread = model.classify(
        ["The ferry waited for the wind.", "生地は一晩で育った。"], np.stack([pointing(SEA), pointing(BREAD)])
    )

    assert (sea.candidates[0].genre, bread.candidates[0].genre) == (SEA, BREAD)
    assert sea.is_near
    assert sea.candidates[0].confidence > 0.9


def test_a_text_that_is_like_none_is_near_none_and_its_best_candidate_is_kept(model: CoarseModel):
    away = np.zeros(DIMS)
    away[[0, 1]] = -0.7

    (result,) = model.classify(["zzz"], away[None])

    assert not result.is_near
    assert not result.is_by_words
    assert result.candidates


def test_words_of_a_genre_decide_where_no_centroid_does(model: CoarseModel):
    away = np.zeros(DIMS)
    away[[0, 1]] = -0.7

    both, doubt = model.classify(["xx harbours 灯台 zz", "To harbour a doubt, 灯台."], np.stack([away, away]))

    assert both.is_by_words
    assert both.candidates[0].genre == SEA
    assert both.candidates[0].keyword_support == 2
    assert not doubt.is_by_words


def test_the_features_of_a_text_are_told(model: CoarseModel):
    known, strange = model.classify(["The ferry waited.", "∎∎"], np.zeros((2, DIMS)))

    assert known.profile.token_count > 0
    assert known.profile.tfidf_sum > known.profile.bm25_peak > 0
    assert (strange.profile.tfidf_sum, strange.profile.token_count) == (0, 0)


def test_texts_without_vectors_are_judged_by_what_stands_in_them(model: CoarseModel):
    results = model.classify([*TEXTS[SEA], *TEXTS[BREAD]], np.zeros((8, DIMS)))

    assert [one.candidates[0].genre for one in results] == [SEA] * 4 + [BREAD] * 4


def test_definitions_alone_make_a_model():
    few = fitted(times=0)

    (result,) = few.classify(["Boats."], pointing(SEA)[None])

    assert few.out_of_fold is None
    assert result.candidates[0].genre == SEA


def test_the_same_texts_give_the_same_model(model: CoarseModel):
    again = fitted(times=8)

    assert again.blend == model.blend
    assert again.temperature == model.temperature
    np.testing.assert_array_equal(again.thresholds, model.thresholds)


def test_texts_of_one_matter_are_never_learned_from_and_judged_by():
    model = fitted(times=8)

    assert model.out_of_fold is not None
    assert len(model.out_of_fold.rows) == 64  # every item once, no definition
    np.testing.assert_allclose(model.out_of_fold.probabilities.sum(axis=1), 1.0)
