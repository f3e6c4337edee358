"""What everyday text of a language is made of: how many bits each of its characters costs, the frequent ones few.

The characters stand in the order of their frequency, roughly, as counted over the words of wordfreq 3 (Robyn Speer, data
under CC BY-SA 4.0, of which nothing but this order is kept); a text read in a wrong encoding is made of others, so that
it costs far more. Nothing here depends on a setting.
"""

import math
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

ASCII_BITS = 5.0
_PUNCTUATION_BITS = 8.0
_SYMBOL_BITS = 14.0
_FOREIGN_BITS = 20.0  # a letter that does not belong to the language
_IMPOSSIBLE_BITS = 26.0  # controls, private use, what no letter has

_KANJI = (
    "人日大本出見一分時事中言思年行間気生自方上会子今前者的入月手国作合来何女全最無場動用目後発学話定当理高感性部"
    "地回新画使下実私物体知通力家同名対度業良多持開代金意内長関変所数戦要外社以取化明現食法結心世不好成俺楽味考能"
    "小立機書初面期少様田付違先員車山市解問連報近安番記加公売仕神教界特主表信東品電聞選終題悪必正二強男続真死道料"
    "決語他可野確文相美情水向切愛身受円集別始達彼元在活買着重三引位過有次海保経送点原利調制万白式第屋限設民直起待"
    "勝組得果店込運色放県指約流予置認読状参京政川応音誰口校島系残件産配天平想進常計素優欲由空議説際像風落士止然足"
    "単伝映線消早務演声格友係反殺質夫頭葉木和飲北乗供治転僕撃登交半広台親夜都個帰共張形録完存価基支願覚増投判王示"
    "害念術顔呼態失笑型絶難返育構容命朝告再写権試追影等検観量備号工週太軍探義装緒断光曲企住種収器町論験査石歳営古"
    "西君任役土周字護職病段婚技奴嫌院版視超注毎歌普十速望母資花非側馬値更団歩園魔載区村求象氏飛未急効離規済福科製"
    "師族提例割働移撮黒証細居警英丈休球低負満介率識類室米父駅火異攻接改統官訳程争頃去井隊復深藤派医展総造抜助門寝"
    "研皆与星比赤突了岡為催故処守打頼除千局換座専編建管施敵察興府宮減若差破客漫準怖走阪販案服精簡援域忘許降費況南"
    "両夢防倒究似商末薬各武党曜我壊習協青罪首痛恋路戻郎評谷修夏史肉導苦松館幸横歴遊被逃極枚響図帯熱激退材含策独弾"
    "兵遠巻条軽沢適囲渡勢答春描般銀姿階具犯絵申根詳境遅久御危絡便振崎担右越旅療焼血険仲温寄払挙戸環酒娘印労司賞希"
    "城頂佐兄捕爆韓領逆射敗紙弁左街辺級健香脱談橋芸雑冷替倍余給疑毛散聴船障困昔補整頑昨茶密監裏森掛衛丸紹及恐謝模"
    "四貴州波息祭舞端将株覧髪触犬圧迎乳押因席布児背玉途練属板晴責税秋鉄索秘標震症妻宅腹従禁織艦算奈暴傷継遺裁礼百"
    "扱並怒届眠弟推隠略積短額喜惑複避闘弱携鹿雨景功宿亡迷盛乱吉省五駄宇刑浜脳染財稼静悲掲源操嬉博卒片列巨徒庫創猫"
    "救凄嘘吸授鳥滅納姉志疲災八互暗洗誘草抗稿課択採誌純劇致洋富池固驚麗筋勤契飯順聖輪角混誕勉怪陽捨令泉競徴沖留築"
    "秒典仮瞬募江測厳委齢億節甘永縄抱損跡衣拠充麻華講妹坂借票閉陸停港尾剣督浮否酸既奥康堂骨辞養刻裕伊老快宣憶壁清"
    "婦宙購拡層午庭箱泣里称己汚盤菜雪刺依章岩則悩油紀豊折請狙束候律荷昼慢繋燃籍魚廃吹鮮善著辛才照貰訪津綺歯詰寺暮"
    "誤訴液慣幼益植旧宝耳延恵維躍露伸底林河祝到群騒倉蔵審繰農"
)
_HANGUL = (
    "이다는에하고가을지의로서은아한어도기사니있를나해리시그요인들자일게대라으스수만보제면정주전부여거과장했상안마"
    "구었데오야내원우신적것성국되세위와무할동생소트드모미진문중말화공까러비습간없분조저입개터유계치월같경회선년때"
    "연실바음관용더명학네영교당작좋방려않합래발건된단재며각운금람행남물알차등통번르던두타후프겠체크랑식히너산역버"
    "임호포예결반잘님함심속업본레파직디감처런카못노았군받배매출양표피살든현많른법달난집민설였최형또불력키천걸강날"
    "울테싶청루종언약애코점워토추준께질외근태올참격렇름친초늘권온린따록목복새료편능열판별맞변메머티항필왜술누절확"
    "느특먹줄평씨럼브길급란돌박증송손뭐죽독죠좀즈론활막찾존곳될순환페품투얼향냐석봐및잡병광왔혼담져엔족볼짜글령책"
    "플녀완승축베육립총갈망쪽색백악북접앞긴커험끝쓰빠블류범침됐검힘응림김황희눈엄냥벌련창억움패겨클졌충뒤채릴케째"
    "셨왕첫견놓규협츠취렸끼션슨답럽뉴삼퍼폭획락써착찰큰돼팀잠밀닌돈량극봤쳐택랜뿐밤귀몇몰넘먼떤십놀쟁둘탄났줘떻허"
    "셔죄밖철얘쿠떠램캐갖굴갔탈듯혹뜻높몸잖슬센곡널켜링싸빨싫측릭웃갑홍농틀떨골쉬넷념득탁맛혀팔찬홈꺼깨녕꾸례휴효"
    "벽듣폰풀얻찮징엘뭔찍논짓괜익텐믿암욕읽큼맨꿈즐꼭웨쇼넣벤붙콘봉풍숨팅숙솔층앨염델궁컴멋슈액척괴압맡밝겁률템폐"
    "곤앙빈덕됩율뮤싱딸잔렌옷뛰겼끌빌헤콜텔삶빛컬퇴흥랐헌냈쳤객칠혁훈엇좌롭씀컨즘즉멀씩맥턴늦꽃롯낮칭웠룹팬젠낸쉽"
    "털놈혈픽럴킹"
)
_SIMPLIFIED = (
    "的是一在不人有了我国这为中个大会们他来和年上以要到时对么能你就发可地生家出也说于学后成与过行用日多自现都没作"
    "下得开经还法动好方而公子事分之民主里政看吗本月所天新业同全定部最其进如前机美那当工关实小被但因长样理等什道去"
    "些面很心间区内电然力起体只着从并者高加想文问种员重及点将意合产三外由市无女已制网第情场名应西代正表真此位题相"
    "明资计建利系化期特性度果次给让两通教任比该东活手世提或使她物数立认怎知结入更总务话斯统目社展战做设安别信影己"
    "受解军司回把保平常见向海变报治台爱品北何接界论组件权选府议少它共运车至记又原金身式老路决科联视口处各持站量交"
    "万直反南打据基始再快水门十感程导传院才放今术强元完号图规改管划亚领际单头二尔需布达队片求非历每书指马广党几太"
    "先带游城办球色觉义级师专类约集告技团取儿参克史服格候调包请德必拉乐许造确气难吧收证称语山死线示条像流命根则近"
    "济京听英士价推标举争友干支委四续况准形男望官且走失言备容观华港质案钱查整未费空转较众神商风校字香啊首州料育创"
    "织却照亲识消研离具算欢哪型注源护连节周即投获音清增供五孩光项张息白构省律声演农究器边步喜局医象写除境思赛装谁"
    "跟便杀击响职助易版希属住洲巴星企引找试考列罗存须越态群县功纪复超害戏显族维深责值买足环模极协花断客警吃王百段"
    "验切往早终另远够独精习营括革岁曾评随例黑错继米林预玩故份速闻效致火妈阿呢拿兰采热房病户限艺严仅录江势控察满优"
    "兴绝土施宣武止负尼谢食简叫欧画古母低帮留积志虽朋否令读伤夫眼置播底域频派居监飞晚策卡尽刚讲苏股谈送诉河密落半"
    "念剧村依湾印哥破编待初双防普围批愿红轻承青免室范修压石状排率险福父适担六角层判卫财占园络奖阳执假席仍突测班旅"
    "升配停似笑审歌般铁换银均千养博威富微黄移罪票岛择奇紧韩久抗汉副犯亿波乎八款甚检馆油著差斗销购救坚讨庭镇药景店"
    "章陆介益纳朝宝俄述央素哈脑拍互乡按坏兵怕核善酒激细拥街卖载钟临享释背婚伊血充货您龙攻降射恶危略败奥弹付帝毛刻"
    "某减冲输永媒秘遇靠答座典码征访筑短析训胜疗温弟异阶劳退穿束倒七航姐夜云厂疑词九藏毒额左楼牌补杂亡康材健练盟妇"
    "沙届课乱软板索追湖暴融登售困圣授误梦缺督操味顾页遗礼签遭枪私牙吸础毕封币宗露讯稳宁辑恐托努曲李块爆灵守余右怀"
    "亦伦季烈衣舞皇草坐若扩幸逐序迎址竟午妹禁肯澳搞脸鲜亮苦船概贵附趣摄库跑鱼轮顿翻良旧狗急寻套综掉顺童迫庆丽木春"
    "吉脱竞虑架呼端违含皮堂怪尚抓汽挥归骗诺肉招探培睡献针饭敢"
)
_TRADITIONAL = (
    "的是一在不人了有我國這為中個大會們他來和年上以要到時對麼能你就發可地生家出也說於學後成與過行用日多自現都沒作"
    "下得開經還法動好方而公子事分之民主政看嗎本月所天新業同全定部最其進如前機美那當工關實著小被但因長樣理等什道去"
    "些面很心間區內電然力起體只從並者高加想文問種員重及點將意閤三外由市無女已製網第情場名應西代正錶真此位題相明資"
    "計建利係化期特性度果次給讓兩通教任比該東活手世提或使她物數立認怎知結入更總務話斯統目社展戰做設安彆信影己受解"
    "軍司迴把保平常見向海變報治台愛品北何接界論組件權選府議少它共運車至記又原金身式老路決科聯視口處各持站量交萬直"
    "反南打據基始再快水門十感程導傳院才放今術強元完號圖規改管劃亞領際單頭二爾需布達隊片求非曆每書指馬廣黨幾太先帶"
    "遊城辦球色覺義級師專類約集告技團取兒參剋史服格候調包請德必拉樂許造確氣難吧收證稱語山死示條像流命根則近濟京聽"
    "英士價推標舉爭友乾支委四續況準形男望官且走失言備容觀華港質案錢查整未費空轉較眾神商風校字香啊首州料育創織卻照"
    "親識消研離具算歡哪型注源護連節周即投獲音清增供五孩光項張息白構省律聲演農究器邊步喜局醫象寫除境思賽裝誰跟便殺"
    "擊響職助易版希屬住洲巴星企引找試考列羅存須越態群縣功紀復超害戲顯族維深責值買足環模極協花斷客警吃王百段驗切往"
    "早終另遠夠獨精習營括革歲曾評隨例黑錯繼米林預玩故份速聞效緻火媽阿呢拿蘭采熱房病戶限藝嚴僅錄江勢控察滿優興絕土"
    "施宣武止負尼謝食簡叫歐畫古母低幫留積誌雖朋否令讀傷夫眼置播底域頻派居監飛晚策卡盡剛講蘇股談送訴河密落半念劇村"
    "依灣印哥破編待初雙防普圍批願紅輕承青免室範修壓石狀排率險福父適擔六角層判衛財占園絡陽執假席仍突測班旅升配停似"
    "笑審歌般鐵換銀均韆養博威富微黃移罪票島擇奇緊韓久抗漢副犯億波乎八款甚檢館油差鬥銷購救堅討庭鎮藥景店章陸介益納"
    "朝寶俄述央素哈腦拍互鄉按壞兵怕核善酒激細擁街賣載鐘臨享釋背婚伊血充貨您龍攻降射惡危略敗奧彈付帝毛刻某減衝輸永"
    "媒秘遇靠答座典碼徵訪築短析訓勝療溫弟異階勞退穿束倒七航姐夜雲廠疑詞九藏毒額左樓牌補雜亡康材健練盟婦沙屆課亂軟"
    "闆索追湖暴融登售睏聖授誤夢缺督操味顧頁遺禮簽遭槍私牙吸礎畢封幣宗露訊穩輯恐托努李塊爆靈守餘右懷亦倫季烈衣舞皇"
    "草坐若擴幸逐序迎址竟午妹禁肯澳搞臉鮮亮苦船概貴附趣攝庫跑魚輪頓翻良舊狗急尋套綜掉順童迫慶麗木春藉吉脫競慮架呼"
    "端違含皮堂怪尚抓汽揮歸騙諾肉招探培睡獻針飯敢野驚透避智痛"
)
_HIRAGANA = "のにるたとはしいをでてがなれからさっりすあもこまうくよきんめおけそつだやえどわちみせじばへびずろほげむべひょゆぶごゃねふぐぎぼゅづざぞぬぜぱぽぷぴぃぁぇぺぢぉぅゐゝゑゞゎ"
_KATAKANA = "ーンスルトリイアラックドシレジタフロカテマィグバムプオコデニウメサビナブャエュチキズダパミェョハセベガモツネボソノァヴワポペピケゴギザホゲォヤヒユヨヘゼヌゥゾヶヂヲヅヵヱヰヮ・"
_HALF_WIDTH = "ﾝﾞｰｽﾄﾙｲｼﾗｱﾘｯｶﾀｸﾚﾛﾌﾃｺﾏﾊﾟﾅﾆｬｳｭｻｷﾁｵﾒﾐｴﾂｾﾓﾉﾈﾎｿﾜﾔｹｮﾋﾖﾕﾍﾇｧｨｩｪｫｦ･｡､｢｣"
_WIDE_MARKS = "、。「」（）・ー…！？：　～『』【】〜／％＋－＝●○■□◆◇★☆※→←↑↓＆＃＊＜＞〈〉《》々〇〒①②③④⑤⑥⑦⑧⑨⑩㈱№℡㎡ⅠⅡⅢⅣⅤ"
_CHATTING = "哈嗯啊吧呢嘛哦喔呀喂"
_CHINESE_MARKS = "，。、：；？！“”‘’（）《》【】「」『』—…·　～％＋－＝〈〉／①②③④⑤⑥⑦⑧⑨⑩"
_JAMO = "ㅋㅎㅠㅜ"  # laughing and crying; others hardly stand alone
_KOREAN_MARKS = "·…“”‘’「」『』《》〈〉―～※→○●△▲◇◆□■☆★①②③④⑤"
_RUSSIAN = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"
_UKRAINIAN = "оаніирвтесклудмпзяьбгйчхцїжюєшщфґ"
_SERBIAN = "аиоенрсуткјвдмплгзбчшцжћђњљхџф"
_GREEK = "ατοιενρσκηπςυμλίόάγέδήωχθύφβώξζψϊϋΐΰ"
_HEBREW = "יוהלרבתמאשנעםדקחפסכגטצןזךףץ"
_ARABIC = "اليمونرتبةعدسفهكقأحجشطصىخإضذثزغئءؤظآچگپژکیً،؟؛ـ"
_THAI = "านรอกเงมยลวดทสต่ะปบ้คหัแจพิชีขใไ์ุโูำ็ณผฟซถธภๆึญศฐษฎฏฉฆฬ๐๑๒๓๔๕๖๗๘๙ฯืๅฮฑฒฌฝฤ"
_LATIN = "éäöüàáèíóçßãñåêúıšøôâîæčžěýąłęśćżőűğşțăđőëïûùòìœřůťďňńźėįųūāēīģķļņõðþơưảạấầậắằặẵẳẻẹẽếềệểễỉĩịỏọốồộổỗớờợởỡủụũứừựửữỳỵỷỹ"


