"""One spelling of a text."""

from hypothesis import given
from hypothesis import strategies as st

from tane.language.spelling import storable


@given(st.text(alphabet=st.characters(categories=None)))
def test_a_storable_text_can_be_stored(text: str):
    assert "\0" not in storable(text)
    storable(text).encode()
