"""The row `search` on what ships: real queries, real vectors, the product's own search."""

from bench.meaning import LANGUAGES, dialogues
from bench.search import measured
from bench.search_labels import ANSWERS
from bench.today_labels import written
from tane.store.pool import Pool


async def test_everyday_queries_find_their_answers_and_nonsense_finds_nothing(dsn: str, pool: Pool):
    """Measured: recall 0.55 in Japanese and 0.15 in English among the 1,151 texts that ship; 0.20 and 0 before."""
    del pool  # it has made the tables
    said = [one for language in LANGUAGES for one in dialogues(language)] + written()

    found = await measured(dsn, said, [])

    assert found["nonsense_answered"] == []
    assert found["recall"]["ja"] >= 0.5
    assert found["recall"]["en"] >= 0.1


def test_every_known_answer_is_an_utterance_that_ships():
    ids = {one["id"] for language in LANGUAGES for one in dialogues(language)}

    assert {len(answers) for answers in ANSWERS.values()} == {10}
    assert all(right <= ids for answers in ANSWERS.values() for right in answers.values())
