from typing import Any

import pytest

from tane.importing.identity import Identities, source_id_of, source_name, split_id_of
from tane.importing.records import ImportProblem, Record
from tests.tables import every

SOURCE = source_id_of("diary")


def record(text: str = "やあ", **fields: Any) -> Record:
    return Record(line=1, text=text, **fields)


def ids(*records: Record) -> list[str]:
    identities = Identities(SOURCE)
    return [identities.of(one).external_id for one in records]


class TestARecordWithoutAnId:
    @every(
        "other",
        [
            record("やあ。"),
            record(speaker="花子"),
            record(conversation="1"),
            record(written_time="2024-01-01"),
        ],
    )
    def test_is_its_text_speaker_time_and_conversation(self, other: Record):
        same, different = ids(record(), other)

        assert same != different

    def test_is_another_one_when_it_occurs_again(self):
        first, second, third = ids(record(), record(), record())

        assert len({first, second, third}) == 3

    def test_is_the_same_in_every_run_and_order(self):
        a, b = record("a"), record("b")

        assert set(ids(a, b, a)) == set(ids(a, a, b))

    def test_does_not_depend_on_metadata_or_line(self):
        assert ids(record()) == ids(Record(line=9, text="やあ", metadata={"x": 1}))

    def test_does_not_mix_its_parts_up(self):
        one, other = ids(record(speaker="a", conversation="b"), record(speaker="b", conversation="a"))

        assert one != other


class TestARecordWithAnId:
    def test_keeps_it_when_its_text_changes(self):
        before = Identities(SOURCE).of(record("before", external_id="7"))
        after = Identities(SOURCE).of(record("after", external_id="7"))

        assert before == after
        assert before.external_id == "7"

    def test_has_it_within_its_conversation(self):
        one, other = ids(record(external_id="1", conversation="a"), record(external_id="1", conversation="b"))

        assert (one, other) == ("a/1", "b/1")

    def test_is_not_mistaken_for_another_by_a_slash(self):
        one, other = ids(
            record(external_id="b/c", conversation="a"), record(external_id="c", conversation="a/b")
        )

        assert one != other

    def test_says_when_it_occurs_again(self):
        identities = Identities(SOURCE)

        assert [identities.of(record(external_id="1")).occurrence for _ in range(3)] == [1, 2, 3]

    def test_may_have_one_of_any_length(self):
        (one, other) = ids(record(external_id="x" * 10_000), record(external_id="x" * 10_001))

        assert one != other
        assert len(one) < 100


class TestSources:
    def test_keep_their_utterances_apart(self):
        one = Identities(source_id_of("a")).of(record(conversation="c"))
        other = Identities(source_id_of("b")).of(record(conversation="c"))

        assert one.external_id == other.external_id
        assert one.utterance_id != other.utterance_id
        assert one.conversation_id != other.conversation_id

    def test_are_one_however_the_file_system_spells_their_name(self):
        assert source_name("か\u3099っこう") == source_name(" がっこう ")

    @every("name", ["", "  ", "a\nb", "x" * 201])
    def test_need_a_name(self, name: str):
        with pytest.raises(ImportProblem, match="--source"):
            source_name(name)


def test_a_piece_with_other_words_is_another_piece():
    assert split_id_of(SOURCE, 0, "a") == split_id_of(SOURCE, 0, "a")
    assert len({split_id_of(SOURCE, 0, "a"), split_id_of(SOURCE, 0, "b"), split_id_of(SOURCE, 1, "a")}) == 3
