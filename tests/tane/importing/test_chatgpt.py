"""The marks are written with signs that can be seen: ⟦name|argument⟧, ‹sentence›, and ¦ for U+E206."""

import json
from typing import Any

import pytest

from tane.importing.chatgpt import content_of, without_marks
from tane.importing.conversations import branch
from tane.importing.records import ImportRecord, Omitted
from tests.tables import every
from tests.tane.importing.reading import read, read_rows, rejects, texts


def node(parent: str | None, *children: str, **message: Any) -> dict[str, Any]:
    return {"parent": parent, "children": list(children), "message": message or None}


def message(role: str, *parts: Any, id_: str = "m", **more: Any) -> dict[str, Any]:
    content = {"content_type": "text", "parts": list(parts)}
    return {"id": id_, "author": {"role": role, "name": None, "metadata": {}}, "content": content} | more


def conversation(**more: Any) -> dict[str, Any]:
    """Return a conversation whose question was edited: the second branch is open."""
    mapping = {
        "root": node(None, "sys"),
        "sys": node("root", "old", "q", **message("system", "", id_="sys", weight=0.0)),
        "old": node("sys", "old-a", **message("user", "睡眠とは？", id_="old", create_time=1785715200.5)),
        "old-a": node("old", **message("assistant", "体を休めることです。", id_="old-a")),
        "q": node("sys", "a", **message("user", "良い睡眠とは？", id_="q", create_time=1785715260.25)),
        "a": node("q", **message(
            "assistant", "途中で目覚めない睡眠です。", id_="a", create_time=1785715270.0,
            metadata={"model_slug": "gpt-x"}, recipient="all", weight=1.0,
        )),
    }  # fmt: skip
    return {
        "title": "睡眠",
        "create_time": 1785715200.0,
        "current_node": "a",
        "conversation_id": "c-1",
        "id": "c-1",
        "mapping": mapping,
    } | more


def export(*conversations: Any) -> bytes:
    return json.dumps(list(conversations)).encode()


class TestAConversation:
    def test_is_the_branch_that_was_open_last(self):
        assert texts(read(export(conversation()), "chatgpt")) == [
            "良い睡眠とは？",
            "途中で目覚めない睡眠です。",
        ]

    def test_gives_its_messages_what_it_knows_of_them(self):
        question, answer = read(export(conversation()), "chatgpt")

        assert isinstance(question, ImportRecord)
        assert isinstance(answer, ImportRecord)
        assert (question.speaker, question.conversation, question.external_id) == ("user", "c-1", "q")
        assert question.uttered_at is not None
        assert question.uttered_at.isoformat() == "2026-08-03T00:01:00.250000+00:00"
        assert (answer.speaker, answer.metadata) == ("assistant", {"title": "睡眠", "model": "gpt-x"})

    def test_counts_what_holds_no_words_as_omitted(self):
        rows = read_rows(export(conversation()), "chatgpt")

        assert [row for row in rows if isinstance(row, Omitted)] == [Omitted(line=1, kind="empty_message")]

    @pytest.mark.parametrize("current", [None, "gone", 7])
    def test_without_its_last_node_ends_where_nothing_follows(self, current: Any):
        assert (
            texts(read(export(conversation(current_node=current)), "chatgpt"))[-1]
            == "途中で目覚めない睡眠です。"
        )

    def test_may_go_in_circles(self):
        nodes = {"a": node("b", "b", **message("user", "x", id_="1")), "b": node("a", "a")}

        assert [
            node["message"]["id"] for _, node in branch({"mapping": nodes, "current_node": "a"}) or ()
        ] == ["1"]

    def test_that_is_bad_is_rejected_alone_with_its_place(self):
        rows = read(
            export(conversation(), {"title": "geheim"}, 7, {"mapping": []}, conversation(id="c-2")), "chatgpt"
        )

        reason = "no conversation of a ChatGPT export"
        assert rejects(rows) == [(2, reason), (3, "not a JSON object"), (4, reason)]
        assert len(texts(rows)) == 4
        assert "geheim" not in repr(rows)

    @every("broken", [None, 7, [], "x", {"message": 7}, {"message": {"content": {"parts": 3}}}])
    def test_may_have_nodes_of_any_shape(self, broken: Any):
        assert (
            texts(read(export({"id": "c", "current_node": "a", "mapping": {"a": broken}}), "chatgpt")) == []
        )