def _ranked(chars: str, *, bits: float, spread: int = 15) -> dict[str, float]:
    """Return the cost of each of these characters: its place in Zipf's law, and the bits that its kind costs."""
    scale = math.log2(math.log((len(chars) + spread) / spread))
    return {char: bits + scale + math.log2(rank + spread) for rank, char in reversed(list(enumerate(chars)))}


def _flat(chars: str, bits: float) -> dict[str, float]:
    return dict.fromkeys(chars, bits)


def _letters(lower: str, *, bits: float = 0.5) -> dict[str, float]:
    """Return the cost of the letters of an alphabet; a capital costs more."""
    small = _ranked(lower, bits=bits, spread=4)
    capitals = {
        char.upper(): cost + 3
        for char, cost in small.items()
        if len(char.upper()) == 1 and char.upper() != char
    }
    return capitals | small


def _in_rows(
    codec: str, first: bytes, last: bytes, *, within: float, beyond: float
) -> Callable[[str], float]:
    """Return the cost of a letter that is not frequent: by its place in the table of a codec."""

    def cost(char: str) -> float:
        try:
            return within if first <= char.encode(codec) <= last else beyond
        except UnicodeEncodeError:
            return _FOREIGN_BITS

    return cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language or script, the codecs in which it is found, and its costs."""

    name: str
    codecs: tuple[str, ...]
    frequent: Mapping[str, float]
    script: str  # how the names of its letters begin
    mixed: float  # the cost of a letter beside an ASCII letter
    rare: Callable[[str], float]

    def bits(self, char: str) -> float:
        """Return what a character costs in a text of this language."""
        if char in self.frequent:
            return self.frequent[char]
        if char.isascii():
            return ASCII_BITS if char.isprintable() or char.isspace() else _IMPOSSIBLE_BITS
        category = unicodedata.category(char)
        if category in ("Cc", "Cn", "Co", "Cs"):
            return _IMPOSSIBLE_BITS
        if category[0] in "LM" and unicodedata.name(char, "").startswith(self.script):
            return self.rare(char)
        if category[0] == "L":
            return _FOREIGN_BITS
        return _PUNCTUATION_BITS if category[0] == "P" or char in "\xa0№°€©®§" else _SYMBOL_BITS


JAPANESE = Language(
    name="Japanese", mixed=6, codecs=("cp932", "euc_jp", "euc_jis_2004"), script="CJK UNIFIED",
    frequent=_flat(_WIDE_MARKS, 7.5) | _ranked(_HALF_WIDTH, bits=3) | _ranked(_KANJI, bits=1.3) | _ranked(_KATAKANA, bits=2.5)
    | _ranked(_HIRAGANA, bits=0.8) | _flat("、。「」ー", 5) | _flat("０１２３４５６７８９", 8),
    rare=_in_rows("cp932", b"\x88\x9f", b"\x98\x9e", within=13.5, beyond=17),
)  # fmt: skip
_OTHERS = (
    Language(
        name="Korean", mixed=6, codecs=("cp949", "johab"), script="HANGUL SYLLABLE",
        frequent=_flat(_KOREAN_MARKS, 8) | _flat(_JAMO, 8.5) | _ranked(_HANGUL, bits=0.3),
        rare=_in_rows("euc_kr", b"\xb0\xa1", b"\xc8\xfe", within=13, beyond=18),
    ),
    Language(
        name="simplified Chinese", mixed=6, codecs=("gb18030",), script="CJK UNIFIED",
        frequent=_ranked(_SIMPLIFIED, bits=0.4) | _flat(_CHATTING, 10) | _flat(_CHINESE_MARKS, 6),
        rare=_in_rows("gb2312", b"\xb0\xa1", b"\xd7\xfe", within=13, beyond=16),
    ),
    Language(
        name="traditional Chinese", mixed=6, codecs=("big5hkscs", "cp950", "gb18030"), script="CJK UNIFIED",
        frequent=_ranked(_TRADITIONAL, bits=0.4) | _flat(_CHATTING, 10) | _flat(_CHINESE_MARKS, 6),
        rare=_in_rows("big5", b"\xa4\x40", b"\xc6\x7e", within=13, beyond=16),
    ),
    Language(
        name="Russian", mixed=6, codecs=("cp1251", "koi8_r", "cp866", "mac_cyrillic", "iso8859_5"), script="CYRILLIC",
        frequent=_letters(_RUSSIAN), rare=lambda _: 12,
    ),
    Language(
        name="Ukrainian", mixed=6, codecs=("cp1251", "koi8_u", "cp1125", "mac_cyrillic", "iso8859_5"), script="CYRILLIC",
        frequent=_letters(_UKRAINIAN), rare=lambda _: 12,
    ),
    Language(
        name="Serbian", mixed=6, codecs=("cp1251", "cp855", "mac_cyrillic", "iso8859_5"), script="CYRILLIC",
        frequent=_letters(_SERBIAN), rare=lambda _: 12,
    ),
    Language(
        name="Greek", mixed=6, codecs=("cp1253", "iso8859_7", "mac_greek", "cp737", "cp869"), script="GREEK",
        frequent=_letters(_GREEK), rare=lambda _: 10,
    ),
    Language(
        name="Hebrew", mixed=6, codecs=("cp1255", "iso8859_8", "cp862"), script="HEBREW",
        frequent=_letters(_HEBREW), rare=lambda _: 10,
    ),
    Language(
        name="Arabic", mixed=6, codecs=("cp1256", "iso8859_6", "cp720"), script="ARABIC",
        frequent=_letters(_ARABIC), rare=lambda _: 10,
    ),
    Language(
        name="Thai", mixed=6, codecs=("cp874", "iso8859_11"), script="THAI", frequent=_letters(_THAI), rare=lambda _: 10
    ),
    Language(
        name="a language of Latin letters", mixed=0,
        codecs=(
            "cp1252", "cp1250", "cp1254", "cp1257", "cp1258", "iso8859_2", "iso8859_15", "iso8859_16", "mac_roman", "mac_latin2",
            "cp437", "cp850", "cp852", "cp857", "mac_turkish", "iso8859_4", "iso8859_9", "cp775", "cp863", "cp865",
        ),
        script="LATIN", frequent=_letters(_LATIN, bits=1), rare=lambda _: 12,
    ),
)  # fmt: skip
LANGUAGES = (JAPANESE, *_OTHERS)
