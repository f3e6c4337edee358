"""The names of a text as keys: in their own script, and by consonants where Latin letters and kana can meet. Pure.

フェンブリッジ and Fenbridge have the consonants f n b r j. Kanji tell no sound without a dictionary: a name in kanji meets
another in kanji only. What the key begins with is its script: `latin`, `kana`, `kanji`, `quoted` or `sound`.
"""

import re
from collections import Counter
from collections.abc import Iterator

from tane.language.stopwords import FRAME, GENERAL, GRAMMAR

_LATIN = re.compile(
    r"(?<![A-Za-z])[A-Z][A-Za-z0-9]*(?:[-'.&][A-Za-z0-9]+)*|(?<![A-Za-z])[A-Za-z]+[0-9][A-Za-z0-9-]*"
)
_LOWER = re.compile(r"(?<![A-Za-z'])[a-z]+")
_AFTER_A_NAME = re.compile(
    r" (?:[A-Z][a-z]|(?:says|said|will|has|had|is|was|were|to|and [A-Z]|would)\b)|, (?:which|who|whose|where)\b"
)
_NO_NAMES = GRAMMAR | FRAME | GENERAL
_SHORTEST_NAME = 2
_LATIN_AMONG_KANA = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-'.&][A-Za-z0-9]+)*")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n]\s*|[\"'(\[]\s*)$")
_KANA_SIGN = re.compile(r"[ぁ-んァ-ヶ]")
_KATAKANA = re.compile(r"[ァ-ヺー]{3,}")
_QUOTED = re.compile(r"[「『“]([^「」『』“”。、!?]{2,14})[」』”]")
_SPOKEN = re.compile(
    r"[ぁ-ん](?:[をがはでへ]|ます|です|ない|たい|った|して)|[をっ]|[るたいだねよか]$|[^ぁ-ん]に[^ぁ-ん]"
)
_HIRAGANA_NAME = re.compile(r"[ぁ-ん]{3,8}")
_PLACE = "都道府県市区町村郡島山川湖湾港駅線橋橋通館院校園城寺社店堂署所局庁庫蔵場宮丸号"
_SUFFIXED = re.compile(
    r"([一-龥々ァ-ヶー]{1,8}?)(銀行|大学|病院|工場|空港|公園|新聞|電鉄|鉄道|急行|高校|中学|小学|地裁|高裁|地検|県警|警察|消防|製作所|工業|電機|化学"
    rf"|製薬|建設|不動産|証券|保険|商事|ホール|ビル|スタジアム|[{_PLACE}])(?![ァ-ヶー])"
)
_PERSON = re.compile(
    r"([一-龥々]{2,4}|[ァ-ヶー・]{3,})(?:さん|氏|容疑者|被告|社長|市長|町長|村長|区長|知事|選手|監督|教授|頭取|会長|議員|大臣|首相|代表|校長|院長|委員長)"
)
_COMMON_HEADS = frozenset("同本両各全当新旧某県市町村区国毎別他元現前次")
_LOANS = frozenset(
    [
        "サービス",
        "システム",
        "データ",
        "サーバー",
        "メール",
        "サイト",
        "インターネット",
        "スマートフォン",
        "アプリ",
        "ソフト",
        "ソフトウェア",
        "プログラム",
        "ネットワーク",
        "コンピューター",
        "パソコン",
        "センター",
        "グループ",
        "メンバー",
        "チーム",
        "ニュース",
        "イベント",
        "プロジェクト",
        "ケース",
        "ポイント",
        "レベル",
        "トップ",
        "リスク",
        "スタッフ",
        "ユーザー",
        "セキュリティ",
        "アクセス",
        "パスワード",
        "キロ",
        "メートル",
        "センチ",
        "グラム",
        "トン",
        "リットル",
        "パーセント",
        "ドル",
        "ユーロ",
        "ポンド",
        "マグニチュード",
        "ホテル",
        "ビル",
        "マンション",
        "アパート",
        "ホーム",
        "トラック",
        "バス",
        "タクシー",
        "スーパー",
        "コンビニ",
        "レストラン",
        "カフェ",
        "テレビ",
        "ラジオ",
        "カード",
        "クレジットカード",
        "ゲーム",
        "スポーツ",
        "サッカー",
        "ゴール",
        "リーグ",
        "シーズン",
        "マラソン",
        "コース",
        "ファン",
        "エネルギー",
        "ガス",
        "ガソリン",
        "エンジン",
        "コスト",
        "サイズ",
        "タイプ",
        "モデル",
        "テスト",
        "ニーズ",
        "テーマ",
        "アイデア",
        "ルール",
        "メディア",
        "コメント",
        "アンケート",
        "ボランティア",
        "ウイルス",
        "ワクチン",
        "インフルエンザ",
        "ガラス",
        "プラスチック",
        "ビニール",
        "シート",
        "ページ",
        "ファイル",
        "ツール",
        "バージョン",
        "オープンソース",
        "ロケット",
        "エレベーター",
        "ドア",
    ]
)


def names(plain: str) -> frozenset[str]:
    """Return the keys of the names of a text in NFKC; O(characters)."""
    found = _japanese(plain) if _KANA_SIGN.search(plain) else _english(plain)
    return frozenset(found)


