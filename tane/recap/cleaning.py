"""What an article says: the text of its HTML or Markdown, in which language, and whether that is worth reading. Pure.

trafilatura finds the words of a page among its menus; where it finds none, nh3 parses and every block becomes a line. Both parse
nested markup in more than linear time, or on the stack: markup that is nested too deeply, or has too many tags, is read tag by tag.
"""

import html
import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

BodyFormat: TypeAlias = Literal["text", "html", "markdown"]
CleaningReason: TypeAlias = Literal["empty", "not_text", "too_short"]

CLEANING_VERSION = 1
"""Of these rules; another number has stored articles cleaned again."""
UNDETERMINED: Final = "und"

_MOST_TAGS = 20_000
_DEEPEST = 250  # elements in one another
_CHUNK = 4_000  # characters of Markdown that are parsed together
_LEAST_PROSE = 0.1  # of a body's letters, outside links: else it is navigation
_LEAST_RECALL = 0.5  # of a fragment's letters: else what was found of it is less than what it says

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]{0,20})(?=[\s/>])[^<>]*>")
_BREAKS = re.compile(r"(?:<br\s{0,3}/?>\s{0,20}){3,}", re.IGNORECASE)
_TITLE = re.compile(r"<title(?:\s[^<>]{0,200})?>([^<]{1,1000})", re.IGNORECASE)
_PAGE = re.compile(r"<(?:html|body)[\s>]", re.IGNORECASE)
_HEAD_CHARS = 100_000  # in which a page names its title
_HIDDEN = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "svg",
        "iframe",
        "head",
        "title",
        "textarea",
        "select",
        "button",
    ]
)
_FRAME = frozenset(["nav", "header", "footer", "aside", "form", "menu"])
# Elements that need no end, so that many of them are not nested.
_UNCLOSED = frozenset(
    [
        "p",
        "li",
        "td",
        "th",
        "tr",
        "dt",
        "dd",
        "option",
        "thead",
        "tbody",
        "tfoot",
        "br",
        "hr",
        "img",
        "input",
        "meta",
        "link",
        "wbr",
        "area",
        "base",
        "col",
        "source",
        "track",
        "embed",
        "param",
    ]
)
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "tr",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "br",
        "hr",
        "blockquote",
        "pre",
        "section",
        "article",
        "main",
        "figure",
        "figcaption",
        "body",
        "address",
        "details",
        "summary",
    ]
)
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n.{0,10000}?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanedBody:
    """The text of a body, and its language: "ja", "en", another code of two letters, or "und"."""

    text: str
    lang: str


def clean_body(body: str, body_format: BodyFormat, *, lang_hint: str | None = None) -> CleanedBody:
    """Return the text of a body; the empty text if it holds none, or nothing but links."""
    if body_format == "html":
        text = text_of_html(body)
    elif body_format == "markdown":
        text = text_of_markdown(body)
    else:
        text = body
    text = tidy(text)
    return CleanedBody(text=text, lang=language_of(text, hint=lang_hint))


# ---------------------------------------------------------------- markup


def text_of_html(markup: str) -> str:
    """Return what a page or a fragment of HTML says, a line a block."""
    bounded = _BREAKS.sub("<br><br>", markup.replace("\x00", ""))
    prose, linked = _letters_by_link(bounded)
    if prose < _LEAST_PROSE * (prose + linked):
        return ""
    if not _is_parsable(bounded):
        return _lines_of(bounded)
    found = _main_text(bounded)
    if found is not None and (_PAGE.search(bounded) or _letter_count(found) >= _LEAST_RECALL * prose):
        return found
    return _block_text(bounded)


def title_of_html(markup: str) -> str | None:
    """Return the title that a page has in its head."""
    found = _TITLE.search(markup[:_HEAD_CHARS])
    return tidy(html.unescape(found[1])).replace("\n", " ") or None if found else None


