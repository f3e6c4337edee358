"""Utterances and what a model might claim to have read in them, with what became of the words on the way.

`true` and `paraphrase` are grounded; every other label is not. The rules were tuned on TUNING alone;
HELD_OUT has other sources, and was only measured.
"""

GROUNDED = frozenset({"true", "paraphrase"})

TUNING: dict[str, list[tuple[str, str]]] = {
    "昨日は雨だった。早く寝ると朝が楽になる、と母は言う。でも私は夜のほうが集中できる。": [
        ("true", "早く寝ると朝が楽になる"),
        ("true", "私は夜のほうが集中できる。"),
        ("paraphrase", "早く寝れば朝が楽になる"),
        ("negated", "早く寝ると朝が楽にならない"),
        ("negated", "私は夜のほうが集中できない"),
        ("invented", "早起きは健康と収入の土台である"),
        ("elsewhere", "発酵は温度が高いほど早く進む"),
    ],
    "会議は30分で終わらせるべきだ。資料は前日の17時までに配る。田中さんはいつも遅れる。": [
        ("true", "会議は30分で終わらせるべきだ"),
        ("true", "会議は３０分で終わらせるべき"),
        ("paraphrase", "資料は前日17時までに配っておく"),
        ("number", "会議は15分で終わらせるべきだ"),
        ("number", "資料は前日の12時までに配る"),
        ("name", "鈴木さんはいつも遅れる"),
        ("negated", "会議は30分で終わらせるべきではない"),
    ],
    "薬を急にやめるべきではない。量を減らすときは、必ず医者に相談したほうがいい。": [
        ("true", "薬を急にやめるべきではない"),
        ("paraphrase", "薬は急にやめてはいけない"),
        ("negated", "薬を急にやめるべき"),
        ("paraphrase", "量を減らすときは医者に相談すべきだ"),
        ("negated", "量を増やすときは、必ず医者に相談したほうがいい"),
        ("invented", "薬は食後に水で飲むと吸収がよくなる"),
    ],
    "カフェインは夜の眠りを浅くするかもしれない。私の場合は、午後三時より後に飲むと眠れなくなる。": [
        ("true", "カフェインは夜の眠りを浅くするかもしれない"),
        ("paraphrase", "カフェインは眠りを浅くする可能性がある"),
        ("hedge", "カフェインは夜の眠りを浅くする"),
        ("number", "午後五時より後に飲むと眠れなくなる"),
        ("true", "午後三時より後に飲むと眠れなくなる"),
        ("paraphrase", "午後3時より後に飲むと眠れなくなる"),
        ("negated", "午後三時より後に飲むと眠れる"),
    ],
    "たぶん来月には引っ越すと思う。家賃は上がるだろうけど、通勤が短くなるなら悪くない。": [
        ("hedge", "来月には引っ越す"),
        ("true", "たぶん来月には引っ越す"),
        ("hedge", "家賃は上がる"),
        ("true", "通勤が短くなるなら悪くない"),
        ("negated", "通勤が短くなるなら悪い"),
        ("elsewhere", "味噌は半年寝かせると角が取れる"),
    ],
    "標本が小さいと平均は大きくぶれる。だから、少ない人数の調査を信じすぎてはいけない。": [
        ("true", "標本が小さいと平均は大きくぶれる"),
        ("paraphrase", "標本が小さければ平均のぶれは大きい"),
        ("negated", "標本が大きいと平均は大きくぶれる"),
        ("modality", "少ない人数の調査を信じすぎてもよい"),
        ("true", "少ない人数の調査を信じすぎてはいけない"),
        ("name", "ベイズは標本が小さいと平均は大きくぶれると述べた"),
    ],
    "I think we should move the review to Friday. Maria said the tests take 40 minutes, and they might fail on slow machines.": [
        ("true", "We should move the review to Friday"),
        ("paraphrase", "The review should be moved to Friday"),
        ("number", "The tests take 20 minutes"),
        ("true", "The tests take 40 minutes"),
        ("name", "Peter said the tests take 40 minutes"),
        ("hedge", "The tests fail on slow machines"),
        ("negated", "We should not move the review to Friday"),
    ],
    "Running every day is not a good idea for beginners. Rest days let the muscles recover.": [
        ("true", "Rest days let the muscles recover"),
        ("negated", "Running every day is a good idea for beginners"),
        ("paraphrase", "Daily running is not a good idea for beginners"),
        ("invented", "Cold baths reduce the risk of injuries"),
    ],
}

