import pytest

from tane.importing.detection import detect_json, detect_text
from tane.importing.records import ImportProblem
from tests.tables import every


class TestAListOfConversations:
    @every(
        ("head", "told"),
        [
            ('[{"title": "a", "create_time": 1.5, "mapping": {"root": {', "chatgpt"),
            ('[\n  {\n    "uuid": "x",\n    "name": "a",\n    "chat_messages" : [\n', "claude"),
            ('[{"name": "say \\"mapping\\": {", "chat_messages": []}', "claude"),
            ('[{"title": "the \\"chat_messages\\": [", "mapping": {}}', "chatgpt"),
            ('{"title": "one alone", "mapping": {}}', "chatgpt"),
            ('[{"id": "x", "inserted_at": "", "mapping": {"root": {', "deepseek"),
            ('[{"mapping": {"1": {"message": {"fragments": [{"type": "REQUEST"', "deepseek"),
            ('[{"chat": {"mapping": {}}}]', None),
            ('[{"text": "one", "speaker": "a"}]', None),
            ('[{"type": "note", "user": "a", "text": "one", "ts": "2026-08-03"}]', None),
            ('[{"mapping": "none"}]', None),
            ("[]", None),
            ("", None),
        ],
    )
    def test_is_told_by_its_shape(self, head: str, told: str | None):
        assert detect_json(head) == told


@every(
    ("head", "program"),
    [
        ('{"name": "g", "messages": [{"id": 1, "date_unixtime": "1", "text_entities": []', "Telegram"),
        ('{"guild": {}, "channel": {}, "messages": [', "DiscordChatExporter"),
        ('[{"header": "Gemini Apps", "title": "Prompted x", "time": "t", "products": [', "Gemini"),
        ('[{"header": "Search", "title": "Searched for x", "time": "t", "products": [', "Google Takeout"),
        ('[{"type": "message", "user": "U1", "text": "x", "ts": "1785759245.000100"}]', "Slack"),
        ('{"conversations": [{"conversation": {}, "responses": [{"response": {"sender": "human"', "Grok"),
        ('[{"user_id": "u", "chat": {"history": {"messages": {"a": {"childrenIds": []', "Open WebUI"),
        ('{"conversationId": "c", "messages": [{"isCreatedByUser": true', "LibreChat"),
        ('{"participants": [], "messages": [{"sender_name": "a", "timestamp_ms": 1', "Facebook Messenger"),
        ('[{"is_from_me": 1, "handle_id": 2, "text": "x"}]', "iMessage"),
        ('[{"sent_at": 1, "received_at": 2, "conversationId": "c"}]', "Signal"),
    ],
)
def test_the_export_of_a_program_that_tane_does_not_read_is_refused_by_its_name(head: str, program: str):
    with pytest.raises(ImportProblem, match=rf"this is the export of {program}.*does not read it yet"):
        detect_json(head)


