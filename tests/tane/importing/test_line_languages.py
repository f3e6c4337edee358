"""LINE's logs of phones in several languages, and of its PC program."""

from tane.importing.detection import detect_text
from tane.importing.records import ImportRecord, Omitted, OmittedKind
from tests.tables import every
from tests.tane.importing.reading import read_rows

PHONES = {
    "Thai": "[LINE] ประวัติการแชทกับ Nok\nบันทึกเมื่อ: 2026/08/05 10:00\n\n2026/08/03(จ.)\n21:14\tNok\t{words}\n21:15\tTon\t[สติกเกอร์]\n21:16\tTon\tยกเลิกข้อความแล้ว\n",
    "Thai, own years": "[LINE] ประวัติการแชทกับ Nok\nบันทึกเมื่อ 05/08/2569 10:00\n\nจ. 03/08/2569\n21:14\tNok\t{words}\n21:15\tTon\t[รูป]\n21:16\tTon\tยกเลิกข้อความแล้ว\n",
    "Korean": "[LINE] Nok님과의 대화\n저장한 날짜: 2026/08/05 10:00\n\n2026년 8월 3일 월요일\n오후 9:14\tNok\t{words}\n오후 9:15\tTon\t[스티커]\n오후 9:16\tTon\t메시지 전송을 취소했습니다.\n",
    "Chinese, Taiwan": "[LINE] 與Nok的聊天記錄\n儲存日期： 2026/08/05 10:00\n\n2026/08/03（一）\n下午09:14\tNok\t{words}\n下午09:15\tTon\t[貼圖]\n下午09:16\tTon已收回訊息\n",
    "Chinese": "[LINE] 与Nok的聊天记录\n保存日期：2026/08/05 10:00\n\n2026/08/03(周一)\n晚上9:14\tNok\t{words}\n晚上9:15\tTon\t[贴图]\n晚上9:16\t\tTon撤回了一条消息\n",
    "Indonesian": "[LINE] Riwayat obrolan dengan Nok\nDisimpan pada: 05/08/2026 10.00\n\nSen, 03/08/2026\n21.14\tNok\t{words}\n21.15\tTon\t[Stiker]\n21.16\tTon\tmembatalkan pengiriman pesan.\n",
    "English": "[LINE] Chat history with Nok\nSaved on: 2026/08/05, 10:00\n\nMon, 08/03/2026\n09:14PM\tNok\t{words}\n09:15PM\tTon\t[Sticker]\n09:16PM\tTon\tunsent a message.\n",
    "Spanish": "[LINE] Historial de chat con Nok\nGuardado: 05/08/2026 10:00\n\nlunes, 03/08/2026\n9:14 p. m.\tNok\t{words}\n9:15 p. m.\tTon\t[Sticker]\n9:16 p. m.\tTon\tanuló el envío de un mensaje\n",
    "an unknown language": "[LINE] ᏗᎪᏪᎶᏗ Nok\n\n2026/08/03(Ꭳ)\n21:14\tNok\t{words}\n21:15\tTon\t[Sticker]\n21:16\tTon\tunsent a message\n",
}  # fmt: skip


@every("language", PHONES)
def test_a_log_of_each_language_is_read(language: str):
    log = PHONES[language].format(words='"first\n2026/08/01(土)\n12:00 is noon"')
    rows = read_rows(log.encode(), "line", title="file")

    assert detect_text(log) == "line"
    (said,) = [row for row in rows if isinstance(row, ImportRecord)]
    assert (said.speaker, said.text, said.conversation) == (
        "Nok",
        "first\n2026/08/01(土)\n12:00 is noon",
        "Nok",
    )
    assert str(said.uttered_at) == "2026-08-03 21:14:00+00:00"
    assert [row.kind for row in rows if isinstance(row, Omitted)][1:] == ["deleted_message"]


def pc(*lines: str, title: str = "") -> list[tuple[str | None, str]]:
    rows = read_rows("\n".join(("2026.08.03 Monday", *lines)).encode(), "line", title=title)
    return [(row.speaker, row.text) for row in rows if isinstance(row, ImportRecord)]


