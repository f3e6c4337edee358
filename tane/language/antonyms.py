"""Words that turn a statement into its contrary when one stands for the other (C4). Pure."""

import re

from tane.language.spelling import folded

# From general knowledge of both languages, as a dictionary of antonyms has them; words are met by their beginning.
_JAPANESE = """
増/減 高/低 大き/小さ 多/少な 長い/短い 長く/短く 早/遅 速/遅 良い/悪 いい/悪い 良く/悪く 賛成/反対 好き/嫌い 上が/下が 上げ/下げ 上昇/下降 強/弱
無料/有料 安全/危険 安心/不安 簡単/難し 易し/難し 得意/苦手 可能/不可能 始め/やめ 始ま/終わ 必要/不要 便利/不便 午前/午後 前に/後に 以前/以後 以上/以下
新し/古 軽/重 明る/暗 暑/寒 熱/冷 暖/寒 温/冷 広/狭 深/浅 太/細 厚/薄 近/遠 安い/高い 安く/高く 肯定/否定 成功/失敗 勝/負 開け/閉 開い/閉
覚え/忘れ 信じ/疑 許可/禁止 積極/消極 直接/間接 やす/にく やす/づら 最大/最小 最高/最低 最初/最後 最良/最悪 プラス/マイナス 右/左 東/西 南/北 春/秋 夏/冬 朝/夜 昼/夜
平日/休日 増加/減少 拡大/縮小 入学/卒業 到着/出発 出席/欠席 合格/不合格 単純/複雑 具体/抽象 主観/客観 理論/実践 原因/結果 全体/部分 自然/人工 有利/不利 有効/無効
十分/不十分 満足/不満 幸/不幸 平等/不平等 公平/不公平 正し/間違 正解/誤り 楽し/つまら 嬉し/悲し うれし/悲し 優し/厳し 楽/大変 楽/つら 静か/うるさ 活発/鈍 硬/柔らか
濃/薄 乾/湿 甘/辛 若/老 攻/守 押/引 買/売 貸/借 進/退 増や/減ら 伸び/縮 膨ら/縮 治/悪化 改善/悪化 生/死 起き/寝 座/立 笑/泣 速く/ゆっくり すぐ/ゆっくり
忙し/暇 満/空 緊張/緩 混/空 賑/静 先に/後で 同じ/違 一致/相違 肯定的/否定的 楽観/悲観 外側/内側 表/裏 公式/非公式 公開/非公開 常識/非常識 現実/理想 味方/敵 得/損 黒字/赤字 収入/支出 需要/供給
開館/閉館 開幕/閉幕 開校/閉校 開店/閉店 可決/否決 昇格/降格 入場/退場 屋内/屋外 国内/国外 県内/県外 与党/野党 前半/後半 上旬/下旬 男性/女性 男子/女子 男の/女の 再開/中止 開始/終了
承認/却下 就任/退任 延長/短縮 上昇/下落 値上げ/値下げ 姉/妹 兄/弟 小学/中学 直し/壊し
"""
_ENGLISH = """
increas/decreas increas/reduc more/less more/fewer most/least most/few much/little many/few always/never better/worse best/worst good/bad everybody/nobody
everyone/nobody everything/nothing high/low before/after safe/danger safe/risk easy/hard easy/difficult simple/complicat simple/complex fast/slow
quick/slow speed/slow early/late long/short big/small large/small strong/weak hot/cold warm/cold heavy/light hard/soft rise/fall
rais/lower up/down open/clos start/stop begin/end first/last cheap/expensive cheap/costly cheap/dear rich/poor full/empty
loose/tight wide/narrow deep/shallow thick/thin new/old young/old wet/dry clean/dirty bright/dark loud/quiet near/far
inside/outside above/below over/under left/right push/pull buy/sell lend/borrow win/lose success/fail accept/reject accept/refus
agree/disagree like/dislike love/hate trust/doubt remember/forget keep/discard keep/throw allow/forbid allow/ban with/without
include/exclud necessary/unnecessar possible/impossible important/unimportant honest/dishonest fair/unfair useful/useless
helpful/harmful help/harm healthy/unhealth right/wrong true/false correct/incorrect same/different together/alone
maximum/minimum positive/negative profit/loss gain/loss public/private common/rare often/seldom often/rarely usual/rarely
cause/prevent improv/worsen grow/shrink expand/shrink pleasant/dreadful pleasant/awful wonderful/terrible
front/back together/separate rais/down increas/down drop/rise climb/fall mild/sever major/minor general/specific gentle/harsh calm/angry
broad/narrow sharp/blunt fresh/stale brave/afraid polite/rude proud/ashamed patient/impatient permanent/temporary ancient/modern
succeed/fail arriv/leav enter/leav day/night morning/evening summer/winter asleep/awake alive/dead visible/hidden
first/final approv/reject pass/reject indoor/outdoor internal/external government/opposition men/women boys/girls arrive/depart
"""


def _pairs(table: str) -> list[tuple[str, str]]:
    return [(one, other) for one, _, other in (pair.partition("/") for pair in table.split())]


def _pattern(word: str) -> re.Pattern[str]:
    # Short words would begin too many others.
    ending = "" if len(word) > 4 else r"(?:e?[rd]|e?st|e?s|ing|ly)?\b"
    return re.compile(rf"\b(?!hardly\b){word}{ending}" if word.isascii() else word)


_OPPOSITES = [
    (one, other) for pair in _pairs(_JAPANESE) + _pairs(_ENGLISH) for one, other in (pair, pair[::-1])
]
_PATTERNS = {word: _pattern(word) for word, _ in _OPPOSITES}


def polar_words(plain: str) -> frozenset[str]:
    """Return the words of a folded text that have an opposite, by their beginnings."""
    return frozenset(word for word, pattern in _PATTERNS.items() if word in plain and pattern.search(plain))


def is_reversed(statement: str, passage: str) -> bool:
    """Tell whether the statement says the opposite word where the passage says the other."""
    said, meant = folded(statement), folded(passage)
    return any(
        one in said
        and other in meant
        and _count(said, one) > _count(meant, one)
        and _count(meant, other) > _count(said, other)
        for one, other in _OPPOSITES
    )


def _count(text: str, word: str) -> int:
    return len(_PATTERNS[word].findall(text)) if word in text else 0
