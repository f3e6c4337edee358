import pytest

from daemon.importing.detection import tell_json, tell_text
from daemon.importing.records import ImportProblem


class TestAListOfConversations:
    @pytest.mark.parametrize(
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
        assert tell_json(head) == told


@pytest.mark.parametrize(
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
        tell_json(head)


class TestAText:
    @pytest.mark.parametrize(
        ("head", "told"),
        [
            ("\ufeff[LINE] 花子とのトーク履歴\r\n保存日時：2026/08/05 11:26\r\n", "line"),
            ("\n2026/08/03(月)\n9:00\tA\tやあ\n", "line"),
            ("13/08/2026, 21:14 - Messages are encrypted.\n13/08/2026, 21:15 - Anna: hello\n", "whatsapp"),
            ("\u200e[13/08/2026, 21:14:05] Anna: hello\n", "whatsapp"),
            ("2026/08/03 21:14 - went to bed early\n", "text"),
            ("2026/08/03(月)\n今日は晴れ。\n", "text"),
            ("Anna: hello\n", "text"),
            ("", "text"),
        ],
    )
    def test_is_told_by_its_first_lines(self, head: str, told: str):
        assert tell_text(head) == told
