"""The row `search` on what ships: real queries, real vectors, the product's own search."""

from bench.meaning import LANGUAGES, dialogues
from bench.search import measured
from bench.search_labels import ANSWERS, CHOSEN_ON, NONSENSE, NONSENSE_CHOSEN_ON
from bench.today_labels import written
from tane.store.pool import Pool


async def test_everyday_queries_find_their_answers_and_nonsense_finds_nothing(dsn: str, pool: Pool):
    """Measured: recall 0.60 in Japanese and 0.35 in English among the 1,151 texts that ship; 0.55 and 0.15 before."""
    del pool  # it has made the tables
    said = [one for language in LANGUAGES for one in dialogues(language)] + written()

    found = await measured(dsn, said, [])

    assert found["nonsense_answered"] == []
    assert len(found["nonsense_answered_chosen_on"]) <= 1
    assert found["recall"]["ja"] >= 0.55
    assert found["recall"]["en"] >= 0.3


def test_every_known_answer_is_an_utterance_that_ships():
    ids = {one["id"] for one in [one for language in LANGUAGES for one in dialogues(language)] + written()}
    labels = [*ANSWERS.values(), *CHOSEN_ON.values()]

    assert {len(answers) for answers in ANSWERS.values()} == {10}
    assert {
        one for of in labels for answers in of.values() for answer in answers for one in answer.split()
    } <= ids


def test_the_search_was_fitted_to_other_queries_than_those_it_is_measured_by():
    assert not {*NONSENSE} & {*NONSENSE_CHOSEN_ON}
    assert not {query for of in ANSWERS.values() for query in of} & {
        query for of in CHOSEN_ON.values() for query in of
    }
