"""Tells who said a message of WhatsApp's log, by what the whole log says.

`Robert "Bob" Miller: words` is somebody's; `Ann changed the subject from "a: b" to "c: d"` is WhatsApp's own. A name
may hold quotation marks: it is one if it says more than once, or if its quotation ends within it. A line of the program
has a colon only within a quotation, or within the name of whom it is about: `Ann added Dan: plumber`.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from tane.importing.clocks import MARKS

_LONGEST_NAME = 80
_COLON = re.compile(r":(?:\s|$)")
_CLOSED_BY = {
    '"': '"', "“": "”“", "”": "”“", "„": "“”", "‟": "”", "«": "»", "»": "«", "「": "」", "『": "』", "《": "》", "〈": "〉", "〝": "〞〟",
}  # fmt: skip
_ROUND_NAMES = MARKS + "~ \xa0\u202f"
# Who came and went, by whom: with the verb between the two, and at the end.
_BETWEEN = re.compile(
    r"[^:]+?(?: (?:added|removed|invited|añadió a|agregó a|eliminó a|sacó a|invitó a|adicionou|removeu|a ajouté|a retiré|a supprimé"
    r"|ha aggiunto|ha rimosso|lade till|tog bort|tilføjede|fjernede|la til|fjernet|lisäsi|poisti|dodał(?:a|\(a\))?|usunął|usunęła"
    r"|přidal(?:a|\(a\))?|odebral(?:a|\(a\))?|добавил(?:а|\(а\))?|удалил(?:а|\(а\))?|додав|додала|вилучив|вилучила|menambahkan"
    r"|mengeluarkan|đã thêm|đã xóa) |\s?(?:添加了|新增了|已新增|移除了|已移除|邀请了|邀請了)\s?)\S.*"
)
_AT_THE_END = (
    (" hat ", ("hinzugefügt", "entfernt", "eingeladen")), (" heeft ", ("toegevoegd", "verwijderd", "uitgenodigd")),
    ("が", ("を追加しました", "を削除しました", "を退会させました", "を招待しました")), ("님이 ", ("추가했습니다", "초대했습니다", "내보냈습니다", "삭제했습니다")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A message: who said it, and its first line."""

    name: str
    words: str


@dataclass(slots=True)
class Speakers:
    """Who says how much in a log; `title` may name one of them."""

    title: str = ""
    _counts: Counter[str] = field(default_factory=Counter)

    def hear(self, rest: str) -> None:
        """Take note of what stands behind the time of a message."""
        colon = _COLON.search(rest, 0, _LONGEST_NAME + 2)
        if colon:
            self._counts[rest[: colon.start()]] += 1

    def said(self, rest: str) -> Said | None:
        """Return what somebody said, or None for a line of the program's own."""
        colon = _COLON.search(rest, 0, _LONGEST_NAME + 2)
        if colon is None or not colon.start():
            return None
        name = rest[: colon.start()]
        if open_quotation(name) and not open_quotation(rest) and self._counts[name] < 2:
            return None
        if any(mark in name for mark in _CLOSED_BY) and open_quotation(name) and self._is_about_another(name):
            return None
        if self._counts[name] < 2 and not self.title.endswith(bare_name(name)) and self._is_going(rest, name):
            return None
        for later in _COLON.finditer(rest, colon.end(), _LONGEST_NAME + 2):
            longer = rest[: later.start()]
            if self.title and bare_name(longer) and self.title.endswith(bare_name(longer)):
                name, colon = longer, later
        return Said(bare_name(name), rest[colon.end() :])

    def _is_going(self, rest: str, name: str) -> bool:
        """Tell whether what looks like a name is the beginning of a line about people who come and go."""
        if _BETWEEN.fullmatch(name):
            return True
        end = rest.rstrip(" .。" + MARKS)
        return any(
            end.endswith(verbs) and between in name and self._counts[name.partition(between)[0]]
            for between, verbs in _AT_THE_END
        )

    def _is_about_another(self, name: str) -> bool:
        """Tell whether a name is the beginning of a sentence about somebody else in the log."""
        first = name
        while (cut := first.rfind(" ")) > 0:
            first = first[:cut]
            if self._counts[first] and not open_quotation(first):
                return True
        return False


def bare_name(name: str) -> str:
    """Return a name without what WhatsApp writes round one: marks of direction, and `~` for people not in the address book."""
    return name.strip(_ROUND_NAMES)


def open_quotation(text: str) -> bool:
    """Tell whether a quotation begins in a text that does not end in it."""
    closers = ""
    for char in text:
        closers = ("" if char in closers else closers) if closers else _CLOSED_BY.get(char, "")
    return bool(closers)


def is_said(rest: str) -> bool:
    """Tell whether somebody says this, as far as it tells by itself."""
    speakers = Speakers()
    speakers.hear(rest)
    return speakers.said(rest) is not None
