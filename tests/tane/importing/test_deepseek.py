import json
from typing import Any

import pytest

from tane.importing.records import ImportRecord, Omitted
from tests.tane.importing.reading import read, read_rows, texts


def fragment(kind: str, content: str = "") -> dict[str, Any]:
    return {"type": kind, "content": content}


def node(key: str, parent: str, *fragments: dict[str, Any], **message: Any) -> dict[str, Any]:
    said = {"files": [], "model": "deepseek-chat", "inserted_at": f"2026-08-03T20:00:0{key}+08:00"} | message
    return {"id": key, "parent": parent, "children": [], "message": said | {"fragments": list(fragments)}}


def export(*nodes: dict[str, Any]) -> bytes:
    root = {"id": "root", "parent": None, "children": ["1"], "message": None}
    tree = {"root": root} | {one["id"]: one for one in nodes}
    for one in nodes:
        tree[one["parent"]]["children"].append(one["id"])
    return json.dumps([{"id": "d", "title": "茶", "inserted_at": "x", "mapping": tree}]).encode()


class TestAConversation:
    def test_gives_its_messages_what_it_knows_of_them(self):
        question, answer = read(
            export(
                node("1", "root", fragment("REQUEST", "コーヒーを飲みすぎる")),
                node("2", "1", fragment("THINK", "hm"), fragment("RESPONSE", "午後は緑茶にしましょう。")),
            ),
            "deepseek",
        )

        assert isinstance(question, ImportRecord)
        assert isinstance(answer, ImportRecord)
        assert (question.speaker, question.conversation, question.external_id) == ("user", "d", "1")
        assert question.uttered_at is not None
        assert question.uttered_at.isoformat() == "2026-08-03T12:00:01+00:00"
        assert (answer.speaker, answer.text) == ("assistant", "午後は緑茶にしましょう。")
        assert answer.metadata == {"title": "茶", "model": "deepseek-chat"}

    def test_is_its_last_branch(self):
        nodes = node("1", "root", fragment("REQUEST", "old")), node("2", "root", fragment("REQUEST", "new"))

        assert texts(read(export(*nodes), "deepseek")) == ["new"]

    def test_without_fragments_alternates(self):
        rows = read(export(node("1", "root", content="hello"), node("2", "1", content="hi")), "deepseek")

        assert [(row.speaker, row.text) for row in rows if isinstance(row, ImportRecord)] == [
            ("user", "hello"),
            ("assistant", "hi"),
        ]


@pytest.mark.parametrize(
    ("fragments", "kinds"),
    [
        ([fragment("THINK", "hm"), fragment("RESPONSE", "a")], ["thought"]),
        ([fragment("SEARCH"), fragment("TOOL_OPEN"), fragment("NEW", "?")], ["tool_call", "tool_call", "unknown_part"]),
        ([fragment("RESPONSE", " ")], ["empty_message"]),
    ],
)  # fmt: skip
def test_what_is_left_out_is_told_by_its_kind(fragments: list[dict[str, Any]], kinds: list[str]):
    rows = read_rows(export(node("1", "root", *fragments)), "deepseek")

    assert [row.kind for row in rows if isinstance(row, Omitted)] == kinds
