import pytest

from daemon.importing.columns import resolve
from daemon.importing.records import Columns


class TestColumns:
    @pytest.mark.parametrize(
        ("present", "expected"),
        [
            (["text"], Columns(text="text")),
            (["Contents", "SPEAKER"], Columns(text="Contents", speaker="SPEAKER")),
            (
                ["message_id", "message", "created_at"],
                Columns(text="message", time="created_at", id="message_id"),
            ),
            (
                ["本文", "話者", "会話ID", "日時"],
                Columns(text="本文", speaker="話者", conversation="会話ID", time="日時"),
            ),
            (["発言", "発言者", "発言日時"], Columns(text="発言", speaker="発言者", time="発言日時")),
            (["ｔｅｘｔ", "Session-Id"], Columns(text="ｔｅｘｔ", conversation="Session-Id")),
            (["role", "content"], Columns(text="content", speaker="role")),
            (["role", "speaker", "content"], Columns(text="content", speaker="speaker")),
            (["content", "text"], Columns(text="text")),
            (["argument", "source"], Columns()),
        ],
    )
    def test_are_told_by_their_names(self, present: list[str], expected: Columns):
        assert resolve(Columns(), present) == expected

    def test_asked_for_win_over_their_names(self):
        assert resolve(Columns(text="note", speaker="TEXT"), ["text", "note"]) == Columns(
            text="note", speaker="text"
        )

    def test_asked_for_and_absent_are_not_replaced(self):
        assert resolve(Columns(text="missing"), ["text"]).text is None

    def test_serve_one_purpose_only(self):
        assert resolve(Columns(text="id"), ["id"]) == Columns(text="id")
