import json
from typing import Any

import pytest

from daemon.importing.claude import spoken
from daemon.importing.records import Record
from tests.daemon.importing.reading import read, rejects, texts


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

        assert isinstance(human, Record)
        assert isinstance(assistant, Record)
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


class TestAMessage:
    @pytest.mark.parametrize(
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
        assert spoken(one) == words
