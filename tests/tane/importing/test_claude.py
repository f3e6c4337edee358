import json
from typing import Any

import pytest

from tane.importing.claude import words_of
from tane.importing.records import ImportRecord, Omitted
from tests.tables import every
from tests.tane.importing.reading import read, read_rows, rejects, texts


def export(*conversations: Any) -> bytes:
    return json.dumps(list(conversations), ensure_ascii=False).encode()


def conversation(*messages: Any) -> dict[str, Any]:
    return {
        "uuid": "c-1",
        "name": "引っ越し",
        "summary": "",
        "created_at": "2026-08-03T01:00:00.000000Z",
        "updated_at": "2026-08-03T01:05:00.000000Z",
        "account": {"uuid": "u-1"},
        "chat_messages": list(messages),
    }


def message(sender: str, text: str, id_: str = "m-1") -> dict[str, Any]:
    return {
        "uuid": id_, "text": text, "sender": sender, "created_at": "2026-08-03T01:00:01.123456Z",
        "content": [{"type": "text", "text": text, "citations": []}], "attachments": [], "files": [],
    }  # fmt: skip


class TestAConversation:
    def test_gives_its_messages_what_it_knows_of_them(self):
        human, assistant = read(
            export(conversation(message("human", "いつ引っ越す？"), message("assistant", "春です。", "m-2"))),
            "claude",
        )

        assert isinstance(human, ImportRecord)
        assert isinstance(assistant, ImportRecord)
        assert (human.text, human.speaker, human.conversation, human.external_id) == (
            "いつ引っ越す？", "user", "c-1", "m-1",
        )  # fmt: skip
        assert human.uttered_at is not None
        assert human.uttered_at.isoformat() == "2026-08-03T01:00:01.123456+00:00"
        assert (assistant.speaker, assistant.metadata) == ("assistant", {"title": "引っ越し"})

    def test_that_is_bad_is_rejected_alone_with_its_place(self):
        rows = read(export({"uuid": "x"}, conversation(7, message("human", "a")), None), "claude")

        assert texts(rows) == ["a"]
        assert rejects(rows) == [
            (1, "no conversation of a Claude export"),
            (2, "a message that is no object"),
            (3, "not a JSON object"),
        ]


class TestABranch:
    ROOT = "00000000-0000-4000-8000-000000000000"

    def open_texts(self, *messages: tuple[str, str | None], leaf: str | None = None) -> list[str]:
        """Return what is read of messages that are their ids, each with its parent; None: it names none."""
        said = [
            message("human", key, key) | ({} if parent is None else {"parent_message_uuid": parent})
            for key, parent in messages
        ]
        one = conversation(*said) | {"current_leaf_message_uuid": leaf}
        return texts(read(export(one), "claude"))

    EDITED = ("h1", ROOT), ("a1", "h1"), ("h2", ROOT), ("a2", "h2")

    def test_that_was_open_last_counts(self):
        assert self.open_texts(*self.EDITED, leaf="a2") == ["h2", "a2"]
        assert self.open_texts(*self.EDITED, leaf="a1") == ["h1", "a1"]

    @pytest.mark.parametrize("leaf", [None, "gone"])
    def test_without_a_known_leaf_is_that_of_the_last_message(self, leaf: str | None):
        assert self.open_texts(*self.EDITED, leaf=leaf) == ["h2", "a2"]

    def test_is_all_that_there_is_in_exports_without_parents(self):
        assert self.open_texts(("h1", None), ("a1", None), ("h2", None)) == ["h1", "a1", "h2"]

    def test_does_not_end_where_a_parent_is_missing(self):
        assert self.open_texts(("h1", self.ROOT), ("a1", "h1"), ("h2", "gone"), leaf="h2") == [
            "h1",
            "a1",
            "h2",
        ]

    def test_may_go_in_circles(self):
        assert self.open_texts(("a", "b"), ("b", "a"), leaf="a") == ["a", "b"]


def test_a_pasted_text_is_an_utterance_of_its_own():
    attached = {"file_name": "pasted.txt", "file_type": "txt", "extracted_content": "引っ越しの日記"}
    said = message("human", "どう思う？") | {"attachments": [attached, {"file_name": "b.pdf"}]}
    wordless = message("human", "", "m-2") | {"content": [], "attachments": [attached]}

    pasted, question, alone = read(export(conversation(said, wordless)), "claude")

    assert isinstance(pasted, ImportRecord)
    assert isinstance(question, ImportRecord)
    assert isinstance(alone, ImportRecord)
    assert (pasted.text, pasted.speaker, pasted.external_id) == ("引っ越しの日記", "user", "m-1:attachment:1")
    assert pasted.metadata == {"title": "引っ越し", "file_name": "pasted.txt"}
    assert (question.text, question.external_id, alone.text) == ("どう思う？", "m-1", "引っ越しの日記")
    assert [
        row.kind
        for row in read_rows(export(conversation(said, wordless)), "claude")
        if isinstance(row, Omitted)
    ] == ["file"]


def test_what_is_left_out_is_told_by_its_kind():
    blocks = [
        {"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "a"}, {"type": "tool_use", "name": "web_search"},
        {"type": "tool_result", "content": []}, {"type": "token_budget"},
        {"type": "tool_use", "name": "artifacts", "input": {"command": "create", "content": "# v1"}},
        {"type": "tool_use", "name": "artifacts", "input": {"command": "update"}}, {"type": "of tomorrow"},
    ]  # fmt: skip
    files = [{"file_name": "a.PNG"}, {"file_name": "b.pdf"}, {"file_name": "c", "file_kind": "image"}]
    answer = message("assistant", "a") | {"content": blocks}
    asked = message("human", "b", "m-2") | {"files": files, "attachments": [{"file_name": "b.pdf"}]}

    rows = read_rows(export(conversation(answer, asked, message("human", "", "m-3"))), "claude")

    assert [row.kind for row in rows if isinstance(row, Omitted)] == [
        "thought", "tool_call", "tool_result", "document", "document_edit", "unknown_part",
        "file", "picture", "picture", "empty_message",
    ]  # fmt: skip


class TestAMessage:
    @every(
        ("one", "words"),
        [
            (message("human", "a"), "a"),
            ({"text": "old"}, "old"),
            ({"text": "old", "content": []}, "old"),
            (
                {"text": "This block is not supported", "content": [
                    {"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "a"},
                    {"type": "tool_use", "input": {}}, {"type": "tool_result", "content": []}, {"type": "text", "text": "b"},
                ]},
                "a\n\nb",
            ),
            ({"text": "x", "content": [{"type": "tool_use"}]}, ""),
            ({"text": None, "content": None}, ""),
            ({"content": [None, {"type": "text", "text": 7}]}, ""),
            ({}, ""),
        ],
    )  # fmt: skip
    def test_is_its_text_without_thoughts_and_tools(self, one: dict[str, Any], words: str):
        assert words_of(one) == words
