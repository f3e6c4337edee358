"""One spelling of a text."""

from hypothesis import given
from hypothesis import strategies as st

from tane.language.spelling import common_width, folded, is_foreign, letters, storable


@given(st.text(alphabet=st.characters(categories=None)))
def test_a_storable_text_can_be_stored(text: str):
    assert "\0" not in storable(text)
    storable(text).encode()


def test_width_case_and_apostrophes_make_no_difference():
    assert folded("ＡＢＣ’s") == "abc's"
    assert common_width("Ａ’s") == "A's"
    assert letters("「Ａ・ｂ」 3。") == "ab3"


def test_another_language_than_the_source_is_foreign_unless_quoted():
    source = "きのうのはなしあいでsomebody said a long thingと言っていました。"

    assert is_foreign("They were in a meeting", source)
    assert not is_foreign("somebody said a long thing", source)
    assert not is_foreign("They were in a meeting", "We met yesterday and talked")