class TestALogOfThePc:
    LOG = (
        "2026.08.03 月曜日\n21:14 美咲 絵をもう一度習いたい\n21:15 健太 安い絵の具から\n18:30 に集合\n21:16 美咲 スタンプ\n"
        "21:17 健太 ☎ 通話時間 0:07\n21:18 健太がメッセージの送信を取り消しました\n2026.08.04 火曜日\n08:02 美咲 週末に見てくる\n\nそのあと電話するね\n"
    )

    def test_is_read(self):
        rows = read_rows(self.LOG.encode(), "line")

        assert detect_text(self.LOG) == "line"
        assert [(r.line, r.speaker, r.text) for r in rows if isinstance(r, ImportRecord)] == [
            (2, "美咲", "絵をもう一度習いたい"),
            (3, "健太", "安い絵の具から\n18:30 に集合"),
            (9, "美咲", "週末に見てくる\n\nそのあと電話するね"),
        ]
        assert [str(r.uttered_at)[:16] for r in rows if isinstance(r, ImportRecord)] == [
            "2026-08-03 21:14",
            "2026-08-03 21:15",
            "2026-08-04 08:02",
        ]
        assert [(r.line, r.kind) for r in rows if isinstance(r, Omitted)] == [
            (5, "sticker"),
            (6, "call"),
            (7, "deleted_message"),
        ]

    @every(
        ("clock", "hour"),
        [("오후 9:14", 21), ("下午09:14", 21), ("9:14 PM", 21), ("09:14AM", 9), ("21:14", 21)],
    )
    def test_may_have_half_days(self, clock: str, hour: int):
        rows = read_rows(f"2026.08.03 Monday\n{clock} Ann hello there\n".encode(), "line")

        assert [
            (r.speaker, r.uttered_at and r.uttered_at.hour) for r in rows if isinstance(r, ImportRecord)
        ] == [("Ann", hour)]

    def test_has_names_with_blanks_that_recur(self):
        assert pc(
            "21:14 Misaki Tanaka I want to draw again", "21:15 Kenta start cheap", "21:16 Misaki Tanaka I will"
        ) == [
            ("Misaki Tanaka", "I want to draw again"), ("Kenta", "start cheap"), ("Misaki Tanaka", "I will"),
        ]  # fmt: skip
        assert pc("21:14 田中 美咲 絵を 習いたい", "21:15 田中 健太 そう", "21:16 田中 美咲 うん", "21:17 田中 健太 ね") == [
            ("田中 美咲", "絵を 習いたい"), ("田中 健太", "そう"), ("田中 美咲", "うん"), ("田中 健太", "ね"),
        ]  # fmt: skip

    def test_takes_no_words_for_a_name(self):
        assert pc("21:14 Ann I want", "21:15 Ann I will", "21:16 Ann yes", "21:17 Ben ok then") == [
            ("Ann", "I want"), ("Ann", "I will"), ("Ann", "yes"), ("Ben", "ok then"),
        ]  # fmt: skip

    def test_knows_the_name_in_its_title(self):
        assert pc("21:14 Anna Maria hello", title="[LINE] Anna Maria") == [("Anna Maria", "hello")]


@every(
    ("words", "kind"),
    [
        ("[写真]", "picture"), ("[Photo]", "picture"), ("[รูป]", "picture"), ("[동영상]", "video"), ("[ボイスメッセージ]", "recording"),
        ("[檔案]", "file"), ("[位置情報]", "location"), ("[投票]", "poll"), ("[アルバム]", "attachment"), ("[連絡先]", "contact"),
        ("☎ Missed call", "call"), ("不在着信", "call"), ("unsent a message.", "deleted_message"), ("已收回訊息", "deleted_message"),
        ("☎ 통화시간 1:02:03", "call"), ("☎️ Call time 0:07", "call"), ("☎ เวลาโทร 0:07", "call"), ("☎ 0:07", "call"), ("☎ 応答なし", "call"),
        ("☎ ring me at noon", None), ("☎ ring me at 12:30", None), ("☎ 090-1234-5678", None), ("☎ 正午に電話して", None), ("☎ 정오에 전화해", None),
        ("通話時間 0:07", None), ("[笑]", None), ("[OK]", None), ("写真", None), ("I unsent a message", None), ("[写真] を見て", None),
    ],
)  # fmt: skip
def test_what_holds_no_words_is_counted_by_its_kind(words: str, kind: OmittedKind | None):
    (row,) = read_rows(f"2026/08/03(月)\n9:00\tA\t{words}\n".encode(), "line")

    assert (row.kind if isinstance(row, Omitted) else None) == kind