class TestAText:
    @every(
        ("head", "told"),
        [
            ("\ufeff[LINE] 花子とのトーク履歴\r\n保存日時：2026/08/05 11:26\r\n", "line"),
            ("\n2026/08/03(月)\n9:00\tA\tやあ\n", "line"),
            ("13/08/2026, 21:14 - Messages are encrypted.\n13/08/2026, 21:15 - Anna: hello\n", "whatsapp"),
            ("\u200e[13/08/2026, 21:14:05] Anna: hello\n", "whatsapp"),
            ("2026. 8. 3. 오후 9:14 - 민수: 안녕\n", "whatsapp"),
            ("[LINE] 무슨 말\n그냥 글.\n", "line"),
            ("2026.08.03 月曜日\n21:14 美咲 習いたい\n21:15 美咲 週末に\n21:16 健太 そう\n", "line"),
            ("2026/08/03(月)\n今日は晴れ。\n", "text"),
            ("Anna: hello\n", "text"),
            ("", "text"),
        ],
    )
    def test_is_told_by_its_first_lines(self, head: str, told: str):
        assert detect_text(head) == told

    @every(
        "head",
        [
            "2026/08/03 21:14 - went to bed early\n",
            "2026/08/03 went home\n2026/08/04 stayed there\n",
            "[21:14] <anna> hello\n[21:15] <ben> yes\n",
            "21:14 < anna> hello\n21:15 <@ben> yes\nand more\n",
            "21:14:05\t From  Anna : hello\n21:15:05\t From  Ben : yes\n",
            "2026-08-03T21:14:05Z INFO start\n2026-08-03T21:14:06Z INFO done\n",
            "Channel: c\n\n[8/3/2026 9:14 PM] misaki\nI want to draw\n\n[8/3/2026 9:15 PM] kenta\nyes\nso\n",
            "anna [9:14 PM]\nhello\nben [9:15 PM]\nyes\nanna [9:16 PM]\nso\n",
            "小明 2026-08-03 21:14:05\n你好\n小红 2026-08-03 21:15:05\n好\n小明 2026-08-03 21:16:05\n走吧\n",
            "2026.08.03 Monday\n7:00 got up early\n8:00 had breakfast\n9:00 went to work\n",
        ],
    )
    def test_most_of_whose_lines_begin_with_a_time_is_no_prose(self, head: str):
        with pytest.raises(
            ImportProblem, match=r"most of its lines begin with a date or a clock.*--format text"
        ):
            detect_text(head)

    @every(
        ("head", "program"),
        [
            ("--- 2026년 8월 3일 ---\n[민수] [오후 9:14] 안녕\n둘\n셋\n넷\n다섯\n여섯\n일곱\n", "KakaoTalk"),
            ("민수 님과 카카오톡 대화\n저장한 날짜 : 2026-08-03\n\n말\n", "KakaoTalk"),
            ("KakaoTalk Chats with Min\n\n[Min] [9:14 PM] Hi\nand\nso\non\nand\non\n", "KakaoTalk"),
            ("2026년 8월 3일 오후 9:14, 민수 : 안녕\n둘\n셋\n넷\n다섯\n여섯\n", "KakaoTalk"),
            ("Anna, [03.08.2026 21:14]\nhello\nthere\n\nBen, [03.08.2026 21:15]\nyes\nso\n", "Telegram"),
        ],
    )
    def test_of_a_program_that_is_not_read_is_refused_by_its_name(self, head: str, program: str):
        with pytest.raises(ImportProblem, match=f"export of {program}.*--format text"):
            detect_text(head)

    @every(
        "head",
        [
            "2026/08/03(月)\n今日は晴れ。\n2026/08/04(火)\n雨。\n",
            "## 2026-09-01（火）晴れ\n\n朝に歩いた。\n\n## 2026-09-02（水）\n\n雨。\n",
            "--- 2026년 8월 3일 ---\n오늘은 맑음.\n--- 2026년 8월 4일 ---\n비.\n",
            "Mon 2026-08-03 21:14\nWent home.\nTue 2026-08-04 21:15\nStayed.\nMon 2026-08-10 21:15\nAgain.\n",
            "August 3, 2026\nWent home.\n\nAugust 4, 2026\nStayed.\n",
            "1999 was a year.\n2000 was another year.\nIn 2001 it was over.\n",
            "1. one thing\n2. another\n3. a third\n",
            "1.1 Scope of this\n1.2 Definitions\n10.12 The tenant shall\n",
            "1.2.3 fixed something\n1.2.4 fixed more\n",
            "200 g flour\n3 eggs\n1/2 cup of sugar\n",
            "12.50 bread\n3.20 milk\n",
            "192.168.1.1 the router\n10.0.0.1 the server\n",
            "18:30 is late, I said.\nThen we left.\nAnd slept.\n",
        ],
    )
    def test_with_some_dates_and_numbers_is_prose(self, head: str):
        assert detect_text(head) == "text"
