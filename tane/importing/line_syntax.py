"""What one line of a LINE log is: the title, a day, a message, or a note in place of something that holds no words.

A day has a line of its own: `2026/08/03(月)`, `2026.08.03 Monday`, `ศ. 28/11/2568`. A message of the phone is its time, a tab, the
name, a tab, the words; one of the PC is parted by blanks. Notes are compared without brackets and in lower case.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from tane.importing.calendar_words import WEEKDAY_OF, bare_word
from tane.importing.chat_times import (
    NUMBERS,
    ORDERS,
    WrittenClock,
    WrittenDate,
    part_of_the_day,
    read_clock,
    written_date,
)
from tane.importing.records import (
    OmittedKind,
    has_text,
)

_MARKERS: Mapping[OmittedKind, str] = {
    "sticker": "スタンプ; sticker; stickers; 貼圖; 贴图; 스티커; สติกเกอร์; สติ๊กเกอร์; stiker; nhãn dán; figurinha; autocollant; adesivo; стикер; çıkartma; ملصق; 絵文字; emoji",
    "picture": "写真; 画像; photo; photos; image; 照片; 圖片; 图片; 사진; 이미지; รูป; รูปภาพ; ภาพ; ภาพถ่าย; foto; gambar; ảnh; hình ảnh; imagen; imagem; immagine; bild; "
    "фото; fotoğraf; صورة",
    "video": "動画; video; videos; 影片; 視訊; 视频; 동영상; 비디오; วิดีโอ; วีดีโอ; vídeo; vidéo; видео; فيديو",
    "recording": "ボイスメッセージ; 音声メッセージ; voice message; audio; 語音訊息; 语音信息; 语音消息; 음성메시지; 음성 메시지; 보이스 메시지; ข้อความเสียง; pesan suara; "
    "tin nhắn thoại; mensaje de voz; mensagem de voz; message vocal; messaggio vocale; sprachnachricht; голосовое сообщение; sesli mesaj",
    "file": "ファイル; file; files; 檔案; 文件; 파일; ไฟล์; berkas; tệp; tập tin; archivo; arquivo; fichier; datei; файл; dosya",
    "contact": "連絡先; contact; contacts; 聯絡資訊; 联系人信息; 联系人; 聯絡人; 연락처; รายชื่อติดต่อ; ผู้ติดต่อ; รายชื่อ; kontak; liên hệ; contacto; contato; contatto; kontakt; контакт; kişi",
    "location": "位置情報; location; 位置訊息; 位置資訊; 位置信息; 위치정보; 위치 정보; 위치; ตำแหน่ง; ตำแหน่งที่ตั้ง; โลเคชั่น; lokasi; vị trí; ubicación; localização; "
    "localisation; posizione; standort; местоположение; konum",
    "poll": "投票; poll; 투표; โพล; polling; bình chọn; encuesta; enquete; sondage; sondaggio; umfrage; опрос; anket",
    "attachment": "アルバム; プレゼント; ノート; イベント; ギフト; album; gift; note; event; 相簿; 相册; 禮物; 礼物; 記事本; 앨범; 선물; 노트; อัลบั้ม; อัลบัม; ของขวัญ; โน้ต; hadiah; "
    "álbum; álbum de fotos; альбом; albüm; đoạn album; quà; quà tặng; regalo; presente; cadeau; geschenk; подарок; hediye",
}  # fmt: skip
MARKERS: Mapping[str, OmittedKind] = {
    marker: kind for kind, markers in _MARKERS.items() for marker in markers.split("; ")
}
UNSENT = tuple(
    note.strip()
    for note in """
    unsent a message; メッセージの送信を取り消しました; 送信を取り消しました; 已收回訊息; 收回了訊息; 已收回了訊息; 收回訊息; 已撤回消息; 撤回了一条消息; 已撤回一条消息; 撤回了消息
    메시지를 삭제했습니다; 메시지 전송을 취소했습니다; 메시지 보내기를 취소했습니다; 메시지를 취소했습니다; 메시지를 보내기 취소했습니다; 메시지를 회수했습니다; 전송을 취소했습니다
    ยกเลิกข้อความแล้ว; ยกเลิกข้อความ; ได้ยกเลิกข้อความ; ยกเลิกการส่งข้อความแล้ว; ยกเลิกการส่งข้อความ; membatalkan pengiriman pesan; membatalkan pesan
    telah membatalkan pengiriman pesan; đã thu hồi tin nhắn; đã thu hồi một tin nhắn; anuló el envío de un mensaje; canceló el envío de un mensaje
    cancelou o envio de uma mensagem; a annulé l'envoi d'un message; hat eine nachricht zurückgezogen; hat eine nachricht zurückgerufen
    ha annullato l'invio di un messaggio; отменил отправку сообщения; отменила отправку сообщения; bir mesajın gönderilmesini iptal etti
    """.replace("\n", ";").split(";")
    if note.strip()
)
CALL = "☎"
CALLS = frozenset(
    [
        "不在着信",
        "通話をキャンセルしました",
        "応答なし",
        "missed call",
        "canceled call",
        "cancelled call",
        "no answer",
        "call canceled",
        "未接來電",
        "未接来电",
        "取消通話",
        "已取消通話",
        "無應答",
        "無人接聽",
        "부재중 전화",
        "부재중 통화",
        "통화 취소",
        "취소된 통화",
        "응답 없음",
        "ไม่ได้รับสาย",
        "สายที่ไม่ได้รับ",
        "ยกเลิกสายแล้ว",
        "ยกเลิกการโทร",
        "ไม่มีผู้รับสาย",
        "ไม่มีสัญญาณตอบรับ",
        "missed voice call",
        "missed video call",
        "call ended",
        "通話に応答がありませんでした",
        "キャンセル",
        "グループ通話が開始されました",
        "グループ通話が終了しました",
        "グループ音声通話が開始されました",
        "グループ音声通話が終了しました",
        "グループビデオ通話が開始されました",
        "グループビデオ通話が終了しました",
        "group call started",
        "group call ended",
        "group voice call started",
        "group voice call ended",
        "group video call started",
        "group video call ended",
        "未接通話",
        "無回應",
        "对方无应答",
        "无应答",
        "已取消通话",
        "取消通话",
        "부재중",
        "취소",
        "llamada perdida",
        "llamada cancelada",
        "sin respuesta",
        "chamada perdida",
        "chamada cancelada",
        "appel manqué",
        "verpasster anruf",
        "chiamata persa",
        "пропущенный звонок",
        "cevapsız arama",
        "tidak ada jawaban",
        "cuộc gọi bị hủy",
        "cuộc gọi đã hủy",
        "không trả lời",
        "không có phản hồi",
        "panggilan tak terjawab",
        "panggilan dibatalkan",
        "cuộc gọi nhỡ",
    ]
)
# What stands before how long a call was; nothing may.
CALL_TIMES = frozenset(
    (
        "", "通話時間", "通话时间", "通话时长", "通話時長", "call time", "call duration", "duration", "통화시간", "통화 시간", "เวลาโทร", "เวลาที่โทร", "เวลาสนทนา",
        "เวลาการโทร", "ระยะเวลาการโทร", "ระยะเวลาโทร", "ระยะเวลา", "waktu panggilan", "durasi panggilan", "durasi", "lama panggilan", "thời gian gọi",
        "thời gian cuộc gọi", "thời lượng cuộc gọi", "duración de la llamada", "duración", "duração da chamada", "duração", "durée de l'appel",
        "gesprächsdauer", "anrufdauer", "durata della chiamata", "durata chiamata", "длительность звонка", "время разговора", "arama süresi",
    )
)  # fmt: skip
# What LINE of the PC writes behind a name without any mark, of people who come and go.
GOINGS = (
    "joined the chat", "left the chat", "left the group", "joined the group", "が参加しました", "が退出しました", "がグループに参加しました",
    "がグループを退会しました", "加入聊天", "離開聊天", "退出群組", "加入群組", "加入群聊", "退出群聊", "님이 들어왔습니다", "님이 나갔습니다", "เข้าร่วมกลุ่ม", "ออกจากกลุ่ม",
)  # fmt: skip


_DAY = re.compile(rf"(?P<before>\D{{0,24}}?)(?P<date>{NUMBERS})(?P<after>\D{{0,24}})")
_BRACKETED = re.compile(r"\s*[(（][^\d()（）]{1,12}[)）]\s*")
_WEEKDAYS_GROUP = re.compile(r"[\s,，()（）]+")
_ENDS = re.compile(r"^\s?[日일号號]")  # of a date in numbers
_FILLERS = frozenset(("ngày", "วัน", "วันที่", "de"))


def day_of(line: str) -> WrittenDate | None:
    """Return the day of a line that holds nothing else but its weekday."""
    found = _DAY.fullmatch(line.strip())
    if found is None or not (len(found["first"]) == 4 or len(found["third"]) == 4 or found["era"]):
        return None
    before, after = found["before"], _ENDS.sub("", found["after"])
    words = [
        word for side in (before, after) for part in _WEEKDAYS_GROUP.split(side) if (word := bare_word(part))
    ]
    words = [word for word in words if word not in _FILLERS]
    weekday = next((WEEKDAY_OF[word] for word in (*words, "".join(words)) if word in WEEKDAY_OF), None)
    if words and weekday is None and not (not before.strip() and _BRACKETED.fullmatch(after)):
        return None
    if len(words) > 1 and "".join(words) not in WEEKDAY_OF:
        return None
    date = replace(written_date(found, beside=before + after), weekday=weekday)
    return date if any(date.on(order) for order in ORDERS) else None


_TITLE = re.compile(
    r"""\[LINE\]\s*(?:
        Chat\ history\ (?:with|in)\ (?P<en>.+) | (?:与|與)?(?P<zh>.+?)的聊天[记記][录錄] | (?P<ja>.+?)と?のトーク履歴
        | ประวัติ(?:การ)?(?:แชท|สนทนา)(?:กับ|ในกลุ่ม|ใน)\s*"?(?P<th>.+?)"? | (?P<ko>.+?)\s?(?:님|와|과)(?:과|와)?(?:의|\ 나눈|\ 한)?\ 대화.{0,12}
        | Riwayat\ (?:chat|obrolan|percakapan)\ (?:dengan|di)\ (?P<id>.+) | Lịch\ sử\ trò\ chuyện\ (?:với|trong)\ (?P<vi>.+)
    )\s*""",
    re.VERBOSE,
)


_LASTED = re.compile(r"(?P<word>\D{0,32})\d{1,3}:\d{2}(?::\d{2})?")


_DIGITS = r"(?P<clock>\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)"


_BY_TABS = re.compile(rf"(?P<before>[^\d\t]{{0,16}}?){_DIGITS}(?P<after>[^\d\t]{{0,16}})\t(?P<rest>.*)")


_BY_BLANKS = re.compile(rf"(?P<before>[^\d\t]{{0,16}}?){_DIGITS}(?P<after>[^\d\s]{{0,12}}) (?P<rest>.*)")


@dataclass(frozen=True, slots=True)
class MessageStart:
    """The first line of a message, as it is written."""

    clock: WrittenClock
    written_clock: str
    rest: str


@lru_cache(maxsize=8)  # a line is asked more than once
def message_of(line: str, *, by_tabs: bool) -> MessageStart | None:
    """Return the message that begins with this line."""
    found = (_BY_TABS if by_tabs else _BY_BLANKS).fullmatch(line)
    if found is None:
        return None
    before, after, rest = found["before"], found["after"], found["rest"]
    if before.strip() and part_of_the_day(before)[0] is None:
        return None
    if not by_tabs and not after and (first := rest.partition(" "))[2] and part_of_the_day(first[0])[0]:
        after, rest = f" {first[0]}", first[2]  # 9:14 PM Misaki words
    clock = read_clock(before, found["clock"], after)
    if clock.hour > 23 or clock.minute > 59:
        return None
    return MessageStart(clock, f"{before}{found['clock']}{after}", rest)


def is_message(line: str) -> bool:
    """Tell whether a message of the phone begins with this line."""
    return message_of(line, by_tabs=True) is not None


def is_title(line: str) -> bool:
    """Tell whether a line is the first of a log, in any language."""
    return line.lstrip("\ufeff \u200e").startswith("[LINE]")


def title_of(line: str) -> str | None:
    """Return the other speaker or the group of the log, if this line names it."""
    found = _TITLE.fullmatch(line.strip())
    return next(filter(None, found.groups()), None) if found else None


def words_of(lines: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Return the words of a message and the lines after it, up to the next one.

    Only dates right before the next message are days of the log: a date with words behind it stands within a message.
    """
    closing = [at for at, line in enumerate(lines) if at and line.endswith('"')]
    quoted = closing[-1] + 1 if lines[0].startswith('"') and closing else 0
    end = len(lines)
    while end > max(quoted, 1) and (not lines[end - 1].strip() or day_of(lines[end - 1])):
        end -= 1
    end = next((at for at in range(end, len(lines)) if day_of(lines[at])), len(lines))
    end = _before_header(lines, max(quoted, 1), end)
    if quoted and not has_text("".join(lines[quoted:end])):
        end = quoted
    text = "\n".join(lines[:quoted])[1:-1].strip() if quoted else ""
    return "\n".join((text, *lines[quoted:end])).strip(), lines[end:]


