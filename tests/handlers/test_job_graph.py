"""What follows from an utterance (section 5, C8)."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from handlers import all_handlers
from handlers.job_graph import DOCUMENT_000, enabled_types, jobs_for_utterance
from handlers.options import Options
from tane.store.domain import JOB_TYPES, SCORES, SEED_KINDS, VECTOR_JOBS
from tests.handlers.conversation import OPTIONS

SAID = uuid4()
SPLITS = [uuid4(), uuid4()]
TEXT = "議事録はその日のうちに書くべきだ"


def queued(
    text: str = TEXT, *, speaker: str | None = "私", splits: list[UUID] = SPLITS, options: Options = OPTIONS
) -> list[str]:
    return [job.job_type for job in jobs_for_utterance(SAID, text, speaker, splits, options=options)]


def test_an_utterance_is_embedded_by_its_splits_classified_and_asked():
    jobs = jobs_for_utterance(SAID, TEXT, "私", SPLITS, options=OPTIONS)

    assert [(job.job_type, job.target_type, job.target_id, job.priority) for job in jobs] == [
        ("embedding", "utterance_split", SPLITS[0], 10),
        ("embedding", "utterance_split", SPLITS[1], 10),
        ("utterance_role", "utterance", SAID, 30),
        ("did_asked_knowledge", "utterance", SAID, 20),
    ]


def test_everything_together_is_twelve_questions_an_utterance():
    options = replace(OPTIONS, enabled=enabled_types("full"))

    jobs = jobs_for_utterance(SAID, TEXT, "私", SPLITS[:1], options=options)

    assert [(job.job_type, job.priority) for job in jobs] == [
        ("embedding", 10),
        ("utterance_role", 30),
        *((score, 40) for score in SCORES),
        *((f"did_asked_{kind}", 20) for kind in SEED_KINDS),
    ]
    assert len(jobs) - 1 == 12


def test_an_utterance_without_text_has_no_jobs():
    assert queued("", splits=[]) == []


@pytest.mark.parametrize(
    ("text", "speaker"), [("はい", "私"), (TEXT, "system")], ids=["short", "excluded speaker"]
)
def test_greetings_and_systems_are_not_asked_for_seeds(text: str, speaker: str):
    assert queued(text, speaker=speaker) == ["embedding", "embedding", "utterance_role"]


def test_a_speaker_without_a_name_is_asked():
    assert "did_asked_knowledge" in queued(speaker=None)


def test_with_excluded_roles_the_role_comes_first_even_when_it_is_not_enabled():
    options = replace(
        OPTIONS, roles_exclude=frozenset({"挨拶"}), enabled=enabled_types(["did_asked_knowledge"])
    )

    assert queued(options=options) == ["embedding", "embedding", "utterance_role"]
    assert queued("はい", options=options) == ["embedding", "embedding"]


class TestEnabledTypes:
    def test_of_full_are_those_with_a_handler(self):
        """An import must never queue what nobody works off."""
        assert {handler.job_type for handler in all_handlers(OPTIONS)} == enabled_types("full") == JOB_TYPES

    def test_say_nothing_about_what_other_programs_may_insert(self):
        nothing = replace(OPTIONS, enabled=frozenset())

        assert {handler.job_type for handler in all_handlers(nothing)} == JOB_TYPES

    def test_of_000_are_role_knowledge_and_vectors(self):
        assert enabled_types("000") == DOCUMENT_000

    def test_of_a_list_are_its_own_and_the_vectors(self):
        """D10: seeds and splits always get their vectors."""
        assert enabled_types(["utterance_role"]) == VECTOR_JOBS | {"utterance_role"}
        assert enabled_types(["resistance", "did_asked_model"]) == VECTOR_JOBS | {
            "resistance",
            "did_asked_model",
        }
        assert enabled_types([]) == VECTOR_JOBS

    def test_that_do_not_exist_are_refused_by_name(self):
        with pytest.raises(ValueError, match="no such job type: utterance_rule"):
            enabled_types(["utterance_rule", "embedding"])
