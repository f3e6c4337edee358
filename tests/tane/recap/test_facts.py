from tane.recap.facts import facts_of, news_of
from tests.tane.recap import news
from tests.tane.recap.news import unit

FIRST = unit(news.FIRE_SENBA)


def told() -> frozenset[str]:
    return facts_of(FIRST)


def test_all_facts_of_a_first_report_are_news():
    assert news_of(FIRST, frozenset(), []) == facts_of(FIRST)


def test_another_publisher_and_another_language_bring_no_news():
    for report in (news.FIRE_SENBA_OTHER, news.FIRE_SENBA_EN):
        assert not news_of(unit(report, hours=5), told(), [FIRST])


def test_an_edited_reissue_brings_its_changed_figure_alone():
    title, text = news.FIRE_SENBA
    edited = unit((title, text.replace("従業員2人", "従業員4人")), hours=5)

    assert news_of(edited, told(), [FIRST]) == facts_of(edited) - told()
    assert len(news_of(edited, told(), [FIRST])) == 1


def test_a_reissue_in_other_words_brings_none():
    title, text = news.FIRE_SENBA

    assert not news_of(unit((title, text.replace("火が出て", "出火し")), hours=5), told(), [FIRST])


def test_what_follows_is_news():
    later = unit(
        (
            "千波町の倉庫火災、社長を書類送検",
            "千波署は9日、防火設備を5年間止めていた疑いで社長(58)を書類送検した。",
        ),
        hours=160,
    )

    assert news_of(later, told(), [FIRST])
    assert news_of(later, told(), [])


def test_a_statement_without_a_figure_is_a_fact_of_its_own():
    calm = unit(("", "The kitchen could do with a coat of paint."), is_talk=True)

    assert len(facts_of(calm)) == 1
    assert not news_of(calm, facts_of(calm), [calm])
