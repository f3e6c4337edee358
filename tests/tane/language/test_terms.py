"""Terms that tell one group of texts from another."""

from tane.language.terms import characteristic, terms

SLEEP = ["カフェインは睡眠を浅くする", "睡眠の前にカフェインを取らない", "朝の光が睡眠を整える"]
BREAD = ["パンの生地を発酵させる", "生地はよくこねる", "発酵の温度でパンの味が変わる"]


def test_what_every_cluster_talks_of_tells_nothing():
    texts = [[f"会議 {text}" for text in cluster] for cluster in (SLEEP, BREAD)]

    assert all("会議" not in terms[:2] for terms in characteristic(texts))


def test_names_in_capitals_and_words_of_mixed_scripts_stay_whole():
    assert terms("生成AIはAPIで使う in the cloud") == {"生成AI", "API", "cloud"}


def test_figures_single_signs_and_words_of_grammar_are_no_terms():
    assert terms("2024年 3D X x+ it won C++ AI活用法") == {"C++", "AI活用法"}


def test_short_words_and_figures_with_their_noun_are_terms():
    assert terms("my car had its w2 in apr, 30年以内に50年保護") == {
        "car",
        "w2",
        "apr",
        "30年以内",
        "50年保護",
    }


def test_of_one_group_the_terms_in_the_most_texts_come_first():
    (found,) = characteristic([["睡眠と起床", "睡眠の質", "起床と睡眠とコーヒー"]])

    assert found[:3] == ["睡眠", "起床", "コーヒー"]


def test_words_that_say_little_of_any_theme_are_no_terms():
    (found,) = characteristic([["睡眠の問題", "問題は睡眠", "睡眠という問題"]])

    assert found == ["睡眠"]


def test_the_stem_of_a_verb_or_an_adjective_is_no_term():
    assert terms("素晴らしい作品を手描きする。著作権を侵害される") == {"作品", "著作権", "侵害"}
