"""Parts what a person wrote in a message of WhatsApp from what the program put in its place or beside it.

On iOS the program's own words begin with U+200E, in any language; on Android its whole wordings in angle brackets and the
names of its files tell, and what the whole log repeats. A sentence that only looks a little like a note stays a sentence.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tane.importing.chat_times import MARKS
from tane.importing.records import OmittedKind, has_text
from tane.importing.whatsapp_words import (
    ABSENT,
    ABSENT_ALONE,
    ABSENT_NOTES,
    ATTACHED,
    CALL_STEMS,
    CALLS,
    DELETED,
    DELETED_BY,
    EDITED,
    EDITED_STEMS,
    FILLERS,
    JOINED_ABSENT,
    JOINED_ALONE,
    JOINED_BETWEEN,
    JOINED_NOUNS,
    LIVE_LOCATIONS,
    MEDIA_OMITTED,
    MEDIA_STEMS,
    NOUNS,
    PLACES,
)

_OWN = "\u200e"
_SUFFIXES: dict[OmittedKind, str] = {
    "picture": "jpg jpeg png heic heif gif bmp tif tiff",
    "video": "mp4 3gp mov m4v mkv avi webm",
    "recording": "opus ogg oga mp3 m4a aac amr wav caf flac",
    "sticker": "webp",
    "contact": "vcf",
}
_KIND_OF = {suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}
_FILE = re.compile(r"(?P<name>[^<>\n]{1,250}?)\.(?P<suffix>\w{2,5})?\s\((?P<phrase>[^()]{1,40})\)")
# Names that WhatsApp gives to what it stores: IMG-20260814-WA0001, 00000012-PHOTO-2026-08-14-08-02-00.
_OWN_FILE = re.compile(r"(?:[A-Z]{3}-\d{8}-WA\d{4,}|\d{8}-[A-Z]{3,9}-\d{4}(?:-\d{2}){5})(?:[ _-]?\(?\d+\)?)?")
_BRACKETS = re.compile(r"<(?P<phrase>[^<>\n]{1,120})>")
_NAMED_FILE = re.compile(r"(?P<phrase>[^<>:：\n]{1,40})[:：]\s?(?P<name>[^<>\n]{1,250})\.(?P<suffix>\w{2,5})")
_NUMBERED = re.compile(r"\d{8}-.+")  # as iOS names every file of a log
_BEHIND = re.compile(r"(?P<own>\u200e?)[<\[](?P<phrase>[^<>\[\]\n]{1,250})[>\]]\Z")
_LONGEST_BEHIND = 260
_PAGES = re.compile(r"[^\n]{1,250} • \u200e?\d+\s\w+\s*(?:\u200e.*)?")
_MAP = re.compile(r"(?P<place>[^:：\n]{1,24})[:：]\s?https://maps\.google\.com/\?q=-?\d+\.\d+,-?\d+\.\d+")
_JOINED_NOUN = re.compile("|".join(JOINED_NOUNS.values()))
_JOINED = re.compile(f"(?:{_JOINED_NOUN.pattern}|{JOINED_ABSENT}|{JOINED_BETWEEN})+")
_JOINED_ALONE = re.compile(JOINED_ALONE, re.IGNORECASE)
_JOINED_ABSENT = re.compile(JOINED_ABSENT)
_LONGEST_LABEL = 40
_LONGEST_ABSENCE = 4  # words
_LONGEST_NAME = 4  # words
_OFTEN = 3  # an unknown note is the program's if it occurs so often in a log
_AROUND = MARKS + " \xa0\u202f"


@dataclass(frozen=True, slots=True)
class Content:
    """What a person wrote, and the kind of what is left out, if anything is."""

    words: str
    left_out: OmittedKind | None = None


@dataclass(slots=True)
class Notes:
    """The program's own words of a log, as far as they repeat."""

    is_marked: bool = True  # U+200E stands before the program's words only, as on iOS
    _brackets: Counter[str] = field(default_factory=Counter)
    _behind: Counter[str] = field(default_factory=Counter)
    _attached: set[str] = field(default_factory=set)

    def note(self, first: str, more: Sequence[str] = ()) -> None:
        """Take note of the lines of a message."""
        if behind := _BEHIND.search((more[-1] if more else first)[-_LONGEST_BEHIND:]):
            self._behind[_plain(behind["phrase"])] += 1
        bare = first.strip(_AROUND)
        if brackets := _BRACKETS.fullmatch(bare):
            self._brackets[_plain(brackets["phrase"])] += 1
        elif (file := _FILE.fullmatch(bare)) and _OWN_FILE.fullmatch(file["name"]):
            self._attached.add(_plain(file["phrase"]))

    def content(self, first: str, more: Sequence[str]) -> Content:
        """Return what a person wrote in a message of these lines, and what is left out of it."""
        left_out, caption = self._in_place_of_words(first, more)
        lines = [first, *more] if caption is None else [*caption]
        words, behind = self._without_note_behind("\n".join(lines).strip())
        if caption is None and behind and _PAGES.fullmatch(words):
            words = ""  # the name of a document and its length
        if behind != "system_note":
            left_out = left_out or behind
        if not has_text(words):
            return Content("", left_out or behind or "empty_message")
        return Content(words, left_out)

    def _in_place_of_words(
        self, first: str, more: Sequence[str]
    ) -> tuple[OmittedKind | None, Sequence[str] | None]:
        """Return what the first line stands for and the lines of words after it, or twice None if it is words."""
        bare = first.strip(_AROUND)
        is_own = first.lstrip(" \ufeff").startswith(_OWN)
        if is_own and self.is_marked:
            label = bare.rstrip(":： ")
            is_label = bare.endswith((":", "：")) and len(bare) <= _LONGEST_LABEL and has_text("".join(more))
            return (None if is_label and label else kind_of_note(bare)), more
        if (file := _FILE.fullmatch(bare)) and self._is_attached(file):
            names = (file["name"], f"{file['name']}.{file['suffix']}")
            return _kind_of_file(file["suffix"], file["name"]), more[1:] if more[:1] and more[
                0
            ].strip() in names else more
        if (brackets := _BRACKETS.fullmatch(bare)) and self._is_placeholder(brackets["phrase"]):
            return kind_of_note(brackets["phrase"], otherwise="attachment"), more
        if not more and (kind := _plain_note(bare)):
            return kind, more
        if is_own and (kind := _plain_note(bare)):
            return kind, more
        return None, None

    def _is_attached(self, file: re.Match[str]) -> bool:
        """Tell a file that was sent from a sentence that ends with a dot and something in parentheses."""
        phrase = _plain(file["phrase"])
        return bool(_OWN_FILE.fullmatch(file["name"])) or phrase in ATTACHED or phrase in self._attached

    def _is_placeholder(self, phrase: str) -> bool:
        """Tell a note in angle brackets from words that somebody put in some."""
        plain = _plain(phrase)
        if file := _NAMED_FILE.fullmatch(phrase):
            return _plain(file["phrase"]) in ATTACHED or bool(
                _NUMBERED.fullmatch(file["name"]) or _OWN_FILE.fullmatch(file["name"])
            )
        if plain in MEDIA_OMITTED or (len(plain.split()) <= _LONGEST_ABSENCE and _kind_of_absence(plain)):
            return True
        return self._brackets[plain] >= _OFTEN and _may_be_unknown(plain, MEDIA_STEMS)

    def _without_note_behind(self, words: str) -> tuple[str, OmittedKind | None]:
        """Return words without the notes behind them, and what those were about: `system_note`, that the words were changed."""
        kind: OmittedKind | None = None
        while words.endswith((">", "]")) and (found := _BEHIND.search(words[-_LONGEST_BEHIND:])):
            plain = _plain(found["phrase"])
            is_own = bool(found["own"]) and self.is_marked
            is_edited = found[0].endswith(">") and self._is_of_change(plain)
            if not is_edited and not is_own:
                break
            kind = kind or ("system_note" if is_edited else kind_of_note(found["phrase"]))
            words = words[: -len(found[0])].rstrip()
        bare, own, note = words.rpartition(_OWN)
        if own and "\n" not in note and _kind_of_absence(_plain(note)):
            return bare.rstrip(), _kind_of_absence(_plain(note))
        return words, kind

    def _is_of_change(self, plain: str) -> bool:
        """Tell the note that words were changed from words that somebody put in brackets."""
        return plain in EDITED or (self._behind[plain] >= _OFTEN and _may_be_unknown(plain, EDITED_STEMS))


