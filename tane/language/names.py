"""The names of a text: what nobody may change who repeats it (C4). Pure."""

import re

from tane.language.spelling import common_width, folded
from tane.language.stopwords import FRAME
from tane.language.tokenizer import words

_TITLED = re.compile(
    # A run is read once, from its beginning and to its end: trying every part of it takes quadratic time.
    r"([一-龥]{1,2}|(?<![ァ-ヶー])[ァ-ヶー]{2,}+|(?<![A-Za-z])[A-Za-z]++)(?:さん|君|くん|ちゃん|氏|先生|先輩|部長|課長|社長|教授)"
)
_TITLE_ALONE = frozenset(
    {"皆", "母", "父", "兄", "姉", "弟", "妹", "祖母", "祖父", "お客", "客", "奥", "医者", "娘", "息子"}
)
# Alone: in 分母 and 工夫 nobody's family is meant.
_KIN = re.compile(
    r"(?<![一-龥])(祖父|祖母|[叔伯][父母]|息子|従兄弟|従姉妹|[父母兄姉弟妹夫妻娘])(?=親|[^一-龥]|$)"
    r"|\b(mother|father|mum|mom|dad|sister|brother|aunt|uncle|wife|husband|son|daughter|cousin)\b"
)
_HEAD = re.compile(
    r"^([A-Z][a-z]+(?<!ing)(?<!ly)) (?:(?:only|never|always|also|still|just) )?([a-z]+)\b(?: ([a-z]+)\b)?"
)
_BEFORE_A_NOUN = frozenset({"the", "a", "an", "his", "her", "its", "their", "that", "this", "no", "to"})
_AFTER_A_NAME = frozenset({
    "is", "was", "has", "had", "did", "does", "will", "would", "can", "could", "should", "must", "may", "might", "said", "says", "went",
})  # fmt: skip
_KATAKANA = re.compile(r"[ァ-ヶー]{3,}")
_TOPIC = re.compile(r"^\s*([一-龥]{1,4})(?:は|が|も|の|に|によれば|によると)")
_CAPITALISED = re.compile(r"(?<![.!?\n] )(?<!^)\b[A-Z][A-Za-z]+")
_SPEAKER = re.compile(r"\b([A-Z][a-z]+) (?:said|says|told|thinks|thought|wrote|asked|believes)\b")
_PRONOUNS = frozenset({"He", "She", "They", "We", "You", "It", "Who", "Nobody", "Everybody", "Somebody"})
_LATIN_AMONG_JAPANESE = re.compile(r"[A-Za-z][A-Za-z0-9+#.-]+")
_ADJECTIVES = ("ese", "ian", "an", "ish", "n", "i", "s")
_STEM = 5
_SHORTEST = 4  # letters that such an ending must leave
_KANA = re.compile(r"[ぁ-んァ-ヶ]")


def _is_verb(word: str, after: str, known: str) -> bool:
    """Tell whether a word after the first one of an English sentence makes that one a subject by itself, as names are.

    A third person is told from a plural by the object that follows: "Vera heads the", not "Late sailings now".
    """
    is_third_person = (
        word.endswith("s")
        and not word.endswith(("ss", "us", "is"))
        and (after in _BEFORE_A_NOUN or (word not in known and word[:-1] in known))
    )
    is_said = (word in known and not word.endswith("s")) or word.endswith("ed")
    return word in _AFTER_A_NAME or (len(word) > 3 and (is_said or is_third_person))


def _is_plural(word: str) -> bool:
    return word.endswith("s") and not word.endswith(("ss", "us", "is", "as"))


def unknown_names(statement: str, source: str) -> frozenset[str]:
    """Return what looks like a name in the statement and does not occur in the source, casefolded."""
    plain = common_width(statement)
    known = folded(source)
    named = {match.group() for match in _KIN.finditer(plain.casefold())}
    named |= {name for name in _TITLED.findall(plain) if name not in _TITLE_ALONE}
    if _KANA.search(plain):
        # A word borrowed from abroad is spelled with and without a long vowel at its end.
        named |= {word.rstrip("ー") for word in _KATAKANA.findall(plain)}
        named |= {word.rstrip("-.") for word in _LATIN_AMONG_JAPANESE.findall(plain)}
        named |= {
            topic
            for topic in _TOPIC.findall(plain)
            if topic not in FRAME and not any(sign in known for sign in topic)
        }
    else:
        named |= {*_CAPITALISED.findall(plain), *_SPEAKER.findall(plain)} - _PRONOUNS
        head = _HEAD.match(plain)
        if (
            head
            and words(head[1].casefold())
            and head[1].casefold()[:_STEM] not in known
            and (head[2].endswith("s") or not _is_plural(head[1]))
            and _is_verb(head[2], head[3] or "", known)
        ):
            named |= {head[1]} - _PRONOUNS
    return frozenset(
        plain for name in named if (plain := name.casefold()) not in known and not _is_derived(plain, known)
    )


def _is_derived(name: str, known: str) -> bool:
    """Tell whether a name is the adjective of one that is known: Japanese, of Japan."""
    return any(
        name.endswith(ending) and len(name) - len(ending) >= _SHORTEST and name.removesuffix(ending) in known
        for ending in _ADJECTIVES
    )
