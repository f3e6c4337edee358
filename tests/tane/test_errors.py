"""What is told of an error, and what never is."""

from handlers.contract import JobError
from tane.errors import describe
from tane.llm.model_errors import BadReply


class TestTheDescriptionOfAnError:
    def test_of_ours_names_class_cause_and_message(self):
        described = describe(BadReply("the reply ends in the middle"))

        assert described["class"] == "BadReply"
        assert described["cause"] == "bad_reply"
        assert described["message"] == "the reply ends in the middle"

    def test_of_a_job_error_gives_its_own_cause(self):
        assert describe(JobError("wrong_target"))["cause"] == "wrong_target"

    def test_of_an_unknown_error_gives_its_place_and_never_its_words(self):
        try:
            raise ValueError("今日は母と喧嘩した")  # noqa: TRY301
        except ValueError as error:
            described = describe(error)

        assert described["class"] == "ValueError"
        assert described["cause"] == "unexpected"
        assert described["at"].startswith("tests/tane/test_errors.py:")
        assert "母" not in str(described)
