import pytest

from daemon.importing.detection import tell_json, tell_text


class TestAListOfConversations:
    @pytest.mark.parametrize(
        ("head", "told"),
        [
            ('[{"title": "a", "create_time": 1.5, "mapping": {"root": {', "chatgpt"),
            ('[\n  {\n    "uuid": "x",\n    "name": "a",\n    "chat_messages" : [\n', "claude"),
            ('[{"name": "say \\"mapping\\": {", "chat_messages": []}', "claude"),
            ('[{"title": "the \\"chat_messages\\": [", "mapping": {}}', "chatgpt"),
            ('{"title": "one alone", "mapping": {}}', "chatgpt"),
            ('[{"mapping": "none"}]', None),
            ("[]", None),
            ("", None),
        ],
    )
    def test_is_told_by_its_shape(self, head: str, told: str | None):
        assert tell_json(head) == told


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
