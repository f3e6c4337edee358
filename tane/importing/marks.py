"""Takes out of the assistant's words the marks from which ChatGPT's page draws citations, cards and pictures.

A mark is `U+E200 name U+E202 argument U+E202 argument U+E201`. What a reader saw as words stays: the name of a person or
place, the label of a link, a title, a formula. Citations, pictures and maps go, with the blanks before them.
"""

import json
import re
from typing import Any

_REFERENCE = r"(?:turn\d+[a-z_]+\d+,?)+|L\d+(?:-L?\d+)?"
_MARK = r"\ue200(?P<body>[^\ue200\ue201\ue20b]*)[\ue201\ue20b]"
_CUT_OFF = rf"\ue200\w*(?:(?:\ue202[^\ue200\ue201\n]*)?\Z|(?:\ue202(?:{_REFERENCE}))+)"  # the answer was stopped within it
_ANCHOR = rf"(?:\ue202(?:{_REFERENCE}))+[\ue201\ue206]?"
_FOOTNOTES = (
    r"【[^【】†\n]{0,80}†[^【】\n]{0,200}】", r"(?:&#8203;)?`{0,2}【oaicite:\d+】`{0,2}(?:&#8203;)?",
    r":(?:contentReference|cite)\[oaicite:\d+\](?:\{[^{}\n]*\})?", r"\[oai_citation:\d+[†‡][^\]\n]*\]\([^)\s]*\)",
)  # fmt: skip
_DRAWN = re.compile(
    rf"(?P<blanks>(?:(?<![ \t])[ \t]++)?)(?:{'|'.join((_MARK, _CUT_OFF, _ANCHOR, *_FOOTNOTES))})"
)
_LEFT_OVER = re.compile(
    "[\ue200-\ue20f]"
)  # also U+E203 and U+E204 round a sentence with a source: the sentence stays
_MAY_HAVE_MARKS = re.compile("[\ue200-\ue20f†‡]|oaicite:|^:::writing", re.MULTILINE)
_WRITING_BLOCK = re.compile(
    r"^:::writing\{[^\n]*\}[ \t]*\n(.*?)(?:^:::[ \t]*$\n?|\Z)", re.MULTILINE | re.DOTALL
)
_GAP = "\ue20e"  # where something was taken out, until the blanks round it are put right
_GAPS = re.compile(rf"^(?:[ \t]*+{_GAP})+[ \t]*+(?:\n{{1,2}}|\Z)?|{_GAP}", re.MULTILINE)

_NO_LABEL = re.compile(rf"{_REFERENCE}|https?://\S*|file[-_]?\w*\d\w*")
_IDENTIFIER = re.compile(r"[a-z0-9_.:/-]+")
_LABELLED = ("url", "link", "link_title", "navlist", "video")
_WORDLESS = (
    "cite", "filecite", "memcite", "image_group", "i", "image", "images", "map", "businesses_map", "entity_metadata",
    "products", "sources", "sources_footnote", "finance", "stock", "forecast", "schedule", "standing", "standings", "tldr",
)  # fmt: skip


def without_marks(text: str) -> str:
    """Return the words that stood on the page."""
    if not _MAY_HAVE_MARKS.search(text):
        return text
    shown = _GAPS.sub("", _DRAWN.sub(_shown, _WRITING_BLOCK.sub(r"\1", text)))
    return _LEFT_OVER.sub("", shown).strip()


def pictures_in(text: str) -> int:
    """Return how many groups of pictures the page drew."""
    return len(re.findall("\ue200(?:image_group|images?|i)\ue202", text))


def _shown(mark: re.Match[str]) -> str:
    words = _words_of(mark["body"]) if mark["body"] else ""
    return mark["blanks"] + words if words else _GAP


def _words_of(body: str) -> str:
    """Return what a reader saw of a mark."""
    name, *arguments = re.split("[\ue202\ue203]", body)
    if not arguments and (found := re.match(r"\w+(?=[\[{])", name)):  # some exports lack the separator
        name, arguments = found[0], [name[found.end() :]]
    if name in _WORDLESS:
        return ""
    for argument in arguments:
        if argument.lstrip()[:1] in ("[", "{"):
            return _label_in(argument)
    arguments = [stripped for argument in arguments if (stripped := argument.strip())]
    labels = [argument for argument in arguments if not _NO_LABEL.fullmatch(argument)]
    if name in ("entity", "product_entity"):
        return (labels[1:] or labels or [""])[0]
    if name in _LABELLED:
        return (labels or arguments or [""])[0]
    # Of a mark that is not known only what looks like words is taken for words.
    return next((label for label in labels if not _IDENTIFIER.fullmatch(label)), "")


def _label_in(argument: str) -> str:
    """Return the name in a list of kind, name and description, or the formula that a widget shows."""
    try:
        value: Any = json.loads(argument)
    except (ValueError, RecursionError):
        quoted = re.findall(r'["“”]([^"“”]+)["“”]', argument) if argument.lstrip().startswith("[") else []
        return quoted[1] if len(quoted) > 1 else quoted[0] if quoted else ""
    if isinstance(value, list):
        named = [one.strip() for one in value[:2] if isinstance(one, str) and one.strip()]
        return named[-1] if named else ""
    formulas = [
        one["content"]
        for key, one in value.items()
        if "math" in key and isinstance(one, dict) and isinstance(one.get("content"), str)
    ]
    return f"$${formulas[0]}$$" if formulas else ""
