"""Reads the list of statements out of an extraction's reply (C1, B17): pure and total.

Models wrap what they found in fences, bullets, numbers, headings, apologies and ways of saying "nothing";
none of that may become a seed.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from handlers.short_replies import without_fences
from tane.language.spelling import is_foreign, letters
from tane.llm.model_errors import BadReply
from tane.llm.thoughts import holds_thoughts, without_thoughts

MOST = 30  # statements of one utterance
FEWEST_CHARACTERS = 4
RUNAWAY = 8  # entries from which a list may be one that never ends

_SEPARATOR = re.compile(r"^[ \t\u3000]*[-‐-―−─━ー－]{3,}[ \t\u3000]*$", re.MULTILINE)
_TABLE_RULE = frozenset("|:- \t")
_HEADING = re.compile(r"^#{1,6}[ \t]+")
_BULLET = re.compile(r"^(?:[-*+•‣▪●○◦■□◆◇–—][ \t\u3000]+|[・･•●○■◆]\s*)")
_COUNT = re.compile(r"^(?:[(（]?[0-9０-９]{1,3}(?:[)）]|[.．、](?![0-9０-９]))|[①-⑳])\s*")
_LABELS = (
    "定義|因果関係|因果|一般的な規則・指針|一般的な規則|規則・指針|規則|指針|手順・方法|手順|方法|知識|contents|抽出結果"
    "|definitions?|causal relations?|caus(?:e|ality)|rules?|guidelines?|procedures?|methods?|knowledge"
)
_LABEL = re.compile(rf"^\**[【\[(（]?(?:{_LABELS})\**(?:[】\])）]\**[:：]?|\s*[:：])\**\s*", re.IGNORECASE)
_BARE_LABEL = re.compile(rf"^[【\[(（]?(?:{_LABELS})[】\])）]?$", re.IGNORECASE)
_PREFACE = re.compile(
    r"^(?:以下|次|下記)[^。]{0,40}"
    r"(?:[:：]|(?:通り|とおり)(?:です|になります)?[:：。]?|(?:抽出|列挙|示し|挙げ)[^。]{0,10}(?:ます|ました)[:：。]?)$"
    r"|^(?:here (?:are|is)|the following|below)\b[^.]{0,80}[:.]?$",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"(?:該当(?:する[^、。]{0,20}|[^、。]{0,10})?(?:は|が)?|特に|何も|抽出(?:できる|すべき|対象)[^、。]{0,15}|"
    r"(?:この|その|本|与えられた|提示された|上記の|以下の)?(?:テキスト|文章|発言|発話|資料|contents|内容)[^。]{0,60}(?:は|が))?"
    r"(?:な[いし]|無[いし]|あり(?:ません|ませんでした)|見(?:つかり|当たり|つけられ)ません(?:でした)?|"
    r"(?:含まれて|存在し|記載されて|示されて|書かれて)い?(?:ません(?:でした)?|ない))(?:です)?"
    r"|(?:n/?a|none|nothing|null|empty|空|ゼロ)(?: found)?"
    r"|(?:there (?:is|are) )?(?:no|nothing|none)\b[^.]{0,80}",
    re.IGNORECASE,
)
_APOLOGY = re.compile(
    r"^(?:大変|誠に)?(?:申し訳|すみません|恐れ入り|ごめん)|^(?:i'?m sorry|sorry|as an ai)\b", re.IGNORECASE
)
_REFUSAL = re.compile(
    r"できません|できかね|ありません|いたしかね|お手伝い|cannot|can'?t|unable|not able", re.IGNORECASE
)
_LOOP = re.compile(r"(.{1,30}?)\1{7,}", re.DOTALL)
_QUOTED = (("「", "」"), ("『", "』"), ('"', '"'), ("“", "”"), ("**", "**"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """What an extraction found; `surplus` counts those beyond the limit."""

    bodies: tuple[str, ...]
    surplus: int = 0


def statements(reply: str, *, source: str, refuse: Callable[[str], bool] = lambda _: False) -> Statements:
    """Return the statements of a reply about `source`; none when it says that there is nothing.

    Raises:
        BadReply: the source is Japanese and the reply is not, and does not quote it either (B17); or all that the reply
            holds is refused, or one entry again and again.
    """
    return listed(_items(without_fences(reply)), source=source, refuse=refuse)


def listed(
    items: Iterable[str], *, source: str, refuse: Callable[[str], bool] = lambda _: False
) -> Statements:
    """Return the statements among the entries of a list; raises as `statements` does.

    `refuse` tells entries that are none, such as the prompt's own words.
    """
    entries = _without_thoughts(_without_runaways([item.strip() for item in items], source), source)
    bodies = [body for entry in entries if (body := _bare(entry)) is not None]
    kept = [body for body in bodies if not refuse(body) and not _is_loop(body, source)]
    if bodies and not kept:
        raise BadReply("the reply repeats the prompt or itself")
    found = distinct(kept)
    if any(is_foreign(body, source) for body in found.bodies):
        raise BadReply("the reply is in another language")
    return found


def _without_runaways(entries: list[str], source: str) -> list[str]:
    """Of a list that is mostly one entry keep what the source says: a small model falls into a rut.

    Raises:
        BadReply: the source says none of it.
    """
    keys = [letters(entry) for entry in entries]
    if len(keys) < RUNAWAY or 2 * max(Counter(keys).values()) < len(keys):
        return entries
    own = letters(source)
    kept = [entry for entry, key in zip(entries, keys, strict=True) if key and key in own]
    if not kept:
        raise BadReply("the reply says one thing again and again")
    return kept


def _without_thoughts(entries: list[str], source: str) -> list[str]:
    if holds_thoughts(source):
        return entries
    return [without_thoughts(entry) if holds_thoughts(entry) else entry for entry in entries]


def _is_loop(body: str, source: str) -> bool:
    """Tell a statement most of which is a few characters again and again."""
    loop = _LOOP.search(body)
    return loop is not None and 2 * len(loop[0]) >= len(body) and loop[0] not in source


def distinct(bodies: Iterable[str]) -> Statements:
    """Keep the first of equal bodies, at most `MOST`, and count the rest."""
    by_key: dict[str, str] = {}
    for body in bodies:
        by_key.setdefault(letters(body), body)
    return Statements(bodies=tuple(by_key.values())[:MOST], surplus=max(len(by_key) - MOST, 0))


def _items(reply: str) -> Iterator[str]:
    """Yield what may be a statement: blocks between separators, or lines when there are none."""
    blocks = _SEPARATOR.split(reply)
    for block in blocks:
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        if not lines:
            continue
        are_items = [bool(_BULLET.match(line) or _COUNT.match(line)) for line in lines]
        if all(are_items) or (len(blocks) == 1 and not any(are_items)):
            yield from lines
        elif len(blocks) == 1:
            yield from _headed(lines, are_items)
        else:
            yield "\n".join(lines)


def _headed(lines: list[str], are_items: list[bool]) -> Iterator[str]:
    """Yield plain lines, each with the steps listed under it; steps under a preface stand alone."""
    groups: list[list[str]] = []
    for line, is_item in zip(lines, are_items, strict=True):
        if is_item and groups:
            groups[-1].append(line)
        else:
            groups.append([line])
    for head, *steps in groups:
        if steps and _bare(head) is None:
            yield from steps
        else:
            yield "\n".join([head, *steps])


def _bare(item: str) -> str | None:
    """Return an item without its wrapping, or None when nothing of a statement is left."""
    if _TABLE_RULE.issuperset(item) or (_HEADING.match(item) and "\n" not in item):
        return None
    body = _COUNT.sub("", _BULLET.sub("", item.strip())).strip()
    body = _unquoted(_LABEL.sub("", _unquoted(body)).strip())
    core = body.strip(" \t\u3000。．.!！()（）[]【】\"'`*")
    if (
        len(letters(body)) < FEWEST_CHARACTERS
        or _BARE_LABEL.match(core)
        or _PREFACE.match(body)
        or _NOTHING.fullmatch(core)
        or (_APOLOGY.match(body) and _REFUSAL.search(body))
    ):
        return None
    return body


def _unquoted(text: str) -> str:
    for opening, closing in _QUOTED:
        inside = text[len(opening) : -len(closing)]
        if text == f"{opening}{inside}{closing}" and opening not in inside and closing not in inside:
            return inside.strip()
    return text