CODE = {"content_type": "code", "language": "json"}
ESSAY = "A garden is a promise that the year keeps."


def canvas(action: str, order: Any) -> dict[str, Any]:
    content = CODE | {"text": json.dumps(order)}
    return message("assistant", recipient=f"canmore.{action}_textdoc") | {"content": content}


def of_kind(role: str, kind: str, **content: Any) -> dict[str, Any]:
    return message(role) | {"content": {"content_type": kind, **content}}


class TestAMessage:
    @every(
        ("one", "words"),
        [
            (message("user", "a", "", "b"), "a\nb"),
            (message("user", {"content_type": "image_asset_pointer"}, "見て"), "見て"),
            (message("user", {"content_type": "audio_transcription", "text": "話した"}), "話した"),
            (message("assistant", "はい\ue200cite\ue202turn0search1\ue201。"), "はい。"),
            (message("assistant", '\ue200entity\ue202["city","京都"]\ue201へ'), "京都へ"),
            (message("user", "a 【12†b】"), "a 【12†b】"),
            (canvas("create", {"name": "essay", "type": "document", "content": ESSAY}), ESSAY),
            (canvas("update", {"updates": [{"pattern": ".*", "multiple": False, "replacement": ESSAY}]}), ESSAY),
            (message("tool", "The report", metadata={"is_async_task_result_message": True}), "The report"),
            (
                message("tool", "shown", metadata={"chatgpt_sdk": {"widget_state": json.dumps(
                    {"report_message": message("assistant", "# Gardens \ue200cite\ue202turn1search1\ue201")}
                )}}),
                "# Gardens",
            ),
        ],
    )  # fmt: skip
    def test_is_the_words_in_it(self, one: dict[str, Any], words: str):
        assert content_of(one)[0] == words

    @every(
        ("one", "kinds"),
        [
            (message("tool", "3 results"), ["tool_result"]),
            (message("tool", {"content_type": "image_asset_pointer"}), ["picture"]),
            (of_kind("tool", "execution_output", text="1"), ["tool_result"]),
            (of_kind("tool", "tether_quote", text="said elsewhere"), ["tool_result"]),
            (message("assistant", '{"prompt": "cat"}', recipient="dalle.text2im"), ["tool_call"]),
            (of_kind("assistant", "code", text="print()"), ["tool_call"]),
            (of_kind("assistant", "thoughts", thoughts=[]), ["thought"]),
            (of_kind("assistant", "reasoning_recap", content="Thought for 3s"), ["thought"]),
            (of_kind("assistant", "system_error", text="oh"), ["system_note"]),
            (of_kind("assistant", "model_editable_context"), ["instruction"]),
            (of_kind("user", "user_editable_context", user_profile="p"), ["instruction"]),
            (message("system", "You are"), ["instruction"]),
            (message("user", "x", metadata={"is_visually_hidden_from_conversation": True}), ["system_note"]),
            (message("assistant", "x", weight=0.0), ["system_note"]),
            (message("user", {"content_type": "audio_asset_pointer"}), ["recording"]),
            (message("user", {"content_type": "real_time_user_audio_video_asset_pointer"}), ["recording"]),
            (message("user", {"content_type": "video_container_asset_pointer"}), ["video"]),
            (message("user", {"content_type": "of tomorrow"}), ["unknown_part"]),
            (canvas("create", {"type": "code/python", "content": "print()"}), ["document"]),
            (canvas("update", {"updates": [{"pattern": "a", "replacement": "b"}]}), ["document_edit"]),
            (canvas("comment", {"comments": []}), ["document_edit"]),
            (canvas("create", "no order"), ["document"]),
            (message("assistant", ""), []),
            ({"content": None}, []),
            ({}, []),
        ],
    )
    def test_without_words_of_both_sides_is_left_out_by_its_kind(self, one: dict[str, Any], kinds: list[str]):
        assert content_of(one) == ("", kinds)

    def test_may_have_words_beside_what_is_left_out(self):
        files = [
            {"name": "a.pdf", "mime_type": "application/pdf"},
            {"name": "b.png", "mime_type": "image/png"},
        ]
        asked = message(
            "user", {"content_type": "image_asset_pointer"}, "見て", metadata={"attachments": files}
        )
        spoken_ = message(
            "user",
            {"content_type": "audio_transcription", "text": "話した"},
            {"content_type": "audio_asset_pointer"},
        )

        assert content_of(asked) == ("見て", ["picture", "file"])
        assert content_of(spoken_) == ("話した", [])
        assert content_of(message("assistant", "見て \ue200image_group\ue202{}\ue201")) == (
            "見て",
            ["picture"],
        )


