"""Tells the words of a note in Markdown, as Obsidian, Logseq and others write it, from its syntax. Pure.

No Markdown library: CommonMark takes indented words for code, and knows neither links in double brackets nor comments,
embeds, callouts, templates and properties; of those of a note only dates are wanted, which needs no reader of YAML (whose
aliases may unfold without end). An opening without its close, of a comment or code, is text: no words are lost by it.
"""

import html
import re
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tane.importing.records import OmittedKind

# What a block is by its first line.
BlockKind: TypeAlias = Literal["text", "property_list", "code_block"]
Inside: TypeAlias = Literal["property_list", "code_block", "comment", "hidden", "template"]

_FENCE = re.compile(r"[\s>]*(?:[-*+]\s+|\d{1,9}[.)]\s+)?(?P<mark>`{3,}|~{3,})(?P<about>[^`]*)")
_CALLOUT_FENCE = re.compile(r"\s*(?:ad-|\{?note|quote|text|txt|poem|verse)")  # holds words
_PROPERTY = re.compile(
    r"\s*(?:-\s+)?[\"']?(?P<name>[^\s:=\"'#>\[][^:=\"'\n]{0,40}?)[\"']?\s*(?::(?=\s|$)|=)\s*(?P<value>.*)"
)
_INLINE_PROPERTY = re.compile(r"\s*(?:[-*]\s+)?(?P<name>[\w\- ]{1,30}):: ?(?P<value>.*)")
_LONGEST_PROPERTIES = 500  # lines
_OPENINGS: Mapping[str, tuple[Inside, str]] = {
    "<!--": ("hidden", "-->"),
    "<%": ("template", "%>"),
    "%%": ("comment", "%%"),
}

_EMBED = re.compile(
    r"!\[\[(?P<target>[^\[\]\n]{1,500})\]\](?:\{[^}\n]{0,100}\})?|!\[[^\[\]\n]{0,500}\](?:\((?:[^()\n]|\([^()\n]{0,200}\)){0,1000}\)|\[[^\[\]\n]{0,200}\])"
)
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|bmp|heic|avif)\b", re.IGNORECASE)
_TASK_ID = re.compile(
    r"\s\^[\w\-]{1,60}$|\(\([0-9a-f\-]{36}\)\)|\{\{(?:date|time|title|embed|query)[^{}\n]{0,300}\}\}",
    re.MULTILINE,
)
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|center|code|dd|del|details|div|dl|dt|em|figure|font|h[1-6]|hr|i|iframe|img|ins|kbd|li|mark|ol"
    r"|p|pre|q|rp|rt|ruby|s|small|span|strong|sub|summary|sup|table|tbody|td|th|thead|tr|u|ul|video|audio|wbr)(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE,
)
_LINE_MARKS = re.compile(r"(?:>\s?)*\s*(?:[-*+]\s+|\d{1,9}[.)]\s+(?=\[[ xX]\]))?(?:\[[ xX/>!?*\-<]\]\s+)?")
_CALLOUT = re.compile(r"\[![\w\-| ]{1,40}\][+\-]?\s*")
_HEADING = re.compile(r"#{1,6}\s")
_RULE = re.compile(r"\s{0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|={3,})")
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_REFERENCE = re.compile(r"\s{0,3}\[(?!\^)[^\[\]]{1,200}\]:\s+\S+.*")
_INLINE: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"\[\[(?:[^\[\]|\n]{1,500}\|)([^\[\]\n]{1,500})\]\]"), r"\1"),
    (re.compile(r"\[\[([^\[\]|#\n]{1,500})(?:#[^\[\]|\n]{0,300})?\]\]"), r"\1"),
    (re.compile(r"\[\[#\^?([^\[\]|\n]{1,500})\]\]"), r"\1"),
    (re.compile(r"\[([^\[\]\n]{1,1000})\]\((?=\)|[^()\n]{0,500}[/.#:])(?:[^()\n]|\([^()\n]{0,200}\)){0,1000}\)"), r"\1"),
    (re.compile(r"\[\^[^\[\]\s]{1,60}\]:?\s?"), ""),
    (re.compile(r"\[([^\[\]\n]{1,500})\]\[[^\[\]\n]{0,200}\]"), r"\1"),
    (re.compile(r"<((?:https?|mailto):[^<>\s]{1,500})>"), r"\1"),
    (re.compile(r"(?<![\\`])`([^`\n]{1,1000})`(?!`)"), r"\1"),
    (re.compile(r"(?<!\\)(\*\*\*|\*\*|~~|==)(?=\S)([^\n]{0,500}?\S)\1"), r"\2"),
    (re.compile(r"(?<![\w\\])(___|__)(?=\S)([^\n]{0,500}?\S)\1(?!\w)"), r"\2"),
    (re.compile(r"(?<![\w*\\])\*(?=[^\s*])([^*\n]{0,500}?[^\s*])\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w\\])_(?=[^\s_])([^_\n]{0,500}?[^\s_])_(?!\w)"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+\-.!|~<>=%^])"), r"\1"),
)  # fmt: skip


