"""How a matter stands, by a word of English for both languages: arrested, reopened, rejected; `not-` before what is denied. Pure."""

import re

from tane.language.spelling import has_cjk

_WORDS = {
    "arrested": (r"逮捕", r"arrest(?:ed|s)?|taken into custody|detained"),
    "charged": (r"起訴|書類送検|送検", r"charged|indict\w*|prosecut\w*"),
    "sentenced": (r"判決|有罪|無罪|実刑", r"sentenced|convicted|acquitted|verdict|found guilty"),
    "sued": (r"提訴|訴訟", r"sued?|lawsuit|files? suit"),
    "died": (r"死亡|死者|亡くな|死去", r"died|dead|deaths?|killed|dies"),
    "injured": (r"けが人|負傷|重傷|軽傷|けがを", r"injur\w+|wounded|hurt"),
    "rescued": (r"救助|救出", r"rescued?|saved"),
    "missing": (r"行方不明|不明者", r"missing|unaccounted"),
    "evacuated": (r"避難", r"evacuat\w+"),
    "extinguished": (r"鎮火|消し止め|消火", r"extinguish\w*|put out|under control"),
    "reopened": (r"再開|復旧|解除|開通", r"reopen\w*|resum\w+|restored|lifted|back in service"),
    "closed": (r"閉鎖|閉館|閉店|閉校|休業|休館|休校|通行止め|営業を終|廃止", r"clos(?:ed?|es|ing|ure)|shut(?:s|ting)?|shut down"),
    "stopped": (r"停止|中断|見合わせ|運休|取りやめ|中止", r"halt\w*|suspend\w*|cancel\w*|called off|scrap\w*"),
    "postponed": (r"延期|先送り|遅れる", r"postpon\w*|delay\w*|put off"),
    "opened": (r"開業|開館|開店|開幕|オープン|開設|営業を始", r"open(?:ed|s|ing)|inaugurat\w*"),
    "approved": (r"承認|可決|認可|許可|採択", r"approv\w*|passed|adopted|cleared|green light"),
    "rejected": (r"否決|却下|拒否|棄却|不採択", r"reject\w*|voted down|dismiss\w*|turned down|refus\w*"),
    "resigned": (r"辞任|辞職|辞表|退任|引責", r"resign\w*|step(?:s|ped)? down|quit"),
    "dismissed": (r"解任|解雇|免職|更迭|懲戒", r"sacked|fired|dismissed|ousted"),
    "elected": (r"当選|選出|就任", r"elected|appointed|takes office"),
    "won": (r"優勝|勝利|制した|勝っ|金メダル", r"w[io]ns?|won|beat|victory|champions?"),
    "lost": (r"敗れ|敗退|敗北", r"los[te]s?|defeat\w*|knocked out"),
    "recalled": (r"回収|リコール", r"recall\w*"),
    "withdrawn": (r"撤回|撤退|取り下げ", r"withdr[ae]w\w*|pull(?:s|ed)? out|scrapped"),
    "agreed": (r"合意|妥結|締結|調印", r"agree[ds]?|deal reached|signed"),
    "acquired": (r"買収|統合|合併", r"acquir\w*|takeover|merg\w+|buys"),
    "bankrupt": (r"破産|倒産|民事再生|破綻", r"bankrupt\w*|insolven\w*|receivership"),
    "apologised": (r"謝罪|陳謝|おわび|頭を下げ", r"apolog\w+"),
    "denied": (r"否定|否認", r"den(?:y|ies|ied)"),
    "confirmed": (r"確認され|判明|特定", r"confirm\w*|identified|found that"),
    "cause": (r"原因は|原因と|原因が", r"caused? (?:by|was|of)|blamed on|traced to"),
    "inquiry": (r"調査を始|捜査を始|立ち入り検査|第三者委", r"inquiry|investigation opened|opens? (?:an )?investigation|probe"),
    "launched": (r"打ち上げ|発射", r"launch\w*|lift\w* off"),
    "failed": (r"失敗", r"fail\w*"),
    "succeeded": (r"成功", r"succe(?:ss|eded)\w*"),
    "released": (r"公開|発売|リリース|釈放", r"releas\w*|unveil\w*|goes on sale|ships?"),
    "compensated": (r"補償|賠償|返金", r"compensat\w*|damages|refund\w*"),
    "found": (r"発見|見つか", r"discover\w*|was found|were found"),
    "strike": (r"ストライキ|スト入り", r"strike|walk(?:ed)? out"),
    "born": (r"誕生|生まれ", r"born|birth|hatch\w*"),
    "record": (r"過去最[高多大]|史上最|新記録|最高値", r"record (?:high|low)|all-time"),
}  # fmt: skip
_JAPANESE = re.compile("|".join(f"(?P<{name}>{words})" for name, (words, _) in _WORDS.items()))
_ENGLISH = re.compile(
    r"\b(?:" + "|".join(f"(?P<{name}>{words})" for name, (_, words) in _WORDS.items()) + r")\b", re.IGNORECASE
)
_REACH_JA, _REACH_EN = 16, 32  # characters
_DENIED_JA = re.compile(r"^.{0,8}?(?:し?ない|せず|しなかった|いない|はな[いく]|なし|見送)")
_DENIED_EN = re.compile(r"(?:\bno|\bnot|n't|\bnever|\bwithout|\bnobody|\bnone)\b[^.,;]{0,20}$", re.IGNORECASE)


def outcomes(plain: str) -> frozenset[str]:
    """Return the outcomes of a text in NFKC; O(characters)."""
    found: set[str] = set()
    if has_cjk(plain):
        for match in _JAPANESE.finditer(plain):
            is_denied = _DENIED_JA.match(plain[match.end() : match.end() + _REACH_JA]) is not None
            found.add(f"not-{match.lastgroup}" if is_denied else str(match.lastgroup))
    else:
        for match in _ENGLISH.finditer(plain):
            is_denied = (
                _DENIED_EN.search(plain[max(0, match.start() - _REACH_EN) : match.start()]) is not None
            )
            found.add(f"not-{match.lastgroup}" if is_denied else str(match.lastgroup))
    return frozenset(found)