def _before_header(lines: Sequence[str], begin: int, end: int) -> int:
    """Return where the header of another log begins, if one stands before a day: its title, and when it was saved."""
    written = [at for at in range(begin, end) if lines[at].strip()][-2:]
    is_followed_by_a_day = end < len(lines)
    return next((at for at in written if is_followed_by_a_day and is_title(lines[at])), end)


def _is_call(plain: str) -> bool:
    """Tell whether this is what the program writes of a call, in lower case: that it was missed, or how long it was."""
    note = plain.removeprefix(CALL).lstrip("\ufe0e\ufe0f ")
    if note in CALLS:
        return True
    lasted = _LASTED.fullmatch(note) if plain.startswith(CALL) else None
    return lasted is not None and lasted["word"].strip(" :：") in CALL_TIMES


def note_of(words: str, *, by_tabs: bool) -> OmittedKind | None:
    """Return what the program put in place of words; on the PC without brackets."""
    plain = words.strip().casefold().rstrip(".。")
    is_marked = plain.startswith("[") and plain.endswith("]")
    bare = plain[1:-1].strip() if is_marked else plain
    if bare in MARKERS and (is_marked or not by_tabs):
        return MARKERS[bare]
    if _is_call(plain):
        return "call"
    if plain in UNSENT or plain == "you unsent a message":
        return "deleted_message"
    return None if by_tabs or plain not in GOINGS else "system_note"