@dataclass(slots=True)
class Scanner:
    """Tells, line by line, where a block begins, so that code, properties and comments stay whole.

    `kinds` gets what each block is when it begins. At the end `left_open` says which openings had no close; told so, the
    next scanner takes them, and all later ones of their kind, for text.
    """

    parts: Callable[[str], bool]  # whether a line begins a paragraph
    is_markdown: bool = True  # plain text has paragraphs only
    off: dict[Inside, int] = field(default_factory=dict)
    kinds: deque[BlockKind] = field(default_factory=lambda: deque(["text"]))
    number: int = 0
    _inside: Inside | None = None
    _since: int = 0
    _close: str = ""
    _is_after: bool = False

    @property
    def left_open(self) -> dict[Inside, int]:
        """What was never closed, and the line from which on it is text."""
        return {} if self._inside is None else {self._inside: self._since}

    def __call__(self, line: str) -> bool:
        """Tell whether a block begins with the next line of the file."""
        self.number += 1
        if not self.is_markdown:
            return self.parts(line) and self._begin_text()
        bare = line.strip()
        if self._inside is not None:
            self._go_on(line)
            return False
        was_after, self._is_after = self._is_after, False
        if self.number == 1 and bare in {"---", "+++"} and self._is_on("property_list"):
            return self._begin("property_list", bare)
        fence = _FENCE.fullmatch(line.rstrip())
        if fence and self._is_on("code_block") and not _CALLOUT_FENCE.match(fence["about"]):
            return self._begin("code_block", fence["mark"])
        begins = (self.parts(line) or was_after) and self._begin_text()
        self._look_for_openings(line)
        return begins

    def _begin_text(self) -> bool:
        self.kinds.append("text")
        return True

    def _begin(self, kind: Literal["property_list", "code_block"], close: str) -> bool:
        self._inside, self._since, self._close = kind, self.number, close
        self.kinds.append(kind)
        return True

    def _is_on(self, kind: Inside) -> bool:
        return self.number < self.off.get(kind, self.number + 1)

    def _go_on(self, line: str) -> None:
        bare = line.strip()
        if self._inside == "property_list":
            if bare == self._close or (bare == "..." and self._close == "---"):
                self._inside, self._is_after = None, True
            elif not _is_of_properties(line) or (self.number == 2 and not bare):
                self._inside, self.off["property_list"] = None, 1  # a rule, and then prose
                self.kinds[-1] = "text"
        elif self._inside == "code_block":
            bare = bare.lstrip("> ")
            if len(bare) >= len(self._close) and set(bare) == {self._close[0]}:
                self._inside, self._is_after = None, True
        elif self._close in bare:
            self._inside = None
            self._look_for_openings(bare.partition(self._close)[2])

    def _look_for_openings(self, line: str) -> None:
        """Note a comment that goes on behind this line."""
        for opening, (kind, close) in _OPENINGS.items():
            if opening not in line or not self._is_on(kind):
                continue
            is_open = (
                line.count("%%") % 2 == 1 if kind == "comment" else line.rfind(close) < line.rfind(opening)
            )
            if is_open:
                self._inside, self._since, self._close = kind, self.number, close
                return