def _main_text(markup: str) -> str | None:
    from trafilatura import extract  # noqa: PLC0415 - lxml and tables of dates, 20 MB

    # It reports as an error that markup holds no text.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    # Pairs of surrogates cannot be encoded for the parser.
    found: str | None = extract(markup.encode("utf-8", "replace").decode(), include_comments=False)
    return found


def _block_text(markup: str) -> str:
    import nh3  # noqa: PLC0415 - only where articles are cleaned

    return _lines_of(
        nh3.clean(
            markup.encode("utf-8", "replace").decode(),
            tags=set(_BLOCKS),
            clean_content_tags=set(_HIDDEN | _FRAME),
            attributes={},
        )
    )


def text_of_markdown(source: str) -> str:
    """Return what a text in Markdown says, without its marks and what stands before it in YAML."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - as above

    parser = MarkdownIt("commonmark").enable("table")
    unified = _FRONT_MATTER.sub("", source.replace("\r\n", "\n").replace("\r", "\n"))
    return "\n".join(_lines_of(parser.render(chunk)) for chunk in _chunks(unified))


def _chunks(source: str) -> Iterator[str]:
    """Cut a text at blank lines, or anywhere: the parser takes quadratic time for some long paragraphs."""
    start = 0
    while len(source) - start > _CHUNK:
        end = source.rfind("\n\n", start, start + _CHUNK)
        end = end if end > start else start + _CHUNK
        yield source[start:end]
        start = end
    yield source[start:]


def _is_parsable(markup: str) -> bool:
    count = depth = deepest = 0
    for tag in _TAG.finditer(markup):
        count += 1
        if tag["name"].lower() not in _UNCLOSED and not tag[0].endswith("/>"):
            depth = max(depth - 1, 0) if tag["end"] else depth + 1
            deepest = max(deepest, depth)
    return count <= _MOST_TAGS and deepest <= _DEEPEST


def _texts(markup: str) -> Iterator[tuple[str, str]]:
    """Yield each tag that was opened or closed (`a`, `/a`), with the text after it; nothing of what is hidden."""
    hidden: str | None = None
    name, at = "", 0
    for tag in _TAG.finditer(markup):
        if hidden is None:
            yield name, markup[at : tag.start()]
        name, at = tag["end"] + tag["name"].lower(), tag.end()
        if hidden is None and name in _HIDDEN:
            hidden = name
        elif name == f"/{hidden}":
            hidden = None
    if hidden is None:
        yield name, markup[at:]


def _lines_of(markup: str) -> str:
    parts: list[str] = []
    for name, text in _texts(markup):
        if name.removeprefix("/") in _BLOCKS:
            parts.append("\n")
        parts.append(text)
    return html.unescape("".join(parts))


def _letters_by_link(markup: str) -> tuple[int, int]:
    """Return how many letters stand outside and inside of links."""
    counts = {False: 0, True: 0}
    is_linked = False
    for name, text in _texts(markup):
        if name in ("a", "/a"):
            is_linked = name == "a"
        counts[is_linked] += _letter_count(text)
    return counts[False], counts[True]


def _letter_count(text: str) -> int:
    return sum(map(str.isalnum, text))


# ---------------------------------------------------------------- text

_BLANKS = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n{3,}")
_KEPT_FORMATS = frozenset("\u200c\u200d")  # join letters and emoji


def tidy(text: str) -> str:
    """Return a text in NFC without control characters, doubled blanks and more than one empty line in a row."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad", ""))
    if not text.isprintable():
        text = "".join(char for char in text if _is_kept(char))
    lines = (line.strip() for line in _BLANKS.sub(" ", text).split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def _is_kept(char: str) -> bool:
    return (
        char.isprintable()
        or char.isspace()
        or char in _KEPT_FORMATS
        or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Cn"}
    )


_FEWEST_CHARS = 20
_FEWEST_CJK_CHARS = 10
_CJK_SHARE = 0.3
_LETTER_SHARE = 0.3
_DIGIT = re.compile(r"\d")


def drop_reason(text: str) -> CleaningReason | None:
    """Return why a text is not worth reading, or None: it is long enough, ends as a Japanese sentence does, or holds a figure."""
    solid = [char for char in text if not char.isspace()]
    if not any(map(str.isalnum, solid)):
        return "empty" if not solid else "not_text"
    if sum(map(_is_of_a_word, solid)) < _LETTER_SHARE * len(solid):
        return "not_text"
    cjk = sum(_script_of(char) in ("kana", "han") for char in solid)
    fewest = _FEWEST_CJK_CHARS if cjk >= _CJK_SHARE * len(solid) else _FEWEST_CHARS
    if len(solid) >= fewest or text.rstrip().endswith("。") or _DIGIT.search(text):
        return None
    return "too_short"


def _is_of_a_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char)[0] == "M"