def test_a_document_is_the_assistants_and_keeps_its_name():
    order = canvas("create", {"name": "essay", "type": "document", "content": ESSAY})
    mapping = {"a": node(None, **order)}

    (row,) = read(export({"id": "c", "mapping": mapping}), "chatgpt")

    assert isinstance(row, ImportRecord)
    assert (row.speaker, row.text, row.metadata) == ("assistant", ESSAY, {"document": "essay"})


SIGNS = str.maketrans(
    {"⟦": "\ue200", "⟧": "\ue201", "|": "\ue202", "‹": "\ue203", "›": "\ue204", "¦": "\ue206"}
)


@every(
    ("written", "seen"),
    [
        ("no marks, only 【本文】", "no marks, only 【本文】"),
        ('by ⟦entity|["people","Nora Example",0]⟧ in ⟦entity|["place","京都"]⟧.', "by Nora Example in 京都."),
        ('⟦product_entity|["turn0product1","Loom 3"]⟧ is fine', "Loom 3 is fine"),
        ("⟦entity|people|Nora Example⟧", "Nora Example"),
        ('⟦entity|["people", "Nora Example",]⟧', "Nora Example"),
        ('⟦entity["place","Anatolia"]⟧', "Anatolia"),
        ("see ⟦url|the docs|https://example.org⟧!", "see the docs!"),
        ("see ⟦url|https://example.org⟧", "see https://example.org"),
        ("⟦link_title|Open site|turn0search1⟧", "Open site"),
        ("a\n\n⟦navlist|In the news|turn0news1,turn0news2⟧\n\nb", "a\n\nIn the news\n\nb"),
        ("⟦video|How to plant|turn0youtube1⟧", "How to plant"),
        ('so ⟦genui|{"math_block_widget":{"content":"E=mc^2"}}⟧ holds', "so $$E=mc^2$$ holds"),
        ("⟦newcomer|turn0x1|What it shows⟧⟦newcomer|compact⟧", "What it shows"),
        ("one ⟦cite|turn0search3|turn0search8⟧. two⟦filecite|turn0file1|L1-L3⟧。", "one. two。"),
        ('a\n\n⟦image_group|{"query":["garden"]}⟧\n\nb', "a\n\nb"),
        ("‹The power failed.›|turn0search0|turn0news1¦ Then", "The power failed. Then"),
        ("⟦cite|turn0search1⟧ Begin\n- ⟦cite|turn0search2⟧ item", "Begin\n- item"),
        ("so it is【12†source】 and【3:0†notes.pdf】.", "so it is and."),
        ("so :contentReference[oaicite:0]{index=0} it is 【oaicite:1】", "so it is"),
        ("cut off ⟦cite|turn0", "cut off"),
        ('cut off ⟦entity|["people","No', "cut off"),
        ("a stray ⟦mark stays", "a stray mark stays"),
        (':::writing{variant="email"}\nDear Ann,\n:::\nDone.', "Dear Ann,\nDone."),
    ],
)  # fmt: skip
def test_marks_leave_what_a_reader_saw(written: str, seen: str):
    assert without_marks(written.translate(SIGNS)) == seen