def _is_of_properties(line: str) -> bool:
    return not line.strip() or line[0] in " \t-#]}" or _PROPERTY.fullmatch(line.strip()) is not None


def properties(lines: list[str]) -> dict[str, str]:
    """Return the properties at the head of a note, as far as each stands on one line."""
    found: dict[str, str] = {}
    for line in lines[:_LONGEST_PROPERTIES]:
        if (taken := _PROPERTY.fullmatch(line)) and (value := taken["value"].strip()):
            found.setdefault(taken["name"].strip().casefold(), value.strip("\"'[] "))
    return found


def inline_property(line: str) -> tuple[str, str] | None:
    """Return name and value of a property as Logseq and Dataview write it, `created:: 2026-08-03`."""
    found = _INLINE_PROPERTY.fullmatch(line)
    return (found["name"].strip().casefold(), found["value"].strip("[]\"' ")) if found else None


def words_of(lines: list[str]) -> tuple[str, Counter[OmittedKind]]:
    """Return the words of a block, and what was left out of it."""
    left_out: Counter[OmittedKind] = Counter()
    text = "\n".join(lines)

    def embedded(found: re.Match[str]) -> str:
        is_picture = found["target"] is None or _PICTURE.search(found["target"])
        left_out["picture" if is_picture else "embed"] += 1
        return ""

    text, left_out["comment"] = _without_hidden(text)
    text = _EMBED.sub(embedded, text)
    text = _TASK_ID.sub("", text)
    text = re.sub(r"<br\s?/?>", "\n", text, flags=re.IGNORECASE)
    kept = [_line(line) for line in text.split("\n") if not _is_syntax(line)]
    text = "\n".join(kept)
    for form, instead in _INLINE:
        text = form.sub(instead, text)
    text = html.unescape(_TAG.sub("", text))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip(), left_out


def _without_hidden(text: str) -> tuple[str, int]:
    """Cut out comments and templates; a search for a close that is not there is not made twice."""
    count = 0
    for opening, (_, close) in _OPENINGS.items():
        kept, at = [], 0
        while (start := text.find(opening, at)) >= 0 and (end := text.find(close, start + len(opening))) >= 0:
            kept.append(text[at:start])
            at, count = end + len(close), count + 1
        text = "".join([*kept, text[at:]])
    return text, count


def _is_syntax(line: str) -> bool:
    bare = line.strip()
    if not bare:
        return False
    is_table_rule = "|" in bare and _TABLE_RULE.fullmatch(bare) is not None
    is_fence = _FENCE.fullmatch(bare) is not None and not bare.rstrip("`~")[:1].isalnum()
    return is_table_rule or bool(_RULE.fullmatch(line.rstrip()) or _REFERENCE.fullmatch(line)) or is_fence


def _line(line: str) -> str:
    bare = line.strip()
    if _HEADING.match(bare):
        return bare.strip("#").strip()
    if bare.startswith("|") and bare.endswith("|") and len(bare) > 2:
        cells = (cell.strip() for cell in re.split(r"(?<!\\)\|", bare[1:-1]))
        return " · ".join(cell for cell in cells if cell)
    if bare.startswith(">"):
        bare = _CALLOUT.sub("", bare.lstrip("> "), count=1) if "[!" in bare[:20] else bare
    return bare[len(marks[0]) :] if (marks := _LINE_MARKS.match(bare)) and marks[0] else bare