def script(key: str) -> str:
    """Return the script of a name's key."""
    return key.partition(":")[0]


def _english(plain: str) -> Iterator[str]:
    """Yield the keys of capitalised words; the first of a sentence is a name where something else says so."""
    lower = set(_LOWER.findall(plain))
    counts: Counter[str] = Counter()
    sure: set[str] = set()
    for match in _LATIN.finditer(plain):
        word = match.group().removesuffix("'s").removesuffix("'")
        folded = word.casefold()
        if len(word) < _SHORTEST_NAME or folded in lower or folded in _NO_NAMES:
            continue
        counts[word] += 1
        is_first = _SENTENCE_START.search(plain[max(0, match.start() - 4) : match.start()]) is not None
        if not is_first or word.isupper() or match.group() != word or _AFTER_A_NAME.match(plain, match.end()):
            sure.add(word)
    for word, count in counts.items():
        if word in sure or count > 1:
            yield f"latin:{word.casefold()}"
            yield from (f"sound:{sound}" for sound in latin_sounds(word))


def _japanese(plain: str) -> Iterator[str]:
    for match in _LATIN_AMONG_KANA.finditer(plain):
        word = match.group()
        if len(word) > 1 and word.casefold() not in GRAMMAR:
            yield f"latin:{word.casefold()}"
            yield from (f"sound:{sound}" for sound in latin_sounds(word))
    for match in _KATAKANA.finditer(plain):
        if match.group() not in _LOANS:
            yield from _kana(match.group())
    for match in _QUOTED.finditer(plain):
        quoted = match.group(1)
        if _SPOKEN.search(quoted):
            continue
        yield f"quoted:{''.join(quoted.split())}"
        for run in _HIRAGANA_NAME.findall(quoted):
            yield from _kana(run)
    yield from _kanji(plain)


def _kanji(plain: str) -> Iterator[str]:
    for match in _PERSON.finditer(plain):
        yield f"kanji:{match.group(1)}"
    for match in _SUFFIXED.finditer(plain):
        stem = match.group(1)
        if len(stem) > 1 and stem[0] not in _COMMON_HEADS:
            yield f"kanji:{stem}"


def _kana(run: str) -> Iterator[str]:
    yield f"kana:{run.rstrip('ー')}"
    sound = kana_sound(run)
    if len(sound) >= _SHORTEST_SOUND:
        yield f"sound:{sound}"


# ---------------------------------------------------------------- sounds

_SHORTEST_SOUND = 3
_ROWS = {
    "カキクケコ": "k", "ガギグゲゴ": "g", "サシスセソ": "s", "ザズゼゾ": "s", "ジヂ": "j", "タテト": "t", "チ": "c", "ツ": "t",
    "ダデドヅ": "d", "ナニヌネノ": "n", "ン": "n", "ハヒヘホ": "h", "フ": "f", "バビブベボヴ": "b", "パピプペポ": "p",
    "マミムメモ": "m", "ラリルレロ": "r", "ワ": "w",
}  # fmt: skip
_CONSONANT = {sign: letter for signs, letter in _ROWS.items() for sign in signs}
_VOWEL_HEADS = {"ア": "a", "イ": "i", "ウ": "u", "エ": "e", "オ": "o"}
_SPELLINGS = (
    ("sch", "s"), ("tch", "c"), ("ch", "c"), ("sh", "s"), ("th", "s"), ("ph", "f"), ("ck", "k"), ("dge", "j"), ("gh", ""),
    ("qu", "k"), ("x", "ks"), ("tion", "sn"), ("ce", "se"), ("ci", "si"), ("cy", "sy"), ("ts", "t"),
)  # fmt: skip
_LETTERS = str.maketrans({"l": "r", "v": "b", "c": "k", "z": "s", "q": "k"})


def kana_sound(run: str) -> str:
    """Return the consonants of a word in kana, doubled ones once, and its first vowel where it begins with one."""
    signs = "".join(chr(ord(sign) + 0x60) if "ぁ" <= sign <= "ん" else sign for sign in run)
    head = _VOWEL_HEADS.get(signs[:1], "")
    return _once(head + "".join(_CONSONANT.get(sign, "") for sign in signs))


def latin_sounds(word: str) -> frozenset[str]:
    """Return the consonants of a word in Latin letters, once with r after a vowel and once without, as kana may write it."""
    plain = re.sub(r"[^a-z]", "", word.casefold())
    for spelling, sound in _SPELLINGS:
        plain = plain.replace(spelling, sound if sound != "c" else "C")
    plain = re.sub(r"m(?=[bp])", "n", plain)
    quiet = re.sub(r"(?<=[aeiou])r(?![aeiou])", "", plain)
    return frozenset(sound for one in (plain, quiet) if len(sound := _consonants(one)) >= _SHORTEST_SOUND)


def _consonants(plain: str) -> str:
    head = plain[0] if plain and plain[0] in "aeiou" else ""
    body = plain.translate(_LETTERS).replace("C", "c")
    return _once(head + re.sub(r"[aeiouy]", "", body))


def _once(letters: str) -> str:
    return re.sub(r"(.)\1+", r"\1", letters)