def kind_of_note(note: str, *, otherwise: OmittedKind = "system_note") -> OmittedKind:
    """Return what a note of the program is about."""
    note = note.strip("<>")
    plain = _plain(note)
    if _is_deletion(plain):
        return "deleted_message"
    if named := _NAMED_FILE.fullmatch(note) or _FILE.fullmatch(note):
        return _kind_of_file(named["suffix"], note)
    if kind := _kind_of_absence(plain):
        return kind
    if "maps.google.com" in plain or plain in LIVE_LOCATIONS:
        return "location"
    if len(plain) <= _LONGEST_LABEL and any(stem in plain for stem in CALL_STEMS):
        return "call"
    return otherwise


def _plain_note(text: str) -> OmittedKind | None:
    """Return of what kind a text is if it is one of WhatsApp's notes, known in its language."""
    plain = _plain(text)
    if _is_deletion(plain):
        return "deleted_message"
    place = _MAP.fullmatch(text)
    if plain in LIVE_LOCATIONS or (place and _plain(place["place"]) in PLACES):
        return "location"
    if plain in CALLS:
        return "call"
    if text == "null":  # what Android exports of a message that can be seen once
        return "attachment"
    return _kind_of_absence(plain) if _is_absence_alone(plain) else None


def _is_absence_alone(plain: str) -> bool:
    """Tell whether words without brackets or a mark are just what WhatsApp writes for one thing that is not in the file."""
    words = plain.split()
    if len(words) == 2 and any(word in ABSENT_ALONE for word in words):
        return True
    return plain in ABSENT_NOTES or bool(_JOINED_ALONE.fullmatch(plain))


