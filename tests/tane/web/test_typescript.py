"""The page's generated sources are those that Python's types and words make."""

from tane.store.domain import NAMES, SCORES, STORED_KINDS
from tane.web import typescript


def test_nothing_generated_is_stale():
    assert list(typescript.stale()) == [], "run make generated"


def test_everything_that_an_answer_says_has_a_type():
    assert "unknown" not in typescript.answers().replace("Record<string, unknown>", "")


def test_each_score_and_kind_is_called_something_in_both_languages():
    assert set(NAMES) == {*SCORES, *STORED_KINDS}
    assert all(ja and en for ja, en in NAMES.values())
