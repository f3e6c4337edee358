"""Reads the text logs that LINE exports from the phone.

A day has a line of its own, `2026/08/03(月)`; a message is its time, a tab, the name, a tab, the words. Words of
several lines stand in quotation marks.
"""

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from daemon.importing.blocks import blocks
from daemon.importing.columns import record_of
from daemon.importing.records import Columns, ImportProblem, Omitted, ReadOptions, Row, has_text

_COLUMNS = Columns(text="text", speaker="speaker", conversation="conversation", time="time")
_TITLE = re.compile(
    r"\[LINE\]\s*(?:Chat history (?:with|in) (?P<en>.+)|(?:与|與)?(?P<zh>.+?)的聊天[记記][录錄]|(?P<ja>.+?)と?のトーク履歴)\s*"
)
_CLOCK = r"(?:(?:午前|午後|上午|下午)\s?)?\d{1,2}:\d{2}(?:\s?[AaPp][Mm])?"
_MESSAGE = re.compile(rf"(?P<time>{_CLOCK})\t(?P<rest>.*)")
_DAY = re.compile(
    r"(?P<year>\d{4})\s?[/.\-年]\s?(?P<month>\d{1,2})\s?[/.\-月]\s?(?P<day>\d{1,2})\s?日?\s*"
    r"(?:[(（]?(?:[月火水木金土日一二三四五六]曜?日?|星期.|週.|周.|[A-Z][a-z]{2,8})[)）]?)?\s*"
)
_ENGLISH_DAY = re.compile(r"[A-Z][a-z]{2,8}, (?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})\s*")
_NO_WORDS = frozenset(
    f"[{name}]"
    for name in (
        "スタンプ", "写真", "動画", "ボイスメッセージ", "ファイル", "連絡先", "位置情報", "アルバム", "プレゼント", "投票",
        "Sticker", "Photo", "Photos", "Video", "Voice message", "File", "Contact", "Location", "Album",
        "貼圖", "照片", "影片", "語音訊息", "檔案", "聯絡資訊", "位置訊息", "贴图", "视频", "语音信息", "文件",
    )
)  # fmt: skip
_CALL = "☎"


def read_line(stream: BinaryIO, options: ReadOptions) -> Iterator[Row]:
    """Yield the messages of a log, which is one conversation: with whom, its first line says.

    Raises:
        ImportProblem: no line is a message.
    """
    conversation, day = options.title, ""
    is_a_log = False
    for block in blocks(stream, options, begins=is_message):
        message = _MESSAGE.fullmatch(block.lines[0]) if block.lines else None
        if message is None:
            conversation = next(filter(None, map(title_of, block.lines)), conversation)
            day = _last_day(block.lines) or day
            if block.problem:
                yield block.problem
            continue
        is_a_log = True
        name, _, first = message["rest"].partition("\t")
        text, after = words_of([first, *block.lines[1:]])
        if block.problem:
            yield block.problem
        elif not name or not has_text(text) or text in _NO_WORDS or text.startswith(_CALL):
            yield Omitted(line=block.line, kind="attachment" if name else "system_note")
        else:
            row = {
                "text": text, "speaker": name, "conversation": conversation,
                "time": f"{day} {_clock(message['time'])}".strip(),
            }  # fmt: skip
            yield record_of(row, _COLUMNS, line=block.line, zone=options.zone)
        day = _last_day(after) or day
    if not is_a_log:
        raise ImportProblem(
            "no line is a message of LINE (time, tab, name, tab, words): is it another --format?"
        )


def is_message(line: str) -> bool:
    """Tell whether a message begins with this line."""
    return _MESSAGE.fullmatch(line) is not None


def title_of(line: str) -> str | None:
    """Return with whom or in which group the log was, if this line says so."""
    found = _TITLE.fullmatch(line.strip())
    return next(filter(None, found.groups()), None) if found else None


def day_of(line: str) -> str | None:
    """Return the date of a line that holds nothing else, year first."""
    found = _DAY.fullmatch(line) or _ENGLISH_DAY.fullmatch(line)
    return f"{found['year']}/{found['month']}/{found['day']}" if found else None


def words_of(lines: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Return the words of a message and the lines after it, up to the next one.

    Words in quotation marks end with the last one that ends a line, so that a date within them is no date line;
    others end before the next date line.
    """
    if lines[0].startswith('"'):
        closing = [at for at, line in enumerate(lines) if line.endswith('"') and (at or len(line) > 1)]
        if closing and closing[-1] > 0:
            end = closing[-1] + 1
            return "\n".join(lines[:end])[1:-1].strip(), lines[end:]
    end = next((at for at, line in enumerate(lines) if at and day_of(line)), len(lines))
    return "\n".join(lines[:end]).strip(), lines[end:]


def _last_day(lines: Sequence[str]) -> str | None:
    return next((day for line in reversed(lines) if (day := day_of(line))), None)


def _clock(written: str) -> str:
    return written.replace("上午", "午前").replace("下午", "午後")