def _kind_of_absence(plain: str) -> OmittedKind | None:
    """Return what is not in the file, as `imagen omitida` says; None for other words."""
    words = plain.split()
    if len(words) <= 6 and any(word in ABSENT for word in words):
        kinds = [NOUNS[word] for word in words if word in NOUNS]
        if kinds and all(word in NOUNS or word in ABSENT or word in FILLERS for word in words):
            return kinds[0]
    if _JOINED.fullmatch(plain) and _JOINED_ABSENT.search(plain) and (noun := _JOINED_NOUN.search(plain)):
        return next(kind for kind, nouns in JOINED_NOUNS.items() if noun[0] in nouns.split("|"))
    return None


def _is_deletion(plain: str) -> bool:
    """Tell whether this is what stands in place of a deleted message; the administrator who deleted it may be named."""
    by = next((by for by in DELETED_BY if plain.startswith(by)), None)
    return plain in DELETED or (by is not None and len(plain.removeprefix(by).split()) <= _LONGEST_NAME)


def _may_be_unknown(plain: str, stems: Sequence[str]) -> bool:
    """Tell whether a wording may be a note: it holds one of the stems, or is of a script of which no stem is known.

    People repeat themselves, too: `<sigh>`, `<笑>`, `<edit: typo>`.
    """
    if plain.isascii() and (" " not in plain or ":" in plain):
        return False
    return any(stem in plain for stem in stems) or not _scripts(plain) & _scripts("".join(stems))


def _scripts(text: str) -> set[str]:
    return {unicodedata.name(char, "").partition(" ")[0] for char in text if char.isalpha()}


def _kind_of_file(suffix: str | None, name: str) -> OmittedKind:
    if name.upper().startswith("STK-") or "-STICKER-" in name.upper():
        return "sticker"
    return _KIND_OF.get(
        (suffix or "").lower(), "recording" if name.upper().startswith(("AUD-", "PTT-")) else "file"
    )


def _plain(text: str) -> str:
    """Return a note as it is compared."""
    return unicodedata.normalize("NFC", text).strip(_AROUND + ".。।").casefold()
