from tane.importing.columns import NAMES, resolve
from tane.importing.records import Columns
from tests.tables import every


def test_no_name_stands_for_two_parts():
    names = [name for part in NAMES.values() for name in part]

    assert len(names) == len(set(names))


class TestColumns:
    @every(
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
            (["comment-id", "comment-body"], Columns(text="comment-body", id="comment-id")),
            (
                ["Comment_ID", "\ufeffＣｏｍｍｅｎｔ　Ｂｏｄｙ"],
                Columns(text="\ufeffＣｏｍｍｅｎｔ　Ｂｏｄｙ", id="Comment_ID"),
            ),
            (
                ["timestamp", "comment-id", "author-id", "comment-body", "agrees"],
                Columns(text="comment-body", speaker="author-id", time="timestamp", id="comment-id"),
            ),
            (
                ["commentId", "authorDisplayName", "textOriginal", "publishedAt", "likeCount"],
                Columns(text="textOriginal", speaker="authorDisplayName", time="publishedAt", id="commentId"),
            ),
            (
                ["id_str", "full_text", "screen_name"],
                Columns(text="full_text", speaker="screen_name", id="id_str"),
            ),
            (
                ["Äußerung", "Sprecher/in", "Gespräch", "Datum/Uhrzeit", "Kennung"],
                Columns(
                    text="Äußerung",
                    speaker="Sprecher/in",
                    conversation="Gespräch",
                    time="Datum/Uhrzeit",
                    id="Kennung",
                ),
            ),
            (
                ["Identifiant", "Réponse", "Commentaire", "Expéditeur", "Date et heure"],
                Columns(text="Commentaire", speaker="Expéditeur", time="Date et heure", id="Identifiant"),
            ),
            (
                ["编号", "评论内容", "用户名", "发布时间", "评论ID"],
                Columns(text="评论内容", speaker="用户名", time="发布时间", id="评论ID"),
            ),
            (["訊息內容", "傳送者", "傳送時間"], Columns(text="訊息內容", speaker="傳送者", time="傳送時間")),
            (
                ["댓글 ID", "댓글 내용", "작성자", "작성일시"],
                Columns(text="댓글 내용", speaker="작성자", time="작성일시", id="댓글 ID"),
            ),
            (
                ["Сообщение", "Отправитель", "Дата"],
                Columns(text="Сообщение", speaker="Отправитель", time="Дата"),
            ),
            (
                ["コメント本文", "ユーザー名", "タイムスタンプ"],
                Columns(text="コメント本文", speaker="ユーザー名", time="タイムスタンプ"),
            ),
            (["question", "answer"], Columns()),
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
