"""The words of Japanese and English that carry no matter of their own, and forms that no ending explains (C4)."""


def _listed(table: str) -> frozenset[str]:
    return frozenset(table.split())


# Grammar: says how words stand together.
GRAMMAR = _listed("""
a an the is are was were be been being am do does did done doing to of in on at for with and or but it
its this that these those i you he she we they my your our their his her me him us them as by so if than
then there here have has had having will would can could should must may might shall not no nor also just
only very too from up out about into onto over off when what which who whom whose how where why while
because since whether either neither each some any such own same other another more most less least much
many quite rather even still yet again once now already really actually simply instead else unless until
during through between without within against toward towards both few several cannot don doesn didn isn
aren wasn weren won wouldn couldn shouldn mustn hasn haven hadn ain ll ve re itself himself herself
myself yourself themselves ourselves perhaps maybe every everyone everybody everything always never
nobody nothing none anyone anybody anything someone somebody something whoever whatever whenever wherever
usually often generally sometimes
""")

# Nouns and verbs that only hold a sentence up: a paraphrase may add or leave them out.
FRAME = _listed("""
lot bit enough one ones thing things person people way kind sort case fact means mean meant need needs
needed get gets got getting make makes made making take takes took taken taking go goes going went gone
come comes came coming let lets put say says said saying tell tells told think thinks thought thinking
believe believes believed know known use used uses using seem seems become becomes became like
人 方 者 事 物 時 際 場合 自分 私 僕 俺 以前 今 今日 前 後 中 上 下 内 一番 最初 最後 原因 理由 必要 大切 重要
大事 結果 意味 状態 様 感 気 思 言 話 考 出来 使 行 来 出 入 見 聞 何 誰 度 点 側 間 的 限 違 続 込 合 始 終
切 過 直 得 同 多 少 良 悪 他 次 全部 可能 可能性 場 所 為 自体 最近 今回 今後 普段 実際 本当 目的 当初 現在 問題
""")

# Say little of any theme: no cluster is named by them.
GENERAL = _listed("""
above across afterwards all among anyhow becoming behind below beside besides beyond couldnt cant doesnt wouldnt shouldnt eight eleven
elsewhere except fifteen fifty five former forty four hasnt hence herself hers high higher low lower hundred thousand million indeed meanwhile
moreover mostly namely nevertheless nine others see seemed six sixty seven sometime ten therefore throughout thus top twelve twenty two
whereas whereby yours zero dozen half double twice once plenty lots many none whom mr mrs ms sir madam dear mine ours theirs
somebody am pm monday tuesday wednesday thursday friday saturday sunday january february march
april june july august september october november december morning afternoon evening night tonight noon midnight minute minutes hour hours
month months second seconds
able add added again ago ahead almost alone along already anymore anyway anywhere apart apparently appear appears available bad bring
brings bunch bye call called care certain certainly change changed clear clearly completely couple currently day days didnt directly
dont due early else end ended entire especially etc everywhere extra fact fairly far fast figure fine finally follow following further
getting glad going gonna gotta great guess guys haha happen happened happening happens happy hello hey hi hmm hope hoping however huge
idea immediately im important including interested isnt issue issues ive kinda large late later latest less likely line list lol
making mention mentioned nearly nice number obviously oh ok otherwise ours per perfect please plus pretty problem problems properly pull
question questions quickly reason reasons recently regarding rest result results same saw seeing seems separate separately set several
should side similar single small somehow somewhat somewhere sorry sort start started starting stay stayed still stop stopped stuff
suddenly super tell term thats the thing though till total totally towards trouble trying type unable unfortunately using various
versus via vs wanna wanted wanting wants was way welcome weren whatever wish wonder wondering wont wow yeah yep yes yet youre
after although around asked away back before best better different down ever exactly feel felt find
first found give gives good half hard help hold keep keeps kept knows last left life little long
look looks mind mine next okay part point possible probably right second seen show soon sure talk
talked talking thank thanks third though three time today together tomorrow tried true turn turns
under upon wait want wants week weeks well whole word words work works year years yesterday
一つ 一般 一般的 一部 二つ 人々 他人 以上 以下 使用 全体 具体的 内容 利用 十分 反対 回答 基本 多く 存在
対象 将来 影響 意見 懸念 方法 明日 昨日 時間 普通 毎日 気持 気持ち 現状 相手 確認 程度 簡単 考慮 自身
行為 説明 質問 部分 関係 際限 彼女 彼等 彼ら 以外 以降 以内 主張 内容 記述 抜粋 空欄 有用 適切 最適 選択肢 正解 正誤 次回 前回
今度 一緒 一度 一回 一人 二人 何度 何回 何人 何故 最高 最低 大丈夫 面倒 大変 無理 結局 絶対 全然 勿論 特別 特定 該当 該当箇所 言葉
言い方 考え方 意味合 以来 途中 直接 間接 完全 完璧 非常 普及 今年 去年 来年 今週 先週 来週 今月 先月 来月 毎週 毎月 毎年 昨年 今朝
今夜 今晩 昨夜 明後日 一昨日 半分 残念 心配 安心 不安 希望 期待 理解 解決 対応 対策 実施 実現 発生 提供 検討 判断 要望 指摘 提案
視点 観点 論点 場面 立場 形式 程度 種類 方向 段階 側面 要素 要因 背景 状況 状態 環境 範囲 領域 分野 項目 事例 具体例 前提 条件 基準
ところ コト モノ ヒト ケース ポイント
""")

COMMON_KANJI = frozenset(
    "大小中上下一二三十人方事時間分年月日前後内外新高長本会合要概点法用行見出入生自他的者何"
)
"""Two texts that share only these have nothing in common."""

_FORMS = """
wrote/write written/write drove/drive driven/drive wore/wear worn/wear kept/keep bought/buy sold/sell
spoke/speak spoken/speak broke/break broken/break chose/choose chosen/choose fell/fall fallen/fall
felt/feel found/find gave/give given/give grew/grow grown/grow heard/hear held/hold hid/hide hidden/hide
knew/know led/lead left/leave lent/lend lost/lose met/meet paid/pay ran/run rang/ring rung/ring rose/rise
risen/rise sat/sit saw/see seen/see sent/send slept/sleep slid/slide spent/spend stood/stand stole/steal
stolen/steal stuck/stick taught/teach threw/throw thrown/throw understood/understand woke/wake woken/wake
won/win began/begin begun/begin brought/bring built/build caught/catch drew/draw drawn/draw drank/drink
drunk/drink ate/eat eaten/eat flew/fly flown/fly forgot/forget forgotten/forget fought/fight froze/freeze
frozen/freeze shook/shake shaken/shake sang/sing sung/sing swam/swim swore/swear sworn/swear tore/tear
torn/tear laid/lay lain/lie ridden/ride rode/ride sought/seek shut/shut
"""
IRREGULAR = dict(form.split("/") for form in _FORMS.split())
"""The infinitive by its past forms."""