HELD_OUT: dict[str, list[tuple[str, str]]] = {
    "味噌汁は沸騰させないほうが香りが残る。祖母はいつも火を止めてから味噌を溶いていた。": [
        ("true", "味噌汁は沸騰させないほうが香りが残る"),
        ("paraphrase", "味噌汁は沸騰させない方が香りが残る"),
        ("negated", "味噌汁は沸騰させるほうが香りが残る"),
        ("true", "火を止めてから味噌を溶く"),
        ("name", "山本先生はいつも火を止めてから味噌を溶いていた"),
        ("invented", "だしは昆布と鰹節を合わせると旨みが増す"),
        ("elsewhere", "積立は毎月同じ日に引き落とすと忘れない"),
    ],
    "テストの網羅率が80パーセントを超えても、正しさを確かめたことにはならない。大事なのは境界の値だ。": [
        ("true", "網羅率が80パーセントを超えても、正しさを確かめたことにはならない"),
        ("number", "網羅率が95パーセントを超えても、正しさを確かめたことにはならない"),
        ("negated", "網羅率が80パーセントを超えると、正しさを確かめたことになる"),
        ("paraphrase", "テストで大事なのは境界値である"),
        ("true", "大事なのは境界の値だ"),
        ("invented", "変更のたびに設計書を更新するべきである"),
    ],
    "貯金は給料が入った日に先に分けるといい。残った分で暮らせば、月末に足りなくなることが減る。": [
        ("true", "貯金は給料が入った日に先に分けるといい"),
        ("paraphrase", "貯金は給料日に先に分けるとよい"),
        ("negated", "貯金は給料が入った日に先に分けないほうがいい"),
        ("negated", "残った分で暮らせば、月末に足りなくなることが増える"),
        ("number", "貯金は給料の3割を先に分けるといい"),
        ("elsewhere", "猫は暗いところでも目が利く"),
    ],
    "美咲は転職を考えているらしい。理由は聞いていないが、夜勤がつらいのかもしれない。": [
        ("hedge", "美咲は転職を考えている"),
        ("true", "美咲は転職を考えているらしい"),
        ("hedge", "転職の理由は夜勤がつらいことだ"),
        ("name", "健太は転職を考えているらしい"),
        ("paraphrase", "美咲は転職を考えているようだ"),
        ("true", "夜勤がつらいのかもしれない"),
    ],
    "走り始めの二週間は、息が上がらない速さで十分だ。膝が痛むときは無理に走らず、歩くだけにする。": [
        ("true", "走り始めの二週間は、息が上がらない速さで十分だ"),
        ("number", "走り始めの六週間は、息が上がらない速さで十分だ"),
        ("negated", "走り始めの二週間は、息が上がる速さで十分だ"),
        ("true", "膝が痛むときは無理に走らず、歩くだけにする"),
        ("paraphrase", "膝が痛むときは無理に走らないで歩く"),
        ("negated", "膝が痛むときも無理に走る"),
        ("modality", "膝が痛むときは手術を受けるべきだ"),
    ],
    "介護の書類は役所に行けば無料でもらえる。郵送は時間がかかるので、急ぐ人には勧めない。": [
        ("true", "介護の書類は役所に行けば無料でもらえる"),
        ("negated", "急ぐ人には郵送を勧める"),
        ("paraphrase", "郵送は時間がかかるため、急ぐ人には勧めない"),
        ("negated", "介護の書類は役所に行けば有料でもらえる"),
        ("modality", "介護の書類は役所に行って受け取らなければならない"),
        ("invented", "認定の更新には主治医の意見書が要る"),
    ],
    "Sourdough needs patience. You shouldn't rush the second rise, and the dough could take 12 hours in winter.": [
        ("true", "You shouldn't rush the second rise"),
        ("negated", "You should rush the second rise"),
        ("paraphrase", "The second rise should not be rushed"),
        ("hedge", "The dough takes 12 hours in winter"),
        ("number", "The dough could take 8 hours in winter"),
        ("elsewhere", "A budget works best when savings come first"),
    ],
    "Nobody at Harlow reads long reports. A short summary with three figures is usually enough to decide.": [
        ("true", "A short summary with three figures is usually enough to decide"),
        ("paraphrase", "A short summary with 3 figures is usually enough to decide"),
        ("number", "A short summary with seven figures is usually enough to decide"),
        ("name", "Nobody at Brighton reads long reports"),
        ("negated", "Everybody at Harlow reads long reports"),
    ],
}

# Written when the first rules were finished, to find out what they missed; later rules were made with them in sight.
AFTERWARDS: dict[str, list[tuple[str, str]]] = {
    "引っ越しの見積もりは三社から取った。一番安いところは電話が繋がらず、結局二番目の会社に決めた。": [
        ("true", "引っ越しの見積もりは三社から取った"),
        ("paraphrase", "一番安い会社は電話が繋がらないので、二番目の会社にした"),
        ("negated", "一番安いところに決めた"),
        ("number", "引っ越しの見積もりは五社から取った"),
    ],
    "本は最後まで読まなくてもいいと思うようになった。合わない本を我慢して読むと、読書そのものが嫌いになる。": [
        ("true", "合わない本を我慢して読むと、読書そのものが嫌いになる"),
        ("paraphrase", "本は最後まで読む必要はない"),
        ("negated", "本は最後まで読まなければならない"),
        ("negated", "合わない本を我慢して読むと、読書が好きになる"),
        ("modality", "合わない本はすぐに捨てるべきだ"),
    ],
    "中央値は極端な値の影響を受けにくい。給与の話をするなら、平均より中央値を見たほうが実感に近い。": [
        ("true", "中央値は極端な値の影響を受けにくい"),
        ("negated", "中央値は極端な値の影響を受けやすい"),
        ("paraphrase", "給与については平均より中央値のほうが実感に近い"),
        ("negated", "給与の話をするなら、中央値より平均を見たほうが実感に近い"),
        ("invented", "最頻値は売れ筋の色を知るのに向く"),
    ],
    "父が退院したら、しばらくはうちで一緒に暮らすことになるかも。階段に手すりを付けないと危ない。": [
        ("hedge", "父が退院したら、一緒に暮らすことになる"),
        ("paraphrase", "階段に手すりがないと危ない"),
        ("name", "叔母が退院したら、しばらくは一緒に暮らすことになるかも"),
        ("negated", "階段に手すりを付けなくても危なくない"),
    ],
    "If the build is red, stop and fix it before merging anything else. Oskar ignores that rule twice a week.": [
        ("true", "If the build is red, stop and fix it before merging anything else"),
        ("paraphrase", "When the build is red, fix it before merging anything"),
        ("negated", "If the build is red, keep merging"),
        ("number", "Oskar ignores that rule five times a week"),
        ("name", "Lena ignores that rule twice a week"),
    ],
}
