from hypothesis import given
from hypothesis import strategies as st

from tane.token_estimate import estimate_tokens

any_text = st.text(alphabet=st.characters(codec=None, exclude_categories=()))


@given(any_text, any_text)
def test_a_longer_text_never_costs_less(a: str, b: str):
    assert estimate_tokens(a + b) >= max(estimate_tokens(a), estimate_tokens(b))


@given(any_text, any_text)
def test_pieces_never_cost_less_than_their_whole(a: str, b: str):
    assert estimate_tokens(a) + estimate_tokens(b) >= estimate_tokens(a + b)


@given(any_text)
def test_every_text_has_an_estimate_and_only_the_empty_one_is_free(text: str):
    assert (estimate_tokens(text) == 0) == (text == "")


def test_the_estimate_lies_above_what_tokenizers_count():
    # Counted with o200k and XLM-R elsewhere; Japanese costs most in one of the two.
    assert estimate_tokens("吾輩は猫である。名前はまだ無い。") >= 14
    assert estimate_tokens("The quick brown fox jumps over the lazy dog.") >= 10
    assert estimate_tokens("😀") >= 3


def test_ordinary_japanese_is_not_overestimated_beyond_use():
    assert estimate_tokens("発酵とは微生物が有機物を分解することである") <= 25