# ---------------------------------------------------------------- language

# First and last character of blocks of scripts, and how many letters of a Latin word one of their letters is worth.
_SCRIPTS: tuple[tuple[int, int, str, float], ...] = (
    (0x0041, 0x024F, "latin", 1), (0x0370, 0x03FF, "el", 1), (0x0400, 0x052F, "cyrillic", 1), (0x0531, 0x058F, "hy", 1),
    (0x0590, 0x05FF, "he", 1), (0x0600, 0x077F, "arabic", 1), (0x0900, 0x097F, "devanagari", 1), (0x0980, 0x09FF, "bn", 1),
    (0x0B80, 0x0BFF, "ta", 1), (0x0C00, 0x0C7F, "te", 1), (0x0E00, 0x0E7F, "th", 1), (0x10A0, 0x10FF, "ka", 1),
    (0x1100, 0x11FF, "ko", 3), (0x1E00, 0x1EFF, "latin", 1), (0x3041, 0x30FF, "kana", 3), (0x3400, 0x4DBF, "han", 3),
    (0x4E00, 0x9FFF, "han", 3), (0xAC00, 0xD7A3, "ko", 3), (0xF900, 0xFAFF, "han", 3), (0x20000, 0x3134F, "han", 3),
)  # fmt: skip
_OF_ONE_LANGUAGE = frozenset({"el", "hy", "he", "bn", "ta", "te", "th", "ka", "ko"})
_WEIGHTS = {name: weight for _, _, name, weight in _SCRIPTS}
_LEAST_KANA = 0.05  # of kana and kanji together: Japanese is not written in kanji alone
_FEWEST_LETTERS = 12  # fewer tell no language,
_CERTAIN_LETTERS = 60  # and up to so many the publisher knows it better
_JUDGED_CHARS = 4_000


def language_of(text: str, *, hint: str | None = None) -> str:
    """Return the code of the language that most of a text is written in, or "und".

    What the publisher says counts only where the script leaves it open: kanji without kana, and texts too short to tell.
    """
    hint = _code(hint)
    found = Counter(_script_of(char) for char in text[:_JUDGED_CHARS] if char.isalpha())
    del found[""]
    if not found:
        return UNDETERMINED
    weights = {name: count * _WEIGHTS[name] for name, count in found.items()}
    east_asian = weights.pop("kana", 0) + weights.pop("han", 0)
    script = max(weights, key=lambda name: (weights[name], name), default="")
    if east_asian and east_asian >= weights.get(script, 0):
        if found["kana"] >= _LEAST_KANA * (found["kana"] + found["han"]):
            return "ja"
        return hint if hint in ("ja", "ko", "zh") else "zh"
    if script in _OF_ONE_LANGUAGE:
        return script
    if found[script] < (_CERTAIN_LETTERS if hint else _FEWEST_LETTERS):
        return hint or UNDETERMINED
    return _classified(text[:_JUDGED_CHARS])


def _classified(text: str) -> str:
    from py3langid import classify  # noqa: PLC0415 - loads 30 MB

    return _code(str(classify(text)[0])) or UNDETERMINED


def _script_of(char: str) -> str:
    place = ord(char)
    return next((name for first, last, name, _ in _SCRIPTS if first <= place <= last), "")


def _code(hint: str | None) -> str | None:
    code = (hint or "").strip().lower().replace("_", "-").split("-")[0]
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None
